#include "store/watched_disk.hpp"

namespace workshop::tests {
namespace {

WatchedDisk* disk = nullptr;
sqlite3_vfs* below = nullptr;
sqlite3_vfs watched{};
sqlite3_io_methods methods{};

WatchedDisk::File& file_of(sqlite3_file* file) {
  return *reinterpret_cast<WatchedDisk::File*>(file);
}
sqlite3_file* inner(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(&file_of(file) + 1);
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  return disk->write(file_of(file), data, size, offset);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return disk->truncate(file_of(file), size);
}
int sync_file(sqlite3_file* file, int flags) { return disk->sync(file_of(file), flags); }
int remove_file(sqlite3_vfs*, const char* name, int sync_folder) {
  return disk->remove(name, sync_folder);
}
int close(sqlite3_file* file) { return inner(file)->pMethods->xClose(inner(file)); }
int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return inner(file)->pMethods->xRead(inner(file), data, size, offset);
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
  auto& opened = file_of(file);
  opened = {};
  opened.is_log = (flags & SQLITE_OPEN_WAL) != 0;
  const int code = below->xOpen(below, name, inner(file), flags, flags_out);
  if (code != SQLITE_OK) return code;
  disk->opened(opened, name);
  opened.base.pMethods = &methods;
  return code;
}

}  // namespace

WatchedDisk::WatchedDisk(const char* name) {
  disk = this;
  methods = {.iVersion = 2,
             .xClose = close,
             .xRead = read,
             .xWrite = write_file,
             .xTruncate = truncate_file,
             .xSync = sync_file,
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
  // Functions that this class does not replace are those of the file system below, which read
  // nothing of the structure that they get but the size of a path.
  watched = *below;
  watched.zName = name;
  watched.pNext = nullptr;
  watched.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
  watched.xOpen = open;
  watched.xDelete = remove_file;
  sqlite3_vfs_register(&watched, 1);
}

WatchedDisk::~WatchedDisk() {
  sqlite3_vfs_unregister(&watched);
  sqlite3_vfs_register(below, 1);
  disk = nullptr;
}

int WatchedDisk::write(File& file, const void* data, int size, sqlite3_int64 offset) {
  return inner(&file.base)->pMethods->xWrite(inner(&file.base), data, size, offset);
}
int WatchedDisk::truncate(File& file, sqlite3_int64 size) {
  return inner(&file.base)->pMethods->xTruncate(inner(&file.base), size);
}
int WatchedDisk::sync(File& file, int flags) {
  return inner(&file.base)->pMethods->xSync(inner(&file.base), flags);
}
int WatchedDisk::remove(const char* name, int sync_folder) {
  return below->xDelete(below, name, sync_folder);
}

}  // namespace workshop::tests
