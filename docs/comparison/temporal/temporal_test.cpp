#include <catch2/catch_test_macros.hpp>

#include "temporal/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

// The service removes closed histories when their retention is over.
Task<void> remove_closed(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  Transaction removal;
  for (const auto& row : co_await query(store, temporal::kHistories)) {
    if (!from_json<temporal::History>(row.body).open) removal.erase(temporal::kHistories, row.id);
  }
  co_await removal.commit(store);
}

template <temporal::Options options>
GiftShop payments(Situation situation) {
  GiftShop scenario = payments_shop(&temporal::start<options>, situation);
  scenario.and_endpoint("worker").handles<Poll>(&temporal::work<options>);
  // A second worker gets an activity whose first attempt has timed out and still runs.
  scenario.with_handlers(to_handlers(situation == Situation::lease_expiry ? 2 : 1));
  if (situation != Situation::after_window) return scenario;
  scenario.and_endpoint("retention").handles<Poll>(&remove_closed).with_handlers(to_handlers(1));
  const auto poll = make_message(Poll{"retention is over"}, {"retention"});
  return send_later(scenario, {{"retention", poll, 24h * 30}, first_payment_again(24h * 31)});
}

}  // namespace

TEST_CASE("Temporal does what its page says", "[temporal]") {
  using temporal::Options;
  constexpr auto kTwice = "duplicate effect";
  check_page("temporal",
             {{"defaults, plain activity",
               &payments<Options{}>,
               {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}},
              {"Reject Duplicate",
               &payments<Options{.rejects_duplicates = true}>,
               {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}},
              {"idempotent activities",
               &payments<Options{.rejects_duplicates = true, .idempotent = true}>,
               {"", "", "", "", "", "", ""}}},
             Situation::crash);
}
