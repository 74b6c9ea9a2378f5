// Situations of payments: what things are called.
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "workshop/core/ids.hpp"
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

// As many characters have 32 bits in digits. Among the names of so many messages two are the same.
constexpr std::size_t kOf32Bits = 10;
constexpr int kMessages = 200'000;

// What a handler draws at random while it handles the payment with this number: the same again when
// it is handled again, so that a name that is made of it is made again.
class Drawn final : public Ids {
 public:
  void of(int number) {
    number_ = number;
    count_ = 0;
  }
  std::string next() override {
    return MessageId::from_name(fmt::format("{} of {}", ++count_, number_)).value;
  }

 private:
  int number_ = 0;
  int count_ = 0;
};

// Names that are numbers alone are so regular that many a hash of 32 bits makes others of all.
std::string message_with(int number) {
  return MessageId::from_name(fmt::format("message {}", number)).value;
}

// The short texts that are stored or sent before this operation of a payment; nothing when it has
// no such operation: then they are those at its end.
struct Look {
  std::set<std::string> texts;
  bool at_end = true;
};

Look short_texts(const BookingHandler& handler, int message, int operation, Drawn& drawn,
                 Found& found) {
  Look look;
  Trial trial(handler, "", found);
  trial.has_order("order-1");
  drawn.of(message);
  trial.arrives(message_with(message), "order-1", 1'000);
  const auto looks = [&] { look = {trial.texts(), false}; };
  Trouble trouble(operation, {"a look", looks, /*times_max=*/1});
  trial.attempts(message_with(message), "order-1", 1'000, trouble);
  if (look.at_end) look.texts = trial.texts();
  std::erase_if(look.texts,
                [](const auto& text) { return text.empty() || text.size() > kOf32Bits; });
  return look;
}

// Two messages for which the handler makes the same name.
void two_messages_of(const std::string& name, const BookingHandler& handler, int one, int other,
                     Drawn& drawn, Found& found) {
  Trial trial(handler,
              fmt::format("payments in the messages {} and {}, for both of which the handler makes "
                          "the name {}",
                          message_with(one), message_with(other), shown(name)),
              found);
  const std::string second = handler.adds_up ? "order-1" : "order-2";
  trial.has_order("order-1");
  if (!handler.adds_up) trial.has_order(second);
  drawn.of(one);
  trial.pays(message_with(one), "order-1", 100);
  drawn.of(other);
  trial.pays(message_with(other), second, 1'000);
  drawn.of(0);
  trial.pays_all_again();
  trial.is_at_rest();
}

// Looks before this operation of each payment. A handler that tells some messages apart for which
// it makes the same name of a length does so with all of that length.
void names_made_before(int operation, const std::set<std::string>& of_all,
                       const BookingHandler& handler, Drawn& drawn, Found& found) {
  constexpr int kTries = 20;
  const auto before = found.size();
  std::map<std::string, int> made_for;
  std::map<std::size_t, int> tries;
  for (int message = 1; message <= kMessages; ++message) {
    bool undecided = false;
    for (const auto& name : short_texts(handler, message, operation, drawn, found).texts) {
      if (of_all.contains(name) || tries[name.size()] == kTries) continue;
      undecided = true;
      const auto [place, is_new] = made_for.emplace(name, message);
      if (is_new) continue;
      ++tries[name.size()];
      two_messages_of(name, handler, place->second, message, drawn, found);
      if (found.size() > before) return;
    }
    if (!undecided) return;
  }
}

}  // namespace

// A name that a handler makes, of another one or at random, may be so short that it makes the same
// for two messages. Then it must not take one for the other by it.
void names_that_are_made_are_long(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  Drawn drawn;
  const ScopedIds scope(drawn);
  std::set<std::string> seen;
  for (int operation = 2;; ++operation) {
    const auto [names, at_end] = short_texts(handler, 1, operation, drawn, found);
    const auto others = short_texts(handler, 2, operation, drawn, found).texts;
    const auto again = short_texts(handler, 1, operation, drawn, found).texts;
    std::set<std::string> of_all;
    bool is_new = false;
    for (const auto& name : names) {
      if (others.contains(name)) of_all.insert(name);
      if (others.contains(name) || !seen.insert(name).second) continue;
      is_new = true;
      if (again.contains(name)) continue;
      Trial trial(handler, "names that the handler makes itself, when there are many", found);
      trial.may_be_taken_for_another(name);
      return;
    }
    if (is_new) names_made_before(operation, of_all, handler, drawn, found);
    if (found.size() > before || at_end) return;
  }
}

}  // namespace workshop::shop::detail
