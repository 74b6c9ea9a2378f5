#include "workshop/store/sqlite_connection.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/core/error.hpp"

namespace workshop::detail {

namespace {

constexpr std::int64_t kApplicationId = 0x47494654;  // "GIFT": PRAGMA application_id of our files
constexpr std::int64_t kSchemaVersion = 1;           // PRAGMA user_version

constexpr std::string_view kDocuments =
    "CREATE TABLE documents (partition TEXT NOT NULL, id TEXT NOT NULL, "
    "version TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (partition, id)) WITHOUT ROWID";
constexpr std::string_view kVersions = "CREATE TABLE versions (next INTEGER NOT NULL)";

SqliteOptions options_for(const std::string& path, std::chrono::milliseconds busy_timeout_ms) {
  if (path.empty()) throw InvalidRequest("a store needs a path: name a file, or \":memory:\"");
  return {"store", path, busy_timeout_ms};
}

}  // namespace

SqliteConnection::SqliteConnection(const std::string& path,
                                   std::chrono::milliseconds busy_timeout_ms)
    : SqliteDatabase(options_for(path, busy_timeout_ms)) {
  if (!is_file()) {  // nobody else can have written to it; each exploration opens one
    create_tables();
    return;
  }
  // Checked before anything is written, so that a file of another program stays as it is.
  const bool create = is_new();
  if (!create) check_contents();
  use_write_ahead_log();
  let_log_grow_ahead();
  if (create) create_schema();
}

/// True when the database is empty. Throws InvalidRequest when it is neither empty nor a store.
bool SqliteConnection::is_new() {
  const std::string_view mend = "choose another path, or move that file away";
  std::int64_t application_id = 0;
  std::int64_t version = 0;
  std::int64_t objects_count = 0;
  try {
    // One read transaction: another process may be creating the schema between these three.
    const bool own_transaction = !in_transaction();
    if (own_transaction) execute("BEGIN");
    application_id = number("PRAGMA application_id");
    version = number("PRAGMA user_version");
    objects_count = number("SELECT count(*) FROM sqlite_master");
    if (own_transaction) execute("COMMIT");
  } catch (const Damaged&) {
    if (!failed_by_format()) throw;
    throw InvalidRequest(
        fmt::format("'{}' is not a store: it is no SQLite database; {}", this->path(), mend));
  }
  if (application_id == kApplicationId) {
    if (version == kSchemaVersion) return false;
    throw InvalidRequest(fmt::format(
        "{} has schema {}, this program knows only {}: update the program, or choose another path",
        name(), version, kSchemaVersion));
  }
  if (application_id == 0 && objects_count == 0) return true;
  throw InvalidRequest(fmt::format(
      "'{}' is not a store: it is an SQLite database of another program; {}", path(), mend));
}

void SqliteConnection::create_tables() {
  execute(kDocuments);
  execute(kVersions);
  execute("INSERT INTO versions VALUES (1)");
}

void SqliteConnection::create_schema() {
  execute("BEGIN IMMEDIATE");
  try {
    // Checked again under the write lock, because another process may have been faster.
    if (is_new()) {
      create_tables();
      execute(fmt::format("PRAGMA application_id={}", kApplicationId));
      execute(fmt::format("PRAGMA user_version={}", kSchemaVersion));
    }
    execute("COMMIT");
  } catch (...) {
    if (in_transaction()) prepare("ROLLBACK").run();
    throw;
  }
}

/// A file that SQLite finds whole can still hold what a store never writes: it is input.
void SqliteConnection::check_contents() {
  const auto refuse = [this](const std::string& what) {
    throw Damaged(fmt::format("{} is damaged: {}. {}", name(), what, how_to_save()));
  };
  execute("BEGIN");  // one view of it, whatever other processes write
  check_integrity();
  std::vector<std::string> objects;
  {
    auto schema = prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    while (schema.step()) objects.emplace_back(schema.text(0));
  }
  if (objects != std::vector<std::string>{std::string(kDocuments), std::string(kVersions)}) {
    refuse("its schema is not a store's");
  }
  if (number("SELECT count(*) FROM versions") != 1 ||
      number("SELECT count(*) FROM versions WHERE typeof(next)='integer'"
             " AND next BETWEEN 1 AND 4611686018427387904") != 1) {
    refuse("table versions does not hold one positive number");
  }
  auto wrong = prepare(
      "SELECT partition, id FROM documents WHERE typeof(partition)<>'text' OR typeof(id)<>'text'"
      " OR typeof(version)<>'text' OR typeof(body)<>'text' OR partition='' OR id='' OR version=''"
      " LIMIT 1");
  if (wrong.step()) {
    refuse(fmt::format("the document '{}/{}' has no id, no version, or no text",
                       printable(std::string(wrong.text(0))),
                       printable(std::string(wrong.text(1)))));
  }
  wrong.reset();
  execute("COMMIT");
}

}  // namespace workshop::detail
