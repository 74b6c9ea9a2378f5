// Two attempts at one payment, and something else: another save, another payment's dead attempt, an
// error.
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "declared.hpp"
#include "workshop/core/error.hpp"
#include "workshop/shop/inbox.hpp"
#include "workshop/shop/try_save.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

struct Tray {
  int paid = 0;
  std::map<std::string, Message> unsent;  ///< of payments of which nobody was told yet
};
BOOST_DESCRIBE_STRUCT(Tray, (), (paid, unsent))

enum class Wrong { nothing, looks_once_after_a_conflict, looks_once_after_others, fifty_times };

// Tells of what attempts have left, whosever it is. Whether there was something.
Task<bool> finish(Entity<Tray>& tray, HandlerContext& context) {
  if (tray.value.unsent.empty()) co_return false;
  for (const auto& [id, message] : tray.value.unsent) {
    co_await context.publish(message);
    co_await inbox::put(context, MessageId{id});
  }
  tray.value.unsent.clear();
  co_await context.store().save(tray);
  co_return true;
}

// A handler with an inbox that clears up after others, and one planted bug.
template <Wrong kWrong>
Task<void> book_into_tray(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;
  auto tray = co_await context.store().load<Tray>(command.order_id);
  const bool others = co_await finish(tray, context);
  bool looks_again = kWrong != Wrong::looks_once_after_others || !others;
  for (int conflicts = 0;;) {
    if (co_await inbox::contains(context, id)) {
      if (!looks_again) co_return;
      tray = co_await context.store().load<Tray>(command.order_id);
      co_await finish(tray, context);
      co_return;
    }
    tray.value.paid += command.amount;
    tray.value.unsent.emplace(id.value,
                              context.make(PaymentBooked{command.order_id, command.amount},
                                           MessageId::from_name(id.value + command.order_id)));
    if (co_await try_save(tray, context)) break;
    if (++conflicts == 50 && kWrong == Wrong::fifty_times) co_return;
    tray = co_await context.store().load<Tray>(command.order_id);
    co_await finish(tray, context);
    looks_again = kWrong != Wrong::looks_once_after_a_conflict;
  }
  co_await finish(tray, context);
}

template <Wrong kWrong>
BookingHandler with_tray() {
  auto handler = declared<Tray>(&book_into_tray<kWrong>);
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    if (document.key.id != type_name<Tray>()) return std::nullopt;
    const auto tray = from_json<Tray>(document.body);
    if (tray.unsent.empty()) return std::nullopt;
    return tray.unsent.begin()->first + " is still unsent";
  };
  return handler;
}

struct Rack {
  int paid = 0;
  std::set<std::string> processed;
  std::map<std::string, std::vector<std::string>> registered;  ///< tags, by message
};
BOOST_DESCRIBE_STRUCT(Rack, (), (paid, processed, registered))

struct Tag {
  std::string of;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (of))

// A handler that registers a tag, and whose attempt that books removes those of all attempts. A
// wrong one that cannot look at its tag after a conflict strikes all tags from the rack.
template <bool kStrikes>
Task<void> book_with_tag(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto& documents = context.store().documents();
  auto rack = co_await context.store().load<Rack>(command.order_id);
  if (!rack.value.processed.contains(id)) {
    const auto tag = EntityStore::key_of<Tag>(MessageId::random().value);
    rack.value.registered[id].push_back(tag.partition);
    co_await context.store().save(rack);
    co_await documents.put(tag, to_json(Tag{id}), Expected::any());
    while (rack.value.processed.insert(id).second) {
      rack.value.paid += command.amount;
      if (co_await try_save(rack, context)) break;
      rack = co_await context.store().load<Rack>(command.order_id);
      bool lost = false;
      try {
        co_await documents.get(tag);
      } catch (const Unavailable&) {
        lost = true;
      }
      if (lost && kStrikes && !rack.value.processed.contains(id)) {
        rack.value.registered.erase(id);
        co_await context.store().save(rack);
      }
      if (lost) throw Unavailable("no look at the tag");
    }
    co_await documents.erase(tag, Expected::any());
  }
  for (const auto& tag : rack.value.registered[id]) {
    co_await documents.erase(EntityStore::key_of<Tag>(tag), Expected::any());
  }
  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           MessageId::from_name(id + "/" + command.order_id));
  if (rack.value.registered.erase(id) > 0) co_await context.store().save(rack);
}

template <bool kStrikes>
BookingHandler with_tags() {
  auto handler = declared<Rack>(&book_with_tag<kStrikes>);
  handler.is_registered = [](const Document& document, const std::string& id) {
    const auto rack = from_json<Rack>(document.body);
    return rack.registered.contains(id) && !rack.processed.contains(id);
  };
  handler.left_beside = [](const std::vector<Document>& documents,
                           const std::vector<Message>&) -> std::optional<std::string> {
    for (const auto& document : documents) {
      if (document.key.id == type_name<Tag>()) return "the tag " + document.key.partition;
    }
    return std::nullopt;
  };
  return handler;
}

// It does wrong in situations with these words in their sentence, and in no others.
void is_found_only_by(const BookingHandler& handler, const std::string& words) {
  const auto failures = failures_of(handler);
  CAPTURE(words, describe(failures));
  REQUIRE_FALSE(failures.empty());
  for (const auto& failure : failures) {
    CHECK(failure.situation.find(words) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("handlers that clear up after others are right") {
  CHECK(describe(failures_of(with_tray<Wrong::nothing>())).empty());
  CHECK(describe(failures_of(with_tags<false>())).empty());
}

TEST_CASE("who looks once is found by another attempt after a conflict, or after a dead one") {
  is_found_only_by(with_tray<Wrong::looks_once_after_a_conflict>(),
                   "somebody else saves the order before operation");
  is_found_only_by(with_tray<Wrong::looks_once_after_others>(),
                   "an attempt at another payment has died");
}

TEST_CASE("who gives up after fifty conflicts is found by as many as nobody counts to") {
  is_found_only_by(with_tray<Wrong::fifty_times>(), "with VersionConflict, however often");
}

TEST_CASE("an attempt that ends and was not overtaken leaves nothing for ever") {
  is_found_only_by(with_tags<true>(), "an earlier one goes on and dies before its operation");
}
