#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/core/json.hpp"
#include "workshop/explore/bounds.hpp"
#include "workshop/explore/invariant.hpp"
#include "workshop/explore/process.hpp"
#include "workshop/store/store.hpp"

namespace workshop {
class ExplorableStore;
}

namespace workshop::explore {

/// The stores of a world as the oracle sees them: read only, at one moment, at no cost in steps.
class StoreView {
 public:
  explicit StoreView(std::vector<ExplorableStore*> stores) : stores_(std::move(stores)) {}

  /// A document of the `index`-th store.
  std::optional<Document> find(const Key& key, std::size_t index = 0) const;
  /// All documents of the `index`-th store, in the order of their keys.
  std::vector<Document> documents(std::size_t index = 0) const;
  std::size_t stores_count() const noexcept { return stores_.size(); }
  /// Of all documents of all stores, versions included.
  std::uint64_t digest() const;

  /// The entity `id` of type `T`, or nothing when it does not exist.
  template <class T>
  std::optional<T> entity(const std::string& id, std::size_t index = 0) const {
    const auto document = find(Key{id, std::string(type_name<T>())}, index);
    if (!document) return std::nullopt;
    return from_json<T>(document->body);
  }

 private:
  std::vector<ExplorableStore*> stores_;
};

/// One logical message that the scenario begins with.
struct ScenarioMessage {
  std::string queue;
  Message message;
  std::uint32_t copies = 1;  ///< how often it stands in the queue at the start
};

/// A type of message that handlers shall send.
struct ExpectedOutput {
  std::string type;   ///< of the outgoing message
  std::string cause;  ///< the type of the message that shall cause it; "": the count is a total
  std::uint32_t count = 1;  ///< distinct ids, for each cause or in total
};

/// What the oracle needs to know of one scenario; the invariants are written once, in Oracle.
struct Expectations {
  Invariants invariants;
  /// How often the state shows the effect of a message, and nothing but the state; shall be 1 at
  /// quiescence, never more. When it is not set, O1 looks at outputs alone.
  std::function<int(const StoreView&, const Message&)> effects;
  /// "paid": what the effect is called in a failure.
  std::string effect_name = "applied";
  std::map<std::string, std::string, std::less<>>
      effect_names;  ///< by type of message, if it differs
  std::vector<ExpectedOutput> outputs;
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
  struct Queue {
    std::string name;
    QueueOptions options;
    std::vector<std::string> topics;  ///< that it subscribes to
  };
  struct SeedDocument {
    Key key;
    std::string body;
    std::size_t store = 0;
  };

  std::string name;
  std::vector<Profile> stores = {Profile::relational()};
  std::vector<Queue> queues;
  std::vector<SeedDocument> documents;
  std::vector<ProcessSpec> processes;
  std::vector<ScenarioMessage> messages;
  /// The search deepens over the first n messages, from this many to all of them.
  std::size_t messages_min = 1;
  Expectations expectations;
  Bounds bounds;
  SearchOptions search;
};

}  // namespace workshop::explore
