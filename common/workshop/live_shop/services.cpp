#include "workshop/live_shop/services.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "workshop/live_shop/documents.hpp"
#include "workshop/live_shop/orders.hpp"
#include "workshop/live_shop/payments_lab.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::live_shop {
namespace {

std::string token_header(std::string_view endpoint) { return "token-" + std::string(endpoint); }

/// Puts a document that whoever comes again would put as well.
Task<void> put_once(HandlerContext& context, Key key, std::string body) {
  try {
    co_await context.store().documents().put(std::move(key), std::move(body), Expected::absent());
  } catch (const VersionConflict&) {
  }
}

// --- orders

Task<void> place(const PlaceOrder& command, HandlerContext& context) {
  const auto order = order_named(command.order_id);
  if (!order) throw InvalidRequest("no order of this shop is called " + command.order_id);
  const auto payments = payments_of(*order);
  co_await put_once(context, EntityStore::key_of<Placed>(command.order_id),
                    to_json(Placed{price_of(*order)}));
  if (is_surprise(*order)) {
    co_await put_once(context, Key{command.order_id, "Order"}, new_order(true));
  }
  for (std::size_t part = 0; part < payments.size(); ++part) {
    auto message = context.make(shop::BookPayment{command.order_id, payments[part]},
                                MessageId{payment_id({*order, static_cast<int>(part)})});
    if (wants_tokens()) message.headers[token_header(kPayments)] = command.tokens.at(part);
    co_await context.broker().send(kPayments, std::move(message));
  }
}

// --- subscribers

/// What the event is remembered by: its own id or, where there are tokens, that of its token.
/// Nothing when the token is used up.
Task<std::optional<std::string>> memory_of(HandlerContext& context) {
  if (!wants_tokens()) co_return context.message().id.value;
  const auto token = std::string(context.message().header(token_header(context.endpoint())));
  if (token.empty()) throw InvalidRequest("the event carries no token for " + context.endpoint());
  const auto document = co_await context.store().documents().get(EntityStore::key_of<Token>(token));
  if (!document) co_return std::nullopt;
  co_return token;
}

Task<void> use_up(HandlerContext& context, std::string token) {
  if (!wants_tokens()) co_return;
  co_await context.store().documents().erase(EntityStore::key_of<Token>(std::move(token)),
                                             Expected::any());
}

Task<void> give_points(const shop::PaymentBooked& event, HandlerContext& context) {
  const auto memory = co_await memory_of(context);
  if (!memory) co_return;
  const Points points{std::string(context.message().header(header::kCausationId)), event.amount};
  co_await put_once(context, EntityStore::key_of<Points>(*memory), to_json(points));
  co_await use_up(context, *memory);
}

Task<void> pack(const shop::PaymentBooked& event, HandlerContext& context) {
  const auto memory = co_await memory_of(context);
  if (!memory) co_return;
  auto parcel = co_await context.store().load<Parcel>(event.order_id);
  if (!parcel.value.paid.contains(*memory)) {
    parcel.value.paid[*memory] = event.amount;
    int coins = 0;
    for (const auto& [ignored, amount] : parcel.value.paid) coins += amount;
    const auto order = order_named(event.order_id);
    if (order && coins == price_of(*order)) ++parcel.value.times_shipped;
    co_await context.store().save(parcel);
  }
  co_await use_up(context, *memory);
}

// --- counting

/// The number of the message among those of its service; nothing for a message that is nobody's.
std::optional<std::size_t> number_of(Role role, const Message& message) {
  if (role == Role::orders) {
    const auto order = order_named(message.id.value);
    if (!order) return std::nullopt;
    return static_cast<std::size_t>(*order);
  }
  const auto payment = payment_named(role == Role::payments ? message.id.value
                                                            : message.header(header::kCausationId));
  if (!payment) return std::nullopt;
  return static_cast<std::size_t>(payment->order * kPartsMax + payment->part);
}

class Counting final : public Behaviour {
 public:
  Counting(Role role, Ledger& ledger, std::chrono::milliseconds pause)
      : role_(role), ledger_(ledger), pause_(pause) {}

  Task<void> invoke(HandlerContext& context, const Handler& next) override {
    auto& tally = ledger_.tally(role_);
    ++tally.deliveries;
    tally.last_delivery_ms = Ledger::now_ms();
    if (context.delivery().delivery_count > 1) ++tally.redeliveries;
    try {
      co_await next(context);
    } catch (const Unavailable&) {
      ++tally.failures;
      std::this_thread::sleep_for(pause_);
      throw;
    } catch (...) {  // waiting mends nothing
      ++tally.failures;
      throw;
    }
    ++tally.handled;
    const auto number = number_of(role_, context.message());
    if (number && ledger_.mark(role_, *number)) ++tally.done;
  }

 private:
  Role role_;
  Ledger& ledger_;
  std::chrono::milliseconds pause_;
};

}  // namespace

Endpoint endpoint_of(Role role, Ledger& ledger, std::chrono::milliseconds pause) {
  auto endpoint =
      role == Role::payments ? payments_endpoint() : Endpoint(std::string(name_of(role)));
  if (role == Role::orders) endpoint.on<PlaceOrder>(&place);
  if (role == Role::loyalty) endpoint.on<shop::PaymentBooked>(&give_points);
  if (role == Role::warehouse) endpoint.on<shop::PaymentBooked>(&pack);
  endpoint.with(std::make_shared<Counting>(role, ledger, pause));
  return endpoint;
}

}  // namespace workshop::live_shop
