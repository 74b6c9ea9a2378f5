#include "workshop/explore/story/fitting.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/explore/picture/picture.hpp"
#include "workshop/explore/world/words.hpp"

using namespace workshop::explore;
using Catch::Matchers::ContainsSubstring;

namespace {

const ShortIds& no_ids() {
  static const ShortIds ids{std::vector<std::string>{}};
  return ids;
}

std::string fitted(const std::string& text, std::size_t width) {
  return fitted(text, no_ids(), {width});
}

// As a story tells it.
std::string told(const ShortIds& ids, const std::string& text, std::size_t width,
                 bool ascii = false) {
  return fitted(text, ids, {width, Room::Loses::characters, ascii});
}

// A handler that does one thing: its words are drawn in the room between two lanes.
Trace trace_of(const std::string& what, const std::string& outcome = {}) {
  Trace trace;
  trace.processes = {"payments-1"};
  for (const auto kind : {OperationKind::receive, OperationKind::save}) {
    TraceStep step;
    step.kind = kind;
    step.attempt = attempt_at("m1", 1);
    step.what = kind == OperationKind::receive ? "receive BookPayment m1" : what;
    if (kind == OperationKind::save) step.outcome = outcome;
    trace.steps.push_back(step);
  }
  return trace;
}

}  // namespace

TEST_CASE("what fits is as it is") {
  CHECK(fitted("save Order order-1 if v1", 24) == "save Order order-1 if v1");
  CHECK(fitted("", 0).empty());
}

TEST_CASE("a word is left out whole, and never the one that names the document") {
  CHECK(fitted("save OutboxRecord m1#1.2 if absent", 30) == "save … m1#1.2 if absent");
  CHECK(fitted("publish PaymentBooked m1#1.2", 20) == "publish … m1#1.2");
  CHECK(fitted("abandon, the handler threw Unavailable", 30) == "abandon, the handler threw …");
  CHECK(fitted("load Account account-1 → v2", 20) == "load … account-1 → v2");
  CHECK(fitted("save Order order-1 if v3", 4) == "save … order-1 … v3");  // wider, and right
  CHECK(fitted("accept POST payments/charges/authorized-1", 24) == "accept … …/authorized-1");
}

TEST_CASE("members of a document are counted, those that do not change first") {
  const std::string changed = "{paid: 0→1, surprise: false, outbox: {m1: [a, b]}, by: Ann} → v2";
  CHECK(fitted(changed, 50) == "{paid: 0→1, surprise: false, … 2 more} → v2");
  CHECK(fitted(changed, 42) == "{paid: 0→1, … 3 more} → v2");
  CHECK(fitted(changed, 12) == "{…} → v2");
  CHECK(fitted("{registered: {}, overtaken: []→[m1]} → v2", 38) == "{overtaken: []→[m1], …} → v2");
  const std::string loaded = "{paid: 0, outbox: {m1: [a, b]}, surprise: false}";
  CHECK(fitted(loaded, 46) == "{paid: 0, outbox: {m1: […]}, surprise: false}");
  CHECK(fitted(loaded, 42) == "{paid: 0, outbox: {…}, surprise: false}");
  CHECK(fitted(loaded, 34) == "{paid: 0, surprise: false, …}");
  CHECK(fitted(loaded, 22) == "{paid: 0, … 2 more}");
}

TEST_CASE("the only value of a document loses words, not all of it") {
  CHECK(fitted("{m1: worker.1 till noon forgotten} → v4", 32) == "{m1: worker.1 … forgotten} → v4");
}

TEST_CASE("two long ids are never drawn alike") {
  const ShortIds ids({"payment-1000000000001", "payment-1000000000002"});
  const auto one = fitted("receive BookPayment payment-1000000000001 again", ids, {20});
  const auto other = fitted("receive BookPayment payment-1000000000002 again", ids, {20});
  CHECK(one != other);
  CHECK(one.find("0001") != std::string::npos);
}

TEST_CASE("text with brackets that do not match is drawn all the same") {
  for (const auto* text : {"}{", "{[}", "a, b}", "{a,", "{,}", "{…, b, … 3 more} and more of it",
                           "{… and so on, b} and more", "[[[[", "{a: \"}\"} x"}) {
    for (std::size_t width = 0; width < 20; ++width) {
      CAPTURE(text, width);
      CHECK(fitted(text, width).size() <= std::string(text).size() + 8);
    }
  }
}

TEST_CASE("no word of a diagram is cut, and whoever points at a step reads all of it") {
  const std::string what = "save RegisteredOutboxRecordOfPayments order-1 if v1";
  const std::string value =
      " {paid: 0→1, surprise: false, outboxes: {m1: [PaymentBooked, ReceiptIssued]}, "
      "registered: {}, overtaken: [], customer: Ann, wrapped: false}";
  const auto svg = svg_of(trace_of(what + value, " → v2"), {});
  CAPTURE(svg);
  CHECK(svg.find(">save … order-1 if v1<") != std::string::npos);
  CHECK(svg.find(">{paid: 0→1, surprise: false, … 5 more} → v2<") != std::string::npos);
  CHECK(svg.find("<title>m1#1 " + what + value + " → v2</title>") != std::string::npos);
}

TEST_CASE("a comma within a value ends no member") {
  CHECK(fitted("{card: 1,2,3, paid: 0→1, state: open}", 34) == "{card: 1,2,3, paid: 0→1, …}");
  CHECK(fitted("{gifts: {a,b: 1}, paid: 0→1, text: a long one,}", 40) ==
        "{gifts: {a,b: 1}, paid: 0→1, …}");
}

TEST_CASE("ids that differ are not cut where they differ") {
  const ShortIds ids({"b1dfbe3f-872b-532a-83f3-6b4005c9706c",
                      "b1dfee00-872b-532a-83f3-6b4005c9706c", "the-order-of-customer-1",
                      "the-order-of-customer-2", "m1"});
  const std::string text =
      "save Order b1dfbe3f-872b-532a-83f3-6b4005c9706c if v1 {cart_id: cart-1}";
  CHECK(told(ids, text, 100) == text);
  CHECK(told(ids, text, 50) == "save Order b1dfb… if v1 {cart_id: cart-1}");
  CHECK_THAT(told(ids, text, 20), ContainsSubstring("b1dfb…"));
  CHECK(columns_of(told(ids, text, 20)) <= 20);
  CHECK_THAT(told(ids, "load Order the-order-of-customer-1", 24), ContainsSubstring("er-1"));
  CHECK_THAT(told(ids, "load Order b1dfee00-872b-532a-83f3-6b4005c9706c", 20, true),
             ContainsSubstring("b1dfe..."));
  CHECK(told(ids, "acknowledge m1", 8) == cut_middle("acknowledge m1", 8, false));
}

TEST_CASE("a document that does not fit keeps the names and values that say most") {
  const ShortIds ids({"cart-1"});
  const std::string cart =
      "load Cart cart-1 → v2 {gifts: {Porsche: 1, ball: 3, book: 1}, state: accepted, ordered: "
      "{Porsche: 1, ball: 3, book: 1}}";
  CHECK(told(ids, cart, 82) == "load Cart cart-1 → v2 {gifts: {…}, state: accepted, ordered: {…}}");
  CHECK(told(ids, cart, 60) == "load Cart cart-1 → v2 {gifts: {…}, state: accepted, …}");
  CHECK(told(ids, cart, 50) == "load Cart cart-1 → v2 {state: accepted, … 2 more}");
  CHECK(told(ids, cart, 60, true) == "load Cart cart-1 -> v2 {gifts: {...}, state: accepted, ...}");
  CHECK(told(ids,
             "load Order o → v1 {outbox: {m1: [PaymentBooked m1#1.2], m2: [PaymentBooked "
             "m2#1.2]}, paid: 3}",
             56) == "load Order o → v1 {outbox: {m1: […], m2: […]}, paid: 3}");
  CHECK(told(ids, "save Order o if v1 {outbox: {m1: [Paid m1]}→{m1: [Paid m1, Told m1]}, n: 1→2}",
             42) == "save Order o if v1 {n: 1→2, …}");
  CHECK(told(ids, "send BookPayment m1 to payments {why: \"late\", amount: 12}", 33) ==
        "send BookPayment m1 to payments …");
  CHECK(columns_of(told(ids, cart, 20)) <= 20);
}

TEST_CASE("whatever is told fits into its columns") {
  constexpr std::array<std::string_view, 12> kParts{"{", "}", "[", "]", "…",  "...",
                                                    ",", " ", ":", "→", "->", "abc"};
  std::mt19937 random(7);
  const ShortIds ids({"a-very-long-id-of-a-cart"});
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto parts = random() % 30; parts > 0; --parts)
      text += kParts.at(random() % kParts.size());
    if (i % 9 == 0) text += "a-very-long-id-of-a-cart";
    const std::size_t width = random() % 40;
    CAPTURE(text, width);
    REQUIRE(columns_of(told(ids, text, width, i % 2 == 0)) <= width);
  }
}

TEST_CASE("ids that differ in their middle alone differ in short") {
  const std::string front = "order-of-a-customer-in-";
  const std::string back = "-with-a-gift-for-christmas";
  const std::vector<std::string> ids = {front + "berlin" + back, front + "bergen" + back,
                                        front + "paris" + back};
  const ShortIds all(ids);
  std::set<std::string> shown;
  for (const auto& id : ids) {
    const auto text = told(all, "load Order " + id, 30);
    CAPTURE(text);
    CHECK(columns_of(text) <= 30);
    CHECK(shown.insert(text).second);
    CHECK_THAT(told(all, "load Order " + id, 32, true), !ContainsSubstring("…"));
  }
}
