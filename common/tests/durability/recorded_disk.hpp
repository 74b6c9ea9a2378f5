#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace workshop::tests {

/// A disk for SQLite that remembers every write and every sync, and shows what a power cut at any
/// moment can leave of them. Databases that are opened while an object of this class lives use it;
/// they may be used by several threads, one object at a time. The real disk is not synced.
///
/// The model of a disk: a sync makes all earlier writes of its file durable. Of the writes since,
/// any may be there after a power cut, whole or in part, by sectors of 512 bytes, whatever their
/// order. After a sync that failed, the writes before it are taken for written, as Linux does:
/// later syncs do not make them durable.
class RecordedDisk {
 public:
  RecordedDisk();
  RecordedDisk(const RecordedDisk&) = delete;
  RecordedDisk& operator=(const RecordedDisk&) = delete;
  ~RecordedDisk();

  /// How many writes, truncations and syncs there were: a moment at which the power can go.
  std::size_t now() const;
  /// How many syncs of write-ahead logs there were.
  std::uint64_t log_syncs_count() const;
  /// The next sync of a write-ahead log fails, once.
  void fail_next_log_sync();

  /// From now on nothing is remembered: images can be opened.
  void stop();

  /// What is left of all files after a power cut at `moment`, written into `folder`; `seed` chooses
  /// which of the writes without a sync are there: 0 none, 1 all, others any.
  void write_image(std::size_t moment, std::uint64_t seed,
                   const std::filesystem::path& folder) const;

 private:
  class Recording;
  std::unique_ptr<Recording> recording_;
};

}  // namespace workshop::tests
