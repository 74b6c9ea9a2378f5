#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/core/hash.hpp"
#include "workshop/sqlite/group_commit.hpp"
#include "workshop/store/request_checks.hpp"
#include "workshop/store/sqlite_checkpoints.hpp"
#include "workshop/store/sqlite_connection.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop {

namespace detail {

/// Versions are taken from the database in blocks, so that a write costs no second write. The rest
/// of a block is never used when the store closes; there are 2^63 versions.
inline constexpr std::int64_t kVersionsBlock = 1'024;

inline constexpr std::string_view kGetDocument =
    "SELECT version, body FROM documents WHERE partition=?1 AND id=?2";

/// A put, an erasure or a batch that waits for a commit.
struct SqliteWrite : GroupedWrite {
  std::vector<StoreOperation> operations;
  std::vector<Version> versions;
  std::exception_ptr failure;
};

/// Reads what is committed, while the other connection commits.
struct SqliteReader {
  explicit SqliteReader(const SqliteStoreOptions& options)
      : database({"store", options.path, options.busy_timeout_ms}) {
    database.check_in_place();  // notes which log it is
  }

  std::mutex mutex;
  SqliteDatabase database;
  SqliteStatement get = database.prepare(kGetDocument);
};

inline std::uint64_t digest_of(const Key& key, std::string_view version, std::string_view body) {
  return Digest{}.add(key.partition).add(key.id).add(version).add(body).value();
}

}  // namespace detail

/// The operations of a SqliteStore, under its lock.
class SqliteStore::Impl {
  using SqlitePhase = detail::SqlitePhase;
  using SqliteReset = detail::SqliteReset;
  using SqliteStatement = detail::SqliteStatement;
  using Reader = detail::SqliteReader;
  using Write = detail::SqliteWrite;

 public:
  explicit Impl(SqliteStoreOptions options)
      : options_(std::move(options)), connection_(options_.path, options_.busy_timeout_ms) {
    if (!connection_.is_file()) return;
    // A counter that a damaged file has set back must not give versions again.
    versions_high_ = connection_.number(
        "SELECT max(CAST(version AS INTEGER)) + 1 FROM documents"
        " WHERE length(version) < 19 AND version NOT GLOB '*[^0-9]*'");
    reader_ = std::make_unique<Reader>(options_);
  }

  const Profile& profile() const noexcept { return options_.profile; }

  std::optional<Document> find(Key key) {
    detail::check_key(key);
    if (!shares_commits()) {
      const std::lock_guard lock(mutex_);
      connection_.check_in_place();
      return find_by(get_, std::move(key));
    }
    // While nobody commits, the connection that does has what it wrote in its cache.
    if (const std::unique_lock lock(mutex_, std::try_to_lock);
        lock.owns_lock() && !connection_.in_transaction()) {
      connection_.check_in_place_since_tick();
      return find_by(get_, std::move(key));
    }
    const std::lock_guard lock(reader_->mutex);
    reader_->database.check_in_place_since_tick();
    return find_by(reader_->get, std::move(key));
  }

  Task<Version> put_at_once(Key key, std::string body, Expected expected) {
    detail::check_put(options_.profile, key, body);
    const std::lock_guard lock(mutex_);
    connection_.check_in_place();
    co_return put_locked(key, body, expected);
  }

  Task<void> erase_at_once(Key key, Expected expected) {
    detail::check_erase(key, expected);
    const std::lock_guard lock(mutex_);
    connection_.check_in_place();
    erase_locked(key, expected);
    co_return;
  }

  Task<std::vector<Version>> batch_at_once(std::string partition,
                                           std::vector<StoreOperation> operations) {
    detail::check_batch(options_.profile, partition, operations);
    const std::lock_guard lock(mutex_);
    connection_.check_in_place();
    co_return batch_locked(operations);
  }

  /// Whether writes that wait at the same time share a commit, and suspend: not in memory, where
  /// nothing waits, nor in an exploration, which commits nothing.
  bool shares_commits() const noexcept { return reader_ && !exploring_; }

  Task<Version> put_together(Key key, std::string body, Expected expected) {
    detail::check_put(options_.profile, key, body);
    Write write;
    write.operations.push_back(
        StoreOperation::put(std::move(key), std::move(body), std::move(expected)));
    co_await group_commit_.commit(write);
    if (write.failure) std::rethrow_exception(write.failure);
    co_return std::move(write.versions.front());
  }

  Task<void> erase_together(Key key, Expected expected) {
    detail::check_erase(key, expected);
    Write write;
    write.operations.push_back(StoreOperation::erase(std::move(key), std::move(expected)));
    co_await group_commit_.commit(write);
    if (write.failure) std::rethrow_exception(write.failure);
  }

  Task<std::vector<Version>> batch_together(std::string partition,
                                            std::vector<StoreOperation> operations) {
    detail::check_batch(options_.profile, partition, operations);
    Write write;
    if (operations.empty()) co_return std::move(write.versions);
    write.operations = std::move(operations);
    co_await group_commit_.commit(write);
    if (write.failure) std::rethrow_exception(write.failure);
    co_return std::move(write.versions);
  }

  std::vector<Document> documents(const std::string_view* partition) {
    const std::lock_guard lock(mutex_);
    connection_.check_in_place();
    auto& scan = partition == nullptr ? scan_ : scan_partition_;
    if (partition != nullptr) scan.bind(1, *partition);
    const SqliteReset reset(scan);
    std::vector<Document> result;
    while (scan.step()) {
      result.push_back({Key{std::string(scan.text(0)), std::string(scan.text(1))},
                        std::string(scan.text(3)), Version{std::string(scan.text(2))}});
    }
    return result;
  }

  std::uint64_t digest() {
    const std::lock_guard lock(mutex_);
    return exploring_ ? digest_ : digest_of_all();
  }

  void begin_exploration() {
    const std::lock_guard lock(mutex_);
    if (exploring_) throw InvalidRequest("an exploration of this store is running already");
    begin_exploration_locked();
  }

  void end_exploration() {
    const std::lock_guard lock(mutex_);
    if (!exploring_) return;
    exploring_ = false;
    checkpoints_.clear();
    // Versions that were taken from the counter within the transaction are rolled back with it, so
    // another process may get them. `versions_high_` stays, so that this object does not use them
    // again.
    versions_end_ = versions_next_;
    if (connection_.in_transaction()) rollback_.run();
  }

  bool exploring() {
    const std::lock_guard lock(mutex_);
    return exploring_;
  }

  std::size_t checkpoint() {
    const std::lock_guard lock(mutex_);
    if (!exploring_) begin_exploration_locked();
    return checkpoints_.push(digest_);
  }

  void rollback_to(std::size_t depth) {
    const std::lock_guard lock(mutex_);
    if (depth >= checkpoints_.count()) {
      throw InvalidRequest("there is no checkpoint " + std::to_string(depth) + " of this store: " +
                           std::to_string(checkpoints_.count()) + " were taken");
    }
    digest_ = checkpoints_.rollback_to(depth);
  }

  std::size_t checkpoints_count() {
    const std::lock_guard lock(mutex_);
    return checkpoints_.count();
  }

 private:
  /// A transaction, or a savepoint when one is open; undone unless it was committed.
  class Transaction {
   public:
    explicit Transaction(Impl& store)
        : store_(store), digest_(store.digest_), nested_(store.connection_.in_transaction()) {
      if (store_.exploring_) {
        store_.check_exploration();
        store_.checkpoints_.before_write();
      }
      // IMMEDIATE takes the write lock now. A transaction that reads first and upgrades later fails
      // when another one has written in between, however long it would wait.
      (nested_ ? store_.savepoint_ : store_.begin_).run();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
      if (committed_) return;
      store_.digest_ = digest_;
      // SQLite has rolled back by itself after some failures (a full disk, an I/O error).
      if (!store_.connection_.in_transaction()) return;
      try {
        if (nested_) {
          store_.rollback_savepoint_.run();
          store_.release_savepoint_.run();
        } else {
          store_.rollback_.run();
        }
      } catch (const Error&) {  // NOLINT: the failure before this one is thrown
      }
    }
    void commit() {
      if (nested_) {
        store_.release_savepoint_.run();
      } else {
        store_.commit_.run(SqlitePhase::committing);
      }
      committed_ = true;
    }

   private:
    Impl& store_;
    std::uint64_t digest_;
    bool nested_;
    bool committed_ = false;
  };

  void commit(std::span<detail::GroupedWrite* const> writes) noexcept {
    if (writes.size() > 1 && commit_together(writes)) return;
    for (auto* grouped : writes) {
      auto& write = static_cast<Write&>(*grouped);
      try {
        const std::lock_guard lock(mutex_);
        connection_.check_in_place();
        write.versions = batch_locked(write.operations);
      } catch (...) {
        write.failure = std::current_exception();
      }
    }
  }

  /// In one transaction. A condition that does not hold is a failure of its write alone. False when
  /// another failure has undone all: then each shall be written alone, so that the failure hits
  /// only the write that causes it.
  bool commit_together(std::span<detail::GroupedWrite* const> writes) {
    const std::lock_guard lock(mutex_);
    const auto fail_all = [&](const std::exception_ptr& failure) {
      for (auto* write : writes) static_cast<Write&>(*write).failure = failure;
    };
    try {
      std::size_t count = 0;
      for (auto* write : writes) count += static_cast<Write&>(*write).operations.size();
      connection_.check_in_place();
      reserve_versions(count);
      begin_.run();
    } catch (...) {  // the file, or who holds its lock, fails each of them
      fail_all(std::current_exception());
      return true;
    }
    try {
      for (auto* grouped : writes) {
        auto& write = static_cast<Write&>(*grouped);
        try {
          write.versions = batch_locked(write.operations);
        } catch (const VersionConflict&) {
          write.failure = std::current_exception();
        }
      }
      commit_.run(SqlitePhase::committing);
      return true;
    } catch (const OutcomeUnknown&) {  // of the commit; what a conflict has seen is unknown as well
      fail_all(std::current_exception());
      roll_back();
      return true;
    } catch (...) {
      fail_all(nullptr);
      roll_back();
      return false;
    }
  }

  /// SQLite has rolled back by itself after some failures.
  void roll_back() noexcept {
    try {
      if (connection_.in_transaction()) rollback_.run();
    } catch (const Error&) {  // NOLINT: the failure before this one is told
    }
  }

  std::optional<Document> find_by(SqliteStatement& get, Key key) {
    get.bind(1, key.partition).bind(2, key.id);
    const SqliteReset reset(get);
    if (!get.step()) return std::nullopt;
    return Document{std::move(key), std::string(get.text(1)), Version{std::string(get.text(0))}};
  }

  std::vector<Version> batch_locked(const std::vector<StoreOperation>& operations) {
    std::vector<Version> versions;
    if (operations.empty()) return versions;
    versions.reserve(operations.size());
    if (operations.size() == 1) {  // a statement is atomic by itself
      versions.push_back(apply_locked(operations.front()));
      return versions;
    }
    reserve_versions(operations.size());  // before the transaction, which might be rolled back
    Transaction transaction(*this);
    for (const auto& operation : operations) versions.push_back(apply_locked(operation));
    transaction.commit();
    return versions;
  }

  void begin_exploration_locked() {
    begin_.run();
    exploring_ = true;
    digest_ = digest_of_all();
  }

  Version apply_locked(const StoreOperation& operation) {
    if (operation.kind == StoreOperation::Kind::put) {
      return put_locked(operation.key, operation.body, operation.expected);
    }
    erase_locked(operation.key, operation.expected);
    return Version{};
  }

  Version put_locked(const Key& key, const std::string& body, const Expected& expected) {
    const std::uint64_t digest_before = exploring_ ? prepare_tracked("put", key, expected) : 0;
    Version version = next_version(key);
    auto& put = expected.is_absent() ? insert_ : expected.is_any() ? upsert_ : update_;
    put.bind(1, key.partition).bind(2, key.id).bind(3, version.tag).bind(4, body);
    if (const auto* expected_version = expected.as_version()) put.bind(5, expected_version->tag);
    put.run(write_phase());
    if (connection_.changes() == 0) detail::throw_conflict("put", key, expected);
    if (exploring_) digest_ += detail::digest_of(key, version.tag, body) - digest_before;
    return version;
  }

  void erase_locked(const Key& key, const Expected& expected) {
    const std::uint64_t digest_before = exploring_ ? prepare_tracked("erase", key, expected) : 0;
    auto& erase = expected.is_any() ? erase_ : erase_version_;
    erase.bind(1, key.partition).bind(2, key.id);
    if (const auto* expected_version = expected.as_version()) erase.bind(3, expected_version->tag);
    erase.run(write_phase());
    if (connection_.changes() == 0 && !expected.is_any())
      detail::throw_conflict("erase", key, expected);
    digest_ -= digest_before;
  }

  /// A single statement is its own transaction, unless a transaction is open: then the statement
  /// commits nothing. (It needs no BEGIN IMMEDIATE: SQLite takes its read and write lock at once,
  /// with the busy timeout.)
  SqlitePhase write_phase() const noexcept {
    return connection_.in_transaction() ? SqlitePhase::before_commit : SqlitePhase::committing;
  }

  /// Before a write while exploring: checks its condition, so that a write that fails takes neither
  /// a version nor a savepoint, and returns the old document's part of the digest (0: no document).
  std::uint64_t prepare_tracked(const char* verb, const Key& key, const Expected& expected) {
    check_exploration();
    std::uint64_t digest = 0;
    {
      get_.bind(1, key.partition).bind(2, key.id);
      const SqliteReset reset(get_);
      const bool exists = get_.step();
      const auto* version = expected.as_version();
      if ((expected.is_absent() && exists) ||
          (version != nullptr && (!exists || get_.text(0) != version->tag))) {
        detail::throw_conflict(verb, key, expected);
      }
      if (exists) digest = detail::digest_of(key, get_.text(0), get_.text(1));
    }
    checkpoints_.before_write();
    return digest;
  }

  /// SQLite ends a transaction by itself after some failures. A write would then be committed.
  void check_exploration() const {
    if (!connection_.in_transaction()) {
      throw Unavailable("the exploration of this store was lost when SQLite failed; end it");
    }
  }

  std::uint64_t digest_of_all() {
    const SqliteReset reset(scan_);
    std::uint64_t digest = 0;
    while (scan_.step()) {
      const Key key{std::string(scan_.text(0)), std::string(scan_.text(1))};
      digest += detail::digest_of(key, scan_.text(2), scan_.text(3));
    }
    return digest;
  }

  Version next_version(const Key& key) {
    if (options_.next_version) return options_.next_version(key);
    reserve_versions(1);
    return Version{std::to_string(versions_next_++)};
  }

  /// Makes sure that the next `count` versions need no write. The rest of the current block is
  /// dropped.
  ///
  /// The counter is committed before any version of its block is used, so no failure can give a
  /// version twice. In an exploration a rollback may set the counter back, so the highest block
  /// that this object had is taken into account as well.
  void reserve_versions(std::size_t count) {
    const auto needed = static_cast<std::int64_t>(count);
    if (options_.next_version || versions_end_ - versions_next_ >= needed) return;
    const std::int64_t size = std::max(detail::kVersionsBlock, needed);
    // No document is written here, so a failure is definite, whatever happens to the block.
    const SqliteReset reset(reserve_);
    reserve_.bind(1, versions_high_).bind(2, size);
    reserve_.step(SqlitePhase::before_commit);
    const std::int64_t end = reserve_.integer(0);
    reserve_.run(SqlitePhase::before_commit);  // the commit comes with the last step
    versions_high_ = versions_end_ = end;
    versions_next_ = end - size;
  }

  SqliteStoreOptions options_;
  std::mutex mutex_;
  detail::SqliteConnection connection_;

  std::unique_ptr<Reader> reader_;  // of a file

  SqliteStatement get_ = connection_.prepare(detail::kGetDocument);
  SqliteStatement insert_ =
      connection_.prepare("INSERT INTO documents VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
  SqliteStatement update_ = connection_.prepare(
      "UPDATE documents SET version=?3, body=?4 WHERE partition=?1 AND id=?2 AND version=?5");
  SqliteStatement upsert_ = connection_.prepare(
      "INSERT INTO documents VALUES (?1, ?2, ?3, ?4) ON CONFLICT (partition, id) "
      "DO UPDATE SET version=excluded.version, body=excluded.body");
  SqliteStatement erase_ =
      connection_.prepare("DELETE FROM documents WHERE partition=?1 AND id=?2");
  SqliteStatement erase_version_ =
      connection_.prepare("DELETE FROM documents WHERE partition=?1 AND id=?2 AND version=?3");
  SqliteStatement scan_ = connection_.prepare(
      "SELECT partition, id, version, body FROM documents ORDER BY partition, id");
  SqliteStatement scan_partition_ = connection_.prepare(
      "SELECT partition, id, version, body FROM documents WHERE partition=?1 ORDER BY id");
  SqliteStatement reserve_ =
      connection_.prepare("UPDATE versions SET next = max(next, ?1) + ?2 RETURNING next");
  SqliteStatement begin_ = connection_.prepare("BEGIN IMMEDIATE");
  SqliteStatement commit_ = connection_.prepare("COMMIT");
  SqliteStatement rollback_ = connection_.prepare("ROLLBACK");
  SqliteStatement savepoint_ = connection_.prepare("SAVEPOINT batch");
  SqliteStatement rollback_savepoint_ = connection_.prepare("ROLLBACK TO batch");
  SqliteStatement release_savepoint_ = connection_.prepare("RELEASE batch");

  std::int64_t versions_next_ = 0;  ///< the next version of the block
  std::int64_t versions_end_ = 0;   ///< the first version after the block
  std::int64_t versions_high_ = 0;  ///< the highest end of a block that this object had

  std::atomic<bool> exploring_{false};
  std::uint64_t digest_ = 0;  ///< of all documents; kept only while exploring
  detail::SqliteCheckpoints checkpoints_{connection_};
  detail::GroupCommit group_commit_{
      [this](std::span<detail::GroupedWrite* const> writes) { commit(writes); }};
};

}  // namespace workshop
