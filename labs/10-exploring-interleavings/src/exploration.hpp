#pragma once

#include <string>

#include "handlers.hpp"
#include "workshop/shop/gift_shop.hpp"

namespace workshop::shop {

/// Explores the endpoint "payments" with this handler, and finds out whether the handler keeps the
/// promises of handlers.hpp.
///
/// The verdict has a failure for every handler that breaks one of the five promises for any of the
/// payments, and none for a handler that keeps them, in whatever way. Without a failure it is a
/// proof within its bounds: the search is exhausted, over at least two payments of one order, two
/// handlers, one fault (a crash or a duplicate) and one preemption.
///
/// Delivers its messages with `GiftShop::deliver`, so that they are called m1, m2, … While a
/// schedule is replayed, the verdict is that of `explore::explore_in_test`.
Verdict explore_payments(PaymentsHandler handler);

/// What a replay of a schedule has shown.
struct Finding {
  std::string broken;   ///< the broken invariant, such as "duplicate effect"; "": none was broken
  std::string handler;  ///< the process that took the deciding step, such as "payments-2"
  std::string step;     ///< the deciding step as the story tells it, such as "CRASH before save …"
  /// Where and why the handler left the schedule; "": it followed the schedule to the end. After
  /// leaving it, the execution is another one than the one that was asked for.
  std::string left_schedule;
};

/// Runs the handler along a schedule that `explore_payments` has found (with this handler or with
/// another one), and returns what happened. `handler` and `step` are empty when no invariant was
/// broken. Throws InvalidRequest when `schedule` is not a schedule.
Finding replay(PaymentsHandler handler, const std::string& schedule);

}  // namespace workshop::shop
