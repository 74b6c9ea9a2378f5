#include "payments_client.hpp"
#include "payments_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// A caller who has one target for each message, and calls again from the beginning until all is
/// well. It notes every answer it was given.
Task<void> put_post_get(const PayOrder& command, HandlerContext& context) {
  const auto target = "/" + command.card + "/" + context.message().id.value;
  co_await put_charge(context, target, {command.amount, command.order_id});
  const auto posted = co_await post_charge(context, target);
  const auto got = co_await get_answer(context, target);
  co_await context.store().documents().put({target, posted}, "{}", Expected::any());
  if (got == posted) co_return;
  co_await context.store().documents().put({target, got}, "{}", Expected::any());
}

/// Two answers for one target: one of the callers was told of something that did not happen.
std::optional<Violation> answers_differ(const StoreView& shop) {
  const auto answers = shop.documents();
  for (std::size_t i = 1; i < answers.size(); ++i) {
    const auto& [partition, id] = answers[i].key;
    if (partition != answers[i - 1].key.partition) continue;
    return Violation{"inconsistent output", "all calls of " + partition + " are answered alike",
                     "\"" + answers[i - 1].key.id + "\" and \"" + id + "\""};
  }
  return std::nullopt;
}

/// A caller whose PUT was answered long ago.
Task<void> post_only(const PayOrder& command, HandlerContext& context) {
  const auto target = "/" + command.card + "/" + context.message().id.value;
  const auto posted = co_await post_charge(context, target);
  co_await context.store().documents().put({target, posted}, "{}", Expected::any());
}

GiftShop caller() {
  return shop_with_payments(1).handles<PayOrder>(&put_post_get).at_rest(answers_differ);
}

GiftShop poster() {
  auto shop = shop_with_payments(2).handles<PayOrder>(&post_only).at_rest(answers_differ);
  for (const auto& [target, amount] : {std::pair("/card-1/m1", 1), std::pair("/card-1/m2", 10)}) {
    shop.with_document(EntityStore::key_of<Request>(target),
                       to_json(Request{to_json(Charge{amount, "r"}), ""}), kPaymentsStore);
  }
  return shop;
}

GiftShop two_charges() {
  return poster()
      .deliver(PayOrder{"order-1", kCard, 1}, to_handlers(2))
      .deliver(PayOrder{"order-2", kCard, 10}, to_handlers(2))
      .with_faults(kAnyTrouble);
}

}  // namespace

TEST_CASE("a charge is executed once whatever fails", "[step1]") {
  auto scenario =
      caller().deliver(PayOrder{"order-1", kCard, 1}).with_faults(kAnyTrouble).up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("POSTs at the same time have one effect and the same answer", "[step1]") {
  auto scenario = poster()
                      .deliver(PayOrder{"order-1", kCard, 1}, to_handlers(2), duplicated())
                      .with_faults({Fault::crash})
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("two charges of one card are both executed and keep their answers", "[step1]") {
  REQUIRE_EXPLORED(two_charges().up_to(1, 0).holds(exactly_one_effect, no_garbage));
}

TEST_CASE("two charges of one card at the same time are both executed", "[step1][given]") {
  REQUIRE_EXPLORED(two_charges().up_to(0, 1).holds(exactly_one_effect, no_garbage));
}
