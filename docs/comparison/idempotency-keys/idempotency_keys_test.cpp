#include <catch2/catch_test_macros.hpp>

#include "idempotency-keys/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;
using namespace idempotency_keys;

namespace {

std::optional<Violation> two_answers(const StoreView& view) {
  std::string before;
  for (const auto& document : view.documents()) {
    if (document.key.partition != "answers") continue;
    const auto id = document.key.id.substr(0, document.key.id.find(' '));
    if (id == before) {
      return Violation{"inconsistent output", "one answer to one request", "two answers to " + id};
    }
    before = id;
  }
  return std::nullopt;
}

// The server's daily purge of finished requests.
Task<void> purge(const Poll&, HandlerContext& context) {
  const auto record = co_await context.store().load<KeyRecord>("m1");
  if (record.value.status != 0) co_await context.store().erase(record);
}

template <Way way, bool same_key = true>
GiftShop payments(Situation situation) {
  GiftShop scenario = payments_shop(&call<same_key>, situation);
  scenario.with_server("bank", 2, &serve<way>).at_rest(two_answers);
  scenario.scenario().expectations.outputs.clear();
  if (situation != Situation::after_window) return scenario;
  scenario.and_endpoint("purge").handles<Poll>(&purge).with_handlers(to_handlers(1));
  const auto poll = make_message(Poll{"keys are 24 hours old"}, {"purge"});
  return send_later(scenario, {{"purge", poll, 24h}, first_payment_again(25h)});
}

}  // namespace

TEST_CASE("idempotency keys do what their page says", "[idempotency-keys]") {
  constexpr auto kTwice = "duplicate effect";
  constexpr auto kStuck = "lost effect";
  check_page(
      "idempotency-keys",
      {{"key, effect, answer in turn",
        &payments<Way::key_first>,
        {kStuck, kStuck, "", kStuck, kTwice, kStuck, ""}},
       {"the same, taken over",
        &payments<Way::taken_over>,
        {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}},
       {"one transaction", &payments<Way::one_transaction>, {"", "", "", "", kTwice, "", ""}},
       {"broken: a key for each attempt",
        &payments<Way::one_transaction, false>,
        {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}}},
      Situation::crash);
}
