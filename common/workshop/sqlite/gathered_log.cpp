#include "workshop/sqlite/gathered_log.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

namespace workshop::detail {
namespace {

/// For a file of the file system below.
constexpr int kRoomBytes = 1'024;
/// SQLite's file system for Unix writes no more at once (os_unix.c, seekAndWriteFd).
constexpr std::size_t kGatheredMax = 128 * 1024 - 1;
/// The write-ahead log's format (sqlite.org/fileformat.html#walformat): SQLite writes the header of
/// a frame by itself, and in it the database's size in pages if the frame ends a transaction.
constexpr int kFrameHeaderBytes = 24;
constexpr std::size_t kSizeAt = 4;
constexpr std::size_t kSizeBytes = 4;
constexpr int kAheadMax = 256 * 1024;
constexpr int kAheadPiece = 64 * 1024;

sqlite3_vfs* below() noexcept { return sqlite3_vfs_find(nullptr); }

/// A write-ahead log. The file of the file system below follows it in memory.
struct Log {
  sqlite3_file base;
  bool syncs_at_commit;
  std::string* gathered;
  sqlite3_int64 at;  ///< where it shall lie
  bool has_commit;   ///< the last frame that was gathered ends a transaction
  bool grows_ahead;
  sqlite3_int64 size;  ///< that the file has at least; another connection may have cut it
};

constexpr int kLogBytes = (sizeof(Log) + 15) / 16 * 16;

Log& log_of(sqlite3_file* file) noexcept { return *reinterpret_cast<Log*>(file); }
sqlite3_file* inner(sqlite3_file* file) noexcept {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kLogBytes);
}
const sqlite3_io_methods& methods_below(sqlite3_file* file) noexcept {
  return *inner(file)->pMethods;
}

/// Zeros from `end`, by as many bytes as the log has: they are no frames, so nobody reads them.
/// What does not fit is left out, and is given back to the disk.
void grow_ahead(sqlite3_file* file, sqlite3_int64 end) noexcept {
  auto& log = log_of(file);
  if (!log.grows_ahead || end <= log.size) return;
  const auto& below = methods_below(file);
  if (below.xFileSize(inner(file), &log.size) != SQLITE_OK || end < log.size) return;
  static constexpr char kZeros[kAheadPiece] = {};
  const auto ahead = end + std::min<sqlite3_int64>(end, kAheadMax);
  for (auto at = end; at < ahead; at += kAheadPiece) {
    const auto bytes = static_cast<int>(std::min<sqlite3_int64>(ahead - at, kAheadPiece));
    if (below.xWrite(inner(file), kZeros, bytes, at) != SQLITE_OK) {
      below.xTruncate(inner(file), end);
      return;
    }
  }
  log.size = ahead;
}

int write_below(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) noexcept {
  const int code = methods_below(file).xWrite(inner(file), data, size, offset);
  if (code == SQLITE_OK) grow_ahead(file, offset + size);
  return code;
}

/// What cannot be written is forgotten: the commit that it belongs to has failed.
int write_gathered(sqlite3_file* file) noexcept {
  auto& log = log_of(file);
  if (log.gathered->empty()) return SQLITE_OK;
  const int code =
      write_below(file, log.gathered->data(), static_cast<int>(log.gathered->size()), log.at);
  log.gathered->clear();
  log.has_commit = false;
  return code;
}

int write_log(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) noexcept {
  auto& log = log_of(file);
  auto& gathered = *log.gathered;
  const auto end = log.at + static_cast<sqlite3_int64>(gathered.size());
  const auto bytes = static_cast<std::size_t>(size);
  if ((!gathered.empty() && offset != end) || gathered.size() + bytes > kGatheredMax) {
    if (const int code = write_gathered(file); code != SQLITE_OK) return code;
  }
  if (gathered.empty()) log.at = offset;
  try {
    gathered.append(static_cast<const char*>(data), bytes);
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  if (size == kFrameHeaderBytes) {
    const std::string_view pages(static_cast<const char*>(data) + kSizeAt, kSizeBytes);
    log.has_commit = pages != std::string_view("\0\0\0\0", kSizeBytes);
  }
  return SQLITE_OK;
}

int close_log(sqlite3_file* file) noexcept {
  const int code = write_gathered(file);
  delete log_of(file).gathered;
  const int closed = methods_below(file).xClose(inner(file));
  return code == SQLITE_OK ? closed : code;
}
int read_log(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) noexcept {
  const int code = write_gathered(file);
  return code == SQLITE_OK ? methods_below(file).xRead(inner(file), data, size, offset) : code;
}
int truncate_log(sqlite3_file* file, sqlite3_int64 size) noexcept {
  log_of(file).size = 0;
  const int code = write_gathered(file);
  return code == SQLITE_OK ? methods_below(file).xTruncate(inner(file), size) : code;
}
/// SQLite asks for three kinds of sync: of a commit, when its last frame is gathered; of a
/// checkpoint, when nothing is, or what was rolled back; and of a log's header.
int sync_log(sqlite3_file* file, int flags) noexcept {
  const auto& log = log_of(file);
  const bool is_of_commit = log.has_commit;
  const int code = write_gathered(file);
  if (code != SQLITE_OK || (is_of_commit && !log.syncs_at_commit)) return code;
  return methods_below(file).xSync(inner(file), flags);
}
int log_size(sqlite3_file* file, sqlite3_int64* size) noexcept {
  const int code = write_gathered(file);
  return code == SQLITE_OK ? methods_below(file).xFileSize(inner(file), size) : code;
}
int lock_log(sqlite3_file* file, int level) noexcept {
  return methods_below(file).xLock(inner(file), level);
}
int unlock_log(sqlite3_file* file, int level) noexcept {
  return methods_below(file).xUnlock(inner(file), level);
}
int check_lock(sqlite3_file* file, int* reserved) noexcept {
  return methods_below(file).xCheckReservedLock(inner(file), reserved);
}
int control_log(sqlite3_file* file, int operation, void* argument) noexcept {
  return methods_below(file).xFileControl(inner(file), operation, argument);
}
int sector_size(sqlite3_file* file) noexcept {
  return methods_below(file).xSectorSize(inner(file));
}
int characteristics(sqlite3_file* file) noexcept {
  return methods_below(file).xDeviceCharacteristics(inner(file));
}

/// Of a log: the memory of its index belongs to the database's file.
const sqlite3_io_methods kLogMethods = [] {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;
  methods.xClose = close_log;
  methods.xRead = read_log;
  methods.xWrite = write_log;
  methods.xTruncate = truncate_log;
  methods.xSync = sync_log;
  methods.xFileSize = log_size;
  methods.xLock = lock_log;
  methods.xUnlock = unlock_log;
  methods.xCheckReservedLock = check_lock;
  methods.xFileControl = control_log;
  methods.xSectorSize = sector_size;
  methods.xDeviceCharacteristics = characteristics;
  return methods;
}();

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) noexcept {
  auto* const system = below();
  file->pMethods = nullptr;
  if (system->szOsFile > kRoomBytes) return SQLITE_CANTOPEN;
  if ((flags & SQLITE_OPEN_WAL) == 0) return system->xOpen(system, name, file, flags, flags_out);
  const int code = system->xOpen(system, name, inner(file), flags, flags_out);
  auto* const gathered = code == SQLITE_OK ? new (std::nothrow) std::string : nullptr;
  if (gathered == nullptr) {
    // Also what was not opened is closed if it has methods.
    if (inner(file)->pMethods != nullptr) methods_below(file).xClose(inner(file));
    return code == SQLITE_OK ? SQLITE_NOMEM : code;
  }
  log_of(file) = {{&kLogMethods}, true, gathered, 0, false, 0};
  return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) noexcept {
  return below()->xDelete(below(), name, sync_folder);
}
int access(sqlite3_vfs*, const char* name, int flags, int* result) noexcept {
  return below()->xAccess(below(), name, flags, result);
}
int full_path(sqlite3_vfs*, const char* name, int size, char* path) noexcept {
  return below()->xFullPathname(below(), name, size, path);
}
int randomness(sqlite3_vfs*, int size, char* bytes) noexcept {
  return below()->xRandomness(below(), size, bytes);
}
int sleep(sqlite3_vfs*, int microseconds) noexcept {
  return below()->xSleep(below(), microseconds);
}
int time(sqlite3_vfs*, double* days) noexcept { return below()->xCurrentTime(below(), days); }
int time_ms(sqlite3_vfs*, sqlite3_int64* now) noexcept {
  return below()->xCurrentTimeInt64(below(), now);
}
int last_error(sqlite3_vfs*, int size, char* text) noexcept {
  return below()->xGetLastError(below(), size, text);
}

sqlite3_vfs gathering{};

/// nullptr when the connection has none, or one of another file system.
sqlite3_file* log_file(sqlite3* database) noexcept {
  sqlite3_file* log = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  return log != nullptr && log->pMethods == &kLogMethods ? log : nullptr;
}

bool register_once() noexcept {
  if (sqlite3_initialize() != SQLITE_OK) return false;
  const auto* const system = below();
  if (system == nullptr || system->iVersion < 2) return false;
  gathering.iVersion = 2;
  gathering.szOsFile = kLogBytes + kRoomBytes;
  gathering.mxPathname = system->mxPathname;
  gathering.zName = "workshop-gathered-log";
  gathering.xOpen = open;
  gathering.xDelete = remove;
  gathering.xAccess = access;
  gathering.xFullPathname = full_path;
  gathering.xRandomness = randomness;
  gathering.xSleep = sleep;
  gathering.xCurrentTime = time;
  gathering.xGetLastError = last_error;
  gathering.xCurrentTimeInt64 = time_ms;
  return sqlite3_vfs_register(&gathering, 0) == SQLITE_OK;
}

}  // namespace

const char* gathered_log_file_system() noexcept {
  static const bool is_registered = register_once();
  return is_registered && below()->szOsFile <= kRoomBytes ? gathering.zName : nullptr;
}

bool sync_log_at_commit(sqlite3* database, bool on) noexcept {
  auto* const log = log_file(database);
  if (log == nullptr) return false;
  log_of(log).syncs_at_commit = on;
  return true;
}

void grow_log_ahead(sqlite3* database) noexcept {
  if (auto* const log = log_file(database); log != nullptr) log_of(log).grows_ahead = true;
}

}  // namespace workshop::detail
