#include "durability/recorded_disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <utility>

namespace workshop::tests {
namespace {

constexpr std::size_t kSectorBytes = 512;

struct Event {
  enum class Kind { write, truncate, sync, failed_sync, removal };
  Kind kind;
  std::size_t file;
  std::uint64_t at = 0;  // offset, or size
  std::string bytes = {};
};

/// The files that were opened, and all that happened to them.
struct Recording {
  std::mutex mutex;
  std::vector<std::string> names;
  std::vector<Event> events;
  std::uint64_t log_syncs = 0;
  bool log_sync_fails = false;
  bool stopped = false;

  std::size_t number_of(const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    names.push_back(name);
    return names.size() - 1;
  }
  void add(Event event) {
    const std::lock_guard lock(mutex);
    if (!stopped) events.push_back(std::move(event));
  }
};
Recording* recording = nullptr;

/// A file of the wrapped file system follows this one in memory.
struct File {
  sqlite3_file base;
  std::size_t number;
  bool is_log;
};

sqlite3_vfs* below = nullptr;
sqlite3_vfs recorded{};
sqlite3_io_methods methods{};

File* file_of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* inner(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(file_of(file) + 1);
}

int close(sqlite3_file* file) { return inner(file)->pMethods->xClose(inner(file)); }
int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  return inner(file)->pMethods->xRead(inner(file), data, size, offset);
}
int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  recording->add({Event::Kind::write, file_of(file)->number, static_cast<std::uint64_t>(offset),
                  std::string(static_cast<const char*>(data), static_cast<std::size_t>(size))});
  return inner(file)->pMethods->xWrite(inner(file), data, size, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  recording->add({Event::Kind::truncate, file_of(file)->number, static_cast<std::uint64_t>(size)});
  return inner(file)->pMethods->xTruncate(inner(file), size);
}
int sync(sqlite3_file* file, int) {
  const bool is_log = file_of(file)->is_log;
  const bool fails = is_log && std::exchange(recording->log_sync_fails, false);
  recording->add({fails ? Event::Kind::failed_sync : Event::Kind::sync, file_of(file)->number});
  if (fails) return SQLITE_IOERR_FSYNC;
  // The disk below is not synced: nothing cuts its power.
  const std::lock_guard lock(recording->mutex);
  if (is_log) ++recording->log_syncs;
  return SQLITE_OK;
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
  auto* opened = file_of(file);
  opened->base.pMethods = nullptr;
  opened->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  const int code = below->xOpen(below, name, inner(file), flags, flags_out);
  if (code != SQLITE_OK) return code;
  const std::lock_guard lock(recording->mutex);
  opened->number = recording->stopped ? 0 : recording->number_of(name == nullptr ? "" : name);
  opened->base.pMethods = &methods;
  return SQLITE_OK;
}

/// SQLite syncs the folder with it, where that matters.
int remove(sqlite3_vfs*, const char* name, int sync_folder) {
  {
    const std::lock_guard lock(recording->mutex);
    if (!recording->stopped) {
      recording->events.push_back({Event::Kind::removal, recording->number_of(name)});
    }
  }
  return below->xDelete(below, name, sync_folder);
}

void apply(const Event& event, std::string& content) {
  if (event.kind == Event::Kind::truncate) return content.resize(event.at);
  if (content.size() < event.at + event.bytes.size()) {
    content.resize(event.at + event.bytes.size());
  }
  content.replace(event.at, event.bytes.size(), event.bytes);
}

/// The event as far as the disk has it.
void apply_in_part(const Event& event, std::string& content, std::uint64_t seed,
                   std::mt19937_64& random) {
  if (seed == 0) return;
  const auto chance = random() % 4;
  if (seed == 1 || chance == 0) return apply(event, content);
  if (chance == 1 || event.kind == Event::Kind::truncate) return;
  for (std::size_t from = 0; from < event.bytes.size();) {
    const auto to = std::min(event.bytes.size(), (event.at + from) / kSectorBytes * kSectorBytes +
                                                     kSectorBytes - event.at);
    if (random() % 2 == 0) {
      apply({event.kind, event.file, event.at + from, event.bytes.substr(from, to - from)},
            content);
    }
    from = to;
  }
}

}  // namespace

RecordedDisk::RecordedDisk() {
  recording = new Recording;
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
  // As in sqlite_faults.cpp: the other functions are those of the wrapped file system.
  recorded = *below;
  recorded.zName = "workshop-recorded";
  recorded.pNext = nullptr;
  recorded.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
  recorded.xOpen = open;
  recorded.xDelete = remove;
  sqlite3_vfs_register(&recorded, 1);
}

RecordedDisk::~RecordedDisk() {
  sqlite3_vfs_unregister(&recorded);
  sqlite3_vfs_register(below, 1);
  delete std::exchange(recording, nullptr);
}

std::size_t RecordedDisk::now() const {
  const std::lock_guard lock(recording->mutex);
  return recording->events.size();
}

std::uint64_t RecordedDisk::log_syncs_count() const {
  const std::lock_guard lock(recording->mutex);
  return recording->log_syncs;
}

void RecordedDisk::fail_next_log_sync() { recording->log_sync_fails = true; }

void RecordedDisk::stop() {
  const std::lock_guard lock(recording->mutex);
  recording->stopped = true;
}

void RecordedDisk::write_image(std::size_t moment, std::uint64_t seed,
                               const std::filesystem::path& folder) const {
  const std::lock_guard lock(recording->mutex);
  std::mt19937_64 random(seed);
  for (std::size_t file = 0; file < recording->names.size(); ++file) {
    std::string content;
    std::vector<const Event*> unsynced;
    bool is_there = false;
    for (std::size_t i = 0; i < moment; ++i) {
      const auto& event = recording->events[i];
      if (event.file != file) continue;
      is_there = event.kind != Event::Kind::removal;
      if (event.kind == Event::Kind::sync) {
        for (const auto* durable : unsynced) apply(*durable, content);
        unsynced.clear();
      } else if (event.kind == Event::Kind::failed_sync) {
        for (const auto* doubtful : unsynced) apply_in_part(*doubtful, content, seed, random);
        unsynced.clear();
      } else if (event.kind == Event::Kind::removal) {
        content.clear();
        unsynced.clear();
      } else {
        unsynced.push_back(&event);
      }
    }
    if (!is_there) continue;
    for (const auto* event : unsynced) apply_in_part(*event, content, seed, random);
    const auto name = std::filesystem::path(recording->names[file]).filename();
    std::ofstream(folder / name, std::ios::binary) << content;
  }
}

}  // namespace workshop::tests
