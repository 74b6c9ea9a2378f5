// Situations of payments: who died, and who else is under way.
#include <fmt/format.h>

#include <functional>
#include <string>

#include "workshop/shop/situation_kinds.hpp"
#include "workshop/shop/situation_trial.hpp"
#include "workshop/shop/troubled.hpp"

namespace workshop::shop::detail {

// What an attempt has left that died belongs to its payment, whatever others are called.
void one_died_that_looks_alike(const BookingHandler& handler, Found& found) {
  for (const auto& [one, other] : hard_names()) {
    for (int operation = 1;; ++operation) {
      auto death = Trouble::death(operation);
      Trial trial(handler,
                  fmt::format("an attempt at {} dies before its operation {}, then {} is paid",
                              shown(one), operation, shown(other)),
                  found);
      const std::string second = handler.adds_up ? "order-1" : "order-2";
      trial.has_order("order-1");
      if (!handler.adds_up) trial.has_order(second);
      trial.pays_in_trouble(one, "order-1", 101, death, {other, second, 1'000});
      if (!death.met()) break;
      trial.is_at_rest();
      if (trial.failed()) return;
    }
  }
}

namespace {

void other_comes_between(const BookingHandler& handler, const std::string& one,
                         const std::string& other, std::uint32_t count, Found& found) {
  for (int operation = 1;; ++operation) {
    auto situation =
        fmt::format("{} is paid in the middle of an attempt at {}, before its operation {}",
                    shown(other), shown(one), operation);
    if (count > 1) situation += fmt::format(", at delivery {}", count);
    Trial trial(handler, std::move(situation), found);
    const std::string second = handler.adds_up ? "order-1" : "order-2";
    trial.has_order("order-1");
    if (!handler.adds_up) trial.has_order(second);
    Trouble between(operation, {"another payment", [&] { trial.pays(other, second, 1'000); },
                                /*times_max=*/1});
    trial.pays_in_trouble(one, "order-1", 101, between, {}, count);
    if (!between.met()) return;
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

}  // namespace

// Another payment is handled in the middle of an attempt, from its first operation to its last, at
// whichever delivery: whoever has had enough of conflicts must not write over it.
void another_that_looks_alike_comes_between(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  for (const auto& [one, other] : hard_names()) {
    other_comes_between(handler, one, other, 1, found);
    if (found.size() > before) return;
  }
  for (const std::uint32_t count : {2U, 3U, 6U, 12U, 100U}) {
    other_comes_between(handler, "m1", "m2", count, found);
    if (found.size() > before) return;
  }
}

// What a payment causes is decided when it is booked, and stays so when more is paid back than was
// paid before it has come to its end.
void more_is_paid_back_meanwhile(const BookingHandler& handler, Found& found) {
  if (!handler.adds_up) return;
  constexpr int kOverAll = 1'001;  // whatever there is to be earned
  constexpr int kBack = -5'000;
  for (int operation = 1;; ++operation) {
    Trial trial(handler,
                fmt::format("an attempt at a payment dies before its operation {}, and more is "
                            "paid back before it comes again",
                            operation),
                found);
    trial.has_order("order-1");
    auto death = Trouble::death(operation);
    trial.pays_in_trouble("m1", "order-1", kOverAll, death, {"m2", "order-1", kBack});
    if (!death.met()) return;
    trial.pays_all_again(3);
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// Where there was nothing when an attempt looked there is the other's order when it writes.
void another_comes_before_the_order_is_there(const BookingHandler& handler, Found& found) {
  if (!handler.orders_appear || !handler.adds_up) return;
  for (int operation = 2;; ++operation) {
    Trial trial(handler,
                fmt::format("two payments of an order that is not there yet, of which one comes "
                            "before operation {} of an attempt at the other one",
                            operation),
                found);
    Trouble between(operation, {"another payment", [&] { trial.pays("m2", "order-1", 1'000); },
                                /*times_max=*/1});
    trial.pays_in_trouble("m1", "order-1", 101, between);
    if (!between.met()) return;
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

namespace {

// Whether an attempt came to its end before the operation at which something was to happen.
struct Ended {
  bool one = false;
  bool other = false;
};

// An attempt at `one` has died somewhere, or none has, and `other` is under way, or has died too,
// when `one` comes again: whoever handles it takes nothing of what belongs to the other.
Ended both_are_under_way(const BookingHandler& handler, const std::string& one, int died,
                         const std::string& other, int reached, bool other_dies, Found& found) {
  Trial trial(
      handler,
      fmt::format("an attempt at {} dies before its operation {}, {} {} before its operation {}, "
                  "and {} comes again",
                  shown(one), died, shown(other), other_dies ? "dies" : "is", reached, shown(one)),
      found);
  const std::string second = handler.adds_up ? "order-1" : "order-2";
  trial.has_order("order-1");
  if (!handler.adds_up) trial.has_order(second);
  trial.arrives(one, "order-1", 101);
  trial.arrives(other, second, 1'000);
  auto death = Trouble::death(died);
  const bool ended = !trial.dies(one, "order-1", 101, death);
  if (other_dies) {
    auto its_death = Trouble::death(reached);
    if (!trial.dies(other, second, 1'000, its_death)) return {ended, true};
    trial.pays(one, "order-1", 101, 2);
    trial.all_come_again();
    trial.pays(other, second, 1'000, 2);
  } else {
    Trouble between(reached, {"", [&] { trial.pays(one, "order-1", 101, 2); }, /*times_max=*/1});
    trial.pays_in_trouble(other, second, 1'000, between);
    if (!between.met()) return {ended, true};
  }
  trial.pays_all_again();
  trial.is_at_rest();
  return {ended, false};
}

}  // namespace

void one_in_the_other_is_under_way(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  for (const auto& [one, other] : names_within_names()) {
    for (const bool other_dies : {true, false}) {
      Ended ended;
      for (int died = 1; !ended.one; ++died) {
        ended.other = false;
        for (int reached = 1; !ended.other; ++reached) {
          ended = both_are_under_way(handler, one, died, other, reached, other_dies, found);
          if (found.size() > before) return;
        }
      }
    }
  }
}
namespace {

// So many attempts die at an operation where each leaves something more, and so many elsewhere.
constexpr int kManyAttempts = 110;
constexpr int kSomeAttempts = 12;

}  // namespace

// However many attempts at a payment have died at the same operation, the next one handles it, and
// nothing is left of them.
void many_attempts_died(const BookingHandler& handler, Found& found) {
  for (int operation = 1;; ++operation) {
    Trial trial(
        handler,
        fmt::format("many attempts at a payment die, each before its operation {}", operation),
        found);
    trial.has_order("order-1");
    trial.arrives("m1", "order-1", 1'000);
    std::size_t left_by_one = 0;
    int most = kSomeAttempts;
    for (int count = 1; count <= most; ++count) {
      auto death = Trouble::death(operation);
      if (!trial.dies("m1", "order-1", 1'000, death) && count == 1) return;
      if (count == 1) left_by_one = trial.bytes_stored();
      if (count == 2 && trial.bytes_stored() > left_by_one) most = kManyAttempts;
    }
    trial.pays("m1", "order-1", 1'000);
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}
namespace {

// Two attempts at one payment: the second one comes before operation `reached` of the first one,
// and dies before its operation `dies_at`; 0: it handles the payment, which does not come again.
Ended two_attempts(const BookingHandler& handler, std::uint32_t count, int reached, int dies_at,
                   Found& found) {
  const auto end = dies_at == 0 ? std::string("comes to its end")
                                : fmt::format("dies before its operation {}", dies_at);
  Trial trial(handler,
              fmt::format("before operation {} of an attempt at a payment another one comes, at "
                          "delivery {}, and {}",
                          reached, count, end),
              found);
  trial.has_order("order-1");
  trial.arrives("m1", "order-1", 1'000);
  constexpr int kNever = 1'000'000;
  auto death = Trouble::death(dies_at == 0 ? kNever : dies_at);
  bool handled = false;
  Trouble between(reached, {"another attempt",
                            [&] { handled = trial.attempts("m1", "order-1", 1'000, death, count); },
                            /*times_max=*/1});
  trial.attempts("m1", "order-1", 1'000, between);
  if (!between.met()) return {true, true};
  if (dies_at > 0 && !death.met()) return {false, true};
  if (handled) {
    trial.was_handled("m1", "order-1", 1'000);
  } else {
    trial.pays("m1", "order-1", 1'000, count + 1);
  }
  trial.is_at_rest();
  trial.pays_all_again();
  trial.is_at_rest();
  return {false, false};
}

}  // namespace

void another_attempt_comes_between(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  for (const std::uint32_t count : {1U, 2U, 12U}) {
    Ended ended;
    for (int reached = 1; !ended.one; ++reached) {
      ended.other = false;
      for (int dies_at = 0; !ended.other; ++dies_at) {
        ended = two_attempts(handler, count, reached, dies_at, found);
        if (found.size() > before) return;
      }
    }
  }
}

// Another attempt comes to its end while the first one is still there, and acknowledges the
// message. Then the first one dies: whoever had left the payment to it has lost it.
void the_first_attempt_dies(const BookingHandler& handler, Found& found) {
  constexpr int kNever = 1'000'000;
  for (int reached = 1;; ++reached) {
    Trial trial(handler,
                fmt::format("before operation {} of an attempt at a payment another one comes to "
                            "its end, and the first one dies",
                            reached),
                found);
    trial.has_order("order-1");
    trial.arrives("m1", "order-1", 1'000);
    auto never = Trouble::death(kNever);
    bool handled = false;
    Trouble between(reached, {"another attempt",
                              [&] { handled = trial.attempts("m1", "order-1", 1'000, never, 2); },
                              /*times_max=*/1});
    auto death = Trouble::death(reached);
    death.comes_after(between);
    if (!trial.dies("m1", "order-1", 1'000, death)) return;
    if (handled) {
      trial.was_handled("m1", "order-1", 1'000);
    } else {
      trial.pays("m1", "order-1", 1'000, 3);
    }
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

namespace {

// What happens to an attempt at a payment whose earlier attempt has outlived its lease: before
// operation `reached` the earlier one goes on, and dies before its operation `died`.
struct Overlap {
  int reached;
  int died;
  std::uint32_t count;              ///< the attempt's delivery; one that was redriven is the first
  std::function<void()> before_it;  ///< what comes before the earlier one goes on
};

// How far the attempts came, as far as something was to happen to them.
struct Came {
  bool first = false;    ///< what happens before the other attempt
  bool between = false;  ///< the other attempt
  bool death = false;    ///< and its death
};

// One attempt, to which `first` happens before the overlap. When it returns, nobody comes any more.
Came earlier_one_goes_on(Trial& trial, Trouble& first, const Overlap& overlap) {
  auto death = Trouble::death(overlap.died);
  Trouble between(overlap.reached, {"another attempt",
                                    [&] {
                                      overlap.before_it();
                                      trial.attempts("m1", "order-1", 1'000, death);
                                    },
                                    /*times_max=*/1});
  between.comes_after(first);
  if (trial.attempts("m1", "order-1", 1'000, between, overlap.count)) {
    trial.was_handled("m1", "order-1", 1'000);
  } else {
    trial.pays("m1", "order-1", 1'000, 3);
  }
  return {first.met(), between.met(), death.met()};
}

}  // namespace

// An attempt that goes on after a conflict looks whether its payment is done meanwhile. When it is,
// but the earlier one has died before its last operations, nobody else clears up.
void another_attempt_dies_after_others_saved(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  Came came{true, true, true};
  for (int saved = 2; came.first; ++saved) {
    came.between = true;
    for (int reached = saved; came.first && came.between; ++reached) {
      came.death = true;
      for (int died = 2; came.first && came.between && came.death; ++died) {
        Trial trial(handler,
                    fmt::format("somebody else saves the order before operation {} of an attempt "
                                "at a payment; before its operation {} an earlier one goes on, and "
                                "dies before its operation {}",
                                saved, reached, died),
                    found);
        trial.has_order("order-1");
        trial.arrives("m1", "order-1", 1'000);
        Trouble others(saved, {"another save", [&] { trial.somebody_saves("order-1"); },
                               /*times_max=*/1});
        came = earlier_one_goes_on(trial, others, {reached, died, 2, [] {}});
        trial.is_at_rest();
        if (found.size() > before) return;
      }
    }
  }
}

// The same after the attempt has cleared up what another payment's dead attempt had left: that was
// not all, and the other payment comes no more.
void another_attempt_dies_after_another_payment_s(const BookingHandler& handler, Found& found) {
  if (!handler.adds_up) return;
  const auto before = found.size();
  constexpr int kNever = 1'000'000;
  Came came{true, true, true};
  for (int left = 2;; ++left) {
    came.between = true;
    for (int reached = 2; came.between; ++reached) {
      came.death = true;
      for (int died = 2; came.between && came.death; ++died) {
        Trial trial(handler,
                    fmt::format("an attempt at another payment has died before its operation {}; "
                                "before operation {} of an attempt at a payment it comes again, "
                                "and an earlier one goes on and dies before its operation {}",
                                left, reached, died),
                    found);
        trial.has_order("order-1");
        trial.arrives("m2", "order-1", 200);
        trial.arrives("m1", "order-1", 1'000);
        auto death = Trouble::death(left);
        if (!trial.dies("m2", "order-1", 200, death)) return;
        Trouble nothing(kNever, {"", [] {}});
        came = earlier_one_goes_on(
            trial, nothing, {reached, died, 1, [&] { trial.pays("m2", "order-1", 200, 2); }});
        if (!came.between) trial.pays("m2", "order-1", 200, 2);
        trial.is_at_rest();
        if (found.size() > before) return;
      }
    }
  }
}

// However many payments of an order have attempts that died, none takes anything from another.
void attempts_at_many_payments_died(const BookingHandler& handler, Found& found) {
  if (!handler.adds_up) return;
  constexpr int kPayments = 60;
  for (int operation = 1;; ++operation) {
    Trial trial(handler,
                fmt::format("attempts at {} payments of an order die, each before its operation {}",
                            kPayments, operation),
                found);
    trial.has_order("order-1");
    for (int number = 1; number <= kPayments; ++number) {
      auto death = Trouble::death(operation);
      const auto id = fmt::format("m{}", number);
      trial.arrives(id, "order-1", 150 + number);
      if (!trial.dies(id, "order-1", 150 + number, death) && number == 1) return;
    }
    for (int number = 1; number <= kPayments; ++number) {
      trial.pays(fmt::format("m{}", number), "order-1", 150 + number);
    }
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

}  // namespace workshop::shop::detail
