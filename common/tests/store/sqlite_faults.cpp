#include "sqlite_faults.hpp"

#include <sqlite3.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <string>

namespace workshop::tests {

namespace {

struct State {
  FaultyDisk::Fault fault = FaultyDisk::Fault::none;
  int after = 0;
  std::atomic<std::uint64_t> log_syncs{0};
  std::uint64_t faults = 0;

  std::atomic<bool> holds{false};
  std::binary_semaphore held{0};
  std::binary_semaphore let_go{0};

  /// True when the operation that the fault `wanted` is about must fail now.
  bool strikes(FaultyDisk::Fault wanted) {
    if (fault != wanted || after-- > 0) return false;
    ++faults;
    return true;
  }
} state;

/// A file of the wrapped file system follows this one in memory.
struct File {
  sqlite3_file base;
  bool is_log;
};

sqlite3_vfs* below = nullptr;
sqlite3_vfs faulty{};
sqlite3_io_methods methods{};

sqlite3_file* inner(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}

int close(sqlite3_file* file) { return inner(file)->pMethods->xClose(inner(file)); }
int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return inner(file)->pMethods->xRead(inner(file), data, size, offset);
}
int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (reinterpret_cast<File*>(file)->is_log) {
    if (state.strikes(FaultyDisk::Fault::full_at_write)) return SQLITE_FULL;
    if (state.strikes(FaultyDisk::Fault::error_at_write)) return SQLITE_IOERR_WRITE;
  }
  return inner(file)->pMethods->xWrite(inner(file), data, size, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return inner(file)->pMethods->xTruncate(inner(file), size);
}
int sync(sqlite3_file* file, int flags) {
  const bool is_log = reinterpret_cast<File*>(file)->is_log;
  if (is_log && state.holds.exchange(false)) {
    state.held.release();
    state.let_go.acquire();
  }
  if (is_log && state.strikes(FaultyDisk::Fault::error_at_sync)) return SQLITE_IOERR_FSYNC;
  if (is_log) ++state.log_syncs;
  return inner(file)->pMethods->xSync(inner(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return inner(file)->pMethods->xFileSize(inner(file), size);
}
int lock(sqlite3_file* file, int level) { return inner(file)->pMethods->xLock(inner(file), level); }
int unlock(sqlite3_file* file, int level) {
  return inner(file)->pMethods->xUnlock(inner(file), level);
}
int check_lock(sqlite3_file* file, int* reserved) {
  return inner(file)->pMethods->xCheckReservedLock(inner(file), reserved);
}
int control(sqlite3_file* file, int operation, void* argument) {
  return inner(file)->pMethods->xFileControl(inner(file), operation, argument);
}
int sector_size(sqlite3_file* file) { return inner(file)->pMethods->xSectorSize(inner(file)); }
int characteristics(sqlite3_file* file) {
  return inner(file)->pMethods->xDeviceCharacteristics(inner(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return inner(file)->pMethods->xShmMap(inner(file), page, size, extend, memory);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return inner(file)->pMethods->xShmLock(inner(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { inner(file)->pMethods->xShmBarrier(inner(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
  return inner(file)->pMethods->xShmUnmap(inner(file), remove);
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto* opened = reinterpret_cast<File*>(file);
  opened->base.pMethods = nullptr;
  opened->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  const int code = below->xOpen(below, name, inner(file), flags, flags_out);
  if (code == SQLITE_OK) opened->base.pMethods = &methods;
  return code;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  state.fault = Fault::none;
  state.after = 0;
  state.log_syncs = 0;
  state.faults = 0;
  methods = {.iVersion = 2,
             .xClose = close,
             .xRead = read,
             .xWrite = write,
             .xTruncate = truncate,
             .xSync = sync,
             .xFileSize = file_size,
             .xLock = lock,
             .xUnlock = unlock,
             .xCheckReservedLock = check_lock,
             .xFileControl = control,
             .xSectorSize = sector_size,
             .xDeviceCharacteristics = characteristics,
             .xShmMap = shm_map,
             .xShmLock = shm_lock,
             .xShmBarrier = shm_barrier,
             .xShmUnmap = shm_unmap};
  sqlite3_initialize();
  below = sqlite3_vfs_find(nullptr);
  // Functions that this class does not replace are those of the wrapped file system, which read
  // nothing of the structure that they get but the size of a path.
  faulty = *below;
  faulty.zName = "workshop-faulty";
  faulty.pNext = nullptr;
  faulty.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
  faulty.xOpen = open;
  sqlite3_vfs_register(&faulty, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&faulty);
  sqlite3_vfs_register(below, 1);
}

void FaultyDisk::set(Fault fault, int after) {
  state.fault = fault;
  state.after = after;
}

void FaultyDisk::hold_next_log_sync() { state.holds = true; }
void FaultyDisk::wait_until_held() { state.held.acquire(); }
void FaultyDisk::let_go() { state.let_go.release(); }

std::uint64_t FaultyDisk::log_syncs_count() const { return state.log_syncs; }
std::uint64_t FaultyDisk::faults_count() const { return state.faults; }

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
