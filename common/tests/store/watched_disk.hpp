#pragma once

#include <sqlite3.h>

#include <cstddef>

namespace workshop::tests {

/// A file system for SQLite that lies over the machine's own, and sees what becomes durable:
/// writes, truncations, syncs and removals. Databases that are opened while an object of this class
/// lives use it; one object at a time. Each function does what the file system below does, unless
/// it is overridden; the overriding one may be called by several threads.
class WatchedDisk {
 public:
  /// A file of the file system below follows this one in memory.
  struct File {
    sqlite3_file base;
    std::size_t number;  ///< whatever `opened` wants to know it by
    bool is_log;         ///< a write-ahead log
  };

  WatchedDisk(const WatchedDisk&) = delete;
  WatchedDisk& operator=(const WatchedDisk&) = delete;

  /// All four return SQLite's code.
  virtual int write(File& file, const void* data, int size, sqlite3_int64 offset);
  virtual int truncate(File& file, sqlite3_int64 size);
  virtual int sync(File& file, int flags);
  virtual int remove(const char* name, int sync_folder);
  /// A file was opened; `name` is null for one that has none.
  virtual void opened(File& /*file*/, const char* /*name*/) {}

 protected:
  /// `name` is what SQLite lists it as, and outlives the object.
  explicit WatchedDisk(const char* name);
  virtual ~WatchedDisk();
};

}  // namespace workshop::tests
