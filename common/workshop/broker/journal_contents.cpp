#include "workshop/broker/journal_contents.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "workshop/core/error.hpp"

namespace workshop::detail {
namespace {

/// A sequence beyond it comes from no broker; room above it, so that counting on never overflows.
constexpr std::int64_t kSequenceMax = std::int64_t{1} << 62;
constexpr std::int64_t kCountMax = std::numeric_limits<std::uint32_t>::max() - 1;
/// A command line with more entries than these is of no use.
constexpr std::size_t kListedMax = 50;

/// Takes one length and what it counts from the begin of `text`.
std::optional<std::string> take_part(std::string_view& text) {
  std::size_t size = 0;
  const auto* const end = text.data() + text.size();
  const auto [colon, error] = std::from_chars(text.data(), end, size);
  if (error != std::errc{} || colon == end || *colon != ':') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(colon + 1 - text.data()));
  if (size > text.size()) return std::nullopt;
  std::string part(text.substr(0, size));
  text.remove_prefix(size);
  return part;
}

/// The tables, indexes and whatever else there is, with the SQL that made them.
std::vector<std::string> objects_of(SqliteDatabase& file) {
  std::vector<std::string> objects;
  auto schema = file.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name");
  while (schema.step()) {
    objects.push_back(fmt::format("{} {}: {}", schema.text(0), schema.text(1), schema.text(2)));
  }
  return objects;
}

/// Reads the tables in the order in which they refer to each other, and collects what is wrong.
class Reader {
 public:
  Reader(SqliteDatabase& file, JournalVersion version) : file_(file), version_(version) {}

  Journal::Contents read() {
    check_schema();
    file_.check_integrity();
    read_queues();
    read_subscriptions();
    read_messages();
    read_next_sequence();
    if (problems_count_ > 0) refuse();
    return std::move(contents_);
  }

 private:
  [[noreturn]] void refuse_wholly(const std::string& what) const {
    throw Damaged(fmt::format("{} is damaged: {}. {}", file_.name(), what, file_.how_to_save()));
  }

  void check_schema() {
    SqliteDatabase right({"journal", ":memory:"});
    right.execute_all(journal_schema(version_));
    if (objects_of(file_) != objects_of(right)) refuse_wholly("its schema is not a journal's");
  }

  void problem(const char* table, std::int64_t row, const std::string& what) {
    if (problems_count_++ == 0) first_ = fmt::format("entry {} of table {}: {}", row, table, what);
  }

  static bool is_between(const SqliteStatement& row, int column, std::int64_t min,
                         std::int64_t max) {
    return row.type(column) == SqliteType::integer && row.integer(column) >= min &&
           row.integer(column) <= max;
  }
  /// A column that is the number of a queue or of its dead-letter queue.
  bool names_queue(const SqliteStatement& row, int column) const {
    const auto count = static_cast<std::int64_t>(2 * contents_.queues.size());
    return is_between(row, column, 0, count - 1);
  }

  /// Without the queues nothing else can be judged, so these end the reading.
  void read_queues() {
    auto row =
        file_.prepare("SELECT number, name, lease_ms, deliveries_max FROM queue ORDER BY number");
    while (row.step()) {
      const auto number = static_cast<std::int64_t>(2 * contents_.queues.size());
      const auto what = [&]() -> std::string {
        if (!is_between(row, 0, number, number)) return fmt::format("number {} is missing", number);
        if (row.type(1) != SqliteType::text || row.text(1).empty() ||
            row.text(1).ends_with(kDeadLetterSuffix)) {
          return "its name is none that a queue can have";
        }
        if (!is_between(row, 2, 1, std::numeric_limits<std::int64_t>::max())) {
          return "its lease_ms is no duration";
        }
        if (!is_between(row, 3, 1, kCountMax + 1)) return "its deliveries_max is no count";
        return {};
      }();
      if (!what.empty()) {
        refuse_wholly(fmt::format("entry {} of table queue: {}", row.integer(0), what));
      }
      contents_.queues.push_back({static_cast<std::uint32_t>(row.integer(0)),
                                  std::string(row.text(1)),
                                  {std::chrono::milliseconds(row.integer(2)),
                                   static_cast<std::uint32_t>(row.integer(3))}});
    }
  }

  void read_subscriptions() {
    auto row = file_.prepare("SELECT topic, queue, rowid FROM subscription ORDER BY rowid");
    while (row.step()) {
      if (row.type(0) != SqliteType::text || !names_queue(row, 1)) {
        problem("subscription", row.integer(2), "it names a queue that is not there");
        wrong_subscriptions_.push_back(row.integer(2));
      } else {
        contents_.subscriptions.push_back(
            {std::string(row.text(0)), static_cast<std::uint32_t>(row.integer(1))});
      }
    }
  }

  void read_messages() {
    auto row = file_.prepare(
        fmt::format("SELECT sequence, queue, due_ms, delivery_count, id, type, body, headers, {}"
                    " FROM message ORDER BY sequence",
                    version_ == JournalVersion::without_reasons ? "x''" : "last_failure"));
    while (row.step()) {
      Journal::StoredMessage stored;
      const auto what = read_message(row, stored);
      sequence_max_ = row.integer(0);
      if (what.empty()) {
        contents_.messages.push_back(std::move(stored));
      } else {
        problem("message", row.integer(0), what);
        wrong_messages_.push_back(row.integer(0));
      }
    }
  }

  /// What is wrong with it, or "".
  std::string read_message(const SqliteStatement& row, Journal::StoredMessage& stored) const {
    if (!is_between(row, 0, 1, kSequenceMax)) return "its sequence is none that a message can have";
    if (!names_queue(row, 1)) return "it names a queue that is not there";
    if (row.type(2) != SqliteType::integer) return "its due_ms is no time";
    if (!is_between(row, 3, 0, kCountMax)) return "its delivery_count is no count";
    constexpr const char* kBytes[] = {"id", "type", "body", "headers", "last_failure"};
    for (int column = 4; column < 9; ++column) {
      if (row.type(column) != SqliteType::blob)
        return fmt::format("no bytes in {}", kBytes[column - 4]);
    }
    stored.sequence = static_cast<std::uint64_t>(row.integer(0));
    stored.queue = static_cast<std::uint32_t>(row.integer(1));
    stored.due = Timestamp{std::chrono::milliseconds(row.integer(2))};
    stored.delivery_count = static_cast<std::uint32_t>(row.integer(3));
    auto& message = stored.message;
    message.id.value = row.text(4);
    message.type = row.text(5);
    message.body = row.text(6);
    stored.last_failure = row.text(8);
    if (!decode_headers(row.text(7), message.headers)) {
      return "the headers are not written as a broker writes them";
    }
    return {};
  }

  /// A sequence that is used again would let an old lease fit a new delivery.
  void read_next_sequence() {
    std::int64_t last = 0;
    std::size_t rows_count = 0;
    bool is_number = true;
    auto row = file_.prepare("SELECT seq FROM sqlite_sequence WHERE name='message'");
    while (row.step()) {
      ++rows_count;
      is_number = is_number && is_between(row, 0, 0, kSequenceMax);
      last = row.integer(0);
    }
    if (rows_count > 1 || !is_number || last < std::min(sequence_max_, kSequenceMax)) {
      wrong_sequence_ = true;
      problem("sqlite_sequence", 1, "the last sequence is not known");
    }
    contents_.next_sequence = static_cast<std::uint64_t>(last) + 1;
  }

  [[noreturn]] void refuse() const {
    const auto sound = contents_.messages.size();
    const auto what =
        fmt::format("{} is damaged: {}{}; {} of {} messages are sound", file_.name(), first_,
                    problems_count_ == 1 ? "" : fmt::format(" (and {} more)", problems_count_ - 1),
                    sound, sound + wrong_messages_.size());
    if (problems_count_ > kListedMax) {
      throw Damaged(fmt::format("{}. {}", what, file_.how_to_save()));
    }
    std::string mend;
    if (!wrong_subscriptions_.empty()) {
      mend += fmt::format("DELETE FROM subscription WHERE rowid IN ({}); ",
                          fmt::join(wrong_subscriptions_, ", "));
    }
    if (!wrong_messages_.empty()) {
      mend += fmt::format("DELETE FROM message WHERE sequence IN ({}); ",
                          fmt::join(wrong_messages_, ", "));
    }
    if (wrong_sequence_) {
      mend += fmt::format(
          "DELETE FROM sqlite_sequence; INSERT INTO sqlite_sequence VALUES('message', {}); ",
          std::clamp<std::int64_t>(sequence_max_, 0, kSequenceMax));
    }
    throw Damaged(
        fmt::format("{}. To go on with these, copy the file away, with its -wal, and run: sqlite3 "
                    "'{}' \"{}PRAGMA user_version=0\"",
                    what, file_.path(), mend));
  }

  SqliteDatabase& file_;
  JournalVersion version_;
  Journal::Contents contents_;
  std::int64_t sequence_max_ = 0;
  std::size_t problems_count_ = 0;
  std::string first_;  // the first problem
  std::vector<std::int64_t> wrong_subscriptions_;
  std::vector<std::int64_t> wrong_messages_;
  bool wrong_sequence_ = false;
};

}  // namespace

std::string journal_schema(JournalVersion version) {
  return fmt::format(
      R"sql(
  CREATE TABLE queue(
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    lease_ms INTEGER NOT NULL, deliveries_max INTEGER NOT NULL);
  CREATE TABLE subscription(
    topic TEXT NOT NULL, queue INTEGER NOT NULL, PRIMARY KEY(topic, queue));
  -- AUTOINCREMENT: a sequence is never used again, or an old lease tag could fit a new delivery.
  CREATE TABLE message(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, due_ms INTEGER NOT NULL,
    delivery_count INTEGER NOT NULL, id BLOB NOT NULL, type BLOB NOT NULL, body BLOB NOT NULL,
    headers BLOB NOT NULL{});
)sql",
      version == JournalVersion::without_reasons ? "" : ", last_failure BLOB NOT NULL DEFAULT x''");
}

std::string_view journal_upgrade() {
  return "ALTER TABLE message ADD COLUMN last_failure BLOB NOT NULL DEFAULT x'';";
}

Journal::Contents read_journal(SqliteDatabase& file, JournalVersion version) {
  return Reader(file, version).read();
}

std::uint64_t stored_bytes(const Message& message) {
  return message.id.value.size() + message.type.size() + message.body.size() +
         encode_headers(message.headers).size();
}

std::string encode_headers(const decltype(Message::headers)& headers) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    text += fmt::format("{}:", part.size());
    text += part;
  };
  for (const auto& [name, value] : headers) {
    add(name);
    add(value);
  }
  return text;
}

bool decode_headers(std::string_view bytes, decltype(Message::headers)& headers) {
  headers.clear();
  auto rest = bytes;
  while (!rest.empty()) {
    auto name = take_part(rest);
    if (!name) return false;
    auto value = take_part(rest);
    if (!value) return false;
    headers.insert_or_assign(std::move(*name), std::move(*value));
  }
  return encode_headers(headers) == bytes;  // lengths without zeros in front, names in order
}

}  // namespace workshop::detail
