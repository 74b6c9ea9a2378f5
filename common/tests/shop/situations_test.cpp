#include "workshop/shop/situations.hpp"

#include <algorithm>
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cctype>
#include <set>
#include <string>

#include "declared.hpp"
#include "workshop/shop/situation_trial.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

struct Ledger {
  int paid = 0;
  std::set<std::string> processed;
};
BOOST_DESCRIBE_STRUCT(Ledger, (), (paid, processed))

enum class Wrong {
  nothing,
  absent,
  ninth,
  order_case,
  id_case,
  column,
  own_name,
  amounts,
  hundred,
  content,
  told_case,
  thousand,
  short_hash,
  too_large,
  for_ever,
  seventy_seventh,
  two_hundred,
  float_sum,
  not_of_512,
  not_of_77,
  fixed_blank,
  fixed_blank_in_order,
  below_zero,
  absent_blindly,
  late_blindly,
  late_swallowed,
  conflict_is_mine,
  sum_is_mine,
  short_name,
  short_random_name,
  short_mark,
  dead_letter,
  dead_letter_untold,
  in_hand,
  damaged_anew
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// A blank in place of one at which no line ends.
std::string with_plain_blanks(std::string text) {
  const std::string fixed = "\xc2\xa0";
  const auto place = text.find(fixed);
  return place == std::string::npos ? text : text.replace(place, fixed.size(), " ");
}

// The id, and behind it a name that was drawn when it was first processed.
std::string with_random_name(const std::set<std::string>& processed, const std::string& id) {
  for (const auto& known : processed) {
    if (known.size() == id.size() + 8 && known.starts_with(id)) return known;
  }
  return id + MessageId::random().value.substr(28);
}

// The sum, as the wrong one adds it up.
template <Wrong kWrong>
int sum_of(int paid, int amount) {
  if (kWrong == Wrong::amounts) return paid + std::min(amount, 5'000);
  if (kWrong == Wrong::not_of_512 && amount == 512) return paid;
  if (kWrong == Wrong::not_of_77 && amount == 77) return paid;
  if (kWrong == Wrong::float_sum) {
    return static_cast<int>(static_cast<float>(paid) + static_cast<float>(amount));
  }
  return paid + amount;
}

// The messages that this process has in hand.
std::set<std::string>& in_hand() {
  static std::set<std::string> messages;
  return messages;
}

struct InHand {
  std::string id;
  ~InHand() { in_hand().erase(id); }
};

// The ledger; the wrong one takes one that it cannot read for none.
template <Wrong kWrong>
Task<Entity<Ledger>> load_ledger(std::string order, HandlerContext& context) {
  try {
    co_return co_await context.store().load<Ledger>(order);
  } catch (const Damaged&) {
    if (kWrong != Wrong::damaged_anew) throw;
  }
  const auto key = EntityStore::key_of<Ledger>(order);
  co_await context.store().documents().erase(key, Expected::any());
  co_return Entity<Ledger>{key, {}, std::nullopt};
}

// A handler with one planted bug.
template <Wrong kWrong>
Task<void> handle(const BookPayment& command, HandlerContext& context) {
  if (kWrong == Wrong::ninth && context.delivery().delivery_count > 5) co_return;
  if (kWrong == Wrong::seventy_seventh && context.delivery().delivery_count == 77) co_return;
  if (kWrong == Wrong::dead_letter && context.message().headers.contains("dead-letter-reason")) {
    co_return;
  }
  if (kWrong == Wrong::two_hundred && context.delivery().delivery_count >= 200) co_return;
  auto order = kWrong == Wrong::order_case ? lower(command.order_id) : command.order_id;
  if (kWrong == Wrong::fixed_blank_in_order) order = with_plain_blanks(order);
  auto ledger = co_await load_ledger<kWrong>(order, context);
  if (kWrong == Wrong::absent && !ledger.exists()) co_return;
  auto id = context.message().id.value;
  if (kWrong == Wrong::id_case) id = lower(id);
  if (kWrong == Wrong::fixed_blank) id = with_plain_blanks(id);
  if (kWrong == Wrong::column) id = id.substr(0, 64);
  if (kWrong == Wrong::own_name && !id.starts_with("done-")) id = "done-" + id;
  if (kWrong == Wrong::short_name) id = MessageId::from_name(id).value.substr(0, 8);
  if (kWrong == Wrong::short_random_name) id = with_random_name(ledger.value.processed, id);
  if (kWrong == Wrong::short_mark) {  // which is no mistake: the whole id is there, too
    ledger.value.processed.insert(MessageId::from_name(id).value.substr(0, 4));
  }
  if (kWrong == Wrong::content) id = command.order_id + std::to_string(command.amount);
  if (kWrong == Wrong::dead_letter_untold && ledger.value.processed.contains(id) &&
      context.message().headers.contains("dead-letter-reason")) {
    co_return;
  }
  if (ledger.value.processed.insert(id).second) {
    const std::size_t most = kWrong == Wrong::hundred ? 100 : 1'000;
    if ((kWrong == Wrong::hundred || kWrong == Wrong::thousand) &&
        ledger.value.processed.size() > most) {
      ledger.value.processed.erase(ledger.value.processed.begin());
    }
    ledger.value.paid = sum_of<kWrong>(ledger.value.paid, command.amount);
    for (bool saved = false, unknown = false; !saved;) {
      try {
        if ((kWrong == Wrong::absent_blindly && !ledger.exists()) ||
            (kWrong == Wrong::late_blindly && context.delivery().delivery_count > 5)) {
          co_await context.store().documents().put(ledger.key, to_json(ledger.value),
                                                   Expected::any());
        } else {
          co_await context.store().save(ledger);
        }
        saved = true;
      } catch (const EntityTooLarge&) {
        if (kWrong != Wrong::too_large) throw;
        saved = true;
      } catch (const OutcomeUnknown&) {
        const bool asks = kWrong == Wrong::conflict_is_mine || kWrong == Wrong::sum_is_mine;
        if (!asks || unknown) throw;
        unknown = true;
      } catch (const VersionConflict&) {
        if (!unknown) throw;
        saved = true;
      } catch (const std::exception&) {
        if (kWrong != Wrong::for_ever) throw;
      }
      if (kWrong != Wrong::sum_is_mine || !unknown) continue;
      const auto now = co_await context.store().load<Ledger>(order);
      if (now.value.paid != ledger.value.paid) throw VersionConflict("it was not saved");
      saved = true;
    }
  }
  if (kWrong == Wrong::below_zero && ledger.value.paid < 0) co_return;
  const auto told = kWrong == Wrong::told_case ? lower(command.order_id) : command.order_id;
  auto name = id + "/" + command.order_id;
  if (kWrong == Wrong::short_random_name) name = id.substr(id.size() - 8);
  if (kWrong == Wrong::short_hash) {
    name = std::to_string(std::hash<std::string>()(name) % 65'536);
  }
  const auto event_id =
      kWrong == Wrong::short_random_name ? MessageId{name} : MessageId::from_name(name);
  co_await context.publish(PaymentBooked{told, command.amount}, event_id);
}

// The same, which leaves a message to whoever has it in hand.
Task<void> handle_unless_in_hand(const BookPayment& command, HandlerContext& context) {
  const auto& id = context.message().id.value;
  if (!in_hand().insert(id).second) co_return;
  const InHand holder{id};
  co_await handle<Wrong::nothing>(command, context);
}

// The same, which gives an error up at the tenth delivery.
template <Wrong kWrong>
Task<void> handle_or_drop(const BookPayment& command, HandlerContext& context) {
  try {
    co_await handle<kWrong>(command, context);
  } catch (const Error&) {
    if (context.delivery().delivery_count < 10) throw;
  }
}

template <Wrong kWrong>
BookingHandler handler() {
  const bool drops = kWrong == Wrong::late_swallowed;
  if (kWrong == Wrong::in_hand) return declared<Ledger>(&handle_unless_in_hand);
  return declared<Ledger>(drops ? &handle_or_drop<kWrong> : &handle<kWrong>);
}

template <Wrong kWrong>
std::string first_situation() {
  const auto failure = first_failure(handler<kWrong>());
  return failure ? failure->situation : "";
}

// Of a handler that is right in all others.
template <Wrong kWrong>
std::string first_large_situation() {
  CHECK(describe(everyday_situations(handler<kWrong>())).empty());
  return first_situation<kWrong>();
}

}  // namespace

TEST_CASE("a right handler is right in all situations") {
  CHECK(describe(everyday_situations(handler<Wrong::nothing>())).empty());
  CHECK(describe(large_situations(handler<Wrong::nothing>())).empty());
  CHECK(describe(large_situations(handler<Wrong::short_mark>())).empty());
}

TEST_CASE("a delivery is counted as people say it") {
  using shop::detail::ordinal;
  for (const auto* wanted : {"1st", "2nd", "3rd", "4th", "6th", "11th", "12th", "13th", "21st",
                             "22nd", "100th", "101st", "111th", "113th", "1002nd"}) {
    CHECK(ordinal(static_cast<std::uint32_t>(std::stoul(wanted))) == wanted);
  }
}

TEST_CASE("each situation finds its planted handler") {
  CHECK(first_situation<Wrong::absent>().find("not there yet") != std::string::npos);
  CHECK(first_situation<Wrong::ninth>().find("for the 6th time") != std::string::npos);
  CHECK(first_situation<Wrong::order_case>().find("orders \"Order-A\"") != std::string::npos);
  CHECK(first_situation<Wrong::id_case>().find("ids \"Order-A\"") != std::string::npos);
  CHECK(first_situation<Wrong::column>().find("5000 characters") != std::string::npos);
  CHECK(first_situation<Wrong::own_name>().find("makes itself: \"done-m1\"") != std::string::npos);
  CHECK(first_situation<Wrong::told_case>().find("orders \"Order-A\"") != std::string::npos);
  CHECK(first_situation<Wrong::amounts>().find("a payment of 5001") != std::string::npos);
  CHECK(first_situation<Wrong::hundred>().find("120 payments") != std::string::npos);
  CHECK(first_large_situation<Wrong::thousand>().find("1200 payments") != std::string::npos);
  CHECK(first_large_situation<Wrong::short_hash>().find("1200 ") != std::string::npos);
  CHECK(first_large_situation<Wrong::too_large>().find("fails with EntityTooLarge") !=
        std::string::npos);
  CHECK(first_large_situation<Wrong::for_ever>().find("operation 2 of a payment fails with") !=
        std::string::npos);
  CHECK(first_situation<Wrong::float_sum>().find("a payment of 16777217") != std::string::npos);
  CHECK(first_large_situation<Wrong::seventy_seventh>().find("the 77th") != std::string::npos);
  CHECK(first_large_situation<Wrong::two_hundred>().find("the 200th") != std::string::npos);
  CHECK(first_large_situation<Wrong::not_of_512>().find("payment of 512") != std::string::npos);
  CHECK(first_large_situation<Wrong::not_of_77>().find("from 1 to 300") != std::string::npos);
  CHECK(first_large_situation<Wrong::fixed_blank>().find("messages whose names differ in") !=
        std::string::npos);
  CHECK(first_large_situation<Wrong::fixed_blank_in_order>().find("orders whose names differ in") !=
        std::string::npos);
  CHECK(first_large_situation<Wrong::below_zero>().find("paid back") != std::string::npos);
  CHECK(first_large_situation<Wrong::absent_blindly>().find("an order that is not there yet, of") !=
        std::string::npos);
  CHECK(first_large_situation<Wrong::late_blindly>().find(
            "before its operation 2, at delivery 6") != std::string::npos);
  CHECK(first_large_situation<Wrong::late_swallowed>().find("does nothing, at delivery 100") !=
        std::string::npos);
  CHECK(first_large_situation<Wrong::conflict_is_mine>().find(
            "somebody else saves the order before") != std::string::npos);
  CHECK(first_large_situation<Wrong::sum_is_mine>().find("another one comes before the next try") !=
        std::string::npos);
  for (const auto& situation : {first_large_situation<Wrong::short_name>(),
                                first_large_situation<Wrong::short_random_name>()}) {
    INFO(situation);
    CHECK(situation.find("for both of which the handler makes") != std::string::npos);
  }
  CHECK(first_large_situation<Wrong::in_hand>().find("and the first one dies") !=
        std::string::npos);
  CHECK(first_large_situation<Wrong::dead_letter_untold>().find(
            "has died before its operation 3") != std::string::npos);
  CHECK(first_large_situation<Wrong::dead_letter>().find("out of the dead letters") !=
        std::string::npos);
  CHECK(first_large_situation<Wrong::damaged_anew>().find("fails with Damaged once") !=
        std::string::npos);
  CHECK(first_situation<Wrong::content>().find("a payment of 1") != std::string::npos);
}

TEST_CASE("two long values are shown from just before where they differ") {
  const std::string head =
      R"(ReceiptIssued {"order_id":"order-1","amount":100,"purpose":"a gift for a friend","for":")";
  const auto [one, other] = shop::detail::shown_apart(head + "buyer\"}", head + "bookkeeper\"}");
  CHECK(one.find("buyer") != std::string::npos);
  CHECK(other.find("bookkeeper") != std::string::npos);
  CHECK(one.starts_with("…"));
  CHECK(one.size() < 60);
  const auto [left, right] = shop::detail::shown_apart("short", "shorter");
  CHECK(left == "\"short\"");
  CHECK(right == "\"shorter\"");
}

TEST_CASE("an operation in trouble has the name that a story gives it") {
  SqliteStore store;
  const auto name_of_first = [&](auto&& act) {
    Trouble trouble(1, every_error().front());
    TroubledStore troubled(store, trouble);
    EntityStore entities(troubled);
    CHECK_THROWS_AS(run_inline(act(entities)), Unavailable);
    return trouble.failing();
  };
  CHECK(name_of_first([](EntityStore& all) { return all.load<Ledger>("order-1"); }) ==
        "load Ledger order-1");
  Entity<Ledger> ledger{EntityStore::key_of<Ledger>("order-1"), {}, std::nullopt};
  CHECK(name_of_first([&](EntityStore& all) { return all.save(ledger); }) == "save Ledger order-1");
}
