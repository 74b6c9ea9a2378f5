#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>
#include <set>

#include "sqlite_faults.hpp"
#include "workshop/core/hash.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/explorable_store.hpp"

namespace workshop::tests {

using process::TemporaryFolder;

namespace {

const Key kOrder{"shop", "order-1"};
const Key kOther{"shop", "order-2"};

Version blind_put(SqliteStore& store, const Key& key, const std::string& body) {
  return sync_wait(store.put(key, body, Expected::any()));
}

std::uint64_t digest_of(const std::vector<Document>& documents) {
  std::uint64_t digest = 0;
  for (const auto& document : documents) {
    digest += Digest{}
                  .add(document.key.partition)
                  .add(document.key.id)
                  .add(document.version.tag)
                  .add(document.body)
                  .value();
  }
  return digest;
}

/// Does one random write, which may fail.
void write_randomly(SqliteStore& store, std::mt19937& random) {
  const auto pick = [&](int count) {
    return static_cast<int>(random() % static_cast<unsigned>(count));
  };
  const auto operation = [&] {
    const Key key{pick(2) == 0 ? "shop" : "stock", std::to_string(pick(8))};
    const auto found = store.find(key);
    auto expected = Expected::any();
    if (pick(3) == 0) expected = Expected::absent();
    if (pick(3) == 0) {
      expected = Expected::version(found && pick(4) != 0 ? found->version : Version{"stale"});
    }
    if (pick(3) == 0) {
      return StoreOperation::erase(key, expected.is_absent() ? Expected::any() : expected);
    }
    // Sometimes of several pages, so that pages are added and freed.
    const int size = pick(10) == 0 ? 9'000 : pick(300);
    return StoreOperation::put(key, std::string(static_cast<std::size_t>(size), 'x'), expected);
  };
  try {
    std::vector<StoreOperation> operations;
    for (int count = pick(3) == 0 ? 1 + pick(4) : 1; count > 0; --count) {
      operations.push_back(operation());
    }
    if (operations.size() > 1 || pick(2) == 0) {
      sync_wait(store.batch("shop", std::move(operations)));
      return;
    }
    auto& one = operations.front();
    if (one.kind == StoreOperation::Kind::put) {
      sync_wait(store.put(one.key, one.body, one.expected));
    } else {
      sync_wait(store.erase(one.key, one.expected));
    }
  } catch (const VersionConflict&) {
  }
}

}  // namespace

TEST_CASE("a rollback undoes everything since its checkpoint") {
  ExplorableStore store;
  blind_put(store, kOrder, "0");
  REQUIRE(store.checkpoint() == 0);
  const auto at_first = store.documents();
  blind_put(store, kOrder, "1");
  REQUIRE(store.checkpoint() == 1);
  const auto at_second = store.documents();
  sync_wait(store.erase(kOrder, Expected::any()));
  blind_put(store, kOther, "2");
  REQUIRE(store.checkpoint() == 2);
  sync_wait(store.batch("shop", {StoreOperation::erase(kOther, Expected::any()),
                                 StoreOperation::put(kOrder, "3", Expected::absent())}));
  SECTION("to the middle") {
    store.rollback_to(1);
    CHECK(store.documents() == at_second);
    CHECK(store.checkpoints_count() == 1);
    CHECK_THROWS_AS(store.rollback_to(1), InvalidRequest);
    store.rollback_to(0);
    CHECK(store.documents() == at_first);
  }
  SECTION("to the start") {
    store.rollback_to(0);
    CHECK(store.documents() == at_first);
    CHECK(store.checkpoints_count() == 0);
  }
  SECTION("and what is written then stays until the next") {
    store.rollback_to(1);
    blind_put(store, kOther, "4");
    const auto after = store.documents();
    CHECK(store.checkpoint() == 1);
    blind_put(store, kOther, "5");
    store.rollback_to(1);
    CHECK(store.documents() == after);
  }
}

TEST_CASE("random writes, checkpoints and rollbacks agree with a full scan") {
  struct State {
    std::vector<Document> documents;
    std::uint64_t digest;
  };
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    ExplorableStore store;
    for (int i = 0; i < 10; ++i) write_randomly(store, random);
    const auto at_start = store.documents();
    store.begin_exploration();
    std::vector<State> checkpoints;
    for (int step = 0; step < 1'000; ++step) {
      const auto choice = random() % 10;
      if (choice < 3 && checkpoints.size() < 40) {
        REQUIRE(store.checkpoint() == checkpoints.size());
        checkpoints.push_back({store.documents(), store.digest()});
      } else if (choice < 5 && !checkpoints.empty()) {
        const auto back = 1 + random() % std::min<std::size_t>(4, checkpoints.size());
        const auto depth = checkpoints.size() - back;
        store.rollback_to(depth);
        REQUIRE(store.documents() == checkpoints[depth].documents);
        REQUIRE(store.digest() == checkpoints[depth].digest);
        checkpoints.resize(depth);
      } else {
        write_randomly(store, random);
      }
      REQUIRE(store.digest() == digest_of(store.documents()));
    }
    store.end_exploration();
    CHECK(store.documents() == at_start);
    CHECK(store.digest() == digest_of(at_start));
    CHECK(store.checkpoints_count() == 0);
  }
}

TEST_CASE("checkpoints nest hundreds deep") {
  ExplorableStore store;
  std::vector<std::uint64_t> digests;
  for (int depth = 0; depth < 300; ++depth) {
    digests.push_back(store.digest());
    store.checkpoint();
    blind_put(store, {"shop", std::to_string(depth % 7)}, std::to_string(depth));
  }
  CHECK(store.checkpoints_count() == 300);
  for (std::size_t depth = 300; depth-- > 0;) {
    store.rollback_to(depth);
    REQUIRE(store.digest() == digests[depth]);
    REQUIRE(store.digest() == digest_of(store.documents()));
  }
  CHECK(store.documents().empty());
}

TEST_CASE("the digest tells of keys, bodies and versions and not of the order of writing") {
  const auto fixed = [](const char* tag) {
    return SqliteStoreOptions{.next_version = [tag](const Key&) { return Version{tag}; }};
  };
  const auto of = [](SqliteStoreOptions options,
                     std::vector<std::pair<Key, std::string>> documents) {
    ExplorableStore store(std::move(options));
    for (const auto& [key, body] : documents) blind_put(store, key, body);
    return store.digest();
  };
  const auto digest = of(fixed("v"), {{kOrder, "1"}, {kOther, "2"}});
  CHECK(of(fixed("v"), {{kOther, "2"}, {kOrder, "1"}}) == digest);
  CHECK(of(fixed("w"), {{kOrder, "1"}, {kOther, "2"}}) != digest);
  CHECK(of(fixed("v"), {{kOrder, "2"}, {kOther, "1"}}) != digest);
  CHECK(of(fixed("v"), {{kOrder, "1"}}) != digest);
  CHECK(of(fixed("v"), {{kOrder, "1"}, {{"shop2", "order-2"}, "2"}}) != digest);
}

TEST_CASE("a refused write takes no version while exploring") {
  int taken = 0;
  ExplorableStore store(
      {.next_version = [&](const Key&) { return Version{std::to_string(++taken)}; }});
  blind_put(store, kOrder, "{}");
  store.begin_exploration();
  const int before = taken;
  CHECK_THROWS_AS(sync_wait(store.put(kOrder, "[]", Expected::absent())), VersionConflict);
  CHECK_THROWS_AS(sync_wait(store.put(kOrder, "[]", Expected::version(Version{"x"}))),
                  VersionConflict);
  CHECK_THROWS_AS(sync_wait(store.put(kOther, "[]", Expected::version(Version{"x"}))),
                  VersionConflict);
  CHECK(taken == before);
}

TEST_CASE("an exploration of a file leaves no trace in it") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  std::vector<Document> before;
  {
    ExplorableStore store({.path = path});
    blind_put(store, kOrder, "{}");
    before = store.documents();
    SECTION("when it is ended") {
      store.begin_exploration();
      blind_put(store, kOrder, "[]");
      CHECK_THROWS_AS(store.begin_exploration(), InvalidRequest);
      CHECK(store.exploring());
      store.end_exploration();
      CHECK_FALSE(store.exploring());
      CHECK(store.documents() == before);
    }
    SECTION("when the store is closed meanwhile") {
      store.checkpoint();
      blind_put(store, kOrder, "[]");
      sync_wait(store.batch("shop", {StoreOperation::put(kOther, "1", Expected::any()),
                                     StoreOperation::put(kOther, "2", Expected::any())}));
    }
  }
  CHECK(SqliteStore({.path = path}).documents() == before);
}

TEST_CASE("versions do not repeat after an exploration") {
  ExplorableStore store;
  auto last = std::stoll(blind_put(store, kOrder, "{}").tag);
  for (int round = 0; round < 3; ++round) {
    store.checkpoint();
    for (int i = 0; i < 3'000; ++i) {  // takes several blocks of versions, which are rolled back
      const auto depth = store.checkpoint();
      const auto version = std::stoll(blind_put(store, kOrder, "{}").tag);
      REQUIRE(version > last);
      last = version;
      store.rollback_to(depth);
    }
    store.end_exploration();
    const auto version = std::stoll(blind_put(store, kOrder, "{}").tag);
    REQUIRE(version > last);
    last = version;
  }
}

TEST_CASE("what an exploration took from the counter is not used after it") {
  const TemporaryFolder folder;
  ExplorableStore one({.path = folder.file("store")});
  ExplorableStore two({.path = folder.file("store")});
  one.begin_exploration();
  blind_put(one, kOrder, "{}");  // takes a block in the transaction that is undone
  one.end_exploration();
  std::set<Version> versions;
  for (int i = 0; i < 5; ++i) {
    CHECK(versions.insert(blind_put(two, kOrder, "{}")).second);
    CHECK(versions.insert(blind_put(one, kOrder, "{}")).second);
  }
}

TEST_CASE("a long exploration takes no more memory than a short one") {
  ExplorableStore store;
  store.checkpoint();
  blind_put(store, kOther, "{}");
  const auto explore = [&](int rounds) {
    for (int round = 0; round < rounds; ++round) {
      const auto depth = store.checkpoint();
      blind_put(store, kOrder, std::string(500, 'x'));
      for (int nested = 0; nested < 10; ++nested) {
        store.checkpoint();
        blind_put(store, {"shop", std::to_string(nested)}, std::string(500, 'x'));
        if (nested % 3 == 0) store.rollback_to(depth + 1);
      }
      store.rollback_to(depth);
      if (round % 5 == 0) blind_put(store, kOther, "{}");
    }
  };
  explore(20);
  const auto before = sqlite_memory_bytes();
  REQUIRE(before > 0);
  explore(2'000);
  CHECK(sqlite_memory_bytes() < before + 256 * 1024);
}

TEST_CASE("an exploration that SQLite gave up writes nothing more") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  FaultyDisk disk;
  ExplorableStore store({.path = path});
  blind_put(store, kOrder, "{}");
  store.begin_exploration();
  disk.set(FaultyDisk::Fault::error_at_write);
  bool lost = false;  // when the page cache overflows, SQLite writes to the log before a commit
  for (int i = 0; i < 400 && !lost; ++i) {
    try {
      blind_put(store, {"shop", "large-" + std::to_string(i)}, std::string(50'000, 'x'));
    } catch (const Unavailable&) {
      lost = true;
    }
  }
  REQUIRE(lost);
  disk.set(FaultyDisk::Fault::none);
  CHECK_THROWS_AS(blind_put(store, kOrder, "[]"), Unavailable);
  CHECK_THROWS_AS(sync_wait(store.erase(kOrder, Expected::any())), Unavailable);
  store.end_exploration();
  REQUIRE(store.documents().size() == 1);
  CHECK(store.find(kOrder)->body == "{}");
  blind_put(store, kOrder, "[]");
  CHECK(store.find(kOrder)->body == "[]");
}

}  // namespace workshop::tests
