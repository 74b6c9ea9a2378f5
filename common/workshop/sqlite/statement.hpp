#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

struct sqlite3_stmt;

namespace workshop::detail {

class SqliteDatabase;

/// How far a write had come when SQLite reported a failure; its outcome depends on it.
enum class SqlitePhase {
  before_commit,  ///< no commit record can have been written: every failure is definite
  committing,     ///< the statement commits as well: some failures leave the outcome unknown
};

/// What a column of a row holds. Whatever a column is declared as, a file may hold any of them.
enum class SqliteType { integer, real, text, blob, null };

/// A prepared statement. It is bound, stepped and reset. Binding does not copy, so bound values
/// must live until the reset. A failure throws what SqliteDatabase::fail does. Not thread-safe.
/// Must be destroyed before its database.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(SqliteDatabase& database, std::string_view sql);
  SqliteStatement(SqliteStatement&& other) noexcept
      : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}
  SqliteStatement& operator=(SqliteStatement&& other) noexcept {
    std::swap(database_, other.database_);
    std::swap(statement_, other.statement_);
    return *this;
  }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement();

  /// Binds parameter `index`, counted from 1.
  SqliteStatement& bind(int index, std::string_view text);
  SqliteStatement& bind(int index, std::int64_t value);
  SqliteStatement& bind_blob(int index, std::string_view bytes);

  /// Steps to the next row: false when there is none. A failure resets and throws.
  bool step(SqlitePhase phase = SqlitePhase::before_commit);
  /// Steps to the end and resets.
  void run(SqlitePhase phase = SqlitePhase::before_commit);
  void reset() noexcept;

  /// A column of the current row, counted from 0; valid until the next step or reset.
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;
  SqliteType type(int column) const;

 private:
  [[noreturn]] void fail(int code, SqlitePhase phase);

  SqliteDatabase* database_ = nullptr;
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

}  // namespace workshop::detail
