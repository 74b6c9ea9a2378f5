#include "workshop/live_shop/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "workshop/endpoint/entity_store.hpp"
#include "workshop/live_shop/backends.hpp"
#include "workshop/live_shop/documents.hpp"
#include "workshop/live_shop/orders.hpp"
#include "workshop/live_shop/payments_lab.hpp"
#include "workshop/protocol/numbers.hpp"

namespace workshop::live_shop {
namespace {

constexpr std::size_t kExamplesMax = 3;

/// What was found of one order.
struct OrderSeen {
  bool placed = false;
  std::optional<OrderState> booked;
  std::optional<Parcel> parcel;
  std::vector<std::vector<int>> points;  ///< by payment: the coins of each time
};

class Auditor {
 public:
  explicit Auditor(int orders) : seen_(static_cast<std::size_t>(orders)) {}

  AuditReport run(const std::vector<Document>& documents, const LeftInQueues& queues) {
    for (const auto& document : documents) look_at(document);
    for (int order = 0; order < static_cast<int>(seen_.size()); ++order) judge(order);
    for (const auto& [queue, messages] : queues) {
      for (const auto& message : messages) {
        const auto why = message.header(header::kDeadLetterFailure);
        add(Wrong::left_over, "messages are left in " + queue,
            message.id.value + (why.empty() ? "" : ": " + std::string(why)));
      }
    }
    return std::move(report_);
  }

 private:
  void add(Wrong wrong, const std::string& what, std::string example) {
    const auto place =
        std::find_if(report_.findings.begin(), report_.findings.end(),
                     [&](const Finding& each) { return each.wrong == wrong && each.what == what; });
    auto& finding = place != report_.findings.end()
                        ? *place
                        : report_.findings.emplace_back(Finding{wrong, what, 0, {}});
    ++finding.count;
    if (finding.examples.size() < kExamplesMax) finding.examples.push_back(std::move(example));
  }

  OrderSeen* order_in(const std::string& partition) {
    const auto order = order_named(partition);
    if (!order || *order >= static_cast<int>(seen_.size())) return nullptr;
    return &seen_[static_cast<std::size_t>(*order)];
  }

  void look_at(const Document& document) {
    const auto& [partition, kind] = document.key;
    try {
      if (kind == type_name<Sales>() || (kind == "InboxEntry" && is_wanted_inbox(partition)))
        return;
      if (kind == type_name<Points>()) return look_at_points(from_json<Points>(document.body));
      auto* const order = order_in(partition);
      if (order != nullptr && kind == type_name<Placed>()) {
        order->placed = true;
      } else if (order != nullptr && kind == "Order") {
        order->booked = read_order(document.body);
      } else if (order != nullptr && kind == type_name<Parcel>()) {
        order->parcel = from_json<Parcel>(document.body);
      } else {
        add(Wrong::left_over, "documents of the kind " + kind + " are left", partition);
      }
    } catch (const InvalidRequest& error) {
      add(Wrong::left_over, "documents of the kind " + kind + " cannot be read", error.what());
    }
  }

  /// An inbox remembers payments, and only where nothing else does.
  bool is_wanted_inbox(const std::string& partition) const {
    const auto payment = payment_named(partition);
    return !wants_tokens() && payment && payment->order < static_cast<int>(seen_.size());
  }

  void look_at_points(const Points& points) {
    const auto payment = payment_named(points.payment);
    auto* const order = payment ? order_in(order_id(payment->order)) : nullptr;
    if (order == nullptr) {
      add(Wrong::untrue, "points are for nobody's payment", points.payment);
      return;
    }
    order->points.resize(kPartsMax);
    order->points[static_cast<std::size_t>(payment->part)].push_back(points.coins);
    ++report_.points;
    report_.coins_told += points.coins;
  }

  void judge(int number) {
    const auto& order = seen_[static_cast<std::size_t>(number)];
    if (order.placed) {
      ++report_.placed;
    } else {
      add(Wrong::lost, "orders were not placed", order_id(number));
    }
    judge_booking(number, order.booked.value_or(OrderState{}));
    judge_points(number, order);
    judge_parcel(number, order.parcel.value_or(Parcel{}));
  }

  void judge_booking(int number, const OrderState& booked) {
    const int price = price_of(number);
    const auto example = fmt::format("{} has {} coins of {}", order_id(number), booked.paid, price);
    report_.coins_booked += booked.paid;
    if (booked.paid == price) report_.booked_payments += payments_of(number).size();
    if (booked.paid < price) add(Wrong::lost, "orders have too few coins", example);
    if (booked.paid > price) add(Wrong::doubled, "orders have too many coins", example);
    if (booked.surprise != is_surprise(number) && booked.paid > 0) {
      add(Wrong::untrue, "orders are no surprise any more, or have become one", order_id(number));
    }
    for (const auto& what : booked.left_over) {
      add(Wrong::left_over, "orders keep " + what, order_id(number));
    }
  }

  void judge_points(int number, const OrderSeen& order) {
    const auto payments = payments_of(number);
    for (std::size_t part = 0; part < kPartsMax; ++part) {
      const auto name = payment_id({number, static_cast<int>(part)});
      const auto given = part < order.points.size() ? order.points[part] : std::vector<int>{};
      if (is_surprise(number) || part >= payments.size()) {
        if (!given.empty()) add(Wrong::untrue, "points were given that nobody earned", name);
        continue;
      }
      if (given.empty()) add(Wrong::lost, "payments earned no points", name);
      if (given.size() > 1) {
        add(Wrong::doubled, "payments earned points more than once",
            fmt::format("{}: {} times", name, given.size()));
      }
      for (const int coins : given) {
        if (coins == payments[part]) continue;
        add(Wrong::untrue, "payments earned the wrong points",
            fmt::format("{}: {} coins, not {}", name, coins, payments[part]));
      }
    }
  }

  void judge_parcel(int number, const Parcel& parcel) {
    if (is_surprise(number)) {
      if (!parcel.paid.empty()) {
        add(Wrong::untrue, "the warehouse was told of a surprise", order_id(number));
      }
      return;
    }
    int coins = 0;
    for (const auto& [event, amount] : parcel.paid) coins += amount;
    const auto example = fmt::format("{}: {} coins of {}, shipped {} times", order_id(number),
                                     coins, price_of(number), parcel.times_shipped);
    if (parcel.times_shipped == 0) add(Wrong::lost, "orders were not shipped", example);
    if (parcel.times_shipped > 1) add(Wrong::doubled, "orders were shipped twice", example);
    if (coins > price_of(number)) {
      add(Wrong::doubled, "the warehouse was told of too many coins", example);
    }
    if (parcel.times_shipped == 1) ++report_.shipped;
  }

  std::vector<OrderSeen> seen_;
  AuditReport report_;
};

std::string_view word_for(Wrong wrong) {
  switch (wrong) {
    case Wrong::lost:
      return "lost";
    case Wrong::doubled:
      return "doubled";
    case Wrong::untrue:
      return "untrue";
    case Wrong::left_over:
      return "left over";
  }
  return "";
}

std::string line(std::string_view name, std::uint64_t found, std::uint64_t wanted) {
  return fmt::format("  {:<28}{:>12} of {}\n", name, protocol::grouped(found),
                     protocol::grouped(wanted));
}

}  // namespace

std::uint64_t AuditReport::count(Wrong wrong) const {
  std::uint64_t sum = 0;
  for (const auto& finding : findings) {
    if (finding.wrong == wrong) sum += finding.count;
  }
  return sum;
}

AuditReport audit(int orders, const std::vector<Document>& documents, const LeftInQueues& queues) {
  return Auditor(orders).run(documents, queues);
}

LeftInQueues take_what_is_left(Broker& broker, std::size_t messages_max) {
  LeftInQueues left;
  auto names = queues();
  for (const auto& queue : queues()) names.push_back(dead_letter_queue_of(queue));
  for (const auto& queue : names) {
    while (left[queue].size() < messages_max) {
      auto delivery = sync_wait(broker.receive(queue));
      if (!delivery) break;
      left[queue].push_back(delivery->message);
    }
  }
  return left;
}

std::string in_words(int orders, const AuditReport& report) {
  const auto totals = totals_of(orders);
  const auto natural = [](auto number) { return static_cast<std::uint64_t>(number); };
  std::string text = "The audit\n";
  text += line("orders placed", report.placed, natural(totals.orders));
  text += line("payments booked", report.booked_payments, natural(totals.payments));
  text += line("coins in the orders", natural(report.coins_booked), natural(totals.coins));
  text += line("payments that earned points", report.points, natural(totals.told_payments));
  text += line("coins in the points", natural(report.coins_told), natural(totals.told_coins));
  text += line("orders shipped once", report.shipped, natural(totals.told_orders));
  text += fmt::format("  {} lost, {} doubled, {} untrue, {} left over\n",
                      protocol::grouped(report.count(Wrong::lost)),
                      protocol::grouped(report.count(Wrong::doubled)),
                      protocol::grouped(report.count(Wrong::untrue)),
                      protocol::grouped(report.count(Wrong::left_over)));
  for (const auto& finding : report.findings) {
    text += fmt::format("  {}: {} {}, such as {}\n", word_for(finding.wrong),
                        protocol::grouped(finding.count), finding.what,
                        fmt::join(finding.examples, "; "));
  }
  text += report.holds() ? "It holds: every order exactly once, every coin accounted for, nothing "
                           "left over.\n"
                         : "It does not hold.\n";
  return text;
}

}  // namespace workshop::live_shop
