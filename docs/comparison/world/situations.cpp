#include "world/situations.hpp"

namespace comparison {
namespace {

const Message& first_payment() {
  static const Message payment = make_message(BookPayment{"order-1", 1}, {"m1"});
  return payment;
}

Task<void> send_all(std::vector<Later> messages, explore::ProcessContext& context) {
  for (auto& later : messages) {
    co_await context.broker().send(later.queue, later.message, later.after);
  }
}

}  // namespace

std::string_view name_of(Situation situation) {
  switch (situation) {
    case Situation::crash:
      return "crash";
    case Situation::duplicate:
      return "duplicate";
    case Situation::lease_expiry:
      return "lease expiry";
    case Situation::lost_answer:
      return "refused, lost answer";
    case Situation::after_window:
      return "again after the window";
    case Situation::other_bytes:
      return "other bytes on a retry";
    case Situation::overtaking:
      return "two orders at once";
  }
  return "?";
}

void set_bounds(GiftShop& scenario, Situation situation) {
  switch (situation) {
    case Situation::crash:
      scenario.with_faults({Fault::crash}).up_to(2, 1);
      break;
    case Situation::duplicate:
      scenario.with_faults({Fault::duplicate, Fault::crash}).up_to(2, 1);
      break;
    case Situation::lease_expiry:
      scenario.with_faults({Fault::lease_expiry}).up_to(2, 2);
      break;
    case Situation::lost_answer:
      scenario.with_faults({Fault::refused, Fault::unanswered}).up_to(2, 1);
      break;
    case Situation::after_window:
      scenario.with_faults({Fault::crash}).up_to(1, 0);
      break;
    case Situation::other_bytes:
      scenario.with_faults({Fault::crash, Fault::unanswered}).up_to(2, 1);
      break;
    case Situation::overtaking:
      scenario.with_faults({}).up_to(0, 2);
      break;
  }
}

GiftShop payments_shop(Task<void> (*handle)(const BookPayment&, HandlerContext&),
                       Situation situation) {
  auto scenario = gift_shop("payments").handles<BookPayment>(handle).with("order-1", Order{});
  scenario.effect<BookPayment>("booked", times_booked).emits<PaymentBooked, BookPayment>();
  scenario.deliver_message(first_payment(), to_handlers(2), {1});
  if (situation == Situation::other_bytes) scenario.deliver(BookPayment{"order-1", 10});
  if (situation == Situation::overtaking) {
    scenario.with("order-2", Order{}).deliver(BookPayment{"order-2", 10});
  }
  return scenario.all_messages_at_once();
}

Later first_payment_again(std::chrono::minutes after) {
  return {"payments", first_payment(), after};
}

GiftShop& send_later(GiftShop& scenario, std::vector<Later> messages) {
  return scenario.with_client("operator", [messages](explore::ProcessContext& context) {
    return send_all(messages, context);
  });
}

}  // namespace comparison
