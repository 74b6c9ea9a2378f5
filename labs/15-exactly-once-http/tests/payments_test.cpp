#include "payments_client.hpp"
#include "payments_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

std::string target_of(const PayOrder& command, HandlerContext& context) {
  return "/" + command.card + "/" + context.message().id.value;
}

/// Records an answer that a caller got.
Task<void> note(HandlerContext& context, std::string target, std::string answer) {
  co_await context.store().documents().put({target, answer}, "{}", Expected::any());
}

/// Posts and returns the answer. A refusal or an empty answer is recorded as well: as long as the
/// request exists, a POST has no reason for either.
Task<std::string> post(HandlerContext& context, std::string target) {
  std::string answer;
  try {
    answer = co_await post_charge(context, target);
  } catch (const InvalidRequest& error) {
    answer = error.what();
  }
  co_return answer.empty() ? "nothing" : answer;
}

/// A caller who has one target for each message, and repeats all calls from the beginning until all
/// of them succeed.
Task<void> put_post_get(const PayOrder& command, HandlerContext& context) {
  const auto target = target_of(command, context);
  co_await put_charge(context, target, {command.amount, command.order_id});
  const auto posted = co_await post(context, target);
  const auto got = co_await get_answer(context, target);
  co_await note(context, target, posted);
  if (got != posted) co_await note(context, target, got);
}

/// There must not be two answers for one target: one of the callers would have a false one.
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

/// A caller whose PUT was answered before the start.
Task<void> post_only(const PayOrder& command, HandlerContext& context) {
  const auto target = target_of(command, context);
  const auto posted = co_await post(context, target);
  co_await note(context, target, posted);
}

/// A caller who PUTs to a target, and records the answer: "201", "200" or "409".
Task<void> put_coins(int amount, explore::ProcessContext& context) {
  const HttpRequest request{HttpMethod::put, "/card-1/m3", to_json(Charge{amount, "r"}), {}};
  const auto response = co_await context.http().request(kPayments, request, Deadline::max());
  if (response.status >= 500) co_return;
  co_await context.store().put({std::to_string(amount), std::to_string(response.status)}, "{}",
                               Expected::any());
}

/// A caller who was told that its charge is stored at the target must find it there.
std::optional<Violation> another_charge_lies_there(const StoreView& shop) {
  const auto request = shop.entity<Request>("/card-1/m3", kPaymentsStore);
  for (const auto& told : shop.documents()) {
    const auto amount = std::stoi(told.key.partition);
    const bool lies_there = request && from_json<Charge>(request->body).amount == amount;
    if (told.key.id == "409" ? !lies_there : lies_there) continue;
    return Violation{"lost update", "a PUT is answered 200 or 201 if its charge lies there",
                     "the PUT of " + told.key.partition + " coins was answered " + told.key.id +
                         ", and there lies " + (request ? request->body : "nothing")};
  }
  return std::nullopt;
}

/// One POST to the first target; "" when its answer tells nothing, or does not come.
Task<std::string> post_once(explore::ProcessContext& context) {
  const HttpRequest request{HttpMethod::post, "/card-1/m1", "", {}};
  HttpResponse response;
  try {
    response = co_await context.http().request(kPayments, request, Deadline::max());
  } catch (const OutcomeUnknown&) {
    response.status = 500;
  }
  co_return response.status < 500 ? response.body : "";
}

/// A caller without a queue, who calls again only after an answer that tells nothing.
Task<void> post_the_first(explore::ProcessContext& context) {
  std::string answer;
  while (answer.empty()) answer = co_await post_once(context);
  co_await context.store().put({"/card-1/m1", answer}, "{}", Expected::any());
}

/// A caller who gives up.
Task<void> post_the_first_once(explore::ProcessContext& context) { co_await post_once(context); }

/// A caller who removes the first one's request, until it is told that it is removed.
Task<void> delete_the_first(explore::ProcessContext& context) {
  const HttpRequest request{HttpMethod::delete_, "/card-1/m1", "", {}};
  while (true) {
    HttpResponse response;
    try {
      response = co_await context.http().request(kPayments, request, Deadline::max());
    } catch (const OutcomeUnknown&) {
      response.status = 500;
    }
    if (response.status < 500) break;
  }
  co_await context.store().put({"/card-1/m1", "deleted"}, "{}", Expected::any());
}

/// What was removed is not there again, whoever was about to answer it.
std::optional<Violation> there_although_deleted(const StoreView& shop) {
  const auto request = shop.entity<Request>("/card-1/m1", kPaymentsStore);
  if (!request || !shop.find({"/card-1/m1", "deleted"})) return std::nullopt;
  return Violation{"garbage", "a request whose DELETE was answered 204 is gone",
                   "the request /card-1/m1 is there, with the answer \"" + request->answer + '"'};
}

/// A caller whose charge has the same target as another caller's.
Task<void> put_ten(explore::ProcessContext& context) { return put_coins(10, context); }
Task<void> put_one(explore::ProcessContext& context) { return put_coins(1, context); }

/// A caller who pays money in first, so that a charge that was declined before could succeed.
Task<void> pay_in_and_post_the_first(explore::ProcessContext& context) {
  EntityStore payments(context.store(kPaymentsStore));
  auto account = co_await payments.load<Account>(kCard);
  account.value.balance += 10;
  try {
    co_await payments.save(account);
  } catch (const VersionConflict&) {  // then nothing is paid in
  }
  co_await post_the_first(context);
}

/// When a caller has its answer, the card must be debited, and the account must hold nothing
/// unfinished, because nobody needs to come back.
std::optional<Violation> left_although_answered(const StoreView& shop) {
  const auto account = shop.entity<Account>(kCard, kPaymentsStore);
  if (shop.documents().empty()) return std::nullopt;
  if (account->balance != kBalance - 1) {
    return Violation{"duplicate effect", "the card is debited once",
                     "the balance is " + std::to_string(account->balance)};
  }
  if (account->unfinished.target.empty()) return answers_differ(shop);
  return Violation{"garbage", "who gets the answer leaves nothing in the account",
                   "the account still holds the answer \"" + account->unfinished.answer + '"'};
}

/// A caller who was told "declined" must not have paid, and a caller who has paid must have been
/// told so.
std::optional<Violation> answer_belies_the_account(const StoreView& shop) {
  const auto account = shop.entity<Account>(kCard, kPaymentsStore);
  for (const auto& answer : shop.documents()) {
    const bool debited = account->balance < kBalance;
    if (debited == answer.key.id.starts_with("receipt")) continue;
    return Violation{"inconsistent output",
                     "the card is debited if the caller gets a receipt, and only then",
                     "answered \"" + answer.key.id + "\", and the balance is " +
                         std::to_string(account->balance)};
  }
  return answers_differ(shop);
}

GiftShop caller() {
  return shop_with_payments(1).handles<PayOrder>(&put_post_get).at_rest(answers_differ);
}

/// What two callers do with charges that were PUT before; what has to be true of it is still to be
/// said.
GiftShop charges_put_before(int first_amount = 1) {
  auto shop = shop_with_payments(2).handles<PayOrder>(&post_only);
  for (const auto& [target, amount] :
       {std::pair("/card-1/m1", first_amount), std::pair("/card-1/m2", 10)}) {
    shop.with_document(EntityStore::key_of<Request>(target),
                       to_json(Request{to_json(Charge{amount, "r"}), ""}), kPaymentsStore);
  }
  return shop;
}

GiftShop poster() { return charges_put_before().at_rest(answers_differ); }

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
                      .with_faults({})
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("two charges of one card are both executed and keep their answers", "[step1]") {
  REQUIRE_EXPLORED(two_charges().up_to(1, 0).holds(exactly_one_effect, no_garbage));
}

TEST_CASE("two PUTs to one target at the same time leave the one that was told so",
          "[step1][given]") {
  auto scenario = shop_with_payments(2)
                      .with_client("caller-1", &put_one)
                      .with_client("caller-2", &put_ten)
                      .at_rest(another_charge_lies_there)
                      .with_faults({})
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("what was declined was not debited, although somebody pays in meanwhile", "[step1]") {
  auto scenario = charges_put_before(kBalance + 1)
                      .with_client("caller-1", &post_the_first)
                      .with_client("caller-2", &pay_in_and_post_the_first)
                      .at_rest(answer_belies_the_account)
                      .with_faults({})
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("whoever gets the answer leaves nothing in the account", "[step1]") {
  auto scenario = charges_put_before()
                      .with_client("caller-1", &post_the_first_once)
                      .with_client("caller-2", &post_the_first)
                      .at_rest(left_although_answered)
                      .with_faults({Fault::crash})
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("two charges of one card at the same time are both executed", "[step1][given]") {
  REQUIRE_EXPLORED(two_charges().up_to(0, 1).holds(exactly_one_effect, no_garbage));
}

TEST_CASE("what is deleted while it is executed stays deleted", "[.exam]") {
  auto scenario = charges_put_before()
                      .with_client("caller-1", &post_the_first_once)
                      .with_client("caller-2", &delete_the_first)
                      .at_rest(there_although_deleted)
                      .with_faults({Fault::crash})
                      .up_to(1, 2);

  REQUIRE_EXPLORED(scenario.holds());
}
