#include "workshop/live_shop/sellers.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "workshop/endpoint/entity_store.hpp"
#include "workshop/live_shop/documents.hpp"
#include "workshop/live_shop/orders.hpp"
#include "workshop/live_shop/payments_lab.hpp"

namespace workshop::live_shop {
namespace {

constexpr int kBatchMax = 20;  // orders between two saves of how far a seller is
constexpr std::chrono::milliseconds kPause{20};

/// The seller's process shall end.
struct Stopped {};

class Seller {
 public:
  Seller(int number, int orders, Broker& broker, Store& store, Ledger& ledger,
         const std::atomic<bool>& stops)
      : number_(number),
        orders_(orders),
        broker_(broker),
        store_(store),
        documents_(store_),
        ledger_(ledger),
        stops_(stops) {}

  void run() {
    const auto all = (orders_ - number_ + kSellers - 1) / kSellers;
    auto sales = load();
    while (sales.value.orders_sent < all) {
      const auto released = released_to_us();
      if (released <= sales.value.orders_sent) {
        wait();
        continue;
      }
      send_batch(sales, std::min({released, all, sales.value.orders_sent + kBatchMax}));
    }
  }

 private:
  using Sold = Entity<Sales>;

  int order_at(int index) const { return number_ + index * kSellers; }
  /// How many of its orders it may have sent.
  int released_to_us() const {
    const int released = ledger_.orders_released();
    return released <= number_ ? 0 : (released - number_ + kSellers - 1) / kSellers;
  }

  void wait() const {
    if (stops_) throw Stopped{};
    std::this_thread::sleep_for(kPause);
  }

  /// For operations that may be repeated.
  template <class Operation>
  auto until_done(Operation operation) const {
    while (true) {
      try {
        return operation();
      } catch (const InvalidRequest&) {
        throw;
      } catch (const Error&) {
        wait();
      }
    }
  }

  Sold load() {
    return until_done(
        [&] { return sync_wait(documents_.load<Sales>("shop-" + std::to_string(number_))); });
  }

  /// Nobody else writes it: a conflict is our own write, whose answer was lost.
  void save(Sold& sales) {
    const auto wanted = sales.value;
    until_done([&] {
      try {
        sync_wait(documents_.save(sales));
      } catch (const Error&) {
        sales = load();
        if (to_json(sales.value) != to_json(wanted)) {
          sales.value = wanted;
          throw;
        }
      }
    });
  }

  void send_batch(Sold& sales, int end) {
    if (wants_tokens()) {
      prepare_tokens(sales, end);
      end = sales.value.orders_sent + orders_with(sales);
    }
    std::size_t token = 0;
    for (int index = sales.value.orders_sent; index < end; ++index) {
      const int order = order_at(index);
      PlaceOrder command{order_id(order), {}};
      for (std::size_t i = 0; wants_tokens() && i < payments_of(order).size(); ++i) {
        command.tokens.push_back(sales.value.tokens[token++]);
      }
      const auto message = make_message(command, MessageId{command.order_id});
      until_done([&] { sync_wait(broker_.send(kOrders, message)); });
      auto& tally = ledger_.tally(Role::shop);
      ++tally.handled;
      tally.last_delivery_ms = Ledger::now_ms();
      if (ledger_.mark(Role::shop, static_cast<std::size_t>(order))) ++tally.done;
    }
    sales.value = {end, {}, false};
    save(sales);
  }

  /// How many orders the stored tokens are for.
  int orders_with(const Sold& sales) const {
    std::size_t tokens = 0;
    int count = 0;
    while (tokens < sales.value.tokens.size()) {
      tokens += payments_of(order_at(sales.value.orders_sent + count)).size();
      ++count;
    }
    return count;
  }

  void prepare_tokens(Sold& sales, int end) {
    if (sales.value.tokens.empty()) {
      for (int index = sales.value.orders_sent; index < end; ++index) {
        for (std::size_t i = 0; i < payments_of(order_at(index)).size(); ++i) {
          sales.value.tokens.push_back(MessageId::random().value);
        }
      }
      save(sales);
    }
    if (sales.value.tokens_created) return;
    std::size_t token = 0;
    for (int count = 0; token < sales.value.tokens.size(); ++count) {
      const int order = order_at(sales.value.orders_sent + count);
      for (int part = 0; part < static_cast<int>(payments_of(order).size()); ++part) {
        create(sales.value.tokens[token++], Token{payment_id({order, part}), kPayments});
      }
    }
    sales.value.tokens_created = true;
    save(sales);
  }

  /// It exists afterwards: nothing that could use it up was sent yet.
  void create(const std::string& id, const Token& token) {
    until_done([&] {
      try {
        sync_wait(store_.put(EntityStore::key_of<Token>(id), to_json(token), Expected::absent()));
      } catch (const VersionConflict&) {
      }
    });
  }

  const int number_;
  const int orders_;
  Broker& broker_;
  Store& store_;
  EntityStore documents_;
  Ledger& ledger_;
  const std::atomic<bool>& stops_;
};

}  // namespace

void sell(int number, int orders, Broker& broker, Store& store, Ledger& ledger,
          const std::atomic<bool>& stops) {
  try {
    Seller(number, orders, broker, store, ledger, stops).run();
  } catch (const Stopped&) {
  }
}

}  // namespace workshop::live_shop
