// Situations in which much is left over: attempts that died, and events that nobody has sent yet.
#include <algorithm>
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "workshop/core/error.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/shop/situations.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

struct Box {
  int paid = 0;
  std::set<std::string> processed;
  std::map<std::string, int> attempts;  ///< that have begun, of each message that is under way
  std::map<std::string, std::vector<Message>> outbox;
};
BOOST_DESCRIBE_STRUCT(Box, (), (paid, processed, attempts, outbox))

enum class Wrong {
  nothing,
  fourth_attempt,
  forgets_attempts,
  capped_outbox,
  first_events,
  cause_as_id,
  gives_up
};

// Saves, or gives up without a word after a number of conflicts.
Task<void> save(Entity<Box>& box, HandlerContext& context, int conflicts_max) {
  for (int conflicts = 0;; ++conflicts) {
    try {
      co_await context.store().save(box);
      co_return;
    } catch (const VersionConflict&) {
      if (conflicts_max == 0) throw;
      if (conflicts == conflicts_max) co_return;
    }
  }
}

// A handler with one planted bug.
template <Wrong kWrong>
Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto id = context.message().id.value;
  if (kWrong == Wrong::cause_as_id) {
    const auto cause = context.message().headers.find(header::kCausationId);
    if (cause != context.message().headers.end()) id = cause->second;
  }
  auto box = co_await context.store().load<Box>(command.order_id);
  const int begun = ++box.value.attempts[id];
  co_await context.store().save(box);
  if (kWrong == Wrong::fourth_attempt && begun > 3) throw Unavailable("too many attempts");

  auto& outbox = box.value.outbox;
  if (box.value.processed.insert(id).second) {
    if (kWrong == Wrong::capped_outbox && outbox.size() >= 3) outbox.erase(outbox.begin());
    box.value.paid += command.amount;
    outbox[id] = {make_message(PaymentBooked{command.order_id, command.amount},
                               MessageId::from_name(id + "/" + command.order_id))};
    co_await save(box, context, kWrong == Wrong::gives_up ? 3 : 0);
  }
  std::size_t most = kWrong == Wrong::first_events ? 100 : 1'000'000;
  for (const auto& message : outbox[id]) {
    if (most-- > 0) co_await context.publish(message);
  }
  if (kWrong == Wrong::gives_up) box = co_await context.store().load<Box>(command.order_id);
  outbox.erase(id);
  if (kWrong != Wrong::forgets_attempts || begun < 4) box.value.attempts.erase(id);
  co_await context.store().save(box);
}

template <Wrong kWrong>
BookingHandler handler() {
  BookingHandler declared;
  declared.handlers = [](Endpoint& endpoint) { endpoint.on<BookPayment>(&handle<kWrong>); };
  declared.key_of = [](const std::string& order) { return EntityStore::key_of<Box>(order); };
  declared.empty_order = to_json(Box{});
  declared.paid = [](const Document& document) { return from_json<Box>(document.body).paid; };
  declared.left_beside = [](const std::vector<Document>& documents,
                            const std::vector<Message>&) -> std::optional<std::string> {
    for (const auto& document : documents) {
      const auto box = from_json<Box>(document.body);
      if (!box.attempts.empty()) return "attempts at " + box.attempts.begin()->first;
    }
    return std::nullopt;
  };
  declared.left_unsent = [](const std::string& id, const std::string& order, int amount,
                            std::vector<Message> messages) {
    const Box left{.paid = amount, .processed = {id}, .outbox = {{id, std::move(messages)}}};
    return std::vector{std::pair(EntityStore::key_of<Box>(order), to_json(left))};
  };
  return declared;
}

// The first situation in which it does wrong.
template <Wrong kWrong>
std::string found() {
  const auto everyday = everyday_situations(handler<kWrong>());
  if (!everyday.empty()) return everyday.front().situation;
  const auto large = large_situations(handler<kWrong>());
  return large.empty() ? "none" : large.front().situation;
}

}  // namespace

TEST_CASE("however much is left over, a right handler is right") {
  CHECK(found<Wrong::nothing>() == "none");
}

TEST_CASE("what counts how much is left over is found") {
  CHECK(found<Wrong::cause_as_id>() == "two payments that one message has caused");
  CHECK(found<Wrong::fourth_attempt>().find("25 attempts at a payment die") == 0);
  CHECK(found<Wrong::forgets_attempts>().find("25 attempts at a payment die") == 0);
  CHECK(found<Wrong::capped_outbox>().find("attempts at 25 payments of an order die") == 0);
  CHECK(found<Wrong::first_events>() == "a dead attempt has left 250 events unsent");
  CHECK(found<Wrong::gives_up>().find("fails 4 times because somebody was faster") !=
        std::string::npos);
}
