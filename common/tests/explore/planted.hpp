#pragma once

#include <string_view>
#include <vector>

#include "reference_space.hpp"

/// Handlers with one planted bug each, and what the oracle must call it.
namespace workshop::explore::reference {

struct Planted {
  std::string_view name;
  Task<void> (*handle)(const Deposit&, HandlerContext&);
  std::string_view found_as;  ///< "" for a handler that is right
  bool outputs_vary = false;  ///< a retry makes its event anew, and O4 and O5 are not asked for
};

const std::vector<Planted>& planted_handlers();

/// The outbox scenario with this handler, judged by the invariants that it is to be judged by.
Scenario planted_scenario(const Planted& planted, int messages_count, bool one_account);

}  // namespace workshop::explore::reference
