// Situations of payments: what fails.
#include <fmt/format.h>

#include <string>

#include "workshop/core/error.hpp"
#include "workshop/shop/situation_kinds.hpp"
#include "workshop/shop/situation_trial.hpp"
#include "workshop/shop/troubled.hpp"

namespace workshop::shop::detail {
namespace {

// The operation before which an attempt has booked its payment, or has not, and has told nobody,
// and would leave most if it died.
int leaves_most(const BookingHandler& handler, bool booked) {
  int most = 1;
  std::size_t bytes_most = 0;
  for (int operation = 1;; ++operation) {
    Found nothing;
    Trial trial(handler, "", nothing);
    trial.has_order("order-1");
    trial.arrives("m2", "order-1", 101);
    auto death = Trouble::death(operation);
    if (!trial.dies("m2", "order-1", 101, death)) return most;
    const bool so_far = (trial.paid_of("order-1") != 0) == booked && trial.nobody_was_told();
    if (!so_far || trial.bytes_stored() < bytes_most) continue;
    most = operation;
    bytes_most = trial.bytes_stored();
  }
}

// What an error may take away of an order: a payment that is handled, and one whose attempt has
// died when it had booked it.
void has_others(Trial& trial, int leaves_most) {
  trial.pays("m0", "order-1", 7);
  trial.arrives("m2", "order-1", 101);
  auto death = Trouble::death(leaves_most);
  trial.dies("m2", "order-1", 101, death);
}

// Each operation of a payment fails in this way, which `fails` puts into words, and does nothing:
// the handler lets the error out, or does all the same, at whichever delivery.
void each_operation_fails(const BookingHandler& handler, const ErrorKind& kind,
                          const std::string& fails, std::uint32_t count, Found& found) {
  const int most = handler.adds_up ? leaves_most(handler, /*booked=*/true) : 0;
  for (int operation = 1;; ++operation) {
    Trouble trouble(operation, kind);
    auto situation = fmt::format("operation {} of a payment fails {}", operation, fails);
    if (count > 1) situation += fmt::format(", at delivery {}", count);
    Trial trial(handler, std::move(situation), found);
    trial.has_order("order-1");
    if (handler.adds_up) has_others(trial, most);
    trial.pays_in_trouble("m1", "order-1", 1'000, trouble, {}, count);
    if (!trouble.met()) return;
    if (handler.adds_up) trial.pays("m2", "order-1", 101, 2);
    trial.is_at_rest();
    trial.pays_all_again(3);
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// Whatever a handler makes of this name, it is another one: capitals, blanks at both ends, a NUL, a
// letter with an accent, and more characters than a column has.
std::string name_of_all_kinds() {
  return std::string(" M1\0\xc3\x89 ", 7) + std::string(300, 'X') + " ";
}

// Somebody else saves the order before each try of one operation, so many times, while an attempt
// is registered: it books the payment in this very delivery. Whether there was such an operation.
bool others_save_before(const BookingHandler& handler, const std::string& id, std::uint32_t count,
                        int operation, Found& found) {
  constexpr int kTimes = 300;
  const auto order = name_of_all_kinds();
  Trial trial(handler,
              fmt::format("an attempt at {} is registered, at delivery {}, and somebody else saves "
                          "the order before each try of its operation {}, up to {} times",
                          shown(id), count, operation, kTimes),
              found);
  trial.has_order(order);
  trial.arrives(id, order, 1'000);
  bool registered = false;
  Trouble others(operation, {"another save",
                             [&] {
                               if (!trial.is_registered(id, order)) return;
                               registered = true;
                               trial.somebody_saves(order);
                             },
                             kTimes});
  const bool handled = trial.attempts(id, order, 1'000, others, count);
  if (!others.met()) return false;
  if (registered) trial.must_have_gone_on(handled);
  if (handled) {
    trial.was_handled(id, order, 1'000);
  } else {
    trial.pays(id, order, 1'000, count + 1);
  }
  trial.pays_all_again(3);
  trial.is_at_rest();
  return true;
}

}  // namespace

void errors_of_every_kind(const BookingHandler& handler, Found& found) {
  for (const auto& kind : every_error()) {
    const auto before = found.size();
    for (const std::uint32_t count : {1U, 100U}) {
      each_operation_fails(handler, once(kind), "with " + kind.name + " once, and does nothing",
                           count, found);
      each_operation_fails(handler, kind,
                           "with " + kind.name + ", however often it is tried, and does nothing",
                           count, found);
      if (found.size() > before) return;
    }
  }
}

// Whoever goes on after an error, in another way than without one, may die on that way as well.
void a_death_comes_after_an_error(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  for (const auto& kind : every_error()) {
    bool failed = true;
    for (int operation = 1; failed; ++operation) {
      bool died = true;
      for (int later = operation; failed && died; ++later) {
        Trial trial(handler,
                    fmt::format("operation {} of a payment fails with {} once, and does nothing, "
                                "and the attempt goes on and dies before its operation {}",
                                operation, kind.name, later + 1),
                    found);
        trial.has_order("order-1");
        trial.arrives("m1", "order-1", 1'000);
        Trouble error(operation, once(kind));
        auto death = Trouble::death(later);
        death.comes_after(error);
        died = trial.dies("m1", "order-1", 1'000, death);
        failed = error.met();
        if (!failed || !died) break;
        trial.pays("m1", "order-1", 1'000, 2);
        trial.pays_all_again(3);
        trial.is_at_rest();
        if (found.size() > before) return;
      }
    }
  }
}

// Whoever counts how often somebody was faster is found out by one who is faster once more.
void others_are_faster(const BookingHandler& handler, Found& found) {
  constexpr int kTimes = 12;
  for (int times = 1; times <= kTimes; ++times) {
    const auto before = found.size();
    each_operation_fails(
        handler, {"VersionConflict", [] { throw VersionConflict("somebody was faster"); }, times},
        fmt::format("{} times because somebody was faster", times), /*count=*/1, found);
    if (found.size() > before) return;
  }
}

// Nothing of an operation is done, nobody says so, and somebody else saves the order before the
// next try, with or without another payment of the same amount: whoever takes the conflict, or the
// sum, for a sign that the first try was done after all has done nothing.
void others_save_after_a_lost_answer(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  bool met = true;
  for (int operation = 1; met && found.size() == before; ++operation) {
    for (const bool pays : {false, true}) {
      Trial trial(
          handler,
          fmt::format("operation {} of a payment fails with OutcomeUnknown once, and does nothing, "
                      "and {} before the next try",
                      operation, pays ? "another one comes" : "somebody else saves the order"),
          found);
      trial.has_order("order-1");
      if (!handler.adds_up) trial.has_order("order-2");
      const auto lost = [&] {
        if (pays) trial.pays("m2", handler.adds_up ? "order-1" : "order-2", 1'000);
        if (!pays) trial.somebody_saves("order-1");
        throw OutcomeUnknown("in trouble");
      };
      Trouble trouble(operation, once({"OutcomeUnknown", lost}));
      trial.pays_in_trouble("m1", "order-1", 1'000, trouble);
      met = trouble.met();
      trial.pays_all_again(3);
      trial.is_at_rest();
    }
  }
}

// To begin anew is to register anew, which makes others begin anew, until all are dead letters.
void others_save_while_it_is_registered(const BookingHandler& handler, Found& found) {
  if (!handler.is_registered) return;
  const auto before = found.size();
  for (const auto& id : {std::string("m1"), name_of_all_kinds()}) {
    for (const std::uint32_t count : {1U, 100U}) {
      for (int operation = 1; others_save_before(handler, id, count, operation, found);
           ++operation) {
        if (found.size() > before) return;
      }
    }
  }
}

namespace {

// What was to happen, and has happened.
struct Happened {
  bool death = false;
  bool error = false;
};

// An attempt dies before its operation `died`, and operation `failing` of the next one fails.
Happened error_after_death(const BookingHandler& handler, int died, int failing,
                           const ErrorKind& kind, Found& found) {
  Trial trial(handler,
              fmt::format("an attempt at a payment dies before its operation {}, and operation "
                          "{} of the next one fails with {}, however often it is tried",
                          died, failing, kind.name),
              found);
  trial.has_order("order-1");
  trial.arrives("m1", "order-1", 1'000);
  auto death = Trouble::death(died);
  if (!trial.dies("m1", "order-1", 1'000, death)) return {};
  Trouble trouble(failing, kind);
  const bool handled = trial.attempts("m1", "order-1", 1'000, trouble, 2);
  if (!trouble.met()) return {true, false};
  if (handled) {
    trial.was_handled("m1", "order-1", 1'000);
  } else {
    trial.pays("m1", "order-1", 1'000, 3);
  }
  trial.is_at_rest();
  return {true, true};
}

}  // namespace

// An attempt has died, and whoever clears up after it meets an error that lasts: it lets it out, or
// does all the same.
void an_error_comes_after_a_death(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  const auto each_operation = [&](int died, const ErrorKind& kind) {
    Happened happened{true, true};
    for (int failing = 1; happened.error; ++failing) {
      happened = error_after_death(handler, died, failing, kind, found);
      if (found.size() > before) return false;
    }
    return happened.death;
  };
  const auto& kinds = every_error();
  for (int died = 1; each_operation(died, kinds.front()); ++died) {
  }
  for (const bool booked : {false, true}) {
    const int died = leaves_most(handler, booked);
    for (const auto& kind : kinds) {
      if (found.size() == before) each_operation(died, kind);
    }
  }
}

namespace {

// How far the attempts came, as far as something was to happen to them.
struct Reached {
  bool middle = false;  ///< the other attempt came
  bool death = false;   ///< and died where it was to
  bool error = false;
};

// Another attempt at the payment comes before operation `reached` of this one, and dies before its
// own operation `died`; then operation `failing` of this one fails. Its message is that of the last
// delivery: when it returns, nobody comes any more.
Reached error_after_another(const BookingHandler& handler, int reached, int died, int failing,
                            Found& found) {
  const auto& unavailable = every_error().front();
  Trial trial(
      handler,
      fmt::format(
          "before operation {} of an attempt at a payment an earlier one goes on and dies before "
          "its operation {}, and operation {} fails with {}, however often it is tried",
          reached, died, failing, unavailable.name),
      found);
  trial.has_order("order-1");
  trial.arrives("m1", "order-1", 1'000);
  auto death = Trouble::death(died);
  bool overtaken = false;
  Trouble between(reached, {"another attempt",
                            [&] {
                              const bool registered = trial.is_registered("m1", "order-1");
                              trial.attempts("m1", "order-1", 1'000, death);
                              overtaken = registered && !trial.is_registered("m1", "order-1");
                            },
                            /*times_max=*/1});
  Trouble trouble(failing, unavailable);
  trouble.comes_after(between);
  if (trial.attempts("m1", "order-1", 1'000, trouble, 2)) {
    trial.was_handled("m1", "order-1", 1'000);
  } else {
    // It was overtaken, and could not remove what it had created: that is admitted.
    if (overtaken) trial.may_leave_something_beside();
    trial.pays("m1", "order-1", 1'000, 3);
  }
  trial.is_at_rest();
  return {between.met(), death.met(), trouble.met()};
}

}  // namespace

// An attempt has taken its look at the order before another one went on, and then cannot look
// again: it lets the error out, or does all the same.
void an_error_comes_after_another_attempt(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  Reached so_far{true, true, true};
  for (int reached = 2; so_far.middle; ++reached) {
    so_far.death = true;
    for (int died = 2; so_far.middle && so_far.death; ++died) {
      so_far.error = true;
      for (int failing = reached; so_far.middle && so_far.death && so_far.error; ++failing) {
        so_far = error_after_another(handler, reached, died, failing, found);
        if (found.size() > before) return;
      }
    }
  }
}

}  // namespace workshop::shop::detail
