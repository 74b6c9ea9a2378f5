#include "workshop/store/sqlite_checkpoints.hpp"

#include <algorithm>
#include <string>

namespace workshop::detail {

std::size_t SqliteCheckpoints::push(std::uint64_t digest) {
  digests_.push_back(digest);
  return digests_.size() - 1;
}

void SqliteCheckpoints::before_write() {
  if (digests_.empty() || (!owners_.empty() && owners_.back() == digests_.size() - 1)) {
    // The write belongs to the last open savepoint (or to none). The spare inside it would record
    // the write, and would not be empty when it is used for a checkpoint.
    if (has_spare_) savepoint(owners_.size()).release.run();
    has_spare_ = false;
    return;
  }
  if (!has_spare_) savepoint(owners_.size()).open.run();
  has_spare_ = false;
  owners_.push_back(digests_.size() - 1);
}

std::uint64_t SqliteCheckpoints::rollback_to(std::size_t depth) {
  const std::uint64_t digest = digests_.at(depth);
  // The outermost savepoint that was opened at or after the checkpoint: nothing was written between
  // the two.
  const auto first = std::lower_bound(owners_.begin(), owners_.end(), depth);
  if (first != owners_.end()) {
    const bool has_nested = first + 1 != owners_.end() || has_spare_;
    auto& outermost = savepoint(static_cast<std::size_t>(first - owners_.begin()));
    outermost.rollback.run();
    owners_.erase(first, owners_.end());
    // SQLite drops the page images recorded by the savepoints inside this one when this one is
    // released, not when it is rolled back. If it stayed open for ever, SQLite would have to read
    // more and more of them.
    if (has_nested) outermost.release.run();
    has_spare_ = !has_nested;
  }
  digests_.resize(depth);
  return digest;
}

void SqliteCheckpoints::clear() noexcept {
  digests_.clear();
  owners_.clear();
  has_spare_ = false;
}

SqliteCheckpoints::Savepoint& SqliteCheckpoints::savepoint(std::size_t nesting) {
  while (statements_.size() <= nesting) {
    const std::string name = "c" + std::to_string(statements_.size());
    statements_.push_back({connection_.prepare("SAVEPOINT " + name),
                           connection_.prepare("ROLLBACK TO " + name),
                           connection_.prepare("RELEASE " + name)});
  }
  return statements_[nesting];
}

}  // namespace workshop::detail
