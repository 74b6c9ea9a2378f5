// A store's file is input: whatever its bytes are, it opens, or it is refused with one clear error.
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sqlite_faults.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {

using Catch::Matchers::ContainsSubstring;
using process::TemporaryFolder;

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// A store of twenty documents, some of which need more than a page; closed.
void write_store(const std::string& path) {
  SqliteStore store({.path = path});
  for (std::size_t i = 0; i < 20; ++i) {
    const std::string body = R"({"text":")" + std::string(i * i * 30, 'b') + R"("})";
    sync_wait(store.put({"shop", "order-" + std::to_string(i)}, body, Expected::absent()));
  }
}

/// Opens a store and works with what is in it. Returns the refusal, or "" when there is none.
std::string use_store(const std::string& path) {
  try {
    SqliteStore store({.path = path});
    const auto documents = store.documents();
    for (const auto& document :
         std::span(documents).first(std::min<std::size_t>(documents.size(), 4))) {
      sync_wait(store.put(document.key, document.body, Expected::version(document.version)));
    }
    sync_wait(store.erase({"shop", "order-7"}, Expected::any()));
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

/// What opening the store that `sql` has changed is refused with.
std::string refusal_after(const char* sql) {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  write_store(path);
  execute_sql(path.c_str(), sql);
  const auto before = read_file(path);
  const auto refusal = use_store(path);
  CHECK_THAT(refusal, ContainsSubstring("'" + path + "'"));
  CHECK(refusal.find('\n') == std::string::npos);
  CHECK(read_file(path) == before);
  return refusal;
}

/// Until the kernel's clock has ticked: so long a read may believe what it has seen before.
void await_tick() {
#ifdef CLOCK_MONOTONIC_COARSE
  const auto tick = [] {
    ::timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return std::pair(time.tv_sec, time.tv_nsec);
  };
  const auto begin = tick();
  while (tick() == begin) std::this_thread::yield();
#endif
}

}  // namespace

TEST_CASE("a store with any byte changed opens or is refused") {
  const TemporaryFolder folder;
  const auto original = folder.file("original");
  write_store(original);
  const auto right = read_file(original);
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (right[i] != 0 && right[i] != 'b') used.push_back(i);
  }
  const auto path = folder.file("store");
  std::mt19937_64 random(15);
  ::alarm(100);  // one that hangs ends the program
  for (int change = 0; change < 1'500; ++change) {
    auto bytes = right;
    const auto at = change % 4 == 0 ? random() % bytes.size() : used[random() % used.size()];
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) + 1 + random() % 255);
    CAPTURE(change, at, static_cast<int>(bytes[at]));
    std::filesystem::remove(path + "-wal");
    std::filesystem::remove(path + "-shm");
    write_file(path, bytes);
    const auto begin = std::chrono::steady_clock::now();
    const auto refusal = use_store(path);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    if (refusal.empty()) continue;
    CHECK_THAT(refusal, ContainsSubstring("'" + path + "'"));
    CHECK(read_file(path) == bytes);
  }
  ::alarm(0);
}

TEST_CASE("a store cut anywhere is refused, or nothing is missing") {
  const TemporaryFolder folder;
  const auto original = folder.file("original");
  write_store(original);
  const auto right = read_file(original);
  const auto path = folder.file("store");
  for (std::size_t size = 1; size < right.size(); size += 2'043) {
    CAPTURE(size);
    write_file(path, right.substr(0, size));
    const auto refusal = use_store(path);
    if (!refusal.empty()) {
      CHECK_THAT(refusal, ContainsSubstring("'" + path + "'"));
    } else {  // only what the last page does not use is missing
      CHECK(right.size() - size < 4'096);
      CHECK(SqliteStore({.path = path}).documents().size() == 19);
    }
  }
}

TEST_CASE("what a store's document cannot be is refused") {
  CHECK_THAT(refusal_after("UPDATE documents SET body=x'00' WHERE id='order-3'"),
             ContainsSubstring("the document 'shop/order-3'"));
  CHECK_THAT(refusal_after("UPDATE documents SET version='' WHERE id='order-3'"),
             ContainsSubstring("the document 'shop/order-3'"));
  CHECK_THAT(refusal_after("UPDATE documents SET body=x'00', id='a'||char(10)||'b' "
                           "WHERE id='order-3'"),
             ContainsSubstring("the document 'shop/a?b'"));
  CHECK_THAT(refusal_after("UPDATE versions SET next=-5"), ContainsSubstring("table versions"));
  CHECK_THAT(refusal_after("UPDATE versions SET next=9223372036854775807"),
             ContainsSubstring("table versions"));
  CHECK_THAT(refusal_after("UPDATE versions SET next='many'"), ContainsSubstring("table versions"));
  CHECK_THAT(refusal_after("DELETE FROM versions"), ContainsSubstring("table versions"));
  CHECK_THAT(refusal_after("INSERT INTO versions VALUES (9)"), ContainsSubstring("table versions"));
  CHECK_THAT(refusal_after("CREATE TRIGGER t AFTER UPDATE ON documents BEGIN "
                           "DELETE FROM documents; END"),
             ContainsSubstring("schema"));
  CHECK_THAT(refusal_after("DROP TABLE versions"), ContainsSubstring("schema"));
}

TEST_CASE("a counter of versions that was set back gives none twice") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  write_store(path);
  execute_sql(path.c_str(), "UPDATE versions SET next=1");
  SqliteStore store({.path = path});
  std::set<Version> versions;
  for (const auto& document : store.documents()) versions.insert(document.version);
  for (int i = 0; i < 100; ++i) {
    CHECK(versions.insert(sync_wait(store.put({"shop", "new"}, "{}", Expected::any()))).second);
  }
}

TEST_CASE("a store whose folder or log is removed refuses definitely") {
  const TemporaryFolder folder;
  const auto inner = folder.file("inner");
  std::filesystem::create_directory(inner);
  const Key key{"shop", "order-1"};
  SqliteStore store({.path = inner + "/store"});
  sync_wait(store.put(key, "{}", Expected::any()));
  SECTION("the folder is removed") { std::filesystem::remove_all(inner); }
  SECTION("the folder is moved") { std::filesystem::rename(inner, folder.file("other")); }
  SECTION("the file is replaced") {
    std::filesystem::rename(inner + "/store", inner + "/older");
    std::filesystem::copy_file(inner + "/older", inner + "/store");
  }
  SECTION("the log is removed") { std::filesystem::remove(inner + "/store-wal"); }
  const auto refused = [&](auto operation) {
    try {
      operation();
    } catch (const Unavailable& error) {
      CHECK_THAT(error.what(), ContainsSubstring("the store '" + inner + "/store' was moved or "));
      CHECK_THAT(error.what(), ContainsSubstring("nothing was written. Put it back"));
      return true;
    }
    return false;
  };
  CHECK(refused([&] { sync_wait(store.put(key, "[]", Expected::any())); }));
  CHECK(refused([&] { sync_wait(store.erase(key, Expected::any())); }));
  CHECK(refused([&] {
    sync_wait(store.batch("shop", {StoreOperation::put(key, "[]", Expected::any()),
                                   StoreOperation::put(key, "[]", Expected::any())}));
  }));
  CHECK(refused([&] { store.documents(); }));
  await_tick();
  CHECK(refused([&] { store.find(key); }));
}

TEST_CASE("a read notices within a tick that the store was moved") {
  const TemporaryFolder folder;
  const auto inner = folder.file("inner");
  std::filesystem::create_directory(inner);
  const Key key{"shop", "order-1"};
  SqliteStore store({.path = inner + "/store"});
  sync_wait(store.put(key, "{}", Expected::any()));
  CHECK(store.find(key));
  std::filesystem::rename(inner, folder.file("other"));
  await_tick();
  CHECK_THROWS_AS(store.find(key), Unavailable);
  CHECK_THROWS_AS(store.find(key), Unavailable);  // nor later
  std::filesystem::rename(folder.file("other"), inner);
  CHECK(store.find(key));
}

}  // namespace workshop::tests
