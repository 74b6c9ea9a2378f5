#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop {

/// How a SqliteStore is opened.
struct SqliteStoreOptions {
  /// A file, created when it does not exist; or ":memory:", a database that only this object uses.
  std::string path = ":memory:";
  /// The limits of the database that this one stands for.
  Profile profile = Profile::relational();
  /// Makes the version of the next write of a key: tags that are not empty, and never the same
  /// twice for one key. The store calls it under its lock. When it is not set, a counter in the
  /// database makes versions, and never the same twice, also after the file is opened again or when
  /// several processes write.
  std::function<Version(const Key&)> next_version = {};
  /// How long a write waits for another writer of the same file before it is Unavailable; 24 days
  /// at most.
  std::chrono::milliseconds busy_timeout_ms{5'000};
};

/// A Store in an SQLite database.
///
/// A file is durable: a write that returned is on the disk, also after a power failure. The disk
/// holds it in the file and in its write-ahead log beside it, `-wal`, together: who copies, moves
/// or restores one of them without the other, while a store has it open or after a kill, goes back
/// to an older state. SQLite cannot tell that from a store that was closed, so nothing reports it.
/// A log that is cut ends, for SQLite, at the last whole transaction.
///
/// A file that is moved or removed while it is open, or whose log is, is Unavailable from then on.
/// Opening reads the whole file; one that does not hold together is Damaged. Several SqliteStore
/// objects, in several processes, may open one file; a write that waits longer than
/// `busy_timeout_ms` for another one is Unavailable.
///
/// Outcomes: OutcomeUnknown is thrown only when the disk failed while the transaction was committed
/// (an I/O error, or no memory); a full disk is Unavailable. See sqlite/database.cpp for the
/// reasons.
///
/// Writes to a file that wait at the same time share a commit (sqlite/group_commit.hpp): in one
/// transaction, in which a condition that does not hold fails its own write alone. Reads see only
/// what is committed, and wait for no commit.
///
/// Thread-safety: calls from any thread; SQLite works on one of them at a time, and blocks it. In
/// memory and in an exploration the coroutines never suspend: they are done when `resume` returns.
/// A write to a file suspends while others are committed, and goes on where the Resumer of the
/// thread says.
///
/// What only the explorer needs of a store stands in explorable_store.hpp.
class SqliteStore : public Store {
 public:
  /// Throws Unavailable when the file cannot be opened or written, InvalidRequest when it is not a
  /// store's file or its schema is not this program's, and Damaged when what it holds cannot be.
  /// The message names the path and how to fix it.
  explicit SqliteStore(SqliteStoreOptions options = {});
  ~SqliteStore() override;

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override;

  /// `get`, outside of coroutines.
  std::optional<Document> find(Key key) const;
  /// All documents, in the order of their keys.
  std::vector<Document> documents() const;
  /// The same of one partition.
  std::vector<Document> documents(std::string_view partition) const;

 private:
  friend class ExplorableStore;  // private: no other class that derives from this one reaches in

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop
