#include "workshop/shop/explored_situations.hpp"

#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "declared.hpp"
#include "workshop/shop/try_save.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

struct Account {
  int paid = 0;
  std::set<std::string> processed;
  std::map<std::string, std::vector<Message>> outbox;
};
BOOST_DESCRIBE_STRUCT(Account, (), (paid, processed, outbox))

enum class Wrong {
  nothing,
  conflict_is_the_others_work,
  made_by_somebody_else,
  new_one_refused_three_times,
  told_three_times_in_vain,
  conflict_when_clearing,
  one_order_alone,
  content_for_identity,
  stored_is_done,
  clears_all,
  second_conflict_is_the_end,
  new_when_it_has_come_often,
  left_of_others_by_a_short_name,
  first_event_only,
  short_name_after_a_conflict
};

// Whether the account, changed, is saved in the end or by somebody else; nothing if to go on.
template <Wrong kWrong>
Task<bool> add(const BookPayment& command, Entity<Account>& account, std::string id,
               HandlerContext& context) {
  for (int conflicts = 1;; ++conflicts) {
    if (!account.value.processed.insert(id).second) co_return true;
    const bool was_there = account.exists();
    account.value.paid += command.amount;
    const bool cut = kWrong == Wrong::short_name_after_a_conflict && conflicts > 1;
    account.value.outbox[cut ? id.substr(0, 64) : id] = {context.make(
        PaymentBooked{command.order_id, command.amount}, MessageId::from_name("booked " + id))};
    bool refused = false;
    bool saved = false;
    try {
      saved = co_await try_save(account, context);
    } catch (const Unavailable&) {
      if (kWrong != Wrong::new_one_refused_three_times || was_there) throw;
      refused = true;
    }
    if (refused) {
      for (int tries = 0; tries < 2 && !saved; ++tries) {
        try {
          saved = co_await try_save(account, context);
        } catch (const Unavailable&) {
        }
      }
      co_return saved;
    }
    if (saved) co_return true;
    if (kWrong == Wrong::made_by_somebody_else && !was_there) co_return false;
    if (kWrong == Wrong::second_conflict_is_the_end && conflicts == 2) co_return false;
    account = co_await context.store().load<Account>(command.order_id);
    if (kWrong == Wrong::conflict_is_the_others_work && account.value.processed.contains(id)) {
      co_return false;
    }
  }
}

template <Wrong kWrong>
Task<void> tell(const Message& message, HandlerContext& context) {
  for (int tries = 1;; ++tries) {
    try {
      co_await context.publish(message);
      co_return;
    } catch (const Error&) {
      if (kWrong != Wrong::told_three_times_in_vain) throw;
      if (tries == 3) co_return;
    }
  }
}

// A handler with an outbox, and one planted bug.
template <Wrong kWrong>
Task<void> handle(const BookPayment& command, HandlerContext& context) {
  if (kWrong == Wrong::one_order_alone && command.order_id != "order-1") co_return;
  const auto id = kWrong == Wrong::content_for_identity
                      ? command.order_id + " " + std::to_string(command.amount)
                      : context.message().id.value;
  auto account = co_await context.store().load<Account>(command.order_id);
  if (kWrong == Wrong::stored_is_done && account.value.outbox.contains(id)) co_return;
  if (kWrong == Wrong::new_when_it_has_come_often && context.delivery().delivery_count > 10) {
    account.value.processed.erase(id);
  }
  const bool from_another = account.value.processed.contains(id);
  if (!co_await add<kWrong>(command, account, id, context)) co_return;

  const bool short_name = kWrong == Wrong::left_of_others_by_a_short_name && from_another;
  const auto entry = short_name ? id.substr(0, 64) : id;
  while (account.value.outbox.contains(entry)) {
    for (const auto& message : account.value.outbox.at(entry)) {
      co_await tell<kWrong>(message, context);
      if (kWrong == Wrong::first_event_only) break;
    }
    if (kWrong == Wrong::clears_all) {
      account.value.outbox.clear();
    } else {
      account.value.outbox.erase(entry);
    }
    if (co_await try_save(account, context)) co_return;
    if (kWrong == Wrong::conflict_when_clearing) co_return;
    account = co_await context.store().load<Account>(command.order_id);
  }
}

template <Wrong kWrong>
BookingHandler with_outbox() {
  auto handler = declared<Account>(&handle<kWrong>);
  handler.stores_events = true;
  handler.left_unsent = [](const std::string& id, const std::string& order, int amount,
                           std::vector<Message> messages) {
    const Account left{amount, {id}, {{id, std::move(messages)}}};
    return std::vector{std::pair(EntityStore::key_of<Account>(order), to_json(left))};
  };
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    const auto account = from_json<Account>(document.body);
    if (account.outbox.empty()) return std::nullopt;
    return "an entry for " + account.outbox.begin()->first;
  };
  return handler;
}

template <Wrong kWrong>
bool fails_when(const std::string& words) {
  const auto found = explored_failures_of(with_outbox<kWrong>());
  CAPTURE(words, found);
  const bool any = std::any_of(found.begin(), found.end(), [&](const std::string& situation) {
    return situation.find(words) != std::string::npos;
  });
  CHECK(any);
  return any;
}

// It fails there, and in no other situation.
template <Wrong kWrong>
bool fails_only_when(const std::string& words) {
  const auto found = explored_failures_of(with_outbox<kWrong>());
  CAPTURE(words, found);
  const bool only = std::all_of(found.begin(), found.end(), [&](const std::string& situation) {
    return situation.find(words) != std::string::npos;
  });
  CHECK(only);
  return only && !found.empty();
}

}  // namespace

TEST_CASE("a right handler is right whoever else is there and wherever they die") {
  CHECK(explored_failures_of(with_outbox<Wrong::nothing>()).empty());
}

TEST_CASE("each explored situation finds its planted handler") {
  CHECK(fails_when<Wrong::conflict_is_the_others_work>("and one of them dies"));
  CHECK(fails_when<Wrong::made_by_somebody_else>("the order is not there yet"));
  CHECK(fails_when<Wrong::new_one_refused_three_times>("not there yet, and an operation fails"));
  CHECK(fails_when<Wrong::told_three_times_in_vain>("an operation fails for long, or"));
  CHECK(fails_when<Wrong::conflict_when_clearing>("somebody else saves the order"));
  CHECK(fails_when<Wrong::one_order_alone>("two orders are paid at once"));
  CHECK(fails_when<Wrong::content_for_identity>("two payments look alike"));
  CHECK(fails_when<Wrong::stored_is_done>("an attempt at the payment dies"));
  CHECK(fails_when<Wrong::clears_all>("two handlers meet what another payment's attempt left"));
  CHECK(fails_when<Wrong::second_conflict_is_the_end>("in the middle of it"));
  CHECK(fails_only_when<Wrong::new_when_it_has_come_often>("times before"));
  CHECK(fails_only_when<Wrong::first_event_only>("two events unsent"));
  CHECK(fails_only_when<Wrong::short_name_after_a_conflict>("with long names"));
  CHECK(fails_when<Wrong::short_name_after_a_conflict>("somebody else saves the order of"));
  CHECK(fails_only_when<Wrong::left_of_others_by_a_short_name>("with long names dies"));
}
