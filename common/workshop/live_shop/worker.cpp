#include "workshop/live_shop/worker.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <thread>
#include <utility>

#include "workshop/live_shop/chaos.hpp"
#include "workshop/live_shop/orders.hpp"
#include "workshop/live_shop/rest.hpp"
#include "workshop/live_shop/sellers.hpp"
#include "workshop/live_shop/services.hpp"
#include "workshop/runtime/host.hpp"

namespace workshop::live_shop {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLook{10};

/// Calls `open` until it works or `until` has come. Opening may be repeated, whatever became of it.
template <class Open>
auto opened(Open open, steady_clock::time_point until, const std::atomic<bool>& stops) {
  while (true) {
    try {
      return open();
    } catch (const InvalidRequest&) {
      throw;
    } catch (const Error&) {
      if (stops || steady_clock::now() >= until) throw;
      std::this_thread::sleep_for(milliseconds(100));
    }
  }
}

/// A service with the doubles that disturb it.
class Service {
 public:
  Service(Role role, const Work& work, Broker& broker, Store& store, Ledger& ledger)
      : chaos_(work.chaos, seed_of(role, work, ledger), ledger.tally(role)),
        broker_(broker, chaos_),
        store_(store, chaos_),
        host_(broker_, {.threads_count = threads(work),
                        .poll_interval_ms = milliseconds(10),
                        .backoff_max_ms = milliseconds(200)}) {
    host_.run(
        endpoint_of(role, ledger, milliseconds(is_far(work) ? 20 : 0)), store_,
        {.handlers_count = handlers(work),
         .queue = {.lease_ms = Backends::kLease, .deliveries_max = work.backends.deliveries_max}});
  }

  /// Throws what stopped it, if anything has.
  void check() {
    host_.wait_until([] { return true; }, milliseconds(0));
  }
  void stop() { host_.stop(); }

 private:
  /// Behind a connection, over which a thread waits for each answer.
  static bool is_far(const Work& work) {
    return work.backends.broker != BrokerKind::embedded ||
           work.backends.store != StoreKind::embedded;
  }
  /// A fault that delays blocks its thread, too.
  static int threads(const Work& work) { return is_far(work) || work.chaos > 0 ? 8 : 1; }
  static int handlers(const Work& work) { return is_far(work) ? 8 : 160; }
  /// A process that is started again draws other faults.
  static std::uint64_t seed_of(Role role, const Work& work, Ledger& ledger) {
    return work.seed * 1'000'003 + static_cast<std::uint64_t>(role) * 10'007 +
           ledger.tally(role).starts;
  }

  Chaos chaos_;
  ChaosBroker broker_;
  ChaosStore store_;
  Host host_;  // the last member: it uses all others
};

/// The sellers' threads; they end with this object.
class Shop {
 public:
  Shop(const Work& work, Broker& broker, Store& store, Ledger& ledger,
       const std::atomic<bool>& stops)
      : chaos_(work.chaos, work.seed * 1'000'003 + ledger.tally(Role::shop).starts,
               ledger.tally(Role::shop)),
        broker_(broker, chaos_),
        store_(store, chaos_),
        ledger_(ledger),
        outer_stops_(stops) {
    for (int number = 0; number < kSellers; ++number) {
      threads_.emplace_back([this, number, orders = work.orders] {
        try {
          sell(number, orders, broker_, store_, ledger_, stops_);
          if (!stops_ && ++finished_ == kSellers) ledger_.sellers_done() = kSellers;
        } catch (...) {
          const std::lock_guard lock(mutex_);
          failure_ = std::current_exception();
        }
      });
    }
  }
  ~Shop() {
    stops_ = true;
    for (auto& thread : threads_) thread.join();
  }
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  void check() {
    if (outer_stops_) stops_ = true;
    const std::lock_guard lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  Chaos chaos_;
  ChaosBroker broker_;
  ChaosStore store_;
  Ledger& ledger_;
  const std::atomic<bool>& outer_stops_;
  std::atomic<bool> stops_{false};
  std::atomic<int> finished_{0};
  std::mutex mutex_;  // guards failure_
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

/// Nothing is in a queue, not even leased or delayed.
bool all_empty(const InProcessBroker& broker) {
  const auto names = queues();
  return std::all_of(names.begin(), names.end(),
                     [&](const auto& queue) { return broker.messages(queue).empty(); });
}

}  // namespace

void do_work(const Work& work, Ledger& ledger, const std::atomic<bool>& stops) {
  const auto until = steady_clock::now() + work.connect_max;
  const auto store = opened([&] { return open_store(work.backends); }, until, stops);
  const auto broker = opened([&] { return open_broker(work.backends); }, until, stops);
  std::vector<std::unique_ptr<Service>> services;
  std::unique_ptr<Shop> shop;
  for (const auto role : work.roles) {
    ++ledger.tally(role).starts;
    if (role == Role::shop) {
      shop = std::make_unique<Shop>(work, *broker.broker, *store.store, ledger, stops);
    } else {
      services.push_back(
          std::make_unique<Service>(role, work, *broker.broker, *store.store, ledger));
    }
  }
  RestWatch rest(work.orders, ledger);
  while (!stops) {
    std::this_thread::sleep_for(kLook);
    for (const auto& service : services) service->check();
    if (shop != nullptr) shop->check();
    if (broker.embedded == nullptr || !rest.may_be()) continue;
    if (all_empty(*broker.embedded) || rest.is_stuck()) break;
  }
  shop.reset();
  for (const auto& service : services) service->stop();
}

}  // namespace workshop::live_shop
