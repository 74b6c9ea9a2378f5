#include "workshop/sqlite/statement.hpp"

#include <sqlite3.h>

#include <cstddef>

#include "workshop/sqlite/database.hpp"

namespace workshop::detail {

namespace {

/// A null pointer would bind NULL.
const char* bytes_of(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }

}  // namespace

SqliteStatement::SqliteStatement(SqliteDatabase& database, std::string_view sql)
    : database_(&database) {
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) database.fail(code, SqlitePhase::before_commit);
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

SqliteStatement& SqliteStatement::bind(int index, std::string_view text) {
  const int code = sqlite3_bind_text64(statement_, index, bytes_of(text), text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) fail(code, SqlitePhase::before_commit);
  return *this;
}

SqliteStatement& SqliteStatement::bind(int index, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_, index, value);
  if (code != SQLITE_OK) fail(code, SqlitePhase::before_commit);
  return *this;
}

SqliteStatement& SqliteStatement::bind_blob(int index, std::string_view bytes) {
  const int code =
      sqlite3_bind_blob64(statement_, index, bytes_of(bytes), bytes.size(), SQLITE_STATIC);
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
  // As a blob: the bytes as they are stored, without the terminating zero that text would need.
  const void* data = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view{static_cast<const char*>(data), size};
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

SqliteType SqliteStatement::type(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return SqliteType::integer;
    case SQLITE_FLOAT:
      return SqliteType::real;
    case SQLITE_TEXT:
      return SqliteType::text;
    case SQLITE_BLOB:
      return SqliteType::blob;
    default:
      return SqliteType::null;
  }
}

void SqliteStatement::fail(int code, SqlitePhase phase) {
  struct Reset {  // resets after the error message was read, because a reset may replace it
    SqliteStatement& statement;
    ~Reset() { statement.reset(); }
  } reset{*this};
  database_->fail(code, phase);
}

}  // namespace workshop::detail
