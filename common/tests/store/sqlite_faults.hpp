#pragma once

#include <cstdint>
#include <memory>

namespace workshop::tests {

/// A disk for SQLite that fails on request, and counts syncs. Databases that are opened while an
/// object of this class lives use it. One object at a time; faults are set while nothing writes.
class FaultyDisk {
 public:
  enum class Fault { none, full_at_write, error_at_write, error_at_sync };

  FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;
  ~FaultyDisk();

  /// From now on writes or syncs of the write-ahead log fail, after `after` of them have succeeded.
  /// Writes are counted by pieces of 2 KiB, so that one fails anywhere in it, and what comes before
  /// that is written.
  void set(Fault fault, int after = 0);
  /// Holds the next sync of a write-ahead log, so that a commit stands still, until `let_go`.
  void hold_next_log_sync();
  /// Blocks until a sync is held.
  void wait_until_held();
  void let_go();
  /// Completed syncs of the write-ahead log.
  std::uint64_t log_syncs_count() const;
  /// Writes to the write-ahead log.
  std::uint64_t log_writes_count() const;
  /// How often an operation has failed because of the fault.
  std::uint64_t faults_count() const;

 private:
  class Disk;
  std::unique_ptr<Disk> disk_;
};

/// Bytes that SQLite has allocated in this process.
std::int64_t sqlite_memory_bytes();

/// Runs SQL on a file, as another program would. Throws std::runtime_error.
void execute_sql(const char* path, const char* sql);

}  // namespace workshop::tests
