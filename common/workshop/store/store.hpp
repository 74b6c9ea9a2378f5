#pragma once

#include <compare>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "workshop/core/error.hpp"
#include "workshop/core/task.hpp"

namespace workshop {

/// The place of a document: one logical partition, and an id that is unique within it.
struct Key {
  std::string partition;  ///< what one batch may span
  std::string id;         ///< within the partition

  /// By partition, then by id.
  friend auto operator<=>(const Key&, const Key&) = default;
};

/// An opaque version (an ETag). A store never gives a document the same version twice, not even
/// after it was erased and created again.
struct Version {
  std::string tag;  ///< opaque

  /// Whether it is the same version; the order means nothing.
  friend auto operator<=>(const Version&, const Version&) = default;
};

/// One document as it was read: its body is JSON text.
struct Document {
  Key key;           ///< its place
  std::string body;  ///< JSON
  Version version;   ///< that the next write may compare with

  /// Field by field.
  friend bool operator==(const Document&, const Document&) = default;
};

/// The condition under which a document is written: that of a compare-and-swap.
class Expected {
 public:
  /// The document does not exist: insert-if-absent.
  static Expected absent() { return Expected(Kind::absent, {}); }
  /// The document exists in exactly this version: compare-and-swap.
  static Expected version(Version version) { return Expected(Kind::version, std::move(version)); }
  /// No condition: a blind write. It loses the writes of others; labs show how.
  static Expected any() { return Expected(Kind::any, {}); }

  /// Whether it is `absent()`.
  bool is_absent() const noexcept { return kind_ == Kind::absent; }
  /// Whether it is `any()`.
  bool is_any() const noexcept { return kind_ == Kind::any; }
  /// The version to match, or nullptr when the condition is another one.
  const Version* as_version() const noexcept {
    return kind_ == Kind::version ? &version_ : nullptr;
  }

 private:
  enum class Kind { absent, version, any };
  Expected(Kind kind, Version version) : kind_(kind), version_(std::move(version)) {}

  Kind kind_;
  Version version_;
};

/// One write of a batch.
struct StoreOperation {
  /// What it does.
  enum class Kind { put, erase };
  Kind kind = Kind::put;                ///< whether it writes or erases
  Key key;                              ///< of the document
  std::string body;                     ///< of a put
  Expected expected = Expected::any();  ///< else the whole batch is refused

  /// Writes the document, as Store::put does.
  static StoreOperation put(Key key, std::string body, Expected expected) {
    return {Kind::put, std::move(key), std::move(body), std::move(expected)};
  }
  /// Erases the document, as Store::erase does.
  static StoreOperation erase(Key key, Expected expected) {
    return {Kind::erase, std::move(key), {}, std::move(expected)};
  }
};

/// The limits of a kind of database.
struct Profile {
  std::string name;  ///< "relational", "dynamodb", "cosmos"
  /// Of partition, id and body together.
  std::size_t document_bytes_max = std::numeric_limits<std::size_t>::max();
  /// Of puts and erases together.
  std::size_t batch_operations_max = std::numeric_limits<std::size_t>::max();
  /// Of all keys and bodies of a batch together.
  std::size_t batch_bytes_max = std::numeric_limits<std::size_t>::max();
  bool partitioned = false;  ///< a batch across partitions is CrossPartition

  /// Whether name and limits are the same.
  bool operator==(const Profile&) const = default;

  /// One partition, no limits: a relational database.
  static Profile relational();
  /// 400 KiB an item, conditional writes on one item. (TransactWriteItems is left out on purpose.)
  static Profile dynamodb();
  /// 2 MiB a document, batches of up to 100 operations and 2 MiB within one logical partition.
  /// (learn.microsoft.com/azure/cosmos-db/nosql/transactional-batch)
  static Profile cosmos();
};

/// A document store with optimistic concurrency.
///
/// Every write is conditional on an `Expected`. Operations are linearizable: a write is visible to
/// every later read. Arguments are passed by value, so that a caller may be destroyed while it
/// waits.
///
/// Errors. Definite, nothing was written: VersionConflict, EntityTooLarge, CrossPartition,
/// Unavailable, Damaged, InvalidRequest (an empty partition or id). Unknown, it may have been
/// written: OutcomeUnknown. Thread-safety depends on the implementation; SqliteStore serialises
/// calls from any thread.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// The document, or nothing when there is none.
  virtual Task<std::optional<Document>> get(Key key) = 0;

  /// Writes the document when `expected` holds, and returns its new version; else VersionConflict.
  virtual Task<Version> put(Key key, std::string body, Expected expected) = 0;

  /// Erases the document when `expected` holds; else VersionConflict. With `Expected::any()`
  /// erasing what is not there succeeds, so that it can be repeated. `Expected::absent()` is
  /// InvalidRequest.
  virtual Task<void> erase(Key key, Expected expected) = 0;

  /// Applies all operations or none, in order. If the profile is partitioned, all keys must be in
  /// `partition`, else CrossPartition; so are more operations than the profile allows; more bytes
  /// are EntityTooLarge. Returns the new version of each operation at its index (an empty tag for
  /// an erase). The first condition that does not hold is a VersionConflict. One key may occur
  /// twice: each operation sees the effects of those before it. An empty batch succeeds. Errors of
  /// the request itself are reported before any condition is checked.
  virtual Task<std::vector<Version>> batch(std::string partition,
                                           std::vector<StoreOperation> operations) = 0;

  /// The limits that this store keeps to. Lives as long as the store.
  virtual const Profile& profile() const noexcept = 0;
};

// As in task.hpp: compiled once, in the library.
extern template struct detail::TaskPromise<std::optional<Document>>;
extern template class Task<std::optional<Document>>;
extern template struct detail::TaskPromise<Version>;
extern template class Task<Version>;

}  // namespace workshop
