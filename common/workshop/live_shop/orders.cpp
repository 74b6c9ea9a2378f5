#include "workshop/live_shop/orders.hpp"

#include <charconv>
#include <numeric>

namespace workshop::live_shop {
namespace {

constexpr std::string_view kOrderPrefix = "order-";

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.front() == '-' || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return number;
}

}  // namespace

std::string order_id(int order) { return std::string(kOrderPrefix) + std::to_string(order); }

std::vector<int> payments_of(int order) {
  if (order % 10 == 4) return {5, 10, 20};
  return {10 + order % 90};
}

bool is_surprise(int order) { return order % 20 == 7; }

int price_of(int order) {
  const auto payments = payments_of(order);
  return std::accumulate(payments.begin(), payments.end(), 0);
}

std::string payment_id(Payment payment) {
  return order_id(payment.order) + "/" + std::to_string(payment.part + 1);
}

std::optional<int> order_named(std::string_view id) {
  if (id.substr(0, kOrderPrefix.size()) != kOrderPrefix) return std::nullopt;
  return number_in(id.substr(kOrderPrefix.size()));
}

std::optional<Payment> payment_named(std::string_view id) {
  const auto slash = id.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto order = order_named(id.substr(0, slash));
  const auto part = number_in(id.substr(slash + 1));
  if (!order || !part || *part < 1 || *part > kPartsMax) return std::nullopt;
  return Payment{*order, *part - 1};
}

Totals totals_of(int orders) {
  Totals totals{.orders = orders};
  for (int order = 0; order < orders; ++order) {
    const auto payments = static_cast<int>(payments_of(order).size());
    totals.payments += payments;
    totals.coins += price_of(order);
    if (is_surprise(order)) continue;
    ++totals.told_orders;
    totals.told_payments += payments;
    totals.told_coins += price_of(order);
  }
  return totals;
}

}  // namespace workshop::live_shop
