#include "store/sqlite_faults.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <string>

#include "store/watched_disk.hpp"

namespace workshop::tests {

class FaultyDisk::Disk final : public WatchedDisk {
 public:
  Disk() : WatchedDisk("workshop-faulty") {}
  ~Disk() override = default;

  int write(File& file, const void* data, int size, sqlite3_int64 offset) override {
    if (file.is_log) ++log_writes;
    if (!file.is_log || fault == Fault::none) return WatchedDisk::write(file, data, size, offset);
    const auto* bytes = static_cast<const char*>(data);
    for (int at = 0; at < size; at += kPieceBytes) {
      if (strikes(Fault::full_at_write)) return SQLITE_FULL;
      if (strikes(Fault::error_at_write)) return SQLITE_IOERR_WRITE;
      const int code =
          WatchedDisk::write(file, bytes + at, std::min(kPieceBytes, size - at), offset + at);
      if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
  }
  int sync(File& file, int flags) override {
    if (file.is_log && holds.exchange(false)) {
      held.release();
      let_go.acquire();
    }
    if (file.is_log && strikes(Fault::error_at_sync)) return SQLITE_IOERR_FSYNC;
    if (file.is_log) ++log_syncs;
    return WatchedDisk::sync(file, flags);
  }

  Fault fault = Fault::none;
  int after = 0;
  std::atomic<std::uint64_t> log_syncs{0};
  std::atomic<std::uint64_t> log_writes{0};
  std::uint64_t faults = 0;

  std::atomic<bool> holds{false};
  std::binary_semaphore held{0};
  std::binary_semaphore let_go{0};

 private:
  static constexpr int kPieceBytes = 2'048;

  /// True when the operation that the fault `wanted` is about must fail now.
  bool strikes(Fault wanted) {
    if (fault != wanted || after-- > 0) return false;
    ++faults;
    return true;
  }
};

FaultyDisk::FaultyDisk() : disk_(std::make_unique<Disk>()) {}
FaultyDisk::~FaultyDisk() = default;

void FaultyDisk::set(Fault fault, int after) {
  disk_->fault = fault;
  disk_->after = after;
}

void FaultyDisk::hold_next_log_sync() { disk_->holds = true; }
void FaultyDisk::wait_until_held() { disk_->held.acquire(); }
void FaultyDisk::let_go() { disk_->let_go.release(); }

std::uint64_t FaultyDisk::log_syncs_count() const { return disk_->log_syncs; }
std::uint64_t FaultyDisk::log_writes_count() const { return disk_->log_writes; }
std::uint64_t FaultyDisk::faults_count() const { return disk_->faults; }

// SQLite was used before the library's first use of it: so it counts its memory in this program.
[[maybe_unused]] const int counts_its_memory = sqlite3_initialize();

std::int64_t sqlite_memory_bytes() { return sqlite3_memory_used(); }

void execute_sql(const char* path, const char* sql) {
  sqlite3* database = nullptr;
  char* message = nullptr;
  int code = sqlite3_open(path, &database);
  if (code == SQLITE_OK) code = sqlite3_exec(database, sql, nullptr, nullptr, &message);
  const std::string what = message == nullptr ? "" : message;
  sqlite3_free(message);
  sqlite3_close(database);
  if (code != SQLITE_OK) throw std::runtime_error("SQL failed: " + what);
}

}  // namespace workshop::tests
