#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reference_space.hpp"
#include "workshop/explore/world/scheduled_http.hpp"

/// Small systems with one planted bug each, over all kinds of faults. The explorer must find every
/// one, with the shortest execution that shows it.
namespace workshop::explore::reference {

struct PlantedBug {
  std::string_view name;      ///< also of the file with its story
  std::string_view found_as;  ///< the invariant that breaks
  Faults needs;               ///< the kinds of fault that it takes; none: interleaving is enough
  Scenario (*scenario)();     ///< its bounds allow faults of these kinds only
};

/// All of them, in the order of their stories' numbers.
const std::vector<PlantedBug>& planted_bugs();

using DepositHandler = Task<void> (*)(const Deposit&, HandlerContext&);

/// Deposits to one account for `handlers_count` handlers. Only effects are checked; more invariants
/// can be added.
Scenario deposits(int messages_count, int handlers_count, DepositHandler handle, Faults faults);
/// One process that runs a round of its own for each message, instead of an endpoint.
Scenario deposits_by(int messages_count, int handlers_count, Round round, Faults faults);
/// A client and a server on the simulated network, and a check of their state at rest.
Scenario calls(Round client, ServerHandler server, Faults faults,
               std::optional<Violation> (*at_rest)(const StoreView&));

/// The event that `command` causes, with an id that is the same in every retry.
Message event_of(const Deposit& command, const HandlerContext& context);
/// Whether the account has processed this message before; if not, applies it to the account.
bool apply_once(Account& account, const Deposit& command, const HandlerContext& context);

const std::vector<PlantedBug>& planted_interleaving_bugs();
const std::vector<PlantedBug>& planted_crash_bugs();
const std::vector<PlantedBug>& planted_delivery_bugs();
const std::vector<PlantedBug>& planted_outcome_bugs();
const std::vector<PlantedBug>& planted_outage_bugs();

}  // namespace workshop::explore::reference
