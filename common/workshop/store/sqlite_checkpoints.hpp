#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workshop/store/sqlite_connection.hpp"

namespace workshop::detail {

/// A stack of checkpoints within one open transaction, each with the digest of its state.
///
/// A savepoint is opened only when something is written after a checkpoint, because most steps of
/// an exploration do not write to the store. So one savepoint stands for a sequence of checkpoints
/// with the same state. A savepoint without another one inside stays open after its rollback,
/// empty, as a spare for the next checkpoint, because depth-first search tries one leaf after
/// another. Not thread-safe.
class SqliteCheckpoints {
 public:
  explicit SqliteCheckpoints(SqliteConnection& connection) : connection_(connection) {}

  std::size_t count() const noexcept { return digests_.size(); }
  /// Takes a checkpoint of a state with this digest; returns its depth.
  std::size_t push(std::uint64_t digest);
  /// Must be called before every write: opens the savepoint of the topmost checkpoint.
  void before_write();
  /// Undoes everything since checkpoint `depth` < count() and removes it; returns the digest that
  /// was passed to `push` for it.
  std::uint64_t rollback_to(std::size_t depth);
  /// Forgets everything: the transaction has ended.
  void clear() noexcept;

 private:
  /// The statements for the savepoint at one nesting; prepared once.
  struct Savepoint {
    SqliteStatement open;
    SqliteStatement rollback;
    SqliteStatement release;
  };

  Savepoint& savepoint(std::size_t nesting);

  SqliteConnection& connection_;
  std::vector<std::uint64_t> digests_;  ///< of each checkpoint
  std::vector<std::size_t> owners_;     ///< of each savepoint: the depth of its checkpoint, rising
  bool has_spare_ = false;              ///< an empty savepoint is open inside the last one
  std::vector<Savepoint> statements_;
};

}  // namespace workshop::detail
