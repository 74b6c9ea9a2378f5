#pragma once

#include <chrono>
#include <string>

#include "workshop/sqlite/database.hpp"

namespace workshop::detail {

/// An open database with the store's schema. Not thread-safe.
class SqliteConnection : public SqliteDatabase {
 public:
  /// Opens `path` (":memory:": a database of its own) and creates the schema when it is new. A file
  /// is checked wholly. Throws Unavailable when it cannot be opened, InvalidRequest when it is not
  /// a store's file, and Damaged when it is one that does not hold together; a file that is not a
  /// store's is not changed.
  SqliteConnection(const std::string& path, std::chrono::milliseconds busy_timeout_ms);

 private:
  bool is_new();
  void create_tables();
  void create_schema();
  void check_contents();
};

}  // namespace workshop::detail
