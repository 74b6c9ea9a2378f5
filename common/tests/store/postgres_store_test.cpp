// The Store contract over a real PostgreSQL server, which the test starts.
#include "workshop/store/postgres/postgres_store.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <future>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <thread>
#include <vector>

#include "postgres_server.hpp"
#include "same_operations.hpp"
#include "severing_proxy.hpp"
#include "store_sections.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {
namespace {

using Catch::Matchers::ContainsSubstring;

/// One for all tests: a server takes a second to start. Skips the test where none is installed.
PostgresServer& server() {
  if (const auto missing = PostgresServer::missing(); !missing.empty()) SKIP(missing);
  static PostgresServer server;
  return server;
}

std::unique_ptr<PostgresStore> store_of(const std::string& table) {
  return std::make_unique<PostgresStore>(
      PostgresStoreOptions{.connection = server().connection(), .table = table});
}

std::string table_named(std::string name) {
  for (auto& c : name) c = c == '-' ? '_' : c;
  return name;
}

/// A store whose connections go through `proxy`.
std::unique_ptr<PostgresStore> store_behind(const SeveringProxy& proxy, const std::string& table) {
  return std::make_unique<PostgresStore>(PostgresStoreOptions{
      .connection = "host=" + proxy.folder() + " user=postgres dbname=postgres", .table = table});
}

TEST_CASE("a PostgreSQL store conforms as a relational database") {
  server();
  require_conformance([](const std::string& name) { return store_of(table_named(name)); },
                      {.threads = true, .durable = true, .shared = true});
}

TEST_CASE("PostgreSQL and SQLite do the same with the same operations") {
  const auto postgres = store_of("random_operations");
  SqliteStore sqlite;
  auto outcomes_count = do_the_same(*postgres, sqlite, {.steps_count = 500, .operations_max = 4});
  CHECK(outcomes_count["done"] > 100);
  CHECK(outcomes_count["conflict"] > 100);
  CHECK(outcomes_count["invalid"] > 5);
}

TEST_CASE("two batches that lock in opposite orders: one may be refused, none is done by half") {
  const auto store = store_of("opposite");
  const Key a{"shop", "a"};
  const Key b{"shop", "b"};
  const auto write_both = [&](const Key& first, const Key& second, const std::string& body) {
    int refused_count = 0;
    for (int i = 0; i < 100; ++i) {
      try {
        sync_wait(store->batch("shop", {StoreOperation::put(first, body, Expected::any()),
                                        StoreOperation::put(second, body, Expected::any())}));
      } catch (const Unavailable&) {
        ++refused_count;
      }
    }
    return refused_count;
  };
  auto other = std::async(std::launch::async, [&] { return write_both(b, a, "2"); });
  const int refused_count = write_both(a, b, "1");
  CHECK(refused_count + other.get() < 200);
  CHECK(body_of(*store, a) == body_of(*store, b));
}

TEST_CASE(
    "an answer that is lost is an unknown outcome, a request that is lost in a batch is none") {
  using Cut = SeveringProxy::Cut;
  SeveringProxy proxy(server().socket(), ".s.PGSQL.5432");
  const auto direct = store_of("severed");
  const auto store = store_behind(proxy, "severed");
  const auto version = put(*direct, kOrder, "0", Expected::any());
  const std::vector<StoreOperation> batch = {
      StoreOperation::put(kOrder, "1", Expected::version(version)),
      StoreOperation::put({"shop", "order-2"}, "1", Expected::any())};

  SECTION("the answer to COMMIT") {
    proxy.cut_at("COMMIT", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->batch("shop", batch)), OutcomeUnknown);
    CHECK(body_of(*direct, kOrder) == "1");
  }
  SECTION("the request to COMMIT") {
    proxy.cut_at("COMMIT", Cut::request);
    CHECK_THROWS_AS(sync_wait(store->batch("shop", batch)), OutcomeUnknown);
    CHECK(body_of(*direct, kOrder) == "0");
  }
  SECTION("a statement before COMMIT") {
    proxy.cut_at("order-2", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->batch("shop", batch)), Unavailable);
    CHECK(body_of(*direct, kOrder) == "0");
  }
  SECTION("the answer to a single write") {
    proxy.cut_at("order-1", Cut::answer);
    CHECK_THROWS_AS(put(*store, kOrder, "1", Expected::version(version)), OutcomeUnknown);
    CHECK(body_of(*direct, kOrder) == "1");
  }
  SECTION("the answer to a read") {
    proxy.cut_at("order-1", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->get(kOrder)), Unavailable);
  }
  CHECK(proxy.cuts_count() == 1);
  CHECK_NOTHROW(sync_wait(store->get(kOrder)));  // over another connection
}

TEST_CASE("a server that is killed has kept what it acknowledged, and is found again") {
  const auto store = store_of("killed");
  put(*store, kOrder, "kept", Expected::absent());
  server().kill();
  CHECK_THROWS_AS(sync_wait(store->get(kOrder)), Unavailable);
  const auto message =
      failure_of<Unavailable>([&] { put(*store, kOrder, "lost", Expected::any()); });
  CHECK_THAT(message, ContainsSubstring("PostgreSQL"));
  server().start();
  CHECK(body_of(*store, kOrder) == "kept");
}

/// Somebody who has locked a document, until this object ends.
class Locked {
 public:
  Locked(const std::string& table, const Key& key) {
    transaction_.exec("SELECT 1 FROM " + table + " WHERE id = convert_to(" +
                      transaction_.quote(key.id) + ", 'UTF8') FOR UPDATE");
  }
  /// Blocks until somebody waits for a lock; fails the test after a minute.
  void wait_for_waiting() {
    for (int tries = 0; tries < 12'000; ++tries) {
      if (!transaction_.exec("SELECT 1 FROM pg_locks WHERE NOT granted").empty()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    FAIL("nobody waits for the lock");
  }

 private:
  pqxx::connection connection_{server().connection()};
  pqxx::work transaction_{connection_};
};

TEST_CASE("a batch that erases what is not there keeps its key until it is committed") {
  const auto store = store_of("absent_key");
  const Key absent{"shop", "absent"};
  put(*store, kOrder, "0", Expected::absent());
  auto locked = std::make_unique<Locked>("absent_key", kOrder);
  auto batch = std::async(std::launch::async, [&] {
    sync_wait(store->batch("shop", {StoreOperation::erase(absent, Expected::any()),
                                    StoreOperation::put(kOrder, "1", Expected::any())}));
  });
  locked->wait_for_waiting();
  auto create =
      std::async(std::launch::async, [&] { put(*store, absent, "new", Expected::absent()); });
  CHECK(create.wait_for(std::chrono::milliseconds(200)) == std::future_status::timeout);
  locked.reset();
  batch.get();
  create.get();
  CHECK(body_of(*store, absent) == "new");
  CHECK(body_of(*store, kOrder) == "1");
}

TEST_CASE("a write that waits too long for a lock is refused, and never done") {
  store_of("locked");
  const PostgresStoreOptions options{.connection = server().connection(),
                                     .table = "locked",
                                     .statement_timeout_ms = std::chrono::milliseconds(100)};
  PostgresStore store(options);
  put(store, kOrder, "0", Expected::absent());
  {
    const Locked locked("locked", kOrder);
    const auto message = failure_of<Unavailable>([&] { put(store, kOrder, "1", Expected::any()); });
    CHECK_THAT(message, ContainsSubstring("57014"));  // query_canceled
  }
  CHECK(body_of(store, kOrder) == "0");
}

TEST_CASE("a full server refuses a write definitely, and still reads") {
  const auto store = store_of("at_limit");
  put(*store, kOrder, "kept", Expected::absent());
  pqxx::connection connection{server().connection()};
  pqxx::nontransaction work{connection};
  // What the server says when its disk is full.
  work.exec(
      "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'could not extend "
      "file: No space left on device' USING ERRCODE = 'disk_full'; END $$ LANGUAGE plpgsql");
  work.exec(
      "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON at_limit FOR EACH ROW EXECUTE FUNCTION "
      "refuse()");
  const std::vector<StoreOperation> batch = {
      StoreOperation::erase(kOrder, Expected::any()),
      StoreOperation::put({"shop", "order-2"}, "1", Expected::any())};
  for (const bool is_batch : {false, true}) {
    const auto what = failure_of<Unavailable>([&] {
      if (is_batch) {
        sync_wait(store->batch("shop", batch));
      } else {
        put(*store, kOrder, "lost", Expected::any());
      }
    });
    CHECK_THAT(what, ContainsSubstring("53100") && ContainsSubstring("No space left on device"));
    CHECK(body_of(*store, kOrder) == "kept");
  }
}

TEST_CASE("a server that is not there, and options that cannot be meant, are one clear error") {
  if (const auto missing = PostgresServer::missing(); !missing.empty()) SKIP(missing);
  const auto failure = [](PostgresStoreOptions options) {
    try {
      PostgresStore store(std::move(options));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto refused =
      failure({.connection = "host=127.0.0.1 port=1 dbname=shop password=secret user=somebody"});
  CHECK_THAT(refused, ContainsSubstring("PostgreSQL") && ContainsSubstring("127.0.0.1"));
  CHECK_THAT(refused, !ContainsSubstring("secret"));
  CHECK_THAT(failure({.connection = "nonsense"}), ContainsSubstring("PostgreSQL"));
  CHECK_THAT(failure({.connection = "", .table = "a; DROP TABLE b"}),
             ContainsSubstring("is no name of a table"));
  CHECK_THAT(failure({.connection = "", .connections_max = 0}),
             ContainsSubstring("connections_max"));
}

}  // namespace
}  // namespace workshop::tests
