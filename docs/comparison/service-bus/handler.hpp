#pragma once

#include <chrono>
#include <string>

#include "world/deduplicating_broker.hpp"
#include "world/shop.hpp"

/// Duplicate detection of Azure Service Bus: the sender repeats a message under the same MessageId,
/// and the queue drops what it has accepted within its window.
namespace comparison::service_bus {

inline constexpr std::chrono::minutes kWindow{10};

/// The id is anchored to the business, as the documentation advises; whoever repeats, sends again.
inline std::string id_of(const std::string& payment) { return payment + "/booked"; }

template <bool random_ids>
Task<void> send(const BookPayment& command, HandlerContext& context) {
  const auto payment = context.message().id.value;
  auto order = co_await context.store().load<Order>(command.order_id);
  if (order.value.processed.insert(payment).second) {
    order.value.paid += command.amount;
    co_await context.store().save(order);
  }
  const PaymentBooked event{command.order_id, command.amount, order.value.paid};
  const auto id = random_ids ? MessageId::random() : MessageId{id_of(payment)};
  co_await send_deduplicated(context.store().documents(), "ledger", context.make(event, id),
                             kWindow);
}

}  // namespace comparison::service_bus
