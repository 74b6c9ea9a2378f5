// Finished: you need not change this file.
#include "business.hpp"

namespace workshop::shop {

std::vector<Message> book(const BookPayment& command, Order& order, const HandlerContext& context) {
  order.paid += command.amount;
  if (order.surprise) return {};
  return {context.make(PaymentBooked{command.order_id, command.amount}, MessageId::random())};
}

}  // namespace workshop::shop
