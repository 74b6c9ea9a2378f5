#include <catch2/catch_test_macros.hpp>
#include <map>

#include "map_store.hpp"
#include "store_sections.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/explorable_store.hpp"
#include "workshop/testing/forwarding_store.hpp"

namespace workshop::tests {

using process::TemporaryFolder;

namespace {

constexpr StoreFeatures kAll{.threads = true, .durable = true, .shared = true};

StoreFactory map_stores(Profile profile, Bug bug = Bug::none) {
  return [profile, bug, disks = std::map<std::string, std::shared_ptr<MapDisk>>()](
             const std::string& name) mutable -> std::unique_ptr<Store> {
    auto& disk = disks[name];
    if (!disk) disk = std::make_shared<MapDisk>();
    return std::make_unique<MapStore>(disk, profile, bug);
  };
}

void require_sqlite_in_memory(const Profile& profile) {
  require_conformance(
      [&](const std::string&) {
        return std::make_unique<SqliteStore>(SqliteStoreOptions{.profile = profile});
      },
      {.threads = true});
}

void require_sqlite_in_files(const Profile& profile) {
  const TemporaryFolder folder;
  require_conformance(
      [&](const std::string& name) {
        return std::make_unique<SqliteStore>(
            SqliteStoreOptions{.path = folder.file(name), .profile = profile});
      },
      kAll);
}

/// With smaller documents, so that a wrong store is found sooner.
Profile small_cosmos() {
  auto profile = Profile::cosmos();
  profile.document_bytes_max = 200'000;
  return profile;
}

std::string bug_found(Profile profile, Bug bug) {
  return describe(store_conformance(map_stores(std::move(profile), bug), kAll));
}

struct Planted {
  Bug bug;
  const char* property;
};
const Planted kPlanted[] = {
    {Bug::put_ignores_version, "a stale version is a conflict"},
    {Bug::put_with_version_creates, "a version of an absent document is a conflict"},
    {Bug::put_absent_overwrites, "insert-if-absent refuses what exists"},
    {Bug::blind_put_only_replaces, "a blind put creates and replaces"},
    {Bug::writes_before_the_conflict, "a stale version is a conflict"},
    {Bug::conflict_is_unknown, "a stale version is a conflict"},
    {Bug::conflict_is_unavailable, "insert-if-absent refuses what exists"},
    {Bug::works_when_called, "an operation that is not awaited does nothing"},
    {Bug::version_stays_for_same_body, "a put of an equal body changes the version"},
    {Bug::version_restarts_after_erase, "no version of a key is given twice"},
    {Bug::version_of_body, "a version from before an erase is stale after a re-creation"},
    {Bug::get_returns_newer_version,
     "what was put is read, with the version that the put returned"},
    {Bug::erase_ignores_version, "a stale version is a conflict"},
    {Bug::erase_of_absent_fails, "a blind erase can be repeated"},
    {Bug::erase_with_version_of_absent_succeeds, "a version of an absent document is a conflict"},
    {Bug::erase_absent_succeeds, "an erase that expects absence is an invalid request"},
    {Bug::erase_takes_partition, "an erase with the current version erases that document alone"},
    {Bug::keys_run_together, "keys that look alike are different"},
    {Bug::keys_without_case, "keys that look alike are different"},
    {Bug::body_ends_at_nul, "bodies come back byte by byte"},
    {Bug::body_is_trimmed, "bodies come back byte by byte"},
    {Bug::empty_keys_are_taken, "an empty partition or id is an invalid request"},
    {Bug::size_limit_is_missing, "a document of the largest size fits and one byte more does not"},
    {Bug::size_limit_is_one_less, "a document of the largest size fits and one byte more does not"},
    {Bug::size_limit_is_of_the_body,
     "a document of the largest size fits and one byte more does not"},
    {Bug::size_limit_not_in_batches,
     "a document of the largest size fits and one byte more does not"},
    {Bug::batch_is_not_atomic, "a conflict anywhere in a batch leaves nothing written"},
    {Bug::batch_in_reverse, "each operation of a batch sees the ones before it"},
    {Bug::batch_checks_all_first, "each operation of a batch sees the ones before it"},
    {Bug::batch_returns_puts_only, "a batch applies all operations"},
    {Bug::batch_versions_for_erase, "a batch applies all operations"},
    {Bug::batch_across_partitions,
     "a batch across partitions is refused when the profile is partitioned"},
    {Bug::batch_limit_is_missing, "a batch of the largest size is taken and a larger one refused"},
    {Bug::batch_limit_is_one_less, "a batch of the largest size is taken and a larger one refused"},
    {Bug::batch_bytes_are_not_limited, "the bytes of a batch are limited together"},
    {Bug::batch_validates_late, "an invalid operation anywhere in a batch leaves nothing written"},
    {Bug::empty_batch_fails, "an empty batch succeeds"},
    {Bug::check_and_write_are_apart, "threads that count together lose nothing"},
    {Bug::check_and_write_are_apart, "of threads that insert one key exactly one succeeds"},
    {Bug::check_and_write_are_apart, "objects that count together lose nothing"},
    {Bug::forgets_when_closed, "documents and versions survive a reopening"},
    {Bug::counter_restarts_when_opened, "documents and versions survive a reopening"},
    {Bug::object_keeps_a_copy, "objects that share a store see each other's writes"},
};

}  // namespace

TEST_CASE("an SQLite store in memory conforms as a relational database") {
  require_sqlite_in_memory(Profile::relational());
}
TEST_CASE("an SQLite store in memory conforms as DynamoDB") {
  require_sqlite_in_memory(Profile::dynamodb());
}
TEST_CASE("an SQLite store in memory conforms as Cosmos DB") {
  require_sqlite_in_memory(Profile::cosmos());
}
TEST_CASE("an SQLite store in a file conforms as a relational database") {
  require_sqlite_in_files(Profile::relational());
}
TEST_CASE("an SQLite store in a file conforms as DynamoDB") {
  require_sqlite_in_files(Profile::dynamodb());
}
TEST_CASE("an SQLite store in a file conforms as Cosmos DB") {
  require_sqlite_in_files(Profile::cosmos());
}

TEST_CASE("an SQLite store conforms while it explores") {
  require_conformance(
      [](const std::string&) {
        auto store = std::make_unique<ExplorableStore>();
        store->checkpoint();
        return store;
      },
      {.threads = true});
}

TEST_CASE("a store that is no SQLite conforms") {
  for (const auto& profile : {Profile::relational(), Profile::dynamodb(), Profile::cosmos()}) {
    CAPTURE(profile.name);
    REQUIRE(describe(store_conformance(map_stores(profile), kAll)) == "");
  }
}

TEST_CASE("the conformance suite names the property that a wrong store lacks") {
  for (const auto& [bug, property] : kPlanted) {
    DYNAMIC_SECTION(static_cast<int>(bug) << ": " << property) {
      REQUIRE(check_store_property(property, map_stores(small_cosmos(), bug)));
    }
  }
}

TEST_CASE("every property of the conformance suite can fail") {
  std::string found;
  for (int bug = 1; bug <= static_cast<int>(Bug::object_keeps_a_copy); ++bug) {
    found += "\n" + bug_found(small_cosmos(), static_cast<Bug>(bug));
  }
  for (const auto& property : store_conformance_properties(kAll)) {
    // A property that no wrong store breaks would test nothing. The one left out has its own test.
    if (property == "a document that was never put is absent") continue;
    CAPTURE(property);
    CHECK(found.find("\n" + property + ": ") != std::string::npos);
  }
}

TEST_CASE("a store that is not empty at first is refused") {
  const auto disk = std::make_shared<MapDisk>();
  disk->documents[{"shop", "order-1"}] = {"{}", "1"};
  const auto failure =
      check_store_property("a document that was never put is absent", [&](const std::string&) {
        return std::make_unique<MapStore>(disk, Profile::relational(), Bug::none);
      });
  REQUIRE(failure);
}

TEST_CASE("limits are found missing for every profile") {
  CHECK(bug_found(Profile::dynamodb(), Bug::batch_limit_is_missing) != "");
  CHECK(bug_found(Profile::dynamodb(), Bug::size_limit_is_one_less) != "");
  CHECK(bug_found(Profile::dynamodb(), Bug::batch_across_partitions) != "");
  // A relational database with a limit that it need not have.
  auto limited = Profile::relational();
  limited.partitioned = true;
  const auto pretends = [&](const std::string& name) -> std::unique_ptr<Store> {
    struct Pretender final : testing::ForwardingStore {
      explicit Pretender(std::unique_ptr<Store> store)
          : ForwardingStore(*store), inner(std::move(store)) {}
      const Profile& profile() const noexcept override { return claimed; }
      std::unique_ptr<Store> inner;
      Profile claimed = Profile::relational();
    };
    return std::make_unique<Pretender>(map_stores(limited)(name));
  };
  CHECK(describe(store_conformance(pretends, {})) != "");
}

TEST_CASE("the suite has every feature's properties and refuses an unknown name") {
  CHECK(store_conformance_properties({}).size() == 27);
  CHECK(store_conformance_properties(kAll).size() == 32);
  CHECK_THROWS_AS(check_store_property("no such property", map_stores(Profile::relational())),
                  InvalidRequest);
}

}  // namespace workshop::tests
