// The Store contract over an engine that speaks DynamoDB's protocol, which the test starts.
#include "workshop/store/dynamodb/dynamodb_store.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <memory>
#include <string>

#include "same_operations.hpp"
#include "severing_proxy.hpp"
#include "store_sections.hpp"
#include "workshop/engines/server.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {
namespace {

using Catch::Matchers::ContainsSubstring;
using engines::Engine;

const engines::Places kPlaces{WORKSHOP_ENGINE_MODULES};

/// One for all tests. Skips the test where none is installed.
engines::Server& server() {
  if (const auto missing = engines::missing(Engine::dynamodb, kPlaces); !missing.empty()) {
    SKIP(missing);
  }
  static const process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  static engines::Server server(Engine::dynamodb, kPlaces, folder.path());
  return server;
}

DynamoDbStoreOptions options_of(const std::string& table) {
  return {.url = server().address(),
          .table = "table-" + table,
          .access_key = "somebody",
          .secret_key = "secret"};
}

std::unique_ptr<DynamoDbStore> store_of(const std::string& table) {
  return std::make_unique<DynamoDbStore>(options_of(table));
}

std::unique_ptr<DynamoDbStore> store_behind(const SeveringProxy& proxy, const std::string& table) {
  auto options = options_of(table);
  options.url = "http://127.0.0.1:" + std::to_string(proxy.port());
  return std::make_unique<DynamoDbStore>(options);
}

TEST_CASE("a DynamoDB store conforms") {
  server();
  require_conformance([](const std::string& name) { return store_of(name); },
                      {.threads = true, .durable = true, .shared = true});
}

TEST_CASE("DynamoDB and SQLite do the same with the same operations") {
  const auto dynamodb = store_of("random");
  SqliteStore sqlite({.profile = Profile::dynamodb()});
  auto outcomes_count = do_the_same(*dynamodb, sqlite, {.steps_count = 300, .compared_every = 5});
  CHECK(outcomes_count["done"] > 60);
  CHECK(outcomes_count["conflict"] > 60);
  CHECK(outcomes_count["invalid"] > 2);
}

TEST_CASE("an answer that is lost is an unknown outcome, and nothing is written twice") {
  using Cut = SeveringProxy::Cut;
  SeveringProxy proxy(server().port());
  const auto direct = store_of("severed");
  const auto store = store_behind(proxy, "severed");
  const Key key{"shop", "new-order"};
  sync_wait(direct->erase(key, Expected::any()));
  // The connection has been used before: libcurl would issue the request again over another one,
  // and the second would meet the first one's document.
  CHECK(body_of(*store, key) == "absent");

  SECTION("the answer to a conditional write") {
    proxy.cut_at("PutItem", Cut::answer);
    CHECK_THROWS_AS(put(*store, key, "1", Expected::absent()), OutcomeUnknown);
    CHECK(body_of(*direct, key) == "1");
  }
  SECTION("the request of a conditional write") {
    proxy.cut_at("PutItem", Cut::request);
    CHECK_THROWS_AS(put(*store, key, "1", Expected::absent()), OutcomeUnknown);
    CHECK(body_of(*direct, key) == "absent");
  }
  SECTION("the answer to a conditional erase") {
    const auto version = put(*direct, key, "1", Expected::absent());
    proxy.cut_at("DeleteItem", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->erase(key, Expected::version(version))), OutcomeUnknown);
    CHECK(body_of(*direct, key) == "absent");
  }
  SECTION("the answer to a read") {
    proxy.cut_at("GetItem", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->get(key)), Unavailable);
  }
  CHECK(proxy.cuts_count() == 1);
  CHECK_NOTHROW(sync_wait(store->get(key)));  // over another connection
}

TEST_CASE("a server that is killed has kept what it acknowledged, and is found again") {
  const auto store = store_of("killed");
  put(*store, kOrder, "kept", Expected::absent());
  server().kill();
  CHECK_THROWS_AS(sync_wait(store->get(kOrder)), Unavailable);
  const auto message = failure_of<Error>([&] { put(*store, kOrder, "lost", Expected::any()); });
  CHECK_THAT(message, ContainsSubstring("DynamoDB"));
  server().start();
  CHECK(body_of(*store, kOrder) == "kept");
}

TEST_CASE("what DynamoDB does not keep is refused, and nothing is written") {
  const auto store = store_of("refused");
  CHECK_THROWS_AS(put(*store, {"shop", "\xff"}, "{}", Expected::any()), InvalidRequest);
  CHECK_THROWS_AS(put(*store, kOrder, "\xc3(", Expected::any()), InvalidRequest);
  CHECK_THROWS_AS(put(*store, {std::string(2'049, 'p'), "1"}, "{}", Expected::any()),
                  InvalidRequest);
  CHECK_THROWS_AS(sync_wait(store->get({"shop", std::string(1'025, 'i')})), InvalidRequest);
  CHECK_NOTHROW(
      put(*store, {std::string(2'048, 'p'), std::string(1'024, 'i')}, "{}", Expected::absent()));
  CHECK(store->documents().size() == 1);
}

TEST_CASE("a server that is not there, and options that cannot be meant, are one clear error") {
  const auto failure = [](DynamoDbStoreOptions options) {
    options.access_key = options.access_key.empty() ? "somebody" : options.access_key;
    return failure_of<Error>([&] { const DynamoDbStore store(std::move(options)); });
  };
  const auto refused = failure({.url = "http://127.0.0.1:1", .secret_key = "hidden"});
  CHECK_THAT(refused, ContainsSubstring("DynamoDB") && ContainsSubstring("127.0.0.1"));
  CHECK_THAT(refused, !ContainsSubstring("hidden"));
  CHECK_THAT(failure({.url = "http://no-such-host.invalid", .secret_key = "hidden"}),
             ContainsSubstring("no-such-host.invalid"));
  CHECK_THAT(failure({.url = "nonsense", .secret_key = "hidden"}), ContainsSubstring("http"));
  CHECK_THAT(failure({.url = "http://127.0.0.1:1", .table = "a b", .secret_key = "hidden"}),
             ContainsSubstring("is no name of a table"));
  CHECK_THAT(failure({.url = "http://127.0.0.1:1"}), ContainsSubstring("AWS_SECRET_ACCESS_KEY"));
}

}  // namespace
}  // namespace workshop::tests
