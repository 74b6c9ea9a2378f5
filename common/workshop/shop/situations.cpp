#include "workshop/shop/situations.hpp"

#include <fmt/format.h>

#include "workshop/shop/messages.hpp"
#include "workshop/shop/situation_kinds.hpp"

namespace workshop::shop {

Message BookingHandler::message_of(const std::string& id, const std::string& order,
                                   int amount) const {
  if (message) return message(id, order, amount);
  return make_message(BookPayment{order, amount}, MessageId{id});
}

std::vector<ExpectedEvent> BookingHandler::events_of(const std::string& order, int amount,
                                                     int paid_before) const {
  if (events) return events(order, amount, paid_before);
  return {{std::string(type_name<PaymentBooked>()), to_json(PaymentBooked{order, amount})}};
}

std::vector<SituationFailure> everyday_situations(const BookingHandler& handler) {
  detail::Found found;
  detail::it_has_come_often(handler, found);
  detail::an_order_appears(handler, found);
  detail::orders_look_alike(handler, found);
  detail::ids_look_alike(handler, found);
  detail::one_message_causes_payments(handler, found);
  detail::nobody_is_told(handler, found);
  detail::names_that_the_handler_has_made(handler, found);
  detail::amounts(handler, found);
  detail::many_payments(handler, 120, found);
  return found;
}

std::vector<SituationFailure> large_situations(const BookingHandler& handler) {
  detail::Found found;
  detail::errors_of_every_kind(handler, found);
  detail::others_are_faster(handler, found);
  detail::others_save_while_it_is_registered(handler, found);
  detail::one_died_that_looks_alike(handler, found);
  detail::another_that_looks_alike_comes_between(handler, found);
  detail::one_in_the_other_is_under_way(handler, found);
  detail::another_attempt_comes_between(handler, found);
  detail::many_attempts_died(handler, found);
  detail::attempts_at_many_payments_died(handler, found);
  detail::an_error_comes_after_a_death(handler, found);
  detail::an_error_comes_after_another_attempt(handler, found);
  detail::many_events_unsent(handler, found);
  detail::many_payments(handler, 1'200, found);
  detail::many_payments_of_one(handler, 1'200, found);
  detail::many_orders(handler, 1'200, found);
  return found;
}

std::string describe(const std::vector<SituationFailure>& failures) {
  if (failures.empty()) return "";
  const auto& first = failures.front();
  return fmt::format("the situation: {}\n  expected: {}\n  got:      {}", first.situation,
                     first.expected, first.got);
}

}  // namespace workshop::shop
