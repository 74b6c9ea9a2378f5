#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop {

/// How old what a read returns may be, from the weakest promise to the strongest.
/// (learn.microsoft.com/azure/cosmos-db/consistency-levels)
enum class CosmosConsistency { eventual, consistent_prefix, session, bounded_staleness, strong };

/// How a CosmosStore is opened.
struct CosmosStoreOptions {
  std::string url;                ///< "https://account.documents.azure.com", or an emulator's
  std::string key;                ///< the master key. Take it from an environment variable.
  std::string database = "shop";  ///< it is created when it is not there
  /// The container that holds the documents. It is created when it is not there, with the partition
  /// key "/partition".
  std::string container = "documents";
  /// An account that promises less is refused. The contract of a store, and the algorithms of the
  /// labs, want that a write is visible to every later read.
  CosmosConsistency consistency_min = CosmosConsistency::strong;
  /// Of a server that does not say what it promises, such as an emulator.
  CosmosConsistency consistency_assumed = CosmosConsistency::eventual;
  /// Whether the server applies all operations of a batch or none. An emulator that applies some
  /// must not be given any: with false, batches have one operation.
  bool has_transactional_batches = true;
  /// Of an emulator that signs its own certificate. Never for an account.
  bool trusts_any_certificate = false;
  std::size_t connections_max = 16;  ///< open at once; further calls wait for one
  std::chrono::milliseconds connect_timeout_ms{
      2'000};  ///< until a connection is there, TLS included
  std::chrono::milliseconds answer_timeout_ms{
      5'000};  ///< from the request to the end of its answer
};

/// A Store in a container of Cosmos DB, over its REST protocol.
///
/// A document has an `id` and a `partition`, in which other characters than letters, digits, "_"
/// and "-" are escaped (255 bytes of id and 2,048 of partition, escaped; else InvalidRequest), and
/// a `body`, a text, so that it comes back byte by byte. Versions are the server's ETags.
///
/// The profile is `cosmos`, less 4 KiB for what the server adds; with escaped characters in a body
/// the server may refuse less (EntityTooLarge as well). A blind erase takes two of a batch's 100
/// operations.
///
/// Outcomes. Definite: 409 and 412 (VersionConflict), 413 (EntityTooLarge), 429 and 449
/// (Unavailable, the first with the time to wait), 401 and 403 (Unavailable), no connection.
/// OutcomeUnknown: a write whose answer did not come, or was 408, 410 or 5xx. Nothing is tried
/// again here.
///
/// Thread-safety: calls from any thread, `connections_max` at once; each blocks its thread until
/// the answer is there. The coroutines never suspend.
class CosmosStore final : public Store {
 public:
  /// Creates database and container when they are not there. Throws Unavailable when the server
  /// cannot be reached or refuses, InvalidRequest for options that cannot be meant, and for an
  /// account whose consistency is too weak. No message contains a key.
  explicit CosmosStore(CosmosStoreOptions options);
  ~CosmosStore() override;

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override;

  /// All documents, in no order; for those who audit.
  std::vector<Document> documents() const;

  /// What the account promises, or what was assumed.
  CosmosConsistency consistency() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop
