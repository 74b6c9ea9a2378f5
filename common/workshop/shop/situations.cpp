#include "workshop/shop/situations.hpp"

#include <fmt/format.h>

#include "workshop/shop/messages.hpp"
#include "workshop/shop/situation_kinds.hpp"

namespace workshop::shop {
namespace {

using Kind = void (*)(const BookingHandler&, detail::Found&);

const std::vector<Kind> kEveryday = {
    detail::it_has_come_often,
    detail::an_order_appears,
    detail::orders_look_alike,
    detail::ids_look_alike,
    detail::one_message_causes_payments,
    detail::nobody_is_told,
    detail::names_that_the_handler_has_made,
    detail::amounts,
    [](const auto& handler, auto& found) { detail::many_payments(handler, 120, found); },
};

const std::vector<Kind> kLarge = {
    detail::it_has_come_any_number_of_times,
    detail::it_was_a_dead_letter,
    detail::any_amount,
    detail::names_differ_in_a_sign,
    detail::names_that_are_made_are_long,
    detail::errors_of_every_kind,
    detail::a_death_comes_after_an_error,
    detail::others_are_faster,
    detail::others_save_after_a_lost_answer,
    detail::others_save_while_it_is_registered,
    detail::one_died_that_looks_alike,
    detail::another_that_looks_alike_comes_between,
    detail::another_comes_before_the_order_is_there,
    detail::more_is_paid_back_meanwhile,
    detail::one_in_the_other_is_under_way,
    detail::another_attempt_comes_between,
    detail::the_first_attempt_dies,
    detail::another_attempt_dies_after_others_saved,
    detail::another_attempt_dies_after_another_payment_s,
    detail::many_attempts_died,
    detail::attempts_at_many_payments_died,
    detail::an_error_comes_after_a_death,
    detail::an_error_comes_after_another_attempt,
    detail::many_events_unsent,
    detail::much_is_there,
    [](const auto& handler, auto& found) { detail::many_payments(handler, 1'200, found); },
    [](const auto& handler, auto& found) { detail::many_payments_of_one(handler, 1'200, found); },
    [](const auto& handler, auto& found) { detail::many_orders(handler, 1'200, found); },
};

std::vector<SituationFailure> all_of(const std::vector<Kind>& kinds,
                                     const BookingHandler& handler) {
  detail::Found found;
  for (const auto& kind : kinds) kind(handler, found);
  return found;
}

}  // namespace

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
  return all_of(kEveryday, handler);
}

std::vector<SituationFailure> large_situations(const BookingHandler& handler) {
  return all_of(kLarge, handler);
}

std::optional<SituationFailure> first_failure(const BookingHandler& handler) {
  for (const auto& kinds : {kEveryday, kLarge}) {
    for (const auto& kind : kinds) {
      detail::Found found;
      kind(handler, found);
      if (!found.empty()) return found.front();
    }
  }
  return std::nullopt;
}

std::string describe(const std::vector<SituationFailure>& failures) {
  if (failures.empty()) return "";
  const auto& first = failures.front();
  return fmt::format("the situation: {}\n  expected: {}\n  got:      {}", first.situation,
                     first.expected, first.got);
}

}  // namespace workshop::shop
