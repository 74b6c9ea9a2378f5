#pragma once

#include <sqlite3.h>

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace workshop {

/// A file as another program sees it, which has the sqlite3 library.
class Database {
 public:
  explicit Database(const std::string& path) {
    REQUIRE(sqlite3_open(path.c_str(), &handle_) == SQLITE_OK);
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const char* sql) {
    INFO(sqlite3_errmsg(handle_));
    REQUIRE(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  int application_id() {
    int id = 0;
    const auto read = [](void* to, int, char** columns, char**) {
      *static_cast<int*>(to) = std::stoi(columns[0]);
      return 0;
    };
    REQUIRE(sqlite3_exec(handle_, "PRAGMA application_id", read, &id, nullptr) == SQLITE_OK);
    return id;
  }

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace workshop
