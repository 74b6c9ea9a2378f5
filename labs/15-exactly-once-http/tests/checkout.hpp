#pragma once

// The endpoint "orders" and the service "payments" in one quiet world, without an explorer.

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "payments_client.hpp"
#include "payments_shop.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::shop {

inline std::optional<std::string> all_left_in(const Order& order) {
  std::string left;
  const auto note = [&left](bool there, const char* what) {
    if (there) left += (left.empty() ? "" : ", ") + std::string(what);
  };
  note(!order.attempts.empty(), "attempts");
  note(!order.target.empty(), "a target");
  note(!order.follow_up.empty(), "a follow-up");
  if (left.empty()) return std::nullopt;
  return "the order still has " + left + (order.answer.empty() ? ", and no answer" : "");
}

// The service "payments", next door.
class NextDoor final : public HttpClient {
 public:
  explicit NextDoor(Store& store) : payments_(store) {}
  Task<HttpResponse> request(std::string, HttpRequest request, Deadline) override {
    co_return co_await serve(std::move(request), payments_);
  }

 private:
  EntityStore payments_;
};

// The endpoint "orders" with its queue, and "payments".
class Checkout {
 public:
  explicit Checkout(int balance) : balance_(balance), broker_(clock_), payments_(bank_) {
    broker_.declare_queue("orders");
    endpoint_.on<PayOrder>(&handle).on<FetchAnswer>(&handle);
    run_inline(bank_.put(EntityStore::key_of<Account>(kCard), to_json(Account{balance, {}}),
                         Expected::absent()));
  }
  // Whether the handler has returned.
  bool takes(const Message& message, std::uint32_t count, Trouble* trouble = nullptr) {
    if (trouble == nullptr) return takes(message, count, orders_, broker_, payments_);
    TroubledStore orders(orders_, *trouble);
    TroubledBroker broker(broker_, *trouble);
    TroubledHttp payments(payments_, *trouble);
    return takes(message, count, orders, broker, payments);
  }
  // The payment and its follow-ups once more, at whichever delivery.
  void takes_all_again(const Message& payment) {
    for (const std::uint32_t count : {1U, 2U, 9U, 100U}) {
      CHECK(takes(payment, count));
      CHECK(wrong() == "");
      for (const auto& follow_up : follow_ups()) CHECK(takes(follow_up, count));
    }
  }
  // So many attempts at order-1 have noted their targets, put their requests, and died.
  void attempts_have_left(int count) {
    Order order;
    for (int attempt = 1; attempt <= count; ++attempt) {
      const auto target = "/" + std::string(kCard) + "/dead-" + std::to_string(attempt);
      order.attempts.insert(target);
      const auto body = to_json(Charge{10, "r-" + std::to_string(attempt)});
      run_inline(bank_.put(EntityStore::key_of<Request>(target), to_json(Request{body, ""}),
                           Expected::absent()));
    }
    run_inline(
        orders_.put(EntityStore::key_of<Order>("order-1"), to_json(order), Expected::absent()));
  }
  // Somebody else saves order-1 as it is, if an attempt has noted its target and none has
  // committed. Whether it was so.
  bool somebody_saves() {
    const auto key = EntityStore::key_of<Order>("order-1");
    const auto document = orders_.find(key);
    if (!document) return false;
    const auto order = from_json<Order>(document->body);
    if (order.attempts.empty() || !order.target.empty()) return false;
    run_inline(orders_.put(key, document->body, Expected::any()));
    return true;
  }
  std::vector<Message> follow_ups() const {
    std::vector<Message> messages;
    for (const auto& view : broker_.messages("orders")) messages.push_back(*view.message);
    return messages;
  }
  // "" if order-1 is paid once, or declined when the card has too little, and nothing is left.
  std::string wrong() {
    const auto order = run_inline(EntityStore(orders_).load<Order>("order-1")).value;
    const auto account = run_inline(EntityStore(bank_).load<Account>(kCard)).value;
    const bool enough = balance_ >= 10;
    if (account.balance != balance_ - (enough ? 10 : 0))
      return "a balance of " + std::to_string(account.balance);
    if (!account.unfinished.target.empty()) return "an unfinished charge";
    if (!order.answer.starts_with(enough ? "receipt" : "declined"))
      return "the answer \"" + order.answer + "\"";
    if (const auto left = all_left_in(order)) return *left;
    return bank_.documents().size() > 1 ? "a request is left at payments" : "";
  }

 private:
  bool takes(const Message& message, std::uint32_t count, Store& orders, Broker& broker,
             HttpClient& payments) {
    HandlerContext context("orders", Delivery{"orders", message, {}, count}, orders, broker,
                           &payments);
    try {
      run_inline(endpoint_.handle(context));
      return true;
    } catch (const TriesForEver&) {
      return true;  // it never does
    } catch (const NeverEnds&) {
      throw;
    } catch (...) {
      return false;
    }
  }

  int balance_;
  SimulatedClock clock_;
  InProcessBroker broker_;
  SqliteStore orders_, bank_;
  NextDoor payments_;
  Endpoint endpoint_{"orders"};
};

}  // namespace workshop::shop
