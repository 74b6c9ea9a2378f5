#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/core/clock.hpp"

namespace workshop {

/// The part of an InProcessBroker that is on disk: its queues, subscriptions and messages, in one
/// SQLite file (write-ahead log, synchronous=FULL), which is locked while the journal is open.
///
/// Each function is one transaction, on disk when the function returns. Errors: Unavailable when
/// nothing was written; OutcomeUnknown when the commit itself failed, so that the write may appear
/// after a crash (until then the journal behaves as if it had not happened).
/// Not thread-safe: the broker's mutex guards it.
class Journal {
 public:
  struct Queue {
    std::uint32_t number = 0;
    std::string name;
    QueueOptions options;
  };
  struct Subscription {
    std::string topic;
    std::uint32_t queue = 0;
  };
  struct StoredMessage {
    std::uint64_t sequence = 0;
    std::uint32_t queue = 0;
    Timestamp due;
    std::uint32_t delivery_count = 0;
    Message message;
    std::string last_failure;  ///< "": no reason was given
  };
  /// The contents of a journal; queues by number, messages by sequence.
  struct Contents {
    std::vector<Queue> queues;
    std::vector<Subscription> subscriptions;
    std::vector<StoredMessage> messages;
    std::uint64_t next_sequence = 1;  ///< larger than every sequence ever used
  };
  /// A message that is added.
  struct Insertion {
    std::uint64_t sequence = 0;
    std::uint32_t queue = 0;
    Timestamp due;
    const Message* message = nullptr;
  };
  /// A message that moves to another queue, with new headers, a delivery count of zero and no last
  /// failure.
  struct Relocation {
    std::uint64_t from_sequence = 0;
    std::uint64_t to_sequence = 0;
    std::uint32_t queue = 0;
    const Message* message = nullptr;
  };

  /// Opens or creates the journal. One of version 1, which has no reasons, becomes one of this
  /// version. `bytes_max` bounds the file; 0: no bound. Throws Unavailable when another broker has
  /// it open or it cannot be opened, InvalidRequest when it is another file or of a later version.
  Journal(std::filesystem::path path, std::uint64_t bytes_max);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  Contents load();
  /// Adds a queue, or changes the options of the one with this number.
  void put_queue(const Queue& queue);
  void add_subscription(const Subscription& subscription);
  void insert(const std::vector<Insertion>& insertions);
  void set_delivery_count(std::uint64_t sequence, std::uint32_t delivery_count);
  void set_last_failure(std::uint64_t sequence, const std::string& failure);
  void erase(std::uint64_t sequence);
  void relocate(const std::vector<Relocation>& relocations);

 private:
  class Database;
  std::unique_ptr<Database> database_;
};

}  // namespace workshop
