// Situations of payments: what things are called.
#include <fmt/format.h>

#include <set>
#include <string>

#include "workshop/shop/situation_kinds.hpp"
#include "workshop/shop/situation_trial.hpp"
#include "workshop/shop/troubled.hpp"

namespace workshop::shop::detail {

void orders_look_alike(const BookingHandler& handler, Found& found) {
  for (const auto& [one, other] : hard_names()) {
    Trial trial(handler, fmt::format("payments of the orders {} and {}", shown(one), shown(other)),
                found);
    trial.has_order(one);
    trial.has_order(other);
    trial.pays("m1", one, 100);
    trial.pays_all_again();  // before the other one is there, which it could be taken for
    trial.pays("m2", other, 1'000);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

void ids_look_alike(const BookingHandler& handler, Found& found) {
  for (const auto& [one, other] : hard_names()) {
    Trial trial(
        handler,
        fmt::format("payments in messages with the ids {} and {}", shown(one), shown(other)),
        found);
    const std::string second = handler.adds_up ? "order-1" : "order-2";
    trial.has_order("order-1");
    if (!handler.adds_up) trial.has_order(second);
    trial.pays(one, "order-1", 100);
    trial.pays_all_again();
    trial.pays(other, second, 1'000);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// All of them are there at once: whoever takes two signs for one, whichever they are, has two of
// the payments, or of the orders, for one.
void names_differ_in_a_sign(const BookingHandler& handler, Found& found) {
  for (const bool of_orders : {false, true}) {
    Trial trial(handler,
                fmt::format("payments {} names differ in a sign",
                            of_orders ? "of orders whose" : "in messages whose"),
                found);
    if (!of_orders && handler.adds_up) trial.has_order("order-1");
    int number = 0;
    for (const auto& name : names_of_signs()) {
      ++number;
      const auto order = of_orders         ? name
                         : handler.adds_up ? std::string("order-1")
                                           : fmt::format("order-{}", number);
      if (of_orders || !handler.adds_up) trial.has_order(order);
      trial.pays(of_orders ? fmt::format("m{}", number) : name, order, 100 + number);
      if (trial.failed()) return;
    }
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// A message that causes several payments is the cause of each, and of none the name.
void one_message_causes_payments(const BookingHandler& handler, Found& found) {
  Trial trial(handler, "two payments that one message has caused", found);
  const std::string second = handler.adds_up ? "order-1" : "order-2";
  trial.has_order("order-1");
  if (!handler.adds_up) trial.has_order(second);
  trial.caused_by("m0");
  trial.pays("m1", "order-1", 1'000);
  trial.pays("m2", second, 100);
  trial.pays_all_again();
  trial.is_at_rest();
}

// Whatever name a handler has made of another one, that name may come as well.
void names_that_the_handler_has_made(const BookingHandler& handler, Found& found) {
  Trial first(handler, "", found);
  first.has_order("order-1");
  first.pays("m1", "order-1", 1'000);
  for (const auto& name : first.texts()) {
    if (name.empty() || name == "m1" || name == "order-1") continue;
    Trial trial(handler, fmt::format("a name that the handler makes itself: {}", shown(name)),
                found);
    const std::string second = handler.adds_up ? "order-1" : "order-2";
    trial.has_order("order-1");
    if (!handler.adds_up) trial.has_order(second);
    trial.has_order(name);
    trial.pays("m1", "order-1", 1'000);
    trial.pays(name, second, 100);
    trial.pays("m2", name, 200);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

namespace {

// Every text that is stored or sent while a payment in this message is handled.
std::set<std::string> texts_of(const BookingHandler& handler, const std::string& id, Found& found) {
  std::set<std::string> all;
  for (int operation = 2;; ++operation) {
    Trial trial(handler, "", found);
    trial.has_order("order-1");
    trial.arrives(id, "order-1", 1'000);
    Trouble look(operation, {"a look", [&] { all.merge(trial.texts()); }, /*times_max=*/1});
    trial.attempts(id, "order-1", 1'000, look);
    all.merge(trial.texts());
    if (!look.met()) return all;
  }
}

}  // namespace

// A name that a handler makes, of another one or at random, has more characters than 32 bits have
// in digits: of 200,000 names so short two are the same.
void names_that_are_made_are_long(const BookingHandler& handler, Found& found) {
  constexpr std::size_t kOf32Bits = 10;
  const auto others = texts_of(handler, "the-second-message", found);
  for (const auto& text : texts_of(handler, "the-first-message", found)) {
    if (text.empty() || text.size() > kOf32Bits || others.contains(text)) continue;
    Trial trial(handler, "names that the handler makes itself, when there are many of them", found);
    trial.may_be_taken_for_another(text);
    return;
  }
}

}  // namespace workshop::shop::detail
