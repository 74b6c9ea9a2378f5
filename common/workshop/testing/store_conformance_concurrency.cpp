#include <array>
#include <atomic>
#include <set>
#include <span>
#include <thread>

#include "workshop/testing/store_trial.hpp"

namespace workshop::detail {

namespace {

constexpr std::size_t kThreads = 4;

/// Runs `work(store, thread)` on several threads and reports the first failure of one.
template <class Work>
void on_threads(std::span<Store* const> stores, Work work) {
  std::array<std::string, kThreads> failures;
  std::vector<std::thread> threads;
  std::atomic<std::size_t> ready = 0;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      ++ready;
      while (ready < kThreads) std::this_thread::yield();  // so that they do run at once
      try {
        work(*stores[i % stores.size()], i);
      } catch (const Violation& violation) {
        failures[i] = violation.what;
      } catch (const std::exception& error) {
        failures[i] = std::string("a thread failed: ") + error.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& failure : failures) expect(failure.empty(), failure);
}

void count_together(StoreTrial& trial, std::span<Store* const> stores) {
  constexpr int kIncrements = 25;
  constexpr int kAttemptsMax = 10'000;  // a store that always refuses must not hang the suite
  trial.put(kOrder, "0", Expected::absent());
  on_threads(stores, [](Store& store, std::size_t) {
    int attempts = 0;
    for (int done = 0; done < kIncrements;) {
      expect(++attempts < kAttemptsMax, "a compare-and-swap never gets through");
      const auto counter = sync_wait(store.get(kOrder));
      expect(counter.has_value(), "the counter is gone");
      try {
        sync_wait(store.put(kOrder, std::to_string(std::stoi(counter->body) + 1),
                            Expected::version(counter->version)));
        ++done;
      } catch (const VersionConflict&) {  // somebody was faster: read again
      } catch (const Unavailable&) {      // definite, so it may be tried again
      }
    }
  });
  expect_equal(trial.get(kOrder).value().body, std::to_string(kThreads * kIncrements),
               "the sum of all increments");
}

void insert_together(std::span<Store* const> stores) {
  std::atomic<int> inserted = 0;
  constexpr int kKeys = 20;
  on_threads(stores, [&](Store& store, std::size_t thread) {
    for (int i = 0; i < kKeys; ++i) {
      try {
        sync_wait(store.put({"shop", "key-" + std::to_string(i)}, std::to_string(thread),
                            Expected::absent()));
        ++inserted;
      } catch (const VersionConflict&) {
      }
    }
  });
  expect_equal(std::to_string(inserted), std::to_string(kKeys), "inserts that succeeded");
}

void threads_count(StoreTrial& trial) { count_together(trial, std::array{&trial.store()}); }
void threads_insert(StoreTrial& trial) { insert_together(std::array{&trial.store()}); }

void reopened(StoreTrial& trial) {
  const auto order = trial.put(kOrder, kBooked, Expected::absent());
  const auto other = trial.put(kOther, kBody, Expected::absent());
  trial.erase(kOther, Expected::version(other));
  std::set<Version> versions{order, other};
  for (int round = 0; round < 3; ++round) {
    trial.reopen();
    trial.expect_document(kOrder, kBooked, order);
    trial.expect_absent(kOther);
    const auto again = trial.put(kOther, kBody, Expected::absent());
    expect(versions.insert(again).second,
           "version '" + again.tag + "' was given before the store was opened again");
    trial.erase(kOther, Expected::version(again));
  }
  const auto next = trial.put(kOrder, kBody, Expected::version(order));
  trial.expect_document(kOrder, kBody, next);
}

void shared_objects(StoreTrial& trial) {
  const auto another = trial.open_another();
  const auto first = trial.put(kOrder, kBody, Expected::absent());
  const auto seen = sync_wait(another->get(kOrder));
  expect(seen.has_value() && seen->version == first, "a write is not seen by another object");
  const auto second = sync_wait(another->put(kOrder, kBooked, Expected::version(first)));
  expect_failure<VersionConflict>("a put with a version that another object replaced",
                                  [&] { trial.put(kOrder, "{}", Expected::version(first)); });
  trial.expect_document(kOrder, kBooked, second);
  std::set<Version> versions{first, second};
  for (int round = 0; round < 10; ++round) {  // both draw versions for one key, in turns
    trial.erase(kOrder, Expected::any());
    const auto version = sync_wait(another->put(kOrder, kBody, Expected::absent()));
    expect(versions.insert(version).second, "version '" + version.tag + "' was given before");
    const auto own = trial.put(kOrder, kBody, Expected::version(version));
    expect(versions.insert(own).second, "version '" + own.tag + "' was given before");
  }
}

void shared_count(StoreTrial& trial) {
  const auto another = trial.open_another();
  count_together(trial, std::array{&trial.store(), another.get()});
}

}  // namespace

std::vector<StoreProperty> concurrency_properties() {
  return {
      {"threads that count together lose nothing", threads_count, &StoreFeatures::threads},
      {"of threads that insert one key exactly one succeeds", threads_insert,
       &StoreFeatures::threads},
      {"documents and versions survive a reopening", reopened, &StoreFeatures::durable},
      {"objects that share a store see each other's writes", shared_objects,
       &StoreFeatures::shared},
      {"objects that count together lose nothing", shared_count, &StoreFeatures::shared},
  };
}

}  // namespace workshop::detail
