#include "workshop/broker/journal_file.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "workshop/broker/journal_contents.hpp"
#include "workshop/core/error.hpp"

namespace workshop::detail {
namespace {

// The application id says that a file is a journal, and of which version: "WsJ1", "WsJ2".
constexpr std::int64_t kJournal = 0x57734a00;
// The user version says whether a broker has it open: it is set in the file itself, not only in its
// write-ahead log, before anything is in that log alone.
constexpr std::int64_t kOpen = 1;

bool has_log(const std::string& path) {
  std::error_code none;
  return std::filesystem::exists(path + "-wal", none);
}

/// A number of the header of an SQLite file: four bytes, the highest first.
std::int64_t header_number(const std::array<char, 100>& header, std::size_t at) {
  std::int64_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    number = number * 256 + static_cast<unsigned char>(header[i]);
  }
  return number;
}

/// Looks into the file before SQLite opens it, and creates a log when there is none.
void check_log_is_there(const std::string& path) {
  if (has_log(path)) return;
  std::array<char, 100> header{};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(header.data(), header.size())) return;
  if ((header_number(header, 68) & ~0xff) != kJournal || header_number(header, 60) != kOpen) return;
  throw Damaged(fmt::format(
      "the journal '{0}' was not closed, and its write-ahead log '{0}-wal' is missing: what was "
      "written last is not in the journal alone. Put the log back beside it. If it is lost, or if "
      "another program has opened the journal since, run: sqlite3 '{0}' \"PRAGMA user_version=0\"",
      path));
}

}  // namespace

JournalFile::JournalFile(const std::string& path, std::uint64_t bytes_max)
    : SqliteDatabase({"journal", (check_log_is_there(path), path)}), space_(*this, bytes_max) {
  set_checkpoint_at_close(!has_log(path));  // what is refused is left as it is
  lock();
  const bool is_new = number("SELECT count(*) FROM sqlite_schema") == 0;
  const auto version = is_new ? JournalVersion::current : version_found();
  if (!is_new) contents_ = read_journal(*this, version);
  execute("COMMIT");
  // Beyond the limit of SQLite's cache, pages of a transaction would be logged before it is judged.
  execute("PRAGMA cache_spill=OFF");
  use_write_ahead_log();
  if (bytes_max == 0) let_log_grow_ahead();
  copy_log_on_request();
  if (is_new || version != JournalVersion::current) {
    execute_all(fmt::format(
        "BEGIN; {} PRAGMA application_id={}; COMMIT;",
        is_new ? journal_schema(JournalVersion::current) : std::string(journal_upgrade()),
        kJournal + static_cast<char>(JournalVersion::current)));
  }
  for (const auto& stored : contents_.messages) {
    space_.note_message(stored.sequence, stored_bytes(stored.message));
    space_.note_largest(stored_bytes(stored.message));
    space_.note_reason(stored.last_failure.size());
  }
  mark_open();
  begin_ = prepare("BEGIN");
  commit_ = prepare("COMMIT");
  rollback_ = prepare("ROLLBACK");
}

JournalFile::~JournalFile() { mark_closed(); }

/// Exclusive locking keeps the lock for as long as the file is open, and the log's index in memory.
void JournalFile::lock() {
  try {
    execute("PRAGMA locking_mode=EXCLUSIVE");
    execute("BEGIN EXCLUSIVE");
  } catch (const Error&) {
    if (failed_by_lock()) {
      throw Unavailable(fmt::format(
          "{} is in use by another broker; stop it, or choose another journal_path", name()));
    }
    if (failed_by_format()) {
      throw InvalidRequest(
          fmt::format("the file '{}' is no broker's journal; choose another journal_path", path()));
    }
    throw;
  }
}

JournalVersion JournalFile::version_found() {
  const auto version = number("PRAGMA application_id") - kJournal;
  if (version < '1' || version > '9') {
    throw InvalidRequest(
        fmt::format("the file '{}' is no broker's journal; choose another journal_path", path()));
  }
  const auto current = static_cast<char>(JournalVersion::current);
  if (version > current) {
    throw InvalidRequest(
        fmt::format("{} has version {}, and this program knows up to {}; open it with the program "
                    "that wrote it, or a later one",
                    name(), static_cast<char>(version), current));
  }
  return static_cast<JournalVersion>(version);
}

void JournalFile::mark_open() {
  space_.try_to_restore_reserve();
  const auto mark = [this] { execute(fmt::format("PRAGMA user_version={}", kOpen)); };
  try {
    mark();
  } catch (const Unavailable&) {
    if (!failed_by_full_disk() || !space_.give_up_reserve()) throw;
    mark();
  }
  if (!checkpoint(SqliteLog::emptied) && space_.give_up_reserve()) checkpoint(SqliteLog::emptied);
  set_checkpoint_at_close(true);
}

/// A journal that cannot be marked keeps its log.
void JournalFile::mark_closed() noexcept {
  try {
    check_in_place();
    set_sync_at_commit(true);
    execute("PRAGMA user_version=0");
  } catch (const Error&) {
    set_checkpoint_at_close(false);
  }
}

void JournalFile::transact(Effect effect, Sync sync, std::string_view action, JournalSize size,
                           const std::function<void()>& writes) {
  set_action(action);
  check_in_place();
  if (sync == Sync::now) mend_log();
  set_sync_at_commit(sync == Sync::now);
  if (effect == Effect::adds) space_.require_reserve();
  // What is not added is written again.
  const auto log_bytes = space_.log_bytes_of(size, effect == Effect::adds);
  space_.prepare_log(log_bytes);
  // Twice with less in the log, the second time with the reserve's room; adding may use neither.
  for (int attempt = 1;; ++attempt) {
    try {
      commit(effect, log_bytes, writes);
      break;
    } catch (const Unavailable&) {
      if (effect == Effect::adds || !failed_by_full_disk() || attempt == 3) throw;
      if (attempt == 1) {
        space_.reuse_log();
      } else if (!space_.give_up_reserve()) {
        throw;
      }
    }
  }
}

void JournalFile::transact_together(Sync sync, const std::function<void()>& writes) {
  set_action("commit a group of operations");
  check_in_place();
  if (sync == Sync::now) mend_log();
  set_sync_at_commit(sync == Sync::now);
  commit(Effect::settles, 0, writes);
}

/// Begins, writes and commits; rolls back when it throws. The limit is judged before the commit,
/// when the size of the file is known.
void JournalFile::commit(Effect effect, std::uint64_t log_bytes,
                         const std::function<void()>& writes) {
  forget_failure();
  begin_.run();
  try {
    writes();
    if (effect != Effect::settles) space_.require_fit(log_bytes);
    commit_.run(SqlitePhase::committing);
    copy_long_log();
  } catch (...) {
    // After some failures SQLite has rolled back by itself.
    if (in_transaction()) rollback_.run();
    throw;
  }
}

}  // namespace workshop::detail
