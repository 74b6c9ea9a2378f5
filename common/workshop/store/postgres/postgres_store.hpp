#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop {

/// How a PostgresStore is opened.
struct PostgresStoreOptions {
  /// Where the database is, in the words of libpq: "host=localhost dbname=shop" or
  /// "postgresql://localhost/shop". What is left out is taken from the environment (PGHOST,
  /// PGPASSWORD, …), so that no password stands in a program. The store itself adds a limit of 5 s
  /// for connecting unless there is one.
  std::string connection;
  /// The table that holds the documents: small letters, digits and underscores, a letter first. It
  /// is created when it is not there.
  std::string table = "documents";
  /// How many operations run at once; a further one waits for a connection.
  std::size_t connections_max = 4;
  /// How long the server works at one statement, waiting for locks included, before the operation
  /// is Unavailable. At least 1 ms.
  std::chrono::milliseconds statement_timeout_ms{5'000};
};

/// A Store in a PostgreSQL database, profile `relational`.
///
/// A write that returned is as durable as the server makes it: with its default settings
/// (synchronous_commit) it is on the server's disk. Several stores, in several processes, may use
/// one table.
///
/// Isolation: each operation is one transaction at READ COMMITTED. Operations are linearizable all
/// the same, because a batch only writes, holds the lock of every key that it has written until it
/// is committed, and checks each condition under that lock; the lock of a key without a document is
/// taken as well. Versions come from a sequence of the database, which no rollback sets back.
///
/// Outcomes. Definite: what the server refuses, a deadlock between two batches (Unavailable, with
/// nothing written), no connection. OutcomeUnknown: the connection broke after a write or its
/// COMMIT was on its way. A connection that broke is replaced at the next operation.
///
/// Thread-safety: calls from any thread, `connections_max` at once; each blocks its thread until
/// the server has answered. The coroutines never suspend: they are done when `resume` returns.
class PostgresStore final : public Store {
 public:
  /// Throws Unavailable when the server cannot be reached or refuses, InvalidRequest for options
  /// that cannot be meant. No message contains a password.
  explicit PostgresStore(PostgresStoreOptions options);
  ~PostgresStore() override;

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override;

  /// All documents in the order of their keys, as bytes; for those who audit.
  std::vector<Document> documents() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop
