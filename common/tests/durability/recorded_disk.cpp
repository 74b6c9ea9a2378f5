#include "durability/recorded_disk.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <utility>

#include "store/watched_disk.hpp"

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

/// The files that were opened, and all that happened to them.
class RecordedDisk::Recording final : public WatchedDisk {
 public:
  Recording() : WatchedDisk("workshop-recorded") {}
  ~Recording() override = default;

  void opened(File& file, const char* name) override {
    const std::lock_guard lock(mutex);
    file.number = stopped ? 0 : number_of(name == nullptr ? "" : name);
  }
  int write(File& file, const void* data, int size, sqlite3_int64 offset) override {
    add({Event::Kind::write, file.number, static_cast<std::uint64_t>(offset),
         std::string(static_cast<const char*>(data), static_cast<std::size_t>(size))});
    return WatchedDisk::write(file, data, size, offset);
  }
  int truncate(File& file, sqlite3_int64 size) override {
    add({Event::Kind::truncate, file.number, static_cast<std::uint64_t>(size)});
    return WatchedDisk::truncate(file, size);
  }
  int sync(File& file, int) override {
    const bool fails = file.is_log && log_sync_fails.exchange(false);
    add({fails ? Event::Kind::failed_sync : Event::Kind::sync, file.number});
    if (fails) return SQLITE_IOERR_FSYNC;
    // The disk below is not synced: nothing cuts its power.
    const std::lock_guard lock(mutex);
    if (file.is_log) ++log_syncs;
    return SQLITE_OK;
  }
  /// SQLite syncs the folder with it, where that matters.
  int remove(const char* name, int sync_folder) override {
    {
      const std::lock_guard lock(mutex);
      if (!stopped) events.push_back({Event::Kind::removal, number_of(name)});
    }
    return WatchedDisk::remove(name, sync_folder);
  }

  std::mutex mutex;
  std::vector<std::string> names;
  std::vector<Event> events;
  std::uint64_t log_syncs = 0;
  std::atomic<bool> log_sync_fails = false;  // two logs may be synced at once
  bool stopped = false;

 private:
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

RecordedDisk::RecordedDisk() : recording_(std::make_unique<Recording>()) {}
RecordedDisk::~RecordedDisk() = default;

std::size_t RecordedDisk::now() const {
  const std::lock_guard lock(recording_->mutex);
  return recording_->events.size();
}

std::uint64_t RecordedDisk::log_syncs_count() const {
  const std::lock_guard lock(recording_->mutex);
  return recording_->log_syncs;
}

void RecordedDisk::fail_next_log_sync() { recording_->log_sync_fails = true; }

void RecordedDisk::stop() {
  const std::lock_guard lock(recording_->mutex);
  recording_->stopped = true;
}

void RecordedDisk::write_image(std::size_t moment, std::uint64_t seed,
                               const std::filesystem::path& folder) const {
  const std::lock_guard lock(recording_->mutex);
  std::mt19937_64 random(seed);
  for (std::size_t file = 0; file < recording_->names.size(); ++file) {
    std::string content;
    std::vector<const Event*> unsynced;
    bool is_there = false;
    for (std::size_t i = 0; i < moment; ++i) {
      const auto& event = recording_->events[i];
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
    const auto name = std::filesystem::path(recording_->names[file]).filename();
    std::ofstream(folder / name, std::ios::binary) << content;
  }
}

}  // namespace workshop::tests
