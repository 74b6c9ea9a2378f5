#include "workshop/broker/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "workshop/broker/broker_state.hpp"
#include "workshop/broker/journal_contents.hpp"
#include "workshop/broker/journal_file.hpp"

namespace workshop {
namespace {

using detail::JournalFile;
using detail::SqliteStatement;
using Effect = JournalFile::Effect;
using Sync = JournalFile::Sync;

/// Headers of this size take no page of their own, so that at its limit a journal still moves.
constexpr std::uint64_t kHeadersSmall = 2'000;

std::int64_t signed_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::int64_t count_of(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

class Journal::Database {
 public:
  Database(const std::filesystem::path& path, std::uint64_t bytes_max)
      : file(path.string(), bytes_max) {}

  JournalFile file;
  SqliteStatement put_queue = file.prepare(
      "INSERT OR REPLACE INTO queue(number, name, lease_ms, deliveries_max)"
      " VALUES(?1, ?2, ?3, ?4)");
  SqliteStatement subscribe =
      file.prepare("INSERT OR IGNORE INTO subscription(topic, queue) VALUES(?1, ?2)");
  SqliteStatement insert = file.prepare(
      "INSERT INTO message(sequence, queue, due_ms, delivery_count, id, type, body,"
      " headers) VALUES(?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)");
  SqliteStatement count = file.prepare("UPDATE message SET delivery_count=?1 WHERE sequence=?2");
  SqliteStatement fail = file.prepare("UPDATE message SET last_failure=?1 WHERE sequence=?2");
  SqliteStatement erase = file.prepare("DELETE FROM message WHERE sequence=?1");
  // In one statement, so that the room of the message that moves is free for where it goes.
  SqliteStatement move = file.prepare(
      "UPDATE message SET sequence=?1, queue=?2, due_ms=?3, delivery_count=0,"
      " headers=?4, last_failure=x'' WHERE sequence=?5");
  // AUTOINCREMENT counts insertions only.
  SqliteStatement count_sequence =
      file.prepare("UPDATE sqlite_sequence SET seq=max(seq, ?1) WHERE name='message'");
};

Journal::Journal(std::filesystem::path path, std::uint64_t bytes_max)
    : database_(std::make_unique<Database>(path, bytes_max)) {}

Journal::~Journal() = default;

Journal::Contents Journal::load() { return database_->file.take_contents(); }

void Journal::put_queue(const Queue& queue) {
  const auto action = fmt::format("declare queue '{}'", queue.name);
  database_->file.transact(Effect::adds, Sync::now, action, {1, queue.name.size()}, [&] {
    database_->put_queue.bind(1, queue.number)
        .bind(2, queue.name)
        .bind(3, queue.options.lease_ms.count())
        .bind(4, queue.options.deliveries_max)
        .run();
  });
}

void Journal::add_subscription(const Subscription& subscription) {
  const auto action = fmt::format("subscribe to '{}'", subscription.topic);
  database_->file.transact(Effect::adds, Sync::now, action, {1, subscription.topic.size()}, [&] {
    database_->subscribe.bind(1, subscription.topic).bind(2, subscription.queue).run();
  });
}

void Journal::insert(const std::vector<Insertion>& insertions) {
  auto& space = database_->file.space();
  detail::JournalSize size{insertions.size()};
  std::uint64_t largest_bytes = 0;
  for (const auto& insertion : insertions) {
    const auto bytes = detail::stored_bytes(*insertion.message);
    size.bytes += bytes;
    largest_bytes = std::max(largest_bytes, bytes);
    space.note_message(insertion.sequence, bytes);
  }
  try {
    database_->file.transact(Effect::adds, Sync::now, "add a message", size,
                             [&] { write(insertions); });
  } catch (...) {
    for (const auto& insertion : insertions) space.forget_message(insertion.sequence);
    throw;
  }
  space.note_largest(largest_bytes);
}

void Journal::set_delivery_count(std::uint64_t sequence, std::uint32_t delivery_count) {
  database_->file.transact(Effect::settles, Sync::later, "count a delivery", {},
                           [&] { write_delivery_count(sequence, delivery_count); });
}

void Journal::set_last_failure(std::uint64_t sequence, const std::string& failure) {
  database_->file.transact(
      Effect::notes, Sync::later, "note why a delivery was abandoned", {1, failure.size()},
      [&] { database_->fail.bind_blob(1, failure).bind(2, signed_of(sequence)).run(); });
  database_->file.space().note_reason(failure.size());
}

void Journal::erase(std::uint64_t sequence) {
  database_->file.transact(Effect::settles, Sync::later, "acknowledge a message", {},
                           [&] { write_erasure(sequence); });
  database_->file.space().forget_message(sequence);
}

bool Journal::has_room_for_groups() const noexcept { return database_->file.space().is_ample(); }

void Journal::commit_together(bool synced, const std::function<void()>& writes) {
  database_->file.transact_together(synced ? Sync::now : Sync::later, writes);
}

void Journal::write(const std::vector<Insertion>& insertions) {
  for (const auto& insertion : insertions) {
    const auto& message = *insertion.message;
    const auto headers = detail::encode_headers(message.headers);
    database_->insert.bind(1, signed_of(insertion.sequence))
        .bind(2, insertion.queue)
        .bind(3, count_of(insertion.due))
        .bind_blob(4, message.id.value)
        .bind_blob(5, message.type)
        .bind_blob(6, message.body)
        .bind_blob(7, headers)
        .run();
  }
}

void Journal::write_delivery_count(std::uint64_t sequence, std::uint32_t delivery_count) {
  database_->count.bind(1, delivery_count).bind(2, signed_of(sequence)).run();
}

bool Journal::write_erasure(std::uint64_t sequence) {
  database_->erase.bind(1, signed_of(sequence)).run();
  return database_->file.changes() > 0;
}

void Journal::relocate(const std::vector<Relocation>& relocations) {
  // A message that moves keeps its room. Only new headers take some, such as a long reason.
  detail::JournalSize size{relocations.size()};
  std::uint64_t largest_bytes = 0;
  std::uint64_t headers_bytes_max = 0;
  for (const auto& relocation : relocations) {
    const auto bytes = detail::stored_bytes(*relocation.message);
    size.bytes += bytes;
    largest_bytes = std::max(largest_bytes, bytes);
    headers_bytes_max = std::max<std::uint64_t>(
        headers_bytes_max, detail::encode_headers(relocation.message->headers).size());
  }
  size.bytes -= largest_bytes;  // the largest is counted with what is written again
  const auto write = [&] {
    for (const auto& relocation : relocations) {
      const auto headers = detail::encode_headers(relocation.message->headers);
      database_->move.bind(1, signed_of(relocation.to_sequence))
          .bind(2, relocation.queue)
          .bind(3, count_of(QueueEntry::kNow))
          .bind_blob(4, headers)
          .bind(5, signed_of(relocation.from_sequence))
          .run();
      database_->count_sequence.bind(1, signed_of(relocation.to_sequence)).run();
    }
  };
  database_->file.transact(headers_bytes_max > kHeadersSmall ? Effect::notes : Effect::settles,
                           Sync::later, "move a message to or from the dead-letter queue", size,
                           write);
  auto& space = database_->file.space();
  for (const auto& relocation : relocations) {
    space.forget_message(relocation.from_sequence);
    space.note_message(relocation.to_sequence, detail::stored_bytes(*relocation.message));
  }
  space.note_largest(largest_bytes);
}

}  // namespace workshop
