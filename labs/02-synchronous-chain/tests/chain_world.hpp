#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chain.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/forwarding_store.hpp"

/// What the explorations of both steps share: the chain in a simulated network, its customers, and
/// fraud checks that work, hang, dawdle or fail.
namespace workshop::shop {

using explore::ProcessContext;
using std::chrono::milliseconds;

inline constexpr std::size_t kAccounts = 0;  ///< the store of "payments"
inline constexpr std::size_t kNotes = 1;     ///< what customers were told, what was checked

/// Every fault of a process and of its operations in this lab.
inline constexpr Faults kAnyTrouble = {Fault::crash, Fault::refused, Fault::unanswered};

inline constexpr int kBalance = 1'000;
inline const Purchase kPurchase{"order-1", "card-1", 1};
inline const Purchase kOtherPurchase{"order-2", "card-1", 10};
inline const Purchase kSuspicious{"order-3", "stolen", 1};
inline const Purchase kTooMuch{"order-4", "card-1", kBalance + 1};
inline const Purchase kTheLastCoin{"order-5", "card-1", kBalance};
inline const Purchase kNoAccount{"order-6", "card-of-another-bank", 1};

/// What a customer noted.
struct Told {
  int after_ms = 0;
  std::string answer;
};
/// One call of the fraud check.
struct Checked {
  std::string order_id;
  int after_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Told, (), (after_ms, answer))
BOOST_DESCRIBE_STRUCT(Checked, (), (order_id, after_ms))

/// The simulated time since the start, capped at about a week.
inline int elapsed_ms(const ProcessContext& context) {
  const auto elapsed = context.clock().now() - SimulatedClock().now();
  return static_cast<int>(std::min<milliseconds>(elapsed, std::chrono::weeks{1}).count());
}

// ---- fraud checks ----------------------------------------------------------------------------

inline Task<void> note_check(const HttpRequest& request, ProcessContext& context) {
  const Checked checked{from_json<Check>(request.body).order_id, elapsed_ms(context)};
  co_await context.store(kNotes).put(EntityStore::key_of<Checked>(MessageId::random().value),
                                     to_json(checked), Expected::absent());
}

inline bool is_post(const HttpRequest& request, const char* target) {
  return request.method == HttpMethod::post && request.target == target;
}

inline HttpResponse verdict_on(const HttpRequest& request) {
  if (!is_post(request, "/checks")) return {404, "no such page", {}};
  const bool stolen = from_json<Check>(request.body).card == "stolen";
  return {200, stolen ? "suspicious" : "fine", {}};
}

inline Task<HttpResponse> checks(HttpRequest request, ProcessContext& context) {
  co_await note_check(request, context);
  co_return verdict_on(request);
}

inline Task<HttpResponse> hangs(HttpRequest request, ProcessContext& context) {
  co_await note_check(request, context);
  co_await context.broker().receive("silence");  // a queue that stays empty
  co_return verdict_on(request);
}

inline Task<HttpResponse> note_and_answer(HttpResponse answer, HttpRequest request,
                                          ProcessContext& context) {
  co_await note_check(request, context);
  co_return answer;
}

/// A check that answers this, whatever it is asked.
inline explore::ServerHandler answers(HttpResponse answer) {
  return [answer](HttpRequest request, ProcessContext& context) {
    return note_and_answer(answer, std::move(request), context);
  };
}

inline Task<HttpResponse> dawdle(milliseconds time, HttpRequest request, ProcessContext& context) {
  co_await note_check(request, context);
  try {  // no server has the name "nobody", so this call takes until its deadline
    co_await context.http().request("nobody", {}, context.deadline(time));
  } catch (const OutcomeUnknown&) {
  }
  co_return verdict_on(request);
}

inline explore::ServerHandler takes(milliseconds time) {
  return [time](HttpRequest request, ProcessContext& context) {
    return dawdle(time, std::move(request), context);
  };
}

/// An answer as customers note it: its text, with the status before it where that is not the one of
/// the contract.
inline std::string noted(const HttpResponse& answer) {
  for (const auto& known : {kCharged, kDeclined, kNotCharged, kUnknown}) {
    if (answer.status == known.status && answer.body == known.body) return answer.body;
  }
  return fmt::format("{} {}", answer.status, answer.body);
}

// ---- the chain -------------------------------------------------------------------------------

using Handler = Task<HttpResponse> (*)(HttpRequest, Service&);

inline Task<HttpResponse> serve(Handler handler, std::size_t store, HttpRequest request,
                                ProcessContext& context) {
  Service service(context.store(store), context.http(),
                  [&context] { return context.deadline(milliseconds{0}); });
  co_return co_await handler(std::move(request), service);
}

inline Task<HttpResponse> serve_payments(HttpRequest request, ProcessContext& context) {
  if (!is_post(request, "/charges")) co_return HttpResponse{404, "no such page", {}};
  co_return co_await serve(&charge, kAccounts, std::move(request), context);
}

/// "shop" while it serves one customer, who notes the answer.
inline Task<void> submit_and_note(Purchase purchase, std::optional<milliseconds> patience,
                                  ProcessContext& context) {
  HttpRequest request{HttpMethod::post, "/submit", to_json(purchase), {}};
  if (patience) request.headers["deadline-ms"] = std::to_string(patience->count());
  Told told;
  try {
    const auto answer = co_await serve(&submit, kNotes, std::move(request), context);
    told.answer = noted(answer);
  } catch (const std::exception& error) {
    told.answer = std::string("500, for it threw: ") + error.what();
  }
  told.after_ms = elapsed_ms(context);
  try {
    co_await context.store(kNotes).put(EntityStore::key_of<Told>(purchase.order_id), to_json(told),
                                       Expected::any());
  } catch (const Error&) {
  }
}

/// A customer's cart; without a patience the customer does not say how long they wait.
inline explore::Round submits(Purchase purchase, std::optional<milliseconds> patience = kPatience) {
  return [purchase, patience](ProcessContext& context) {
    return submit_and_note(purchase, patience, context);
  };
}

inline Task<HttpResponse> charge_and_answer(HttpResponse answer, HttpRequest request,
                                            ProcessContext& context) {
  co_await serve(&charge, kAccounts, std::move(request), context);
  co_return answer;
}

/// "payments" with a bug after the charge, or with a proxy that answers in its place.
inline explore::ServerHandler charges_and_answers(HttpResponse answer) {
  return [answer](HttpRequest request, ProcessContext& context) {
    return charge_and_answer(answer, std::move(request), context);
  };
}

/// A store that is cut off: it does not save, and its answers are lost.
class CutOffStore final : public testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Task<Version> put(Key key, std::string /*body*/, Expected /*expected*/) override {
    co_await store().get(std::move(key));
    throw OutcomeUnknown("the connection to the store broke");
  }
};

inline Task<HttpResponse> charges_cut_off(HttpRequest request, ProcessContext& context) {
  CutOffStore store(context.store(kAccounts));
  Service service(store, context.http(), [&context] { return context.deadline(milliseconds{0}); });
  co_return co_await charge(std::move(request), service);
}

/// A network in which every connection is refused at once. It notes each call, as a check of the
/// order; and so that even an endless retry comes to an end, the tenth waits until its deadline.
class NobodyReached final : public HttpClient {
 public:
  NobodyReached(std::string order_id, ProcessContext& context)
      : order_id_(std::move(order_id)), context_(&context) {}

  Task<HttpResponse> request(std::string authority, HttpRequest /*request*/,
                             Deadline deadline) override {
    if (++calls_count_ == 10) co_await context_->http().request("nobody", {}, deadline);
    const Checked call{order_id_, elapsed_ms(*context_)};
    co_await context_->store(kNotes).put(EntityStore::key_of<Checked>(MessageId::random().value),
                                         to_json(call), Expected::absent());
    throw Unavailable(authority + " refuses connections");
  }

 private:
  std::string order_id_;
  ProcessContext* context_;
  int calls_count_ = 0;
};

inline Task<HttpResponse> serve_unconnected(Handler handler, std::size_t store, HttpRequest request,
                                            ProcessContext& context) {
  NobodyReached http(from_json<Purchase>(request.body).order_id, context);
  Service service(context.store(store), http,
                  [&context] { return context.deadline(milliseconds{0}); });
  co_return co_await handler(std::move(request), service);
}

/// "payments", to which the fraud check is down.
inline Task<HttpResponse> charges_without_a_check(HttpRequest request, ProcessContext& context) {
  return serve_unconnected(&charge, kAccounts, std::move(request), context);
}

/// A customer of a shop to which "payments" is down.
inline Task<void> submit_without_payments(Purchase purchase, ProcessContext& context) {
  HttpRequest request{HttpMethod::post, "/submit", to_json(purchase), {}};
  request.headers["deadline-ms"] = std::to_string(kPatience.count());
  const auto answer = co_await serve_unconnected(&submit, kNotes, std::move(request), context);
  const Told told{elapsed_ms(context), noted(answer)};
  co_await context.store(kNotes).put(EntityStore::key_of<Told>(purchase.order_id), to_json(told),
                                     Expected::any());
}

inline explore::Round submits_without_payments(Purchase purchase) {
  return [purchase](ProcessContext& context) { return submit_without_payments(purchase, context); };
}

/// Whatever the scenario: without a check on the bill, no card has paid anything.
inline std::optional<Violation> charged_unchecked(const StoreView& view) {
  const auto is_check = [](const auto& document) {
    return document.key.id == type_name<Checked>();
  };
  if (std::ranges::any_of(view.documents(kNotes), is_check)) return std::nullopt;
  for (const auto& document : view.documents(kAccounts)) {
    const int balance = from_json<Account>(document.body).balance;
    if (balance == kBalance) continue;
    return Violation{"charged unchecked", "no card is charged without a check",
                     fmt::format("{} has {} coins left of {}, and nobody was asked about it",
                                 document.key.partition, balance, kBalance)};
  }
  return std::nullopt;
}

/// The carts of some customers, each with a process "shop" of its own; "payments", served by
/// `payments_count` processes; and a fraud check.
inline GiftShop chain(std::vector<explore::Round> carts, explore::ServerHandler check,
                      int payments_count = 1, explore::ServerHandler payments = &serve_payments) {
  auto shop = gift_shop("silence");
  for (std::size_t i = 0; i < carts.size(); ++i) {
    shop.with_client(carts.size() == 1 ? "shop" : fmt::format("shop-{}", i + 1), carts[i]);
  }
  shop.on_stores({Profile::relational(), Profile::relational()})
      .with_server(kPayments, payments_count, std::move(payments))
      .with_server(kFraudCheck, 1, std::move(check));
  for (const auto& card : {"card-1", "stolen"}) {
    shop.with_document(EntityStore::key_of<Account>(card), to_json(Account{kBalance}), kAccounts);
  }
  shop.scenario().messages_min = 0;
  return shop.up_to(0, 1).with_faults({}).at_rest(&charged_unchecked);
}

// ---- what must hold --------------------------------------------------------------------------

inline std::optional<Told> told_of(const StoreView& view, const Purchase& purchase) {
  return view.entity<Told>(purchase.order_id, kNotes);
}

/// How often the purchase was debited. Amounts are powers of ten, so each has its own digit of the
/// sum that was debited.
inline int times_charged(const StoreView& view, const Purchase& purchase) {
  const auto account = view.entity<Account>(purchase.card, kAccounts);
  return (kBalance - account->balance) / purchase.amount % 10;
}

/// When the fraud check was asked about an order, in milliseconds from the start.
inline std::vector<int> checks_of(const StoreView& view, const std::string& order_id) {
  std::vector<int> times;
  for (const auto& document : view.documents(kNotes)) {
    if (document.key.id != type_name<Checked>()) continue;
    const auto checked = from_json<Checked>(document.body);
    if (checked.order_id == order_id) times.push_back(checked.after_ms);
  }
  return times;
}

using AtRest = std::function<std::optional<Violation>(const StoreView&)>;

/// The customer was given an answer before this time had passed.
inline AtRest answered_within(const Purchase& purchase, milliseconds patience) {
  return [=](const StoreView& view) -> std::optional<Violation> {
    const auto told = told_of(view, purchase);
    if (told && told->after_ms < patience.count()) return std::nullopt;
    return Violation{
        "no answer",
        fmt::format("{} has an answer before {} ms have passed", purchase.order_id,
                    patience.count()),
        told ? fmt::format("\"{}\" after {} ms: the customer is gone", told->answer, told->after_ms)
             : "none came"};
  };
}

/// The customer was told one of these.
inline AtRest told_any_of(const Purchase& purchase, std::vector<HttpResponse> answers) {
  return [=](const StoreView& view) -> std::optional<Violation> {
    const auto told = told_of(view, purchase);
    if (!told) return std::nullopt;
    std::string expected;
    for (const auto& answer : answers) {
      if (answer.body == told->answer) return std::nullopt;
      expected += (expected.empty() ? "\"" : " or \"") + answer.body + "\"";
    }
    return Violation{"wrong answer",
                     fmt::format("the customer of {} is told {}", purchase.order_id, expected),
                     fmt::format("\"{}\"", told->answer)};
  };
}

/// The card was charged for the purchase at most once.
inline AtRest charged_once(const Purchase& purchase) {
  return [=](const StoreView& view) -> std::optional<Violation> {
    const int times = times_charged(view, purchase);
    if (times <= 1) return std::nullopt;
    return Violation{"duplicate effect", purchase.order_id + " is charged at most once",
                     fmt::format("charged {} times", times)};
  };
}

/// The card was never charged for the purchase.
inline AtRest never_charged(const Purchase& purchase) {
  return [=](const StoreView& view) -> std::optional<Violation> {
    if (times_charged(view, purchase) == 0) return std::nullopt;
    return Violation{"charged unchecked", purchase.card + " is not charged without a \"fine\"",
                     "charged"};
  };
}

/// What the customer was told is one of the four answers, and true; nobody was given money.
inline AtRest told_the_truth(const Purchase& purchase) {
  return [=](const StoreView& view) -> std::optional<Violation> {
    if (auto other = told_any_of(purchase, {kCharged, kDeclined, kNotCharged, kUnknown})(view)) {
      return other;
    }
    const auto account = view.entity<Account>(purchase.card, kAccounts);
    if (account->balance > kBalance) {
      return Violation{"wrong effect", purchase.card + " never has more than before the purchase",
                       fmt::format("{} in place of {}", account->balance, kBalance)};
    }
    const auto told = told_of(view, purchase);
    if (!told || told->answer == kUnknown.body) return std::nullopt;
    const bool charged = times_charged(view, purchase) > 0;
    const auto wrong = [&](const char* truth) {
      return Violation{
          "wrong answer", "what a customer is told is true",
          fmt::format("{} is told \"{}\", and {}", purchase.order_id, told->answer, truth)};
    };
    if (charged != (told->answer == kCharged.body)) {
      return wrong(charged ? "the card was charged" : "the card was not charged");
    }
    const bool can_be_charged = purchase.card != "stolen" && purchase.amount <= kBalance;
    if (told->answer == kDeclined.body && can_be_charged) {
      return wrong("the card is fine and has the money");
    }
    return std::nullopt;
  };
}

/// The fraud check was asked about the order at most once.
inline AtRest checked_once(const Purchase& purchase) {
  return [=](const StoreView& view) -> std::optional<Violation> {
    const auto count = checks_of(view, purchase.order_id).size();
    if (count <= 1) return std::nullopt;
    return Violation{"duplicate effect", purchase.order_id + " is checked at most once",
                     fmt::format("{} checks on the bill", count)};
  };
}

/// What refused connections was not called again and again.
inline AtRest called_a_few_times(const Purchase& purchase) {
  return [=](const StoreView& view) -> std::optional<Violation> {
    constexpr std::size_t kCallsMax = 3;
    const auto count = checks_of(view, purchase.order_id).size();
    if (count <= kCallsMax) return std::nullopt;
    return Violation{"retry storm",
                     fmt::format("a service that is down is called for {} {} times at most",
                                 purchase.order_id, kCallsMax),
                     fmt::format("{} times, without a pause", count)};
  };
}

/// The bill has a check about this order.
inline AtRest on_the_bill(const Purchase& purchase) {
  return [=](const StoreView& view) -> std::optional<Violation> {
    if (!checks_of(view, purchase.order_id).empty()) return std::nullopt;
    return Violation{"lost effect", "the fraud check is asked about " + purchase.order_id,
                     "no check of this order is on the bill"};
  };
}

}  // namespace workshop::shop
