#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "workshop/sqlite/database.hpp"

namespace workshop::detail {

/// What is written to a journal.
struct JournalSize {
  std::size_t rows_count = 1;
  std::uint64_t bytes = 0;  ///< of all rows together
};

/// The room that a journal has on its disk, so that what settles messages, and so makes room, still
/// works when there is none.
///
/// A limit counts the file, its write-ahead log, and a reserve: a third file, `-reserve`, of bytes
/// that mean nothing. On a full disk the reserve is given up for acknowledgements and their like.
/// Nothing is added before it is whole again. Not thread-safe.
class JournalSpace {
 public:
  /// `bytes_max`: 0 for no limit.
  JournalSpace(SqliteDatabase& file, std::uint64_t bytes_max);

  /// Notes a message that is in the journal, or shall be: `require_fit` keeps room for its growth.
  void note_message(std::uint64_t sequence, std::uint64_t bytes);
  /// Notes that a message of this size, or one with so long a reason, is in the journal.
  void note_largest(std::uint64_t bytes) noexcept;
  void note_reason(std::uint64_t bytes) noexcept;
  /// Notes that a message is no longer there.
  void forget_message(std::uint64_t sequence) noexcept;

  /// Whether there is no limit, and the reserve is whole: then a transaction need not be judged.
  bool is_ample() const noexcept { return bytes_max_ == 0 && reserve_is_whole_; }
  /// Before a transaction that adds: makes the reserve whole. Throws Unavailable when the disk has
  /// no room for it.
  void require_reserve();
  /// Before a transaction: empties the log if `log_bytes` more would be beyond the limit.
  void prepare_log(std::uint64_t log_bytes);
  /// In a transaction that adds, before its commit: throws Unavailable when the journal would be
  /// beyond its limit with `log_bytes` of log, now, or later to settle the largest message.
  void require_fit(std::uint64_t log_bytes) const;
  /// Copies the log, so that it is written again from its begin and takes no more of the disk.
  void reuse_log() noexcept { file_.checkpoint(SqliteLog::kept); }
  /// Gives the reserve's room back to the disk. False when it was given back before.
  bool give_up_reserve() noexcept;
  /// Makes the reserve whole if the disk has room for it.
  void try_to_restore_reserve() noexcept;

  /// Bytes of log, at most, of a transaction that writes this. If it only adds, the messages that
  /// are there are not written again.
  std::uint64_t log_bytes_of(JournalSize size, bool adds) const noexcept;

 private:
  std::uint64_t file_bytes() const;
  std::string reserve_path() const { return file_.path() + "-reserve"; }
  std::string write_reserve() noexcept;

  SqliteDatabase& file_;
  std::uint64_t bytes_max_;
  std::uint64_t reserve_bytes_;
  std::uint64_t largest_bytes_ = 0;
  std::uint64_t largest_reason_bytes_ = 0;
  std::uint64_t growth_bytes_ = 0;  ///< how much the file may grow when its messages are settled
  std::unordered_map<std::uint64_t, std::uint64_t> growths_;  ///< by sequence; only with a limit
  bool reserve_is_whole_ = false;
};

}  // namespace workshop::detail
