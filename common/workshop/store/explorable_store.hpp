#pragma once

#include <cstddef>
#include <cstdint>

#include "workshop/store/sqlite_store.hpp"

namespace workshop {

/// A SqliteStore that an explorer can take back to an earlier state, and whose states it compares
/// by a digest.
///
/// An exploration is one transaction that is never committed: what is written in it never reaches
/// the file, and other writers of a file wait (and fail) until it ends. Documents are read and
/// written as in any store meanwhile, and outside of an exploration it is a SqliteStore like any
/// other. Errors and thread-safety as for SqliteStore.
class ExplorableStore final : public SqliteStore {
 public:
  using SqliteStore::SqliteStore;

  /// Starts an exploration from the state that is there. InvalidRequest while one runs.
  ///
  /// While exploring, a write whose condition does not hold takes no version from `next_version`.
  void begin_exploration();
  /// Undoes all that was written since `begin_exploration`, and ends the exploration. Without one
  /// it does nothing.
  void end_exploration();
  /// Whether an exploration runs.
  bool exploring() const noexcept;

  /// Takes a checkpoint and returns its depth: how many there were before. Starts an exploration
  /// when none runs. Costs nothing until something is written.
  std::size_t checkpoint();
  /// Undoes everything since checkpoint `depth` was taken, and removes it and all deeper ones:
  /// there are `depth` checkpoints afterwards. InvalidRequest when there is no such checkpoint. It
  /// does not rewind `next_version`: that is its owner's.
  void rollback_to(std::size_t depth);
  /// How many checkpoints there are now.
  std::size_t checkpoints_count() const noexcept;

  /// A digest of all documents (key, body, version), whatever the order in which they were written.
  /// While exploring it is kept up to date by every write and every rollback, and costs nothing;
  /// otherwise all documents are read.
  std::uint64_t digest() const;
};

}  // namespace workshop
