#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "workshop/sqlite/statement.hpp"

struct sqlite3;

namespace workshop::detail {

/// How an SQLite file is opened.
struct SqliteOptions {
  std::string kind;  ///< what the file is, for messages: "store", "journal"
  std::string path;  ///< ":memory:": a database of its own
  /// How long a statement waits for another program. SQLite counts up to 24 days; longer waits are
  /// as long as that.
  std::chrono::milliseconds busy_timeout_ms{0};
};

/// What a file holds, for a message: without bytes that break a line or command a terminal.
std::string printable(std::string text);

/// What becomes of the file of a write-ahead log that was copied.
enum class SqliteLog { emptied, kept };

/// An open SQLite database: what a store and a journal need of it alike. Every failure is an Error
/// that names the file, says whether it is definite, and what mends it. Not thread-safe.
class SqliteDatabase {
 public:
  /// Throws Unavailable when the file cannot be opened or written, InvalidRequest when it is too
  /// small to be one. Writes nothing yet.
  explicit SqliteDatabase(SqliteOptions options);
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;
  ~SqliteDatabase();

  SqliteStatement prepare(std::string_view sql) { return {*this, sql}; }
  /// Runs one statement, which returns no rows that matter.
  void execute(std::string_view sql) { prepare(sql).run(); }
  /// Runs several statements, one after the other.
  void execute_all(const std::string& sql);
  /// The number that a query returns; 0 when it returns none.
  std::int64_t number(std::string_view sql);
  /// Rows that the last insert, update or delete changed.
  int changes() const noexcept;
  /// True between a BEGIN (or an outermost SAVEPOINT) and its end.
  bool in_transaction() const noexcept;

  /// Switches to a write-ahead log, synced at every commit. Readers then do not wait for a writer,
  /// and one sync commits a transaction.
  void use_write_ahead_log();
  /// Whether a commit syncs the log, as it does at first. Without that, what is committed survives
  /// a kill; a power cut undoes it unless a later commit is synced, which takes all before it
  /// along. Not within a transaction.
  void set_sync_at_commit(bool on);
  /// From now on `copy_long_log` copies the log, and no commit does it by itself: whose failure
  /// SQLite would not report.
  void copy_log_on_request();
  /// After a commit: copies the log into the database when it is long.
  void copy_long_log() noexcept;
  /// Before a synced commit, where not all are. After a sync that failed the system takes
  /// what it could not write for written, so that no later sync would take it along. This writes
  /// the whole log once more, and syncs it. Throws Unavailable when that fails: nothing was
  /// written.
  void mend_log();
  /// Reads the whole file, and throws Damaged when it does not hold together.
  void check_integrity();
  /// Throws Unavailable when the file, or its log, is no longer what its path names: what is
  /// written then goes to no place where a restart would look. Costs two `stat`. To be called
  /// before a write.
  void check_in_place();
  /// The same for a read, which looks again only when the kernel's clock has ticked since it last
  /// found the file in its place: within 10 ms.
  void check_in_place_since_tick();
  /// Bytes of the write-ahead log's file; 0 when there is none.
  std::uint64_t log_bytes() const;
  /// Copies the write-ahead log into the database; its file is then empty, or written again from
  /// its begin. False when something of it could not be copied; nothing is lost then.
  bool checkpoint(SqliteLog log) noexcept;
  /// Whether closing copies the log into the database and removes it, as SQLite does. If not,
  /// closing leaves both files as they are.
  void set_checkpoint_at_close(bool on) noexcept;
  /// From now on the log's file grows in larger steps than what is written (`grow_log_ahead`). To
  /// be called after `use_write_ahead_log`, where nobody limits the log's bytes.
  void let_log_grow_ahead();

  /// What is being done, for messages: "acknowledge a message". Must live until it is set again.
  void set_action(std::string_view action) noexcept { action_ = action; }
  /// From now on there was no failure.
  void forget_failure() noexcept { failure_ = 0; }

  /// Throws the Error for a failure of SQLite: Unavailable, EntityTooLarge, Damaged, or
  /// OutcomeUnknown.
  [[noreturn]] void fail(int code, SqlitePhase phase) const;
  /// True when there was a failure, and the last one was that the disk has no room.
  bool failed_by_full_disk() const noexcept;
  /// The same: that another program holds a lock.
  bool failed_by_lock() const noexcept;
  /// The same: that the file is no SQLite database.
  bool failed_by_format() const noexcept;

  sqlite3* handle() const noexcept { return database_; }
  const std::string& path() const noexcept { return options_.path; }
  bool is_file() const noexcept { return options_.path != ":memory:"; }
  /// "the store '/tmp/store.db'".
  std::string name() const { return "the " + options_.kind + " '" + options_.path + "'"; }
  /// A sentence for the owner of a damaged file, without its full stop.
  std::string how_to_save() const;

 private:
  void open_file();
  std::string mend(int code) const;

  SqliteOptions options_;
  sqlite3* database_ = nullptr;
  std::string_view action_;
  bool syncs_at_commit_ = true;
  mutable bool log_needs_mend_ = false;  ///< a sync has failed since the log was written
  int log_frames_count_ = 0;             ///< after the last commit; only with copy_log_on_request
  std::uint64_t file_inode_ = 0;         ///< 0: not known yet
  std::uint64_t log_inode_ = 0;          ///< the same
  std::int64_t in_place_at_ = -1;        ///< the tick at which it was last found there
  mutable int failure_ = 0;              ///< SQLite's code of the last failure
};

}  // namespace workshop::detail
