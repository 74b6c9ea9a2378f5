#pragma once

#include <string>

#include "exactly_once_http.hpp"
#include "workshop/shop/gift_shop.hpp"

/// What the explorations of both steps share: the service "payments" with its account, in the
/// second store. Its callers use the first store.
namespace workshop::shop {

inline constexpr std::size_t kPaymentsStore = 1;
inline constexpr int kBalance = 1'000;
inline const std::string kCard = "card-1";

/// Every fault of a process and of its operations in this lab.
inline constexpr Faults kAnyTrouble = {Fault::crash, Fault::refused, Fault::unanswered};

inline Task<HttpResponse> payments(HttpRequest http, explore::ProcessContext& context) {
  EntityStore store(context.store(kPaymentsStore));
  co_return co_await serve(std::move(http), store);
}

/// How often the order was debited. Payments are of 1 or 10 coins, so each has its own digit of the
/// sum that was debited.
inline int times_debited(const StoreView& shop, const PayOrder& command) {
  const auto account = shop.entity<Account>(kCard, kPaymentsStore);
  return (kBalance - account->balance) / command.amount % 10;
}

inline std::optional<std::string> left_in_payments(const Request& request) {
  return "payments still holds a request: " + request.body;
}

/// The answer in order-1 must be what happened.
inline std::optional<explore::Violation> order_has_no_receipt(const explore::StoreView& shop) {
  const auto order = shop.entity<Order>("order-1");
  if (order && order->answer.starts_with("receipt")) return std::nullopt;
  return explore::Violation{"lost effect", "order-1 has the receipt of its charge",
                            "its answer is \"" + (order ? order->answer : "") + "\""};
}

/// A shop whose endpoint "orders" calls "payments", which is served by `servers_count` processes.
inline GiftShop shop_with_payments(int servers_count) {
  return gift_shop("orders")
      .on_stores({Profile::dynamodb(), Profile::dynamodb()})
      .with_document(EntityStore::key_of<Account>(kCard), to_json(Account{kBalance, {}}),
                     kPaymentsStore)
      .with_server("payments", servers_count, &payments)
      .effect<PayOrder>("debited", times_debited)
      .leftover<Account>([](const Account& account) -> std::optional<std::string> {
        const auto& unfinished = account.unfinished;
        if (unfinished.target.empty() && unfinished.answer.empty()) return std::nullopt;
        return "the account still holds the answer \"" + unfinished.answer + "\" of \"" +
               unfinished.target + '"';
      });
}

}  // namespace workshop::shop
