#pragma once

#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loyalty_handler.hpp"
#include "rewards.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::shop {

/// A broker for one handler at a time. It keeps the rewards, and fails on request.
class DroppingBroker final : public Broker {
 public:
  enum class Failure { none, dropped, answer_lost };

  void fail_the_next_send(Failure failure) { failure_ = failure; }
  /// All rewards that were sent to this topic; one that was sent twice is there twice.
  std::vector<Message> sent_to(std::string_view topic) const {
    const auto sent = sent_.find(topic);
    return sent == sent_.end() ? std::vector<Message>{} : sent->second;
  }

  Task<void> publish(std::string topic, Message message) override {
    const auto failure = std::exchange(failure_, Failure::none);
    if (failure == Failure::dropped) throw Unavailable("the send to " + topic + " was dropped");
    sent_[topic].push_back(std::move(message));
    if (failure == Failure::answer_lost) throw OutcomeUnknown("the answer was lost");
    co_return;
  }

  Task<void> send(std::string, Message, std::chrono::milliseconds) override { refuse(); }
  Task<std::optional<Delivery>> receive(std::string) override { refuse(); }
  Task<void> acknowledge(LeaseTag) override { refuse(); }
  Task<void> abandon(LeaseTag, std::string) override { refuse(); }
  Task<void> renew(LeaseTag) override { refuse(); }
  Task<std::size_t> redrive(std::string) override { refuse(); }

 private:
  [[noreturn]] static void refuse() {
    throw std::logic_error("in this test a handler only publishes");
  }

  Failure failure_ = Failure::none;
  std::map<std::string, std::vector<Message>, std::less<>> sent_;  ///< by topic
};

/// One customer's shopping, one step after the other.
class DroppingShop {
 public:
  /// The customer has spent `spent_before` coins at the start.
  explicit DroppingShop(int spent_before) {
    EntityStore entities(store_);
    Entity<Customer> customer{EntityStore::key_of<Customer>("customer-1"),
                              Customer{.spent = spent_before}, std::nullopt};
    run_inline(entities.save(customer));
  }

  /// The customer orders something for `amount` coins.
  void submit(const std::string& order_id, int amount) { amounts_[order_id] = amount; }

  /// The order's payment is booked: its message is delivered, for the first time or again.
  void book(const std::string& order_id) {
    const CustomerPaid payment{"customer-1", amounts_.at(order_id)};
    const Delivery delivery{"loyalty", make_message(payment, {"payment-of-" + order_id}), {}, 1};
    HandlerContext context("loyalty", delivery, store_, broker_);
    try {
      run_inline(handle(payment, context));
    } catch (const Error&) {  // not acknowledged: the message will come again
    }
  }

  /// The next send fails, and the message has not left.
  void drop_the_next_send() { broker_.fail_the_next_send(DroppingBroker::Failure::dropped); }
  /// The next send fails, although the message has left.
  void lose_the_next_answer() { broker_.fail_the_next_send(DroppingBroker::Failure::answer_lost); }

  /// How many coupons the customer gets: one for each id.
  std::size_t coupons_count() const {
    std::set<std::string> ids;
    for (const auto& coupon : coupons()) ids.insert(coupon.id.value);
    return ids.size();
  }
  /// The sums printed on the coupons that were sent, copies included.
  std::vector<int> printed_on_coupons() const {
    std::vector<int> printed;
    for (const auto& coupon : coupons()) printed.push_back(payload_of<GrantCoupon>(coupon).spent);
    return printed;
  }
  /// The rewards of this type in their topic: the content of each, its id, and the id of the
  /// message that caused it.
  template <class Reward>
  std::set<std::string> received() const {
    std::set<std::string> rewards;
    for (const auto& reward : broker_.sent_to(type_name<Reward>())) {
      rewards.insert(reward.type + " " + reward.body + ", " + reward.id.value + ", caused by " +
                     std::string(reward.header(header::kCausationId)));
    }
    return rewards;
  }
  /// The sum of the customer's payments and of the coins spent at the start.
  int spent() { return run_inline(EntityStore(store_).load<Customer>("customer-1")).value.spent; }

 private:
  std::vector<Message> coupons() const { return broker_.sent_to(type_name<GrantCoupon>()); }

  SqliteStore store_;
  DroppingBroker broker_;
  std::map<std::string, int> amounts_;
};

}  // namespace workshop::shop
