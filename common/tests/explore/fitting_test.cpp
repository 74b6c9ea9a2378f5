#include "workshop/explore/picture/fitting.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "workshop/explore/picture/picture.hpp"
#include "workshop/explore/world/words.hpp"

using namespace workshop::explore;

namespace {

const ShortIds& no_ids() {
  static const ShortIds ids{std::vector<std::string>{}};
  return ids;
}

std::string fitted(const std::string& text, std::size_t width) {
  return fitted_by_words(text, width, no_ids());
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
  CHECK(fitted("{registered: {}, overtaken: []→[m1]} → v2", 38) ==
        "{overtaken: []→[m1], … 1 more} → v2");
  const std::string loaded = "{paid: 0, outbox: {m1: [a, b]}, surprise: false}";
  CHECK(fitted(loaded, 46) == "{paid: 0, outbox: {m1: […]}, surprise: false}");
  CHECK(fitted(loaded, 42) == "{paid: 0, outbox: {…}, surprise: false}");
  CHECK(fitted(loaded, 34) == "{paid: 0, outbox: {…}, … 1 more}");
  CHECK(fitted(loaded, 22) == "{paid: 0, … 2 more}");
}

TEST_CASE("the only value of a document loses words, not all of it") {
  CHECK(fitted("{m1: worker.1 till noon forgotten} → v4", 32) == "{m1: worker.1 … forgotten} → v4");
}

TEST_CASE("two long ids are never drawn alike") {
  const ShortIds ids({"payment-1000000000001", "payment-1000000000002"});
  const auto one = fitted_by_words("receive BookPayment payment-1000000000001 again", 20, ids);
  const auto other = fitted_by_words("receive BookPayment payment-1000000000002 again", 20, ids);
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
  CHECK(fitted("{card: 1,2,3, paid: 0→1, state: open}", 34) ==
        "{card: 1,2,3, paid: 0→1, … 1 more}");
  CHECK(fitted("{gifts: {a,b: 1}, paid: 0→1, text: a long one,}", 40) ==
        "{gifts: {a,b: 1}, paid: 0→1, … 1 more}");
}
