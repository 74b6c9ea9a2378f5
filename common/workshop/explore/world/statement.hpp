#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workshop/core/clock.hpp"
#include "workshop/core/message.hpp"
#include "workshop/core/task.hpp"
#include "workshop/store/store.hpp"

namespace workshop::explore {

struct Process;
struct WorldParts;

/// What a statement reaches at its one moment: the store it was given to, all queues, the time.
/// What it reads, it reads before it changes anything; an Error that it throws, it throws before
/// that too: std::logic_error otherwise, because a statement is done or not done.
class StatementScope {
 public:
  /// Of the store of this number.
  StatementScope(WorldParts& parts, const Process& process, std::size_t store);

  /// The document, or nothing.
  std::optional<Document> get(const Key& key) const;
  /// All documents of the partition, in the order of their ids.
  std::vector<Document> documents(const std::string& partition) const;
  /// The time of the world, which stands still in a statement.
  Timestamp now() const;
  /// How many messages of the queue could be received.
  std::size_t visible_count(const std::string& queue) const;

  /// Writes a document, whatever is there.
  void put(const Key& key, std::string body);
  /// Erases a document; nothing is done when there is none.
  void erase(const Key& key);
  /// Into a queue. What the oracle shall judge as an output is `told`; a bell that wakes somebody
  /// is not.
  void send(const std::string& queue, const Message& message, bool told = true);

  /// Whether anything was written, erased or sent.
  bool changed() const noexcept { return changed_; }

 private:
  WorldParts* parts_;
  const Process* process_;
  std::size_t store_;
  bool changed_ = false;
};

/// One operation of a product that the contracts do not have, such as a query, the COMMIT of a
/// transaction on several tables, or a send that a broker deduplicates. Returns what its caller
/// learns, mostly JSON.
using Statement = std::function<std::string(StatementScope&)>;

/// Runs the statement in one step, at one scheduling point; it may be refused there, or lose its
/// answer. A story tells `words`; words and `arguments` together say what it does, so two
/// statements that agree in both are the same operation. `store` is one that the explorer gave to a
/// process, else InvalidRequest. The statement must be a function of these arguments and the scope.
///
/// No lab uses it: a lab's algorithm needs the contracts alone.
Task<std::string> run_statement(Store& store, std::string words, std::string arguments,
                                Statement statement);

}  // namespace workshop::explore
