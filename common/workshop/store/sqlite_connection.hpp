#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace workshop::detail {

/// How far a write had come when SQLite reported a failure; its outcome depends on it.
enum class SqlitePhase {
  before_commit,  ///< no commit record can have been written: every failure is definite
  committing,     ///< the statement commits as well: some failures leave the outcome unknown
};

/// A prepared statement. It is bound, stepped and reset. Binding does not copy, so bound values
/// must live until the reset. Not thread-safe. Must be destroyed before its connection.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(sqlite3* database, std::string_view sql);
  SqliteStatement(SqliteStatement&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)) {}
  SqliteStatement& operator=(SqliteStatement&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
  }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement();

  /// Binds parameter `index`, counted from 1.
  SqliteStatement& bind(int index, std::string_view text);
  SqliteStatement& bind(int index, std::int64_t value);

  /// Steps to the next row: false when there is none. A failure resets and throws.
  bool step(SqlitePhase phase = SqlitePhase::before_commit);
  /// Steps to the end and resets.
  void run(SqlitePhase phase = SqlitePhase::before_commit);
  void reset() noexcept;

  /// A column of the current row, counted from 0; valid until the next step or reset.
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;

 private:
  [[noreturn]] void fail(int code, SqlitePhase phase);

  sqlite3_stmt* statement_ = nullptr;
};

/// Resets a statement at the end of a scope, so that no read transaction stays open.
class SqliteReset {
 public:
  explicit SqliteReset(SqliteStatement& statement) : statement_(statement) {}
  ~SqliteReset() { statement_.reset(); }
  SqliteReset(const SqliteReset&) = delete;
  SqliteReset& operator=(const SqliteReset&) = delete;

 private:
  SqliteStatement& statement_;
};

/// An open database with the store's schema. Not thread-safe.
class SqliteConnection {
 public:
  /// Opens `path` (":memory:": a database of its own) and creates the schema when it is new.
  /// Throws Unavailable when it cannot be opened, and InvalidRequest when it is not a store's file;
  /// a file that is not a store's is not changed.
  SqliteConnection(std::string path, std::chrono::milliseconds busy_timeout_ms);
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection();

  SqliteStatement prepare(std::string_view sql) { return {database_, sql}; }
  /// Rows that the last insert, update or delete changed.
  int changes() const noexcept;
  /// True between a BEGIN (or an outermost SAVEPOINT) and its end.
  bool in_transaction() const noexcept;

 private:
  void open_file(std::chrono::milliseconds busy_timeout_ms);
  bool is_new();
  void use_write_ahead_log(std::chrono::milliseconds busy_timeout_ms);
  void create_schema();
  std::int64_t number(std::string_view sql);
  void execute(std::string_view sql);

  std::string path_;
  sqlite3* database_ = nullptr;
};

}  // namespace workshop::detail
