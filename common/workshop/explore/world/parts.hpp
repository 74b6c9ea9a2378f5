#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/broker/explorable_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/explore/oracle/oracle.hpp"
#include "workshop/explore/world/network.hpp"
#include "workshop/explore/world/outage.hpp"
#include "workshop/explore/world/step.hpp"
#include "workshop/explore/world/words.hpp"
#include "workshop/store/explorable_store.hpp"

namespace workshop::explore {

/// What a world consists of besides its processes: all that their operations reach. Each operation
/// says to `World` what kind it is before it changes anything here, so that it can be put back.
struct WorldParts {
  SimulatedClock clock;                                  ///< moves only when no process can go on
  std::unique_ptr<ExplorableBroker> broker;              ///< the in-process one
  Network network;                                       ///< between the processes
  std::vector<std::unique_ptr<ExplorableStore>> stores;  ///< SQLite, in the order of the scenario
  std::unique_ptr<Oracle> oracle;                        ///< judges each step
  std::optional<Outage> outage;                          ///< that lasts
  std::uint32_t deliveries_before = 0;  ///< that handlers are told of beside those of the queue
  Path path;                            ///< the steps so far, the one that is being taken included
  Words words;                          ///< of a narrated world
  bool names_resources = false;         ///< whether the map below is kept
  std::map<std::uint64_t, std::string> resource_names;  ///< by resource: "Order order-1"

  /// The number that stands for a document where operations are compared.
  std::uint64_t resource_of(std::size_t store, const Key& key);
  /// What the oracle may read: all documents of all stores, as they are now.
  StoreView view() const;
};

}  // namespace workshop::explore
