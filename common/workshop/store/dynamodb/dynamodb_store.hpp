#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop {

/// How a DynamoDbStore is opened.
struct DynamoDbStoreOptions {
  /// "https://dynamodb.eu-central-1.amazonaws.com", or "http://127.0.0.1:8000" of a local engine.
  std::string url;
  std::string region = "us-east-1";  ///< requests are signed for it
  /// The table that holds the documents. It is created when it is not there, which takes an account
  /// seconds.
  std::string table = "documents";
  /// Who asks. Take them from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, so
  /// that no secret stands in a program.
  std::string access_key;
  std::string secret_key;            ///< it signs the requests, and is never sent
  std::string session_token = {};    ///< of temporary credentials
  std::size_t connections_max = 16;  ///< open at once; further calls wait for one
  std::chrono::milliseconds connect_timeout_ms{
      2'000};  ///< until a connection is there, TLS included
  std::chrono::milliseconds answer_timeout_ms{
      5'000};  ///< from the request to the end of its answer
};

/// A Store in a DynamoDB table: conditional writes on one item, strongly consistent reads.
///
/// A document is an item: `p` its partition (HASH), `i` its id (RANGE), `b` its body, and `v` its
/// version, a random number of 128 bits that this store draws for each write. Keys and bodies are
/// UTF-8. DynamoDB takes 2,048 bytes of partition and 1,024 of id, else InvalidRequest.
///
/// The profile is `dynamodb`, but for the bytes of `v` and of the four names, which count as well:
/// a document has up to 400 KiB less 64 bytes.
///
/// Outcomes. Definite: a condition that does not hold (VersionConflict), throttling (Unavailable),
/// a key or signature that is refused (Unavailable, which also tells of a clock that is wrong), no
/// connection. OutcomeUnknown: a write whose answer did not come, or was of status 5xx. Nothing is
/// tried again here: a conditional write that is repeated after a lost answer meets its own effect,
/// and would tell a conflict.
///
/// Thread-safety: calls from any thread, `connections_max` at once; each blocks its thread until
/// the answer is there. The coroutines never suspend.
class DynamoDbStore final : public Store {
 public:
  /// Creates the table when it is not there. Throws Unavailable when the server cannot be reached
  /// or refuses, InvalidRequest for options that cannot be meant. No message contains a secret.
  explicit DynamoDbStore(DynamoDbStoreOptions options);
  ~DynamoDbStore() override;

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override;

  /// All documents, in no order; for those who audit.
  std::vector<Document> documents() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop
