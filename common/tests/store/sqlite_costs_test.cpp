#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>

#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/explorable_store.hpp"

namespace workshop::tests {

using process::TemporaryFolder;

namespace {

const std::string kBody(200, 'x');

/// Prints the microseconds of one call.
template <class Operation>
void measure(const char* what, int calls, Operation operation) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) operation(i);
  const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
  std::printf("%-58s %8.2f us\n", what, time.count() / calls);
}

Key key_of(int i) { return {"shop", "order-" + std::to_string(i % 100)}; }

void fill(SqliteStore& store) {
  for (int i = 0; i < 100; ++i) sync_wait(store.put(key_of(i), kBody, Expected::any()));
}

void measure_exploring(ExplorableStore& store) {
  store.begin_exploration();
  measure("exploring: blind put, no checkpoint", 200'000,
          [&](int i) { sync_wait(store.put(key_of(i), kBody, Expected::any())); });
  measure("exploring: batch of 2", 100'000, [&](int i) {
    sync_wait(store.batch("shop", {StoreOperation::put(key_of(i), kBody, Expected::any()),
                                   StoreOperation::put(key_of(i + 1), kBody, Expected::any())}));
  });
  measure("exploring: checkpoint, rollback", 200'000,
          [&](int) { store.rollback_to(store.checkpoint()); });
  measure("exploring: checkpoint, put, rollback", 200'000, [&](int i) {
    const auto depth = store.checkpoint();
    sync_wait(store.put(key_of(i), kBody, Expected::any()));
    store.rollback_to(depth);
  });
  measure("exploring: 10 x (checkpoint, put), rollback of all", 20'000, [&](int i) {
    const auto depth = store.checkpoint();
    sync_wait(store.put(key_of(i), kBody, Expected::any()));
    for (int k = 1; k < 10; ++k) {
      store.checkpoint();
      sync_wait(store.put(key_of(i + k), kBody, Expected::any()));
    }
    store.rollback_to(depth);
  });
  for (int i = 0; i < 200; ++i) {
    store.checkpoint();
    sync_wait(store.put(key_of(i), kBody, Expected::any()));
  }
  measure("exploring, 200 deep: checkpoint, put, rollback", 100'000, [&](int i) {
    const auto depth = store.checkpoint();
    sync_wait(store.put(key_of(i), kBody, Expected::any()));
    store.rollback_to(depth);
  });
  measure("exploring: digest", 1'000'000, [&](int) { static_cast<void>(store.digest()); });
  store.end_exploration();
}

}  // namespace

// Hidden, because it asserts nothing: `common_store "[costs]"` prints what the operations cost.
TEST_CASE("what the operations of an SQLite store cost", "[.][costs]") {
  ExplorableStore store;
  fill(store);
  measure("memory: get", 200'000, [&](int i) { sync_wait(store.get(key_of(i))); });
  measure("memory: get of an absent document", 200'000,
          [&](int) { sync_wait(store.get({"shop", "nothing"})); });
  measure("memory: blind put", 200'000,
          [&](int i) { sync_wait(store.put(key_of(i), kBody, Expected::any())); });
  auto version = sync_wait(store.put(key_of(1), kBody, Expected::any()));
  measure("memory: compare-and-swap", 200'000, [&](int) {
    version = sync_wait(store.put(key_of(1), kBody, Expected::version(version)));
  });
  measure("memory: insert-if-absent and erase", 100'000, [&](int) {
    const auto created = sync_wait(store.put({"shop", "new"}, kBody, Expected::absent()));
    sync_wait(store.erase({"shop", "new"}, Expected::version(created)));
  });
  measure("memory: batch of 2", 100'000, [&](int i) {
    sync_wait(store.batch("shop", {StoreOperation::put(key_of(i), kBody, Expected::any()),
                                   StoreOperation::put(key_of(i + 1), kBody, Expected::any())}));
  });

  measure_exploring(store);

  const TemporaryFolder folder;
  SqliteStore file({.path = folder.file("costs")});
  fill(file);
  measure("file: get", 50'000, [&](int i) { sync_wait(file.get(key_of(i))); });
  measure("file: put", 500, [&](int i) { sync_wait(file.put(key_of(i), kBody, Expected::any())); });
}

}  // namespace workshop::tests
