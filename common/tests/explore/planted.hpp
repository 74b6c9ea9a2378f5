#pragma once

#include <string_view>
#include <vector>

#include "reference_space.hpp"

/// Handlers with one planted bug each, and the name under which the oracle must report it.
namespace workshop::explore::reference {

struct Planted {
  std::string_view name;
  Task<void> (*handle)(const Deposit&, HandlerContext&);
  std::string_view found_as;  ///< "" for a handler that is right
  bool outputs_vary = false;  ///< a retry makes its event again, so O4 and O5 are not checked
};

const std::vector<Planted>& planted_handlers();

/// The outbox scenario with this handler and the invariants that apply to it.
Scenario planted_scenario(const Planted& planted, int messages_count, bool one_account);

}  // namespace workshop::explore::reference
