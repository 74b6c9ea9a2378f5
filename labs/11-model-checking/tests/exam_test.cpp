// What `prove` looks at besides: leases that end before their handler does, a third payment,
// crashes without end, and a customer who has paid often.
#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include "model.hpp"
#include "workshop/testing/report.hpp"

using namespace workshop::shop;

namespace {

const std::string kSafety =
    "NoGhostMessage NoLostMessage NoLostEffect NoDuplicateEffect ConsistentOutput SaysWhatWasSaved";

// Requires that the model holds in another world, about which `when` tells.
void require_holds_in(const Model& model, const Question& question, const std::string& reason,
                      const std::string& when) {
  const auto result = model.ask(question);
  require_judged(result);
  if (!result.holds()) fail(reason, result.property + " is broken when " + when);
  workshop::testing::report_exploration("TLC: " + result.to_string());
  SUCCEED("TLC found nothing");
}

}  // namespace

TEST_CASE_METHOD(Model, "whoever outlives a lease spoils nothing", "[.exam]") {
  require_holds_in(*this, {with_expiring_leases(), kAll, false, true}, "lease expiry",
                   "a lease ends before its handler does");
}

TEST_CASE_METHOD(Model, "three payments spoil no more than two", "[.exam]") {
  require_holds_in(*this, {text(), kAll, false, true, R"({"m1", "m2", "m3"})"}, "a third payment",
                   "there are three payments");
}

TEST_CASE_METHOD(Model, "however often handlers crash, no payment is given up", "[.exam]") {
  require_holds_in(*this, {with_free_crashes(), kSafety, true, true}, "crashes without end",
                   "handlers crash again and again");
}

TEST_CASE_METHOD(Model, "whatever was paid before, payments are known again", "[.exam]") {
  constexpr int kOld = 300;  // more than anybody counts to: a column of two digits, eight bits
  std::vector<std::string> old = {"m1"};
  for (int i = 2; i <= kOld; ++i) old.push_back(fmt::format("old{}", i));
  const auto messages = fmt::format("{{\"m2\", \"{}\"}}", fmt::join(old, "\", \""));
  require_holds_in(*this, {with_history(old), kSafety, true, true, messages}, "an old customer",
                   "the customer has paid often before");
}
