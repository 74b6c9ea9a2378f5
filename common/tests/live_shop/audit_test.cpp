// The audit finds whatever a shop may do wrong. Documents as lab 12's solution leaves them; each
// test spoils some.
#include "workshop/live_shop/audit.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "workshop/endpoint/entity_store.hpp"
#include "workshop/live_shop/documents.hpp"
#include "workshop/live_shop/orders.hpp"
#include "workshop/live_shop/payments_lab.hpp"

namespace workshop::tests {
namespace {

using namespace workshop::live_shop;
using Catch::Matchers::ContainsSubstring;

constexpr int kOrders = 40;
constexpr int kGift = 4;      // paid by three
constexpr int kSurprise = 7;  // nobody is told

/// By partition and kind.
using Documents = std::map<std::pair<std::string, std::string>, std::string>;

std::string paid_order(int paid, bool surprise) {
  auto body = new_order(surprise);
  const std::string zero = R"("paid":0)";
  return body.replace(body.find(zero), zero.size(), "\"paid\":" + std::to_string(paid));
}

Documents right_documents() {
  Documents all;
  for (int order = 0; order < kOrders; ++order) {
    const auto id = order_id(order);
    all[{id, "Placed"}] = to_json(Placed{price_of(order)});
    all[{id, "Order"}] = paid_order(price_of(order), is_surprise(order));
    Parcel parcel{.paid = {}, .times_shipped = 1};
    for (int part = 0; part < static_cast<int>(payments_of(order).size()); ++part) {
      const auto payment = payment_id({order, part});
      all[{payment, "InboxEntry"}] = R"({"message_id":")" + payment + "\"}";
      const int coins = payments_of(order)[static_cast<std::size_t>(part)];
      if (is_surprise(order)) continue;
      all[{"event of " + payment, "Points"}] = to_json(Points{payment, coins});
      parcel.paid["event of " + payment] = coins;
    }
    if (!is_surprise(order)) all[{id, "Parcel"}] = to_json(parcel);
  }
  all[{"shop-0", "Sales"}] = to_json(Sales{.orders_sent = kOrders, .tokens = {}});
  return all;
}

AuditReport audit_of(const Documents& documents, const LeftInQueues& queues = {}) {
  std::vector<Document> all;
  for (const auto& [key, body] : documents) {
    all.push_back(Document{.key = Key{key.first, key.second}, .body = body, .version = {}});
  }
  return audit(kOrders, all, queues);
}

/// The one finding of what `spoil` makes of the right documents.
Finding finding_after(const std::function<void(Documents&)>& spoil) {
  auto documents = right_documents();
  spoil(documents);
  const auto report = audit_of(documents);
  REQUIRE(report.findings.size() == 1);
  return report.findings.front();
}

TEST_CASE("an audit of a shop that did all once holds, and counts it") {
  const auto report = audit_of(right_documents());
  INFO(in_words(kOrders, report));
  CHECK(report.holds());
  const auto totals = totals_of(kOrders);
  CHECK(report.placed == static_cast<std::uint64_t>(totals.orders));
  CHECK(report.booked_payments == static_cast<std::uint64_t>(totals.payments));
  CHECK(report.points == static_cast<std::uint64_t>(totals.told_payments));
  CHECK(report.shipped == static_cast<std::uint64_t>(totals.told_orders));
  CHECK(report.coins_booked == totals.coins);
  CHECK(report.coins_told == totals.told_coins);
  CHECK_THAT(in_words(kOrders, report), ContainsSubstring("It holds"));
}

TEST_CASE("an audit finds what is lost") {
  for (const auto* kind : {"Placed", "Order", "Parcel"}) {
    const auto found = finding_after([&](Documents& all) { all.erase({order_id(3), kind}); });
    CHECK(found.wrong == Wrong::lost);
    CHECK_THAT(found.examples.front(), ContainsSubstring("order-3"));
  }
  const auto points = finding_after(
      [](Documents& all) { all.erase({"event of " + payment_id({kGift, 1}), "Points"}); });
  CHECK(points.wrong == Wrong::lost);
  CHECK(points.examples.front() == "order-4/2");
  const auto unshipped = finding_after([](Documents& all) {
    all[{order_id(3), "Parcel"}] = to_json(Parcel{.paid = {{"event", 13}}, .times_shipped = 0});
  });
  CHECK(unshipped.wrong == Wrong::lost);
}

TEST_CASE("an audit finds what is doubled") {
  const auto coins = finding_after([](Documents& all) {
    all[{order_id(kGift), "Order"}] = paid_order(price_of(kGift) + 5, false);
  });
  CHECK(coins.wrong == Wrong::doubled);
  CHECK(coins.examples.front() == "order-4 has 40 coins of 35");
  const auto points = finding_after([](Documents& all) {
    all[{"another event", "Points"}] = to_json(Points{payment_id({kGift, 0}), 5});
  });
  CHECK(points.wrong == Wrong::doubled);
  const auto shipped = finding_after([](Documents& all) {
    all[{order_id(3), "Parcel"}] = to_json(Parcel{.paid = {{"event", 13}}, .times_shipped = 2});
  });
  CHECK(shipped.wrong == Wrong::doubled);
  const auto told = finding_after([](Documents& all) {
    all[{order_id(3), "Parcel"}] =
        to_json(Parcel{.paid = {{"event", 13}, {"other", 13}}, .times_shipped = 1});
  });
  CHECK(told.wrong == Wrong::doubled);
}

TEST_CASE("an audit finds what is untrue") {
  const auto wrong_coins = finding_after([](Documents& all) {
    all[{"event of " + payment_id({3, 0}), "Points"}] = to_json(Points{payment_id({3, 0}), 12});
  });
  CHECK(wrong_coins.wrong == Wrong::untrue);
  const auto of_a_surprise = finding_after([](Documents& all) {
    all[{"event", "Points"}] = to_json(Points{payment_id({kSurprise, 0}), 17});
  });
  CHECK(of_a_surprise.wrong == Wrong::untrue);
  const auto of_nobody = finding_after(
      [](Documents& all) { all[{"event", "Points"}] = to_json(Points{"order-99999/1", 17}); });
  CHECK(of_nobody.wrong == Wrong::untrue);
  const auto no_surprise = finding_after([](Documents& all) {
    all[{order_id(kSurprise), "Order"}] = paid_order(price_of(kSurprise), false);
  });
  CHECK(no_surprise.wrong == Wrong::untrue);
  const auto told = finding_after([](Documents& all) {
    all[{order_id(kSurprise), "Parcel"}] = to_json(Parcel{.paid = {{"event", 17}}});
  });
  CHECK(told.wrong == Wrong::untrue);
}

TEST_CASE("an audit finds what is left over") {
  for (const auto* kind : {"OutboxRecord", "Token", "Taken 7"}) {
    CHECK(finding_after([&](Documents& all) { all[{"somewhere", kind}] = "{}"; }).wrong ==
          Wrong::left_over);
  }
  CHECK(finding_after([](Documents& all) { all[{"no payment", "InboxEntry"}] = "{}"; }).wrong ==
        Wrong::left_over);
  CHECK(finding_after([](Documents& all) { all[{order_id(kOrders), "Placed"}] = "{}"; }).wrong ==
        Wrong::left_over);
  const auto entry = finding_after([](Documents& all) {
    all[{order_id(3), "Order"}] = R"({"paid":13,"surprise":false,"outbox":{"order-3/1":[]}})";
  });
  CHECK(entry.what == "orders keep an outbox entry");
  const auto queue = audit_of(
      right_documents(),
      {{"payments", {}},
       {"payments/dead-letter", {Message{MessageId{"order-3/1"}, "BookPayment", "{}", {}}}}});
  REQUIRE(queue.findings.size() == 1);
  CHECK(queue.findings.front().what == "messages are left in payments/dead-letter");
  CHECK_THAT(in_words(kOrders, queue), ContainsSubstring("It does not hold"));
}

TEST_CASE("names of orders and payments are read as they are written, and nothing else is") {
  for (const int order : {0, 7, 40, 99'999}) {
    CHECK(order_named(order_id(order)) == order);
    const auto payment = payment_named(payment_id({order, 2}));
    REQUIRE(payment);
    CHECK(payment->order == order);
    CHECK(payment->part == 2);
  }
  for (const auto* text : {"", "order-", "order-x", "order--1", "order-07", "order-1/1/1", "order",
                           "order-99999999999999"}) {
    CHECK(!order_named(text));
  }
  for (const auto* text : {"order-1", "order-1/", "order-1/0", "order-1/4", "order-1/1 ", "/1"}) {
    CHECK(!payment_named(text));
  }
}

}  // namespace
}  // namespace workshop::tests
