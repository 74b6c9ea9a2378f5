#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/core/clock.hpp"

namespace workshop {

/// The part of an InProcessBroker that is on disk: its queues, subscriptions and messages, in one
/// SQLite file (write-ahead log, synchronous=FULL), which is locked while the journal is open.
///
/// Each function is one transaction, which survives a kill when the function returns. `put_queue`,
/// `add_subscription` and `insert` are then on the disk as well, with all before them; the others
/// wait for the next of these (docs/durability.md). The disk has it in the file and its
/// write-ahead log, `-wal`, together. After a kill or a power failure the log has what is not in
/// the file yet; who copies, moves or restores one of them without the other goes back to an older
/// state. A log that is missing is noticed at opening, because the file says that it was not
/// closed. A log that is cut is not: it ends, for SQLite, at the last whole transaction.
///
/// Errors: Unavailable when nothing was written, because the disk or the journal is full, because
/// the file or its log was moved or removed, or for another reason that is told; Damaged;
/// OutcomeUnknown when the commit itself failed, so that the write may appear after a crash (until
/// then the journal behaves as if it had not happened).
///
/// A full disk: a third file, `-reserve`, of 1 MiB at most, keeps room, which is given up when a
/// message shall be received, acknowledged, abandoned or moved. Nothing is added until there is
/// room for it again.
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

  /// Opens or creates the journal, and reads and checks all of it. One of version 1, which has no
  /// reasons, becomes one of this version. `bytes_max` bounds the file, its log and its reserve
  /// together, except while many messages are moved to or from a dead-letter queue at once; 0: no
  /// bound. Throws Unavailable when another broker has it open or it cannot be opened,
  /// InvalidRequest when it is another file or of a later version, and Damaged when it holds what
  /// no broker has written, or when its log is missing. What is refused is left as it is.
  Journal(std::filesystem::path path, std::uint64_t bytes_max);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// What was in it when it was opened; once.
  Contents load();
  /// Adds a queue, or changes the options of the one with this number.
  void put_queue(const Queue& queue);
  void add_subscription(const Subscription& subscription);
  void insert(const std::vector<Insertion>& insertions);
  void set_delivery_count(std::uint64_t sequence, std::uint32_t delivery_count);
  void set_last_failure(std::uint64_t sequence, const std::string& failure);
  void erase(std::uint64_t sequence);
  void relocate(const std::vector<Relocation>& relocations);

  /// Whether operations may share a transaction: there is no limit to judge, and no full disk.
  bool has_room_for_groups() const noexcept;
  /// One transaction of what `writes` does by the three functions below; on the disk when it
  /// returns if it is `synced`. OutcomeUnknown when the commit failed; after any other failure
  /// nothing was written.
  void commit_together(bool synced, const std::function<void()>& writes);
  void write(const std::vector<Insertion>& insertions);
  void write_delivery_count(std::uint64_t sequence, std::uint32_t delivery_count);
  /// False when there is no such message.
  bool write_erasure(std::uint64_t sequence);

 private:
  class Database;
  std::unique_ptr<Database> database_;
};

}  // namespace workshop
