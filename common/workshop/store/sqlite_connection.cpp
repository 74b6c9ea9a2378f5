#include "workshop/store/sqlite_connection.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <thread>

#include "workshop/core/error.hpp"

namespace workshop::detail {

namespace {

constexpr std::int64_t kApplicationId = 0x47494654;  // "GIFT": PRAGMA application_id of our files
constexpr std::int64_t kSchemaVersion = 1;           // PRAGMA user_version

/// True when a failure with this code, at a commit, proves that the transaction is not in the
/// database and will not appear there after a crash.
///
/// A transaction exists once its last frame, which carries the commit mark, is whole in the
/// write-ahead log; after that comes the sync, after that the index in shared memory.
/// - BUSY, LOCKED, READONLY: the write lock was not obtained, so no frame was written.
/// - CONSTRAINT, TOOBIG: the statement failed before its commit.
/// - FULL: there was no room for the commit frame or for one before it; without a whole commit
///   frame the recovery drops the transaction. (A disk that is found to be full only at the sync,
///   as network file systems do, reports IOERR.)
/// - IOERR is unknown: the sync may have failed after the commit frame had reached the disk.
///   Readers do not see it now, yet the recovery after a crash would find it.
/// - All others are unknown too: NOMEM, for one, can come after the sync, when the index grows.
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

[[noreturn]] void throw_sqlite_error(sqlite3* database, int code, SqlitePhase phase) {
  const std::string what =
      std::string("SQLite: ") + sqlite3_errmsg(database) + " (code " + std::to_string(code) + ")";
  if ((code & 0xff) == SQLITE_TOOBIG) throw EntityTooLarge(what);
  if (phase == SqlitePhase::committing && !is_definite_at_commit(code)) throw OutcomeUnknown(what);
  throw Unavailable(what);
}

}  // namespace

SqliteStatement::SqliteStatement(sqlite3* database, std::string_view sql) {
  const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) throw_sqlite_error(database, code, SqlitePhase::before_commit);
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

SqliteStatement& SqliteStatement::bind(int index, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
  const int code =
      sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) fail(code, SqlitePhase::before_commit);
  return *this;
}

SqliteStatement& SqliteStatement::bind(int index, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_, index, value);
  if (code != SQLITE_OK) fail(code, SqlitePhase::before_commit);
  return *this;
}

bool SqliteStatement::step(SqlitePhase phase) {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail(code, phase);
}

void SqliteStatement::run(SqlitePhase phase) {
  while (step(phase)) {
  }
  reset();
}

void SqliteStatement::reset() noexcept { sqlite3_reset(statement_); }

std::string_view SqliteStatement::text(int column) const {
  // As a blob: the bytes as they lie there, without the terminating zero that text would need.
  const void* data = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view{static_cast<const char*>(data), size};
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

void SqliteStatement::fail(int code, SqlitePhase phase) {
  struct Reset {  // after the message was read: a reset may replace it
    SqliteStatement& statement;
    ~Reset() { statement.reset(); }
  } reset{*this};
  throw_sqlite_error(sqlite3_db_handle(statement_), code, phase);
}

SqliteConnection::SqliteConnection(std::string path, std::chrono::milliseconds busy_timeout_ms)
    : path_(std::move(path)) {
  if (path_.empty()) {
    throw InvalidRequest("a store needs a path: name a file, or \":memory:\"");
  }
  try {
    open_file(busy_timeout_ms);
    // Looked at before anything is written: a file that is not ours stays as it is.
    const bool create = is_new();
    if (path_ != ":memory:") use_write_ahead_log(busy_timeout_ms);
    if (create) create_schema();
  } catch (...) {
    sqlite3_close_v2(database_);
    throw;
  }
}

SqliteConnection::~SqliteConnection() { sqlite3_close_v2(database_); }

int SqliteConnection::changes() const noexcept { return sqlite3_changes(database_); }

bool SqliteConnection::in_transaction() const noexcept {
  return sqlite3_get_autocommit(database_) == 0;
}

void SqliteConnection::open_file(std::chrono::milliseconds busy_timeout_ms) {
  // NOMUTEX: the store has a mutex of its own.
  const int code =
      sqlite3_open_v2(path_.c_str(), &database_,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string parent = std::filesystem::absolute(path_).parent_path().string();
    throw Unavailable("cannot open the store " + path_ + ": " + sqlite3_errstr(code) +
                      ". Make sure that the folder " + parent +
                      " exists, that you may write there, and that the path names a file");
  }
  if (sqlite3_db_readonly(database_, "main") == 1) {
    throw Unavailable("cannot write to the store " + path_ +
                      ": the file is read-only. Give yourself the right to write it");
  }
  sqlite3_extended_result_codes(database_, 1);
  sqlite3_busy_timeout(database_, static_cast<int>(busy_timeout_ms.count()));
}

/// True when the database is empty. Throws InvalidRequest when it is neither empty nor ours.
bool SqliteConnection::is_new() {
  const std::string mend = ". Choose another path, or move that file away";
  if (sqlite3_exec(database_, "SELECT 1 FROM sqlite_master", nullptr, nullptr, nullptr) ==
      SQLITE_NOTADB) {
    throw InvalidRequest(path_ + " is not a store: it is no SQLite database" + mend);
  }
  // One read transaction: another process may be creating the schema between these three.
  const bool own_transaction = !in_transaction();
  if (own_transaction) execute("BEGIN");
  const auto application_id = number("PRAGMA application_id");
  const auto version = number("PRAGMA user_version");
  const auto objects_count = number("SELECT count(*) FROM sqlite_master");
  if (own_transaction) execute("COMMIT");
  if (application_id == kApplicationId) {
    if (version == kSchemaVersion) return false;
    throw InvalidRequest("the store " + path_ + " has schema " + std::to_string(version) +
                         ", this program knows only " + std::to_string(kSchemaVersion) +
                         ". Update the program, or choose another path");
  }
  if (application_id == 0 && objects_count == 0) return true;
  throw InvalidRequest(path_ + " is not a store: it is an SQLite database of another program" +
                       mend);
}

/// The write-ahead log lets readers go on beside a writer, and one sync commits a transaction.
///
/// synchronous=FULL syncs the log at every commit. With NORMAL, a power cut takes back the last
/// transactions that were reported as committed: the message would be acknowledged and the payment
/// gone. People trust this file with money. fullfsync: on macOS a plain fsync leaves the data in
/// the drive's cache; elsewhere it changes nothing.
void SqliteConnection::use_write_ahead_log(std::chrono::milliseconds busy_timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + busy_timeout_ms;
  std::string mode;
  while (true) {
    try {
      auto statement = prepare("PRAGMA journal_mode=WAL");
      if (statement.step()) mode = statement.text(0);
      break;
    } catch (const Unavailable&) {
      // Two that open a new file at once: SQLite refuses one, without the busy timeout, rather than
      // let them wait for each other.
      const int code = sqlite3_errcode(database_);
      if (code != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }
  if (mode != "wal") {
    throw Unavailable("the store " + path_ + " cannot keep a write-ahead log (journal mode " +
                      mode +
                      "). Put it on a local disk: network file systems lack the shared memory");
  }
  execute("PRAGMA synchronous=FULL");
  execute("PRAGMA fullfsync=ON");
}

void SqliteConnection::create_schema() {
  execute("BEGIN IMMEDIATE");
  try {
    // Asked again under the write lock: another process may have been faster.
    if (is_new()) {
      execute(
          "CREATE TABLE documents (partition TEXT NOT NULL, id TEXT NOT NULL, "
          "version TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (partition, id)) WITHOUT ROWID");
      execute("CREATE TABLE versions (next INTEGER NOT NULL)");
      execute("INSERT INTO versions VALUES (1)");
      execute("PRAGMA application_id=" + std::to_string(kApplicationId));
      execute("PRAGMA user_version=" + std::to_string(kSchemaVersion));
    }
    execute("COMMIT");
  } catch (...) {
    if (in_transaction()) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

std::int64_t SqliteConnection::number(std::string_view sql) {
  auto statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

void SqliteConnection::execute(std::string_view sql) { prepare(sql).run(); }

}  // namespace workshop::detail
