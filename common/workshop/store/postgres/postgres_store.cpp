#include "workshop/store/postgres/postgres_store.hpp"

#include <algorithm>
#include <utility>

#include "workshop/store/postgres/postgres_connections.hpp"
#include "workshop/store/request_checks.hpp"

namespace workshop {
namespace {

using detail::PostgresConnections;

/// Whether an operation that fails may have written.
enum class Phase { reading, writing };

/// What the server says, without the line breaks.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

[[noreturn]] void throw_lost(Phase phase, const std::string& what) {
  if (phase == Phase::writing) {
    throw OutcomeUnknown("PostgreSQL: the connection was lost before the answer came: " +
                         one_line(what));
  }
  throw Unavailable("PostgreSQL: the connection was lost: " + one_line(what));
}

/// Runs `action`, and tells its failures as errors of a store. An error that the server reports is
/// definite, because it rolls the transaction back; but class 08 (the connection) and 40003 mean
/// that it does not know. (www.postgresql.org/docs/15/errcodes-appendix.html)
template <class Action>
auto translated(Phase phase, Action action) {
  try {
    return action();
  } catch (const pqxx::in_doubt_error& error) {
    throw_lost(Phase::writing, error.what());
  } catch (const pqxx::broken_connection& error) {
    throw_lost(phase, error.what());
  } catch (const pqxx::sql_error& error) {
    const auto state = error.sqlstate();
    if (state.starts_with("08") || state == "40003") throw_lost(phase, error.what());
    throw Unavailable("PostgreSQL refuses (" + (state.empty() ? "no code" : state) +
                      "): " + one_line(error.what()));
  } catch (const pqxx::failure& error) {
    throw Unavailable("PostgreSQL: " + one_line(error.what()));
  }
}

void check_options(const PostgresStoreOptions& options) {
  const auto in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const auto& table = options.table;
  // A name of PostgreSQL has up to 63 bytes, and that of the sequence ends with "_versions".
  if (table.empty() || table.size() > 50 || table.front() < 'a' || table.front() > 'z' ||
      !std::all_of(table.begin(), table.end(), in_name)) {
    throw InvalidRequest("\"" + table +
                         "\" is no name of a table: small letters, digits and underscores, a "
                         "letter first, up to 50");
  }
  if (options.connections_max == 0) throw InvalidRequest("connections_max must be at least 1");
  if (options.statement_timeout_ms.count() <= 0) {
    throw InvalidRequest("statement_timeout_ms must be at least 1");
  }
}

std::string version_of(const pqxx::result& result) { return result.front().front().c_str(); }

}  // namespace

/// Names and bodies are kept as bytes, so that no rule of a language or an encoding makes two names
/// one, or refuses a body.
class PostgresStore::Impl {
 public:
  explicit Impl(PostgresStoreOptions options)
      : options_(checked(std::move(options))),
        connections_(options_.connection, options_.connections_max,
                     [this](pqxx::connection& connection) { prepare(connection); }) {
    translated(Phase::reading, [&] { const PostgresConnections::Use use(connections_); });
  }

  const Profile& profile() const noexcept { return profile_; }

  std::optional<Document> get(Key key) {
    detail::check_key(key);
    return translated(Phase::reading, [&]() -> std::optional<Document> {
      const auto use = connected();
      pqxx::nontransaction transaction(**use);
      const auto rows = transaction.exec_prepared("get", bytes(key.partition), bytes(key.id));
      if (rows.empty()) return std::nullopt;
      return Document{key, pqxx::binarystring(rows[0][1]).str(), Version{rows[0][0].c_str()}};
    });
  }

  Version put(const Key& key, const std::string& body, const Expected& expected) {
    detail::check_put(profile_, key, body);
    return write([&](pqxx::transaction_base& transaction) {
      return apply_put(transaction, key, body, expected);
    });
  }

  void erase(const Key& key, const Expected& expected) {
    detail::check_erase(key, expected);
    write([&](pqxx::transaction_base& transaction) {
      return apply_erase(transaction, key, expected);
    });
  }

  std::vector<Version> batch(const std::string& partition,
                             const std::vector<StoreOperation>& operations) {
    detail::check_batch(profile_, partition, operations);
    if (operations.empty()) return {};
    // What was connected before the first statement is sent is definite.
    const auto use = translated(Phase::reading, [&] { return connected(); });
    return translated(Phase::reading, [&] {
      // Until COMMIT is sent, a lost connection rolls back; pqxx tells of a lost COMMIT apart.
      pqxx::work transaction(**use);
      std::vector<Version> versions;
      for (const auto& operation : operations) {
        versions.push_back(apply_in_batch(transaction, operation));
      }
      transaction.commit();
      return versions;
    });
  }

  std::vector<Document> documents() {
    return translated(Phase::reading, [&] {
      const auto use = connected();
      pqxx::nontransaction transaction(**use);
      std::vector<Document> documents;
      for (const auto& row : transaction.exec_prepared("scan")) {
        documents.push_back({{pqxx::binarystring(row[0]).str(), pqxx::binarystring(row[1]).str()},
                             pqxx::binarystring(row[3]).str(),
                             Version{row[2].c_str()}});
      }
      return documents;
    });
  }

 private:
  static PostgresStoreOptions checked(PostgresStoreOptions options) {
    check_options(options);
    return options;
  }
  static pqxx::binarystring bytes(const std::string& text) { return pqxx::binarystring(text); }

  std::unique_ptr<PostgresConnections::Use> connected() {
    return std::make_unique<PostgresConnections::Use>(connections_);
  }

  /// One statement, which is its own transaction: nothing can be lost between it and its COMMIT.
  template <class Statement>
  Version write(Statement statement) {
    const auto use = translated(Phase::reading, [&] { return connected(); });
    return translated(Phase::writing, [&] {
      pqxx::nontransaction transaction(**use);
      return statement(transaction);
    });
  }

  Version apply_put(pqxx::transaction_base& transaction, const Key& key, const std::string& body,
                    const Expected& expected) {
    const auto partition = bytes(key.partition);
    const auto id = bytes(key.id);
    const auto* version = expected.as_version();
    const auto rows =
        version != nullptr
            ? transaction.exec_prepared("update", partition, id, bytes(body), version->tag)
            : transaction.exec_prepared(expected.is_absent() ? "insert" : "upsert", partition, id,
                                        bytes(body));
    if (rows.empty()) detail::throw_conflict("put", key, expected);
    return Version{version_of(rows)};
  }

  Version apply_erase(pqxx::transaction_base& transaction, const Key& key,
                      const Expected& expected) {
    const auto* version = expected.as_version();
    if (version == nullptr) {
      transaction.exec_prepared("erase", bytes(key.partition), bytes(key.id));
      return {};
    }
    const auto rows = transaction.exec_prepared("erase_version", bytes(key.partition),
                                                bytes(key.id), version->tag);
    if (rows.empty()) detail::throw_conflict("erase", key, expected);
    return {};
  }

  Version apply_in_batch(pqxx::transaction_base& transaction, const StoreOperation& operation) {
    if (operation.kind == StoreOperation::Kind::put) {
      return apply_put(transaction, operation.key, operation.body, operation.expected);
    }
    // A key without a document has no row to lock, and somebody could create the document before
    // this batch is committed. So a row is made first.
    if (operation.expected.is_any()) {
      transaction.exec_prepared("insert", bytes(operation.key.partition), bytes(operation.key.id),
                                bytes(""));
    }
    return apply_erase(transaction, operation.key, operation.expected);
  }

  void create_table(pqxx::connection& connection) const {
    pqxx::work transaction(connection);
    // Two that create it at once would fail; the lock lasts until COMMIT.
    transaction.exec("SELECT pg_advisory_xact_lock(hashtext('workshop " + options_.table + "'))");
    transaction.exec("CREATE SEQUENCE IF NOT EXISTS " + options_.table + "_versions");
    transaction.exec("CREATE TABLE IF NOT EXISTS " + options_.table +
                     " (partition bytea NOT NULL, id bytea NOT NULL, version bigint NOT NULL, "
                     "body bytea NOT NULL, PRIMARY KEY (partition, id))");
    transaction.commit();
  }

  void prepare(pqxx::connection& connection) {
    {
      pqxx::nontransaction settings(connection);
      settings.exec("SET client_min_messages = warning");
      settings.exec("SET statement_timeout = " +
                    std::to_string(options_.statement_timeout_ms.count()));
    }
    create_table(connection);
    const auto& table = options_.table;
    const std::string next = "nextval('" + table + "_versions')";
    const std::string at = " WHERE partition=$1 AND id=$2";
    const std::string values = "INSERT INTO " + table + " VALUES ($1, $2, " + next + ", $3) ";
    connection.prepare("get", "SELECT version, body FROM " + table + at);
    connection.prepare("insert", values + "ON CONFLICT DO NOTHING RETURNING version");
    connection.prepare("upsert", values +
                                     "ON CONFLICT (partition, id) DO UPDATE SET "
                                     "version=excluded.version, body=excluded.body "
                                     "RETURNING version");
    // As text, because a version of another store is no number, but no error either.
    connection.prepare("update", "UPDATE " + table + " SET version=" + next + ", body=$3" + at +
                                     " AND version::text=$4 RETURNING version");
    connection.prepare("erase", "DELETE FROM " + table + at);
    connection.prepare("erase_version",
                       "DELETE FROM " + table + at + " AND version::text=$3 RETURNING version");
    connection.prepare(
        "scan", "SELECT partition, id, version, body FROM " + table + " ORDER BY partition, id");
  }

  const PostgresStoreOptions options_;
  const Profile profile_ = Profile::relational();
  PostgresConnections connections_;
};

PostgresStore::PostgresStore(PostgresStoreOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
PostgresStore::~PostgresStore() = default;

Task<std::optional<Document>> PostgresStore::get(Key key) { co_return impl_->get(std::move(key)); }
Task<Version> PostgresStore::put(Key key, std::string body, Expected expected) {
  co_return impl_->put(key, body, expected);
}
Task<void> PostgresStore::erase(Key key, Expected expected) {
  impl_->erase(key, expected);
  co_return;
}
Task<std::vector<Version>> PostgresStore::batch(std::string partition,
                                                std::vector<StoreOperation> operations) {
  co_return impl_->batch(partition, operations);
}
const Profile& PostgresStore::profile() const noexcept { return impl_->profile(); }
std::vector<Document> PostgresStore::documents() const { return impl_->documents(); }

}  // namespace workshop
