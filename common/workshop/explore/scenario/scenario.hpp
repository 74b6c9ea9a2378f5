#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/core/json.hpp"
#include "workshop/explore/scenario/bounds.hpp"
#include "workshop/explore/scenario/invariant.hpp"
#include "workshop/explore/scenario/process_spec.hpp"
#include "workshop/explore/scenario/store_view.hpp"
#include "workshop/store/store.hpp"

namespace workshop::explore {

/// One logical message that the scenario begins with.
struct ScenarioMessage {
  std::string queue;         ///< that it stands in
  Message message;           ///< with the id that it keeps
  std::uint32_t copies = 1;  ///< how often it stands in the queue at the start
};

/// A type of message that handlers shall send.
struct ExpectedOutput {
  std::string type;   ///< of the outgoing message
  std::string cause;  ///< the type of the message that shall cause it; "": the count is a total
  std::uint32_t count = 1;   ///< distinct ids, for each cause or in total
  std::string body{};        ///< JSON that it says; "": whatever it says
  std::string body_words{};  ///< the body, as a failure tells it
};

/// What the oracle needs to know of one scenario; the invariants are written once, in Oracle.
struct Expectations {
  Invariants invariants;  ///< which of O1 to O7 are asked
  /// How often the state shows the effect of a message, and nothing but the state; shall be 1 at
  /// quiescence, never more. When it is not set, O1 looks at outputs alone.
  std::function<int(const StoreView&, const Message&)> effects;
  /// The effects are those of whoever receives the messages, so O5 does not want them before.
  bool effects_elsewhere = false;
  /// "paid": what the effect is called in a failure.
  std::string effect_name = "applied";
  std::map<std::string, std::string, std::less<>>
      effect_names;  ///< by type of message, if it differs
  std::vector<ExpectedOutput>
      outputs;  ///< what shall be sent; without it O3 has nothing to look for
  /// Whether a write to this document commits an attempt; all writes do when it is not set.
  std::function<bool(const Key&)> commits;
  /// O2 by attempts: the very attempt that made a message must have committed. Else it is enough
  /// that some attempt of the same logical message has.
  bool ghost_by_attempt = false;
  /// Says what is left over in a document at quiescence, or nothing. A function of the document.
  std::function<std::optional<std::string>(const Document&)> garbage;
  /// Anything else that must hold at quiescence: returns what is wrong, or nothing.
  std::function<std::optional<Violation>(const StoreView&)> at_quiescence;
};

/// A closed world to explore: what there is, what arrives, what must hold.
struct Scenario {
  /// A queue of the world.
  struct Queue {
    std::string name;                 ///< in the broker
    QueueOptions options;             ///< its lease, and when it gives a message up
    std::vector<std::string> topics;  ///< that it subscribes to
  };
  /// A document that is there at the start.
  struct SeedDocument {
    Key key;                ///< its place
    std::string body;       ///< JSON
    std::size_t store = 0;  ///< index of the store
  };

  std::string name;                                       ///< in stories
  std::vector<Profile> stores = {Profile::relational()};  ///< one for each store
  std::vector<Queue> queues;              ///< beside them each has its dead-letter queue
  std::vector<SeedDocument> documents;    ///< at the start
  std::vector<ProcessSpec> processes;     ///< who acts
  std::vector<ScenarioMessage> messages;  ///< in their queues at the start
  /// The search deepens over the first n messages, from this many to all of them.
  std::size_t messages_min = 1;
  /// So often every message was delivered before: handlers are told so many more deliveries.
  /// Queues count from the start, so that as many are left as without.
  std::uint32_t deliveries_before = 0;
  Expectations expectations;  ///< what must hold
  Bounds bounds;              ///< how far to look
  SearchOptions search;       ///< how to look
};

}  // namespace workshop::explore
