// How many tokens lab 14's handlers keep: as many as messages in flight need, however many were
// handled. A program of its own, because its handler has the names of lab 12's.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "figures.hpp"
#include "payments_handler.hpp"
#include "subscriber.hpp"
#include "tokens.hpp"
#include "watched_store.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/runtime/host.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::benchmarks;

namespace {

constexpr int kOrders = 100;
constexpr int kHandlers = 8;

/// The shop of lab 14: payments, loyalty and warehouse, in memory.
struct TokenShop {
  TokenShop() {
    const QueueOptions queue{std::chrono::seconds(30), 1'000'000};  // conflicts are no failures
    for (const auto* name : {"payments", "loyalty", "warehouse"}) {
      broker.declare_queue(name, queue);
    }
    for (const auto subscriber : shop::kSubscribers) {
      broker.subscribe("PaymentBooked", std::string(subscriber));
    }
    Endpoint payments("payments");
    payments.on<shop::BookPayment>(&shop::handle);
    host.run(std::move(payments), watched, {.handlers_count = kHandlers, .queue = queue});
    for (const auto subscriber : shop::kSubscribers) {
      Endpoint endpoint{std::string(subscriber)};
      endpoint.on<shop::PaymentBooked>(&shop::take);
      host.run(std::move(endpoint), watched, {.handlers_count = kHandlers, .queue = queue});
    }
  }

  /// Sends so many at once, and waits until all that follows from them is handled.
  void handle(int in_flight) {
    for (int i = 0; i < in_flight; ++i) {
      auto message =
          make_message(shop::BookPayment{"order-" + std::to_string(sent++ % kOrders), 1});
      const auto token = shop::tokens::fresh_id();
      done(watched.put(EntityStore::key_of<shop::Token>(token),
                       to_json(shop::Token{message.id.value, "payments"}), Expected::absent()));
      message.headers.emplace(shop::tokens::header_for("payments"), token);
      done(broker.send("payments", message));
    }
    if (!host.wait_until_idle(std::chrono::minutes(5))) {
      throw std::runtime_error("the shop did not come to rest");
    }
  }

  /// The most tokens that there were at once. At rest there are none.
  double tokens_max() const {
    const auto seen = watched.seen("Token");
    if (!seen.there.empty()) {
      throw std::runtime_error(fmt::format("{} tokens are left over", seen.there.size()));
    }
    return static_cast<double>(seen.there_max);
  }

  SystemClock clock;
  InProcessBroker broker{clock};
  SqliteStore store;
  WatchedStore watched{store};
  int sent = 0;
  Host host{broker, {.poll_interval_ms = std::chrono::milliseconds(1)}};
};

double tokens_by_flight(int in_flight, int rounds) {
  TokenShop shop;
  for (int round = 0; round < rounds; ++round) shop.handle(in_flight);
  return shop.tokens_max();
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  std::string json;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--share") plan.share = std::atof(argv[i + 1]);
    if (option == "--json") json = argv[i + 1];
  }
  if (argc % 2 == 0 || plan.share <= 0) {
    fmt::print(stderr, "usage: token_benchmarks [--share 0.1] [--json <file>]\n");
    return EXIT_FAILURE;
  }
  try {
    Figures figures;
    const std::string tokens = "tokens at once, at most (lab 14)";
    figures.plot("tokens-in-flight", "messages in flight", tokens, {1, 4, 16, 64, 256},
                 [&](double x) { return tokens_by_flight(static_cast<int>(x), plan.of(20)); });
    figures.plot("tokens-handled", "messages handled, 64 in flight", tokens,
                 {64, 256, 1'024, 4'096, 16'384},
                 [&](double x) { return tokens_by_flight(64, plan.of(static_cast<int>(x) / 64)); });
    if (!json.empty()) std::ofstream(json) << figures.json() << '\n';
  } catch (const std::exception& error) {
    fmt::print(stderr, "token_benchmarks: {}\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
