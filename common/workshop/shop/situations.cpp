#include "workshop/shop/situations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/shop/troubled.hpp"

namespace workshop::shop {
namespace {

// A name as a person can read it in a failure.
std::string shown(const std::string& name) {
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    text += byte < 32 || byte > 126 ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  constexpr std::size_t kMost = 60;
  if (text.size() > kMost) {
    text = fmt::format("{}… ({} characters)", text.substr(0, kMost / 2), name.size());
  }
  return "\"" + text + "\"";
}

// The texts in a JSON document: its keys and its strings. An escaped character is left as it is.
std::vector<std::string> quoted_in(const std::string& body) {
  std::vector<std::string> texts;
  std::size_t begin = std::string::npos;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\') {
      ++i;
    } else if (body[i] == '"' && begin == std::string::npos) {
      begin = i + 1;
    } else if (body[i] == '"') {
      texts.push_back(body.substr(begin, i - begin));
      begin = std::string::npos;
    }
  }
  return texts;
}

// A payment that is handled between two attempts at another one.
struct Between {
  std::string id;
  std::string order;
  int amount = 0;
};

// A shop with one handler and no fault, and what was delivered to it.
class Trial {
 public:
  Trial(const BookingHandler& handler, std::string situation, std::vector<SituationFailure>& found)
      : handler_(&handler),
        situation_(std::move(situation)),
        found_(&found),
        broker_(clock_),
        store_(options_of(handler)),
        endpoint_("payments") {
    broker_.declare_queue("archive");
    for (const auto& type : handler.event_types) broker_.subscribe(type, "archive");
    handler.handlers(endpoint_);
  }

  bool failed() const noexcept { return failed_; }

  void has_order(const std::string& order) {
    run_inline(store_.put(handler_->key_of(order), handler_->empty_order, Expected::absent()));
  }

  // Delivers a payment for the n-th time, and keeps it.
  void pays(const std::string& id, const std::string& order, int amount, std::uint32_t count = 1) {
    auto message = handler_->message_of(id, order, amount);
    if (handler_->arrives_with) handler_->arrives_with(store_, message);
    deliver(message, count);
    expect(order, amount);
    messages_.push_back(std::move(message));
  }

  // Delivers a payment while one of its operations fails, and once more if the handler says so.
  // Another payment may come in between.
  void pays_in_trouble(const std::string& id, const std::string& order, int amount,
                       Trouble& trouble, const Between& between = {}) {
    const auto message = handler_->message_of(id, order, amount);
    if (handler_->arrives_with) handler_->arrives_with(store_, message);
    TroubledStore store(store_, trouble);
    TroubledBroker broker(broker_, trouble);
    HandlerContext context("payments", Delivery{"payments", message, {}, 1}, store, broker);
    bool comes_again = true;
    try {
      run_inline(endpoint_.handle(context));
      comes_again = false;
    } catch (const Todo&) {
      throw;
    } catch (const TriesForEver&) {
      fail("the error leaves the handler", "it tries for ever: " + trouble.failing());
    } catch (...) {  // whatever it is: the message comes again
    }
    if (!between.id.empty()) pays(between.id, between.order, between.amount);
    expect(order, amount);
    messages_.push_back(message);
    if (comes_again) deliver(message, 2);
  }

  // Every text that is stored or sent by now: names that the handler has made, and may make again.
  std::set<std::string> texts() const {
    std::set<std::string> texts;
    for (const auto& document : store_.documents()) {
      texts.insert({document.key.partition, document.key.id});
      for (auto& text : quoted_in(document.body)) texts.insert(std::move(text));
    }
    for (const auto& sent : broker_.messages("archive")) texts.insert(sent.message->id.value);
    return texts;
  }

  // All of them once more.
  void pays_all_again(std::uint32_t count = 2) {
    for (const auto& message : messages_) deliver(message, count);
  }

  // Everything is paid and told of once, and nothing is left.
  void is_at_rest() {
    for (const auto& [order, sum] : sums_) {
      const auto document = store_.find(handler_->key_of(order));
      const int paid = document ? handler_->paid(*document) : 0;
      if (paid != sum) {
        fail(fmt::format("{} has paid {}", shown(order), sum), std::to_string(paid));
      }
    }
    compare_events();
    if (!handler_->left_over) return;
    for (const auto& document : store_.documents()) {
      if (auto left = handler_->left_over(document)) fail("nothing is left over", *left);
    }
  }

 private:
  void expect(const std::string& order, int amount) {
    for (const auto& event : handler_->events_of(order, amount, sums_[order])) {
      told_.insert(event.type + " " + event.body);
    }
    sums_[order] += amount;
  }
  static SqliteStoreOptions options_of(const BookingHandler& handler) {
    SqliteStoreOptions options;
    options.profile = handler.profile;
    return options;
  }
  void deliver(const Message& message, std::uint32_t count) {
    HandlerContext context("payments", Delivery{"payments", message, {}, count}, store_, broker_);
    try {
      run_inline(endpoint_.handle(context));
    } catch (const std::exception& error) {
      fail(fmt::format("{} is handled", shown(message.id.value)),
           fmt::format("the handler threw: {}", error.what()));
    }
  }

  // Events may be sent again; those under one id are one event.
  void compare_events() {
    std::map<std::string, std::string> by_id;
    for (const auto& sent : broker_.messages("archive")) {
      const auto text = sent.message->type + " " + sent.message->body;
      const auto [place, is_new] = by_id.emplace(sent.message->id.value, text);
      if (!is_new && place->second != text) {
        fail("one id always carries the same bytes",
             shown(place->second) + ", then " + shown(text));
      }
    }
    std::multiset<std::string> got;
    for (const auto& [id, text] : by_id) got.insert(text);
    if (got == told_) return;
    for (const auto& text : told_) {
      if (got.count(text) == told_.count(text)) continue;
      fail(fmt::format("{}, under {} of its own", shown(text),
                       told_.count(text) == 1 ? std::string("an id")
                                              : fmt::format("{} ids", told_.count(text))),
           fmt::format("{} ids", got.count(text)));
      return;
    }
    for (const auto& text : got) {
      if (told_.contains(text)) continue;
      fail("no other event", shown(text));
      return;
    }
  }

  void fail(std::string expected, std::string got) {
    if (!failed_) found_->push_back({situation_, std::move(expected), std::move(got)});
    failed_ = true;
  }

  const BookingHandler* handler_;
  std::string situation_;
  std::vector<SituationFailure>* found_;
  SystemClock clock_;
  InProcessBroker broker_;
  SqliteStore store_;
  Endpoint endpoint_;
  std::vector<Message> messages_;
  std::map<std::string, int> sums_;
  std::multiset<std::string> told_;
  bool failed_ = false;
};

using Found = std::vector<SituationFailure>;

void an_order_appears(const BookingHandler& handler, Found& found) {
  if (!handler.orders_appear) return;
  Trial trial(handler, "a payment of an order that is not there yet", found);
  trial.pays("m1", "order-1", 2'000);
  trial.pays_all_again();
  trial.is_at_rest();
}

void it_has_come_often(const BookingHandler& handler, Found& found) {
  for (const std::uint32_t count : {2U, 3U, 4U, 6U, 9U, 10U, 11U, 100U}) {
    Trial trial(
        handler,
        fmt::format("a payment that is delivered for the {}th time, and was never handled", count),
        found);
    const std::string other = handler.adds_up ? "order-1" : "order-2";
    trial.has_order("order-1");
    if (!handler.adds_up) trial.has_order(other);
    trial.pays("m1", "order-1", 10, count);
    trial.pays("m2", other, 1'000, count);
    trial.is_at_rest();
    trial.pays_all_again(1);  // put back from the dead letters, it is counted from 1 again
    trial.is_at_rest();
  }
}

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

void amounts(const BookingHandler& handler, Found& found) {
  for (const int amount : hard_amounts()) {
    if (amount == 0) continue;  // what is not paid is no payment
    Trial trial(handler, fmt::format("a payment of {}", amount), found);
    trial.has_order("order-1");
    trial.pays("m1", "order-1", amount);
    if (handler.adds_up) trial.pays("m2", "order-1", amount);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// Whatever an operation says, it is not done: the handler lets the error out, or does all the same.
void errors_of_every_kind(const BookingHandler& handler, Found& found) {
  for (const auto& kind : every_error()) {
    for (int operation = 1;; ++operation) {
      Trouble trouble(operation, kind);
      Trial trial(handler,
                  fmt::format("operation {} of a payment fails with {}, however often it "
                              "is tried, and does nothing",
                              operation, kind.name),
                  found);
      trial.has_order("order-1");
      trial.pays_in_trouble("m1", "order-1", 1'000, trouble);
      if (!trouble.met()) break;
      trial.is_at_rest();
      trial.pays_all_again(3);
      trial.is_at_rest();
      if (trial.failed()) return;
    }
  }
}

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
      trial.pays_in_trouble(one, "order-1", 1, death, {other, second, 2});
      if (!death.met()) break;
      trial.is_at_rest();
      if (trial.failed()) return;
    }
  }
}

void many_payments(const BookingHandler& handler, int count, Found& found) {
  if (!handler.adds_up) return;
  Trial trial(handler, fmt::format("{} payments of one order, and all of them again", count),
              found);
  trial.has_order("order-1");
  for (int number = 1; number <= count; ++number) {
    const int amount = number % 3 == 0 ? 100 : number % 50;  // on both sides of each threshold
    trial.pays(fmt::format("payment-{}-of-order-1", number), "order-1", amount + 1);
    if (trial.failed()) return;
  }
  trial.pays_all_again();
  trial.is_at_rest();
}

void many_orders(const BookingHandler& handler, int count, Found& found) {
  Trial trial(handler, fmt::format("payments of {} orders, and all of them again", count), found);
  for (int number = 1; number <= count; ++number) {
    const auto order = fmt::format("order-{}", number);
    trial.has_order(order);
    trial.pays(fmt::format("payment-of-{}", order), order, number);
    if (trial.failed()) return;
  }
  trial.pays_all_again();
  trial.is_at_rest();
}

std::vector<std::pair<std::string, std::string>> make_hard_names() {
  const std::string long_name(999, 'a');
  const std::string half(500, 'a');
  // Whoever cuts at any of them, in front or behind, has the same left of both.
  const std::string signs = " <>()[]{}@,;=?!$&*^~`-_+|%#'";
  std::vector<std::pair<std::string, std::string>> names = {
      {"Order-A", "order-a"},
      {long_name + "x", long_name + "y"},
      {half + "x" + half, half + "y" + half},
      {"caf\xc3\xa9", "cafe\xcc\x81"},  // one letter, or a letter and its accent
      {"\xc3\x89t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
      {std::string("a\0b", 3), std::string("a\0c", 3)},
      {std::string("a\0", 2), "a"},
      {"7", "007"},
      {"10", "1e1"},
      {"a\tb", "a b"},
      {"a  b", "a b"},
      {"\"a\"", "a"},
      {"a\\b", "a/b"},
      {"order-1", "order-1\n"},
      {"a" + signs + "x", "a" + signs + "y"},
      {"x" + signs + "a", "y" + signs + "a"},
  };
  for (const std::string affix : {" ", "1", "+", "-", "#", ":", "/", ".", "_", "|", "%", "'"}) {
    names.emplace_back("order-1", "order-1" + affix);
    names.emplace_back("order-1", affix + "order-1");
  }
  return names;
}

}  // namespace

const std::vector<int>& hard_amounts() {
  static const std::vector<int> amounts = {
      0,   1,   2,   3,     9,     10,    11,     50,      99,           100,
      101, 250, 256, 1'000, 1'001, 5'001, 65'536, 123'456, 1'000'000'000};
  return amounts;
}

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

const std::vector<std::pair<std::string, std::string>>& hard_names() {
  static const auto names = make_hard_names();
  return names;
}

std::vector<SituationFailure> everyday_situations(const BookingHandler& handler) {
  Found found;
  an_order_appears(handler, found);
  it_has_come_often(handler, found);
  orders_look_alike(handler, found);
  ids_look_alike(handler, found);
  names_that_the_handler_has_made(handler, found);
  amounts(handler, found);
  many_payments(handler, 120, found);
  return found;
}

std::vector<SituationFailure> large_situations(const BookingHandler& handler) {
  Found found;
  errors_of_every_kind(handler, found);
  one_died_that_looks_alike(handler, found);
  many_payments(handler, 1'200, found);
  many_orders(handler, 1'200, found);
  return found;
}

std::string describe(const std::vector<SituationFailure>& failures) {
  if (failures.empty()) return "";
  const auto& first = failures.front();
  return fmt::format("the situation: {}\n  expected: {}\n  got:      {}", first.situation,
                     first.expected, first.got);
}

}  // namespace workshop::shop
