// Declared here by hand: the library's store alone sees SQLite's header.
#include <cstdio>

extern "C" {
struct sqlite3;
int sqlite3_open(const char* file, sqlite3** database);
int sqlite3_exec(sqlite3* database, const char* sql, int (*row)(void*, int, char**, char**),
                 void* context, char** error);
int sqlite3_close(sqlite3* database);
const char* sqlite3_libversion();
}

int main() {
  sqlite3* database = nullptr;
  const bool works =
      sqlite3_open(":memory:", &database) == 0 &&
      sqlite3_exec(database, "CREATE TABLE gift (id TEXT)", nullptr, nullptr, nullptr) == 0;
  std::printf(works ? "seen: %s opens a database\n" : "seen: %s cannot open a database\n",
              sqlite3_libversion());
  sqlite3_close(database);
  return works ? 0 : 1;
}
