#pragma once

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "payments_handler.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::shop {

/// A broker for handlers that send nothing.
class SilentBroker final : public Broker {
 public:
  Task<void> publish(std::string, Message) override { refuse(); }
  Task<void> send(std::string, Message, std::chrono::milliseconds) override { refuse(); }
  Task<std::optional<Delivery>> receive(std::string) override { refuse(); }
  Task<void> acknowledge(LeaseTag) override { refuse(); }
  Task<void> abandon(LeaseTag, std::string) override { refuse(); }
  Task<void> renew(LeaseTag) override { refuse(); }
  Task<std::size_t> redrive(std::string) override { refuse(); }

 private:
  [[noreturn]] static void refuse() {
    throw std::logic_error("the handlers of this lab have no use for the broker");
  }
};

/// Delivers messages about order-1, one after the other, in every possible order.
class Postman {
 public:
  Postman() : endpoint_("payments") { endpoint_.on<BookPayment>(&book).on<CancelPayment>(&cancel); }

  /// Adds a message with this id. `sent_at` is the time of its sender's clock.
  template <class Payload>
  void takes(const std::string& id, const Payload& payload, const std::string& sent_at = "") {
    auto message = make_message(payload, {id});
    if (!sent_at.empty()) message.headers.emplace(kSentAt, sent_at);
    messages_[id] = std::move(message);
  }

  /// Delivers the messages in every order and requires that `expected` is paid. An id is listed as
  /// often as its message is delivered. The first order that is tried is the one given here.
  void require_paid_in_every_order(const std::vector<std::string>& ids, int expected) const {
    std::vector<std::ptrdiff_t> places;  // for each id, the position of its first occurrence
    for (const auto& id : ids) {
      places.push_back(std::find(ids.begin(), ids.end(), id) - ids.begin());
    }
    std::sort(places.begin(), places.end());
    do {
      std::vector<std::string> ordered;
      for (const auto place : places) ordered.push_back(ids[static_cast<std::size_t>(place)]);
      require_paid_after(ordered, expected);
    } while (std::next_permutation(places.begin(), places.end()));
  }

 private:
  void require_paid_after(const std::vector<std::string>& ids, int expected) const {
    std::string told = "the messages came in this order:";
    for (const auto& id : ids) told += "\n  " + id;
    INFO(told);
    const int found = paid(order_after(ids));
    REQUIRE(found == expected);
  }

  Order order_after(const std::vector<std::string>& ids) const {
    SqliteStore store;
    SilentBroker broker;
    const auto key = EntityStore::key_of<Order>("order-1");
    run_inline(store.put(key, to_json(Order{}), Expected::absent()));
    for (const auto& id : ids) {
      HandlerContext context("payments", Delivery{"payments", messages_.at(id), {}, 1}, store,
                             broker);
      run_inline(endpoint_.handle(context));
    }
    return from_json<Order>(store.find(key)->body);
  }

  Endpoint endpoint_;
  std::map<std::string, Message> messages_;
};

}  // namespace workshop::shop
