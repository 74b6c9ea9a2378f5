#pragma once

#include <vector>

#include "workshop/shop/situations.hpp"

/// The kinds of situations, by what is unusual in them. Each function plays all of a kind, as a
/// rule until the first in which the handler does wrong, and adds that to `found`.
namespace workshop::shop::detail {

using Found = std::vector<SituationFailure>;

// situations_of_payments.cpp: what arrives: how often, how much, how many
void an_order_appears(const BookingHandler& handler, Found& found);
void it_has_come_often(const BookingHandler& handler, Found& found);
void it_has_come_any_number_of_times(const BookingHandler& handler, Found& found);
void it_was_a_dead_letter(const BookingHandler& handler, Found& found);
void amounts(const BookingHandler& handler, Found& found);
void any_amount(const BookingHandler& handler, Found& found);
void nobody_is_told(const BookingHandler& handler, Found& found);
void many_events_unsent(const BookingHandler& handler, Found& found);
void many_payments(const BookingHandler& handler, int count, Found& found);
void many_payments_of_one(const BookingHandler& handler, int count, Found& found);
void many_orders(const BookingHandler& handler, int count, Found& found);

// situations_of_names.cpp: what things are called
void orders_look_alike(const BookingHandler& handler, Found& found);
void ids_look_alike(const BookingHandler& handler, Found& found);
void names_differ_in_a_sign(const BookingHandler& handler, Found& found);
void one_message_causes_payments(const BookingHandler& handler, Found& found);
void names_that_the_handler_has_made(const BookingHandler& handler, Found& found);
void names_that_are_made_are_long(const BookingHandler& handler, Found& found);

// situations_of_errors.cpp: what fails
void errors_of_every_kind(const BookingHandler& handler, Found& found);
void a_death_comes_after_an_error(const BookingHandler& handler, Found& found);
void others_are_faster(const BookingHandler& handler, Found& found);
void others_save_while_it_is_registered(const BookingHandler& handler, Found& found);
void others_save_after_a_lost_answer(const BookingHandler& handler, Found& found);
void an_error_comes_after_a_death(const BookingHandler& handler, Found& found);
void an_error_comes_after_another_attempt(const BookingHandler& handler, Found& found);

// situations_of_attempts.cpp: who died, and who else is under way
void one_died_that_looks_alike(const BookingHandler& handler, Found& found);
void another_that_looks_alike_comes_between(const BookingHandler& handler, Found& found);
void more_is_paid_back_meanwhile(const BookingHandler& handler, Found& found);
void one_in_the_other_is_under_way(const BookingHandler& handler, Found& found);
void another_comes_before_the_order_is_there(const BookingHandler& handler, Found& found);
void many_attempts_died(const BookingHandler& handler, Found& found);
void another_attempt_comes_between(const BookingHandler& handler, Found& found);
void the_first_attempt_dies(const BookingHandler& handler, Found& found);
void another_attempt_dies_after_others_saved(const BookingHandler& handler, Found& found);
void another_attempt_dies_after_another_payment_s(const BookingHandler& handler, Found& found);
void attempts_at_many_payments_died(const BookingHandler& handler, Found& found);

// situations_of_crowds.cpp: how much there is already
void much_is_there(const BookingHandler& handler, Found& found);

}  // namespace workshop::shop::detail
