#include "workshop/sqlite/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <limits>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "workshop/core/error.hpp"
#include "workshop/core/saturating.hpp"
#include "workshop/sqlite/gathered_log.hpp"

namespace workshop::detail {

namespace {

constexpr std::uint64_t kSmallestBytes = 512;  // the smallest page
constexpr int kLongLogFrames = 1'000;          // as SQLite's own default

/// True when a failure with this code, at a commit, proves that the transaction is not in the
/// database and will not appear there after a crash.
///
/// A transaction exists when its last frame, which has the commit mark, is complete in the
/// write-ahead log. After that SQLite syncs the log, and then updates the index in shared memory.
/// - BUSY, LOCKED, READONLY: the write lock was not obtained, so no frame was written.
/// - CONSTRAINT, TOOBIG: the statement failed before its commit.
/// - FULL: there was no room for the commit frame or for one before it. Without a complete commit
///   frame, recovery drops the transaction. (A disk that turns out to be full only at the sync, as
///   in network file systems, reports IOERR.)
/// - IOERR is unknown: the sync may have failed after the commit frame had reached the disk. Now
///   readers do not see the transaction, but recovery after a crash would find it.
/// - All others are unknown too: NOMEM, for example, can come after the sync, when the index grows.
bool is_definite_at_commit(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_FULL:
      return true;
    default:
      return false;
  }
}

bool is_damage(int code) {
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

/// The inode of a file, 0 if it is not there. Nothing else is asked: on Linux, who asks for a
/// file's times has its next write stamped to the nanosecond, and a file system without a journal
/// writes that stamp at the next sync: two writes for one.
std::uint64_t inode_of(const char* path) {
#ifdef STATX_INO
  struct ::statx found{};
  return ::statx(AT_FDCWD, path, 0, STATX_INO, &found) == 0 ? found.stx_ino : 0;
#else
  struct ::stat found{};
  return ::stat(path, &found) == 0 ? found.st_ino : 0;
#endif
}

/// SQLite counts the memory that it has under one lock for all connections, twice for each piece it
/// takes or gives back, unless it is told before its first use that nobody asks for the sum. If
/// somebody else in this program has used it before, it goes on counting.
void count_no_memory() {
  [[maybe_unused]] static const int told = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

std::string printable(std::string text) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

SqliteDatabase::SqliteDatabase(SqliteOptions options) : options_(std::move(options)) {
  try {
    open_file();
  } catch (...) {
    sqlite3_close_v2(database_);
    throw;
  }
}

SqliteDatabase::~SqliteDatabase() { sqlite3_close_v2(database_); }

void SqliteDatabase::open_file() {
  // SQLite takes a file that is too small for a database for an empty one, and would write over it.
  std::error_code none;
  const auto bytes = std::filesystem::file_size(path(), none);
  if (is_file() && !none && bytes > 0 && bytes < kSmallestBytes) {
    throw InvalidRequest(
        fmt::format("'{}' is no {}: it has only {} bytes; choose another path, or move it away",
                    path(), options_.kind, bytes));
  }
  count_no_memory();
  // NOMUTEX: the owner has a mutex of its own.
  const int code = sqlite3_open_v2(path().c_str(), &database_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                                   is_file() ? gathered_log_file_system() : nullptr);
  if (code != SQLITE_OK) {
    const auto parent = std::filesystem::absolute(path()).parent_path().string();
    throw Unavailable(
        fmt::format("{} cannot be opened: {}; does its folder exist? Make sure that {} is there, "
                    "that you may write there, and that the path names a file",
                    name(), sqlite3_errstr(code), parent));
  }
  if (sqlite3_db_readonly(database_, "main") == 1) {
    throw Unavailable(fmt::format("{} is read-only: give yourself the right to write it", name()));
  }
  sqlite3_extended_result_codes(database_, 1);
  // A file can hold triggers and views that others have put into it: they get no power here.
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  const auto timeout = std::clamp<std::int64_t>(options_.busy_timeout_ms.count(), 0,
                                                std::numeric_limits<int>::max());
  sqlite3_busy_timeout(database_, static_cast<int>(timeout));
}

void SqliteDatabase::execute_all(const std::string& sql) {
  const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, SqlitePhase::before_commit);
}

std::int64_t SqliteDatabase::number(std::string_view sql) {
  auto statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

int SqliteDatabase::changes() const noexcept { return sqlite3_changes(database_); }

bool SqliteDatabase::in_transaction() const noexcept {
  return sqlite3_get_autocommit(database_) == 0;
}

/// synchronous=FULL syncs the log at every commit. With NORMAL, a power failure undoes the last
/// transactions that were reported as committed: the message would be acknowledged and the payment
/// lost. People trust this file with money. fullfsync: on macOS a plain fsync leaves the data in
/// the drive's cache; elsewhere it changes nothing.
void SqliteDatabase::use_write_ahead_log() {
  const auto deadline = deadline_after(options_.busy_timeout_ms);
  std::string mode;
  while (true) {
    try {
      auto statement = prepare("PRAGMA journal_mode=WAL");
      if (statement.step()) mode = statement.text(0);
      break;
    } catch (const Unavailable&) {
      // When two processes open a new file at once, SQLite refuses one of them at once, without the
      // busy timeout, to avoid a deadlock.
      if (!failed_by_lock() || std::chrono::steady_clock::now() >= deadline) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }
  if (mode != "wal") {
    throw Unavailable(fmt::format(
        "{} cannot keep a write-ahead log (journal mode {}): put it on a local disk, because "
        "network file systems lack the shared memory",
        name(), mode));
  }
  execute("PRAGMA synchronous=FULL");
  execute("PRAGMA fullfsync=ON");
  // Debian's SQLite writes zeros over what is deleted, also where that takes a page of its own.
  execute("PRAGMA secure_delete=OFF");
}

/// What a power cut leaves is the state after one of the commits, never a mixture: around each
/// checkpoint and each restart of the log there is a sync either way.
void SqliteDatabase::set_sync_at_commit(bool on) {
  if (on == syncs_at_commit_) return;
  if (!sync_log_at_commit(database_, on)) {
    number("PRAGMA schema_version");  // SQLite opens the log when it reads
    // On another file system SQLite itself leaves the sync out; there, no log is gathered.
    if (!sync_log_at_commit(database_, on)) {
      execute(on ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    }
  }
  syncs_at_commit_ = on;
}

void SqliteDatabase::copy_log_on_request() {
  const auto note = [](void* frames_count, sqlite3*, const char*, int count) {
    *static_cast<int*>(frames_count) = count;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_, note, &log_frames_count_);  // in the place of SQLite's own
}

void SqliteDatabase::copy_long_log() noexcept {
  if (log_frames_count_ < kLongLogFrames) return;
  if (checkpoint(SqliteLog::kept)) log_frames_count_ = 0;
}

void SqliteDatabase::mend_log() {
  if (!log_needs_mend_) return;
  sqlite3_file* log = nullptr;
  sqlite3_file_control(database_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods == nullptr) return;  // there is no log
  const auto& disk = *log->pMethods;
  std::vector<char> bytes(64 * 1024);
  sqlite3_int64 size = 0;
  int code = disk.xFileSize(log, &size);
  for (sqlite3_int64 at = 0; at < size && code == SQLITE_OK;) {
    const auto count =
        static_cast<int>(std::min(size - at, static_cast<sqlite3_int64>(bytes.size())));
    code = disk.xRead(log, bytes.data(), count, at);
    if (code == SQLITE_OK) code = disk.xWrite(log, bytes.data(), count, at);
    at += count;
  }
  if (code == SQLITE_OK) code = disk.xSync(log, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) {
    throw Unavailable(
        fmt::format("{} cannot sync its log, after a sync has failed: {} (SQLite's code {}); "
                    "nothing was written. {}",
                    name(), sqlite3_errstr(code), code, mend(code)));
  }
  log_needs_mend_ = false;
}

void SqliteDatabase::check_integrity() {
  auto statement = prepare("PRAGMA integrity_check(1)");
  if (!statement.step() || statement.text(0) == "ok") return;
  throw Damaged(fmt::format("{} is damaged: {}. {}", name(),
                            printable(std::string(statement.text(0))), how_to_save()));
}

void SqliteDatabase::check_in_place_since_tick() {
#ifdef CLOCK_MONOTONIC_COARSE
  ::timespec tick{};
  if (::clock_gettime(CLOCK_MONOTONIC_COARSE, &tick) == 0) {
    const auto now = std::int64_t{tick.tv_sec} * 1'000'000'000 + tick.tv_nsec;
    if (now == in_place_at_) return;
    check_in_place();
    in_place_at_ = now;
    return;
  }
#endif
  check_in_place();
}

void SqliteDatabase::check_in_place() {
  if (!is_file()) return;
  const auto* const path = sqlite3_db_filename(database_, "main");
  const auto file = inode_of(path);
  int has_moved = 0;
  if (file_inode_ == 0) {  // SQLite compares with what it has open
    sqlite3_file_control(database_, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
    file_inode_ = file;
  }
  if (file == 0 || file != file_inode_) has_moved = 1;
  // SQLite does not look after its log. While the database is open nobody replaces it.
  const auto log = inode_of(sqlite3_filename_wal(path));
  if (log_inode_ == 0) log_inode_ = log;
  if (has_moved == 0 && log == log_inode_) return;
  throw Unavailable(
      fmt::format("{} was moved or removed{} while this program has it open; nothing was written. "
                  "Put it back, or start the program again",
                  name(), has_moved != 0 ? "" : ", or its file with -wal at the end of its name,"));
}

std::uint64_t SqliteDatabase::log_bytes() const {
  std::error_code none;
  const auto bytes = std::filesystem::file_size(
      sqlite3_filename_wal(sqlite3_db_filename(database_, "main")), none);
  return none ? 0 : bytes;
}

bool SqliteDatabase::checkpoint(SqliteLog log) noexcept {
  int frames_count = 0;
  int copied_count = 0;
  const int code = sqlite3_wal_checkpoint_v2(
      database_, "main",
      log == SqliteLog::emptied ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
      &frames_count, &copied_count);
  if (code != SQLITE_OK && code != SQLITE_BUSY) log_needs_mend_ = true;
  return code == SQLITE_OK && frames_count == copied_count;
}

void SqliteDatabase::set_checkpoint_at_close(bool on) noexcept {
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on ? 0 : 1, nullptr);
}

void SqliteDatabase::let_log_grow_ahead() {
  number("PRAGMA schema_version");  // SQLite opens the log when it reads
  grow_log_ahead(database_);
}

bool SqliteDatabase::failed_by_full_disk() const noexcept {
  return (failure_ & 0xff) == SQLITE_FULL;
}
bool SqliteDatabase::failed_by_lock() const noexcept { return (failure_ & 0xff) == SQLITE_BUSY; }
bool SqliteDatabase::failed_by_format() const noexcept {
  return (failure_ & 0xff) == SQLITE_NOTADB;
}

std::string SqliteDatabase::how_to_save() const {
  return fmt::format(
      "Move it away, with its -wal, or go back to a copy; sqlite3 '{}' .recover writes out what "
      "can still be read",
      path());
}

std::string SqliteDatabase::mend(int code) const {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "Free space on its disk and try again";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "Another program is writing to it: try again, or let it wait longer";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "Give yourself the right to write it and its folder";
    case SQLITE_CANTOPEN:
      return "Make sure that its folder is there and that you may write in it";
    case SQLITE_IOERR:
      return "Look after its disk: the system's log may say more";
    case SQLITE_NOMEM:
      return "Free memory and try again";
    case SQLITE_TOOBIG:
      return "Make it smaller";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return how_to_save();
    default:
      return "See sqlite.org/rescode.html";
  }
}

void SqliteDatabase::fail(int code, SqlitePhase phase) const {
  failure_ = code;
  const bool is_definite = phase == SqlitePhase::before_commit || is_definite_at_commit(code);
  if (!is_definite) log_needs_mend_ = true;
  const auto what =
      fmt::format("{} {}: {} (SQLite's code {}); {}. {}", name(),
                  is_damage(code)   ? "is damaged"
                  : action_.empty() ? "failed"
                                    : fmt::format("failed to {}", action_),
                  printable(sqlite3_errmsg(database_)), code,
                  is_definite ? "nothing was written" : "it may show after a restart", mend(code));
  if ((code & 0xff) == SQLITE_TOOBIG) throw EntityTooLarge(what);
  if (!is_definite) throw OutcomeUnknown(what);
  if (is_damage(code)) throw Damaged(what);
  throw Unavailable(what);
}

}  // namespace workshop::detail
