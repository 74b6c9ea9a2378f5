#include "workshop/store/sqlite_store.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <set>
#include <thread>

#include "sqlite_faults.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/explorable_store.hpp"

namespace workshop::tests {

using process::TemporaryFolder;

namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

const Key kOrder{"shop", "order-1"};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void open_store(const std::string& path) { const SqliteStore store({.path = path}); }

}  // namespace

TEST_CASE("documents come in the order of their keys") {
  SqliteStore store;
  for (const Key& key : {Key{"b", "1"}, Key{"a", "2"}, Key{"a", "10"}, Key{"\xc3\xa4", "1"}}) {
    sync_wait(store.put(key, "{}", Expected::absent()));
  }
  std::vector<Key> keys;
  for (const auto& document : store.documents()) keys.push_back(document.key);
  CHECK(keys == std::vector<Key>{{"a", "10"}, {"a", "2"}, {"b", "1"}, {"\xc3\xa4", "1"}});
  const auto of_a = store.documents("a");
  REQUIRE(of_a.size() == 2);
  CHECK(of_a[1] == store.find({"a", "2"}));
  CHECK(store.documents("c").empty());
}

TEST_CASE("versions come from the source that was injected, for the key that is written") {
  std::vector<Key> asked;
  SqliteStore store({.next_version = [&](const Key& key) {
    asked.push_back(key);
    return Version{key.id + "#" + std::to_string(asked.size())};
  }});
  CHECK(sync_wait(store.put(kOrder, "{}", Expected::absent())).tag == "order-1#1");
  CHECK(store.find(kOrder)->version.tag == "order-1#1");
  CHECK(asked == std::vector<Key>{kOrder});
}

TEST_CASE("versions do not repeat over many blocks of the counter, objects and reopenings") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  std::set<Version> versions;
  const auto batch_of = [](int count) {
    return std::vector<StoreOperation>(static_cast<std::size_t>(count),
                                       StoreOperation::put(kOrder, "{}", Expected::any()));
  };
  for (int round = 0; round < 4; ++round) {
    SqliteStore one({.path = path});
    SqliteStore two({.path = path});
    // A batch that is rolled back must not return the versions that it took from the counter,
    // because its object goes on using them.
    auto refused = batch_of(1'500);
    refused.push_back(StoreOperation::put(kOrder, "{}", Expected::absent()));
    CHECK_THROWS_AS(sync_wait(one.batch("shop", refused)), VersionConflict);
    CHECK_THROWS_AS(sync_wait(two.batch("shop", refused)), VersionConflict);
    for (auto* store : {&one, &two, &one}) {
      for (const int count : {1, 700, 5'000, 700}) {
        for (auto& version : sync_wait(store->batch("shop", batch_of(count)))) {
          REQUIRE(versions.insert(version).second);
        }
      }
    }
  }
}

TEST_CASE("a writer that waits too long is Unavailable, and a reader does not wait") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  ExplorableStore holder({.path = path});
  SqliteStore other({.path = path, .busy_timeout_ms = std::chrono::milliseconds{20}});
  const auto version = sync_wait(other.put(kOrder, "{}", Expected::absent()));
  holder.begin_exploration();  // holds the write lock
  CHECK_THROWS_AS(sync_wait(other.put(kOrder, "{}", Expected::any())), Unavailable);
  sync_wait(holder.put(kOrder, "[]", Expected::any()));
  CHECK_THROWS_AS(sync_wait(other.put(kOrder, "{}", Expected::any())), Unavailable);
  CHECK_THROWS_AS(sync_wait(other.erase(kOrder, Expected::any())), Unavailable);
  CHECK_THROWS_AS(sync_wait(other.batch("shop", {StoreOperation::put(kOrder, "{}", Expected::any()),
                                                 StoreOperation::erase(kOrder, Expected::any())})),
                  Unavailable);
  CHECK(other.find(kOrder) == Document{kOrder, "{}", version});
  holder.end_exploration();
  CHECK(other.find(kOrder) == Document{kOrder, "{}", version});
  CHECK_NOTHROW(sync_wait(other.put(kOrder, "[]", Expected::version(version))));
}

TEST_CASE("the longest wait for another writer is not no wait") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  ExplorableStore holder({.path = path});
  SqliteStore other({.path = path, .busy_timeout_ms = std::chrono::milliseconds::max()});
  holder.begin_exploration();  // holds the write lock
  auto pending = std::async(std::launch::async,
                            [&] { return sync_wait(other.put(kOrder, "{}", Expected::any())); });
  CHECK(pending.wait_for(std::chrono::milliseconds{50}) == std::future_status::timeout);
  holder.end_exploration();
  CHECK_NOTHROW(pending.get());
}

TEST_CASE("what SQLite refuses names the store, and what mends it") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  ExplorableStore holder({.path = path});
  SqliteStore other({.path = path, .busy_timeout_ms = std::chrono::milliseconds{1}});
  holder.begin_exploration();
  CHECK_THROWS_MATCHES(sync_wait(other.put(kOrder, "{}", Expected::any())), Unavailable,
                       MessageMatches(ContainsSubstring("the store '" + path + "' failed: ") &&
                                      ContainsSubstring("nothing was written. Another program ")));
}

TEST_CASE("a new file that many open at once becomes one store") {
  const TemporaryFolder folder;
  for (int round = 0; round < 15; ++round) {
    const auto path = folder.file("store-" + std::to_string(round));
    std::vector<std::string> failures(8);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < failures.size(); ++i) {
      threads.emplace_back([&, i] {
        try {
          SqliteStore store({.path = path});
          sync_wait(store.put({"shop", std::to_string(i)}, "{}", Expected::absent()));
        } catch (const std::exception& error) {
          failures[i] = error.what();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& failure : failures) CHECK(failure == "");
    CHECK(SqliteStore({.path = path}).documents().size() == failures.size());
  }
}

TEST_CASE("a folder that does not exist is named, with the mend") {
  const TemporaryFolder folder;
  const auto path = folder.file("missing/store");
  CHECK_THROWS_MATCHES(
      open_store(path), Unavailable,
      MessageMatches(ContainsSubstring("the store '" + path + "' cannot be opened") &&
                     ContainsSubstring("Make sure that " + folder.file("missing") + " is there")));
  CHECK_THROWS_MATCHES(open_store(folder.file("")), Unavailable,
                       MessageMatches(ContainsSubstring("the path names a file")));
  CHECK_THROWS_AS(open_store(""), InvalidRequest);
}

TEST_CASE("a file that is no SQLite database is refused and left as it is") {
  const TemporaryFolder folder;
  const auto path = folder.file("letter");
  const std::string letter(2'000, 'x');
  std::ofstream(path) << letter;
  CHECK_THROWS_MATCHES(
      open_store(path), InvalidRequest,
      MessageMatches(ContainsSubstring("'" + path + "' is not a store: it is no SQLite") &&
                     ContainsSubstring("choose another path")));
  CHECK(bytes_of(path) == letter);
}

TEST_CASE("the database of another program is refused and left as it is") {
  const TemporaryFolder folder;
  const auto path = folder.file("other");
  SECTION("that has tables") { execute_sql(path.c_str(), "CREATE TABLE documents (x)"); }
  SECTION("that has an application id") {
    execute_sql(path.c_str(), "PRAGMA application_id=7; CREATE TABLE t (x)");
  }
  const auto before = bytes_of(path);
  REQUIRE_FALSE(before.empty());
  CHECK_THROWS_MATCHES(open_store(path), InvalidRequest,
                       MessageMatches(ContainsSubstring("'" + path +
                                                        "' is not a store: it is an SQLite "
                                                        "database of another program")));
  CHECK(bytes_of(path) == before);
}

TEST_CASE("a file of a newer schema is refused") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  open_store(path);
  execute_sql(path.c_str(), "PRAGMA user_version=99");
  CHECK_THROWS_MATCHES(open_store(path), InvalidRequest,
                       MessageMatches(ContainsSubstring("the store '" + path + "' has schema 99") &&
                                      ContainsSubstring("update the program")));
}

TEST_CASE("a file that cannot be written is refused") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  open_store(path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  if (std::ofstream(path, std::ios::app)) SKIP("this user may write everything");
  CHECK_THROWS_MATCHES(open_store(path), Unavailable,
                       MessageMatches(ContainsSubstring(path) && ContainsSubstring("read-only")));
}

}  // namespace workshop::tests
