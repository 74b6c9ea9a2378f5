#include "world/deduplicating_broker.hpp"

#include <fmt/format.h>

namespace comparison {
namespace {

struct Accepted {
  std::int64_t last_ms = 0;
  int count = 0;
  std::string cause = {};
};
BOOST_DESCRIBE_STRUCT(Accepted, (), (last_ms, count, cause))

std::string table_of(const std::string& queue) { return "accepted by " + queue; }

}  // namespace

Task<void> send_deduplicated(Store& store, std::string queue, Message message,
                             std::chrono::minutes window) {
  const auto words = fmt::format("send {} {} to {}", message.type, message.id.value, queue);
  co_await explore::run_statement(
      store, words, to_json(message),
      [queue, message, window](explore::StatementScope& scope) -> std::string {
        const Key key{table_of(queue), message.id.value};
        const auto now = scope.now().time_since_epoch();
        const auto row = scope.get(key);
        auto known = row ? from_json<Accepted>(row->body) : Accepted{};
        if (row && now - std::chrono::milliseconds(known.last_ms) < window) return "\"dropped\"";
        const std::string cause(message.header(header::kCausationId));
        scope.put(key, to_json(Accepted{now.count(), known.count + 1, cause}));
        scope.send(queue, message);
        return {};
      });
}

int accepted_count(const StoreView& view, const std::string& queue, const MessageId& cause) {
  int count = 0;
  for (const auto& document : view.documents()) {
    if (document.key.partition != table_of(queue)) continue;
    const auto accepted = from_json<Accepted>(document.body);
    if (accepted.cause == cause.value) count += accepted.count;
  }
  return count;
}

Task<void> enter(const PaymentBooked& event, HandlerContext& context) {
  auto ledger = co_await context.store().load<Ledger>("ledger-" + event.order_id);
  ledger.value.paid += event.amount;
  co_await context.store().save(ledger);
}

Task<void> enter_once(const PaymentBooked& event, HandlerContext& context) {
  auto ledger = co_await context.store().load<Ledger>("ledger-" + event.order_id);
  if (!ledger.value.seen.insert(context.message().id.value).second) co_return;
  ledger.value.paid += event.amount;
  co_await context.store().save(ledger);
}

int times_entered(const StoreView& view, const BookPayment& payment) {
  const auto ledger = view.entity<Ledger>("ledger-" + payment.order_id);
  return ledger ? ledger->paid / payment.amount % 10 : 0;
}

void judge_by(GiftShop& scenario, std::string effect,
              std::function<int(const StoreView&, const Message&)> count) {
  auto& expectations = scenario.scenario().expectations;
  expectations.effect_names.clear();
  expectations.effect_name = std::move(effect);
  expectations.effects_elsewhere = true;
  expectations.effects = [count = std::move(count)](const StoreView& view, const Message& message) {
    return message.type == type_name<BookPayment>() ? count(view, message) : 1;
  };
}

}  // namespace comparison
