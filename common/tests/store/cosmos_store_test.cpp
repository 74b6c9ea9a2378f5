// The Store contract over an engine that speaks Cosmos DB's protocol, which the test starts.
#include "workshop/store/cosmos/cosmos_store.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>
#include <memory>
#include <string>

#include "same_operations.hpp"
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
  if (const auto missing = engines::missing(Engine::cosmos, kPlaces); !missing.empty()) {
    SKIP(missing);
  }
  static const process::TemporaryFolder folder;
  static engines::Server server(Engine::cosmos, kPlaces, folder.path());
  return server;
}

/// The engine is one process, so what it calls Session is as good as Strong. It takes any key, and
/// applies the operations of a batch until one fails.
CosmosStoreOptions options_of(const std::string& container) {
  return {.url = server().address(),
          .key = "c2VjcmV0",
          .container = container,
          .consistency_min = CosmosConsistency::session,
          .has_transactional_batches = false,
          .trusts_any_certificate = true};
}

std::unique_ptr<CosmosStore> store_of(const std::string& container) {
  return std::make_unique<CosmosStore>(options_of(container));
}

std::string refusal_of(const CosmosStoreOptions& options) {
  return failure_of<Error>([&] { const CosmosStore store(options); });
}

TEST_CASE("a Cosmos DB store conforms") {
  server();
  require_conformance([](const std::string& name) { return store_of(name); },
                      {.threads = true, .durable = true, .shared = true});
}

TEST_CASE("Cosmos DB and SQLite do the same with the same operations") {
  const auto cosmos = store_of("random");
  SqliteStore sqlite({.profile = Profile::cosmos()});
  auto outcomes_count = do_the_same(*cosmos, sqlite, {.steps_count = 120, .compared_every = 10});
  CHECK(outcomes_count["done"] > 25);
  CHECK(outcomes_count["conflict"] > 25);
  CHECK(outcomes_count["invalid"] > 0);
}

TEST_CASE("all documents of a container are listed, and no others") {
  const auto store = store_of("listed");
  std::map<Key, std::string> written;
  for (int i = 0; i < 25; ++i) {
    const Key key{"shop/" + std::to_string(i % 3), "order " + std::to_string(i)};
    sync_wait(store->put(key, std::to_string(i), Expected::absent()));
    written[key] = std::to_string(i);
  }
  sync_wait(store_of("listed-not")->put(kOrder, "{}", Expected::absent()));
  std::map<Key, std::string> listed;
  for (const auto& document : store->documents()) listed[document.key] = document.body;
  CHECK(listed == written);
}

TEST_CASE("an account whose consistency is too weak is refused") {
  auto options = options_of("weak");
  options.consistency_min = CosmosConsistency::strong;
  CHECK_THAT(refusal_of(options), ContainsSubstring("Session") && ContainsSubstring("Strong"));
  CHECK(store_of("weak")->consistency() == CosmosConsistency::session);
}

TEST_CASE("a certificate that nobody vouches for is refused, before anything is sent") {
  auto options = options_of("certificate");
  options.trusts_any_certificate = false;
  CHECK_THAT(refusal_of(options), ContainsSubstring("certificate"));
}

TEST_CASE("an engine that is killed is found again") {
  const auto store = store_of("killed");
  server().kill();
  CHECK_THROWS_AS(sync_wait(store->get(kOrder)), Unavailable);
  CHECK_THROWS_AS(sync_wait(store->put(kOrder, "{}", Expected::absent())), Error);
  server().start();
  // It keeps nothing on disk, so the container has to be made again.
  const auto again = store_of("killed");
  CHECK_NOTHROW(sync_wait(again->put(kOrder, "{}", Expected::absent())));
}

}  // namespace
}  // namespace workshop::tests
