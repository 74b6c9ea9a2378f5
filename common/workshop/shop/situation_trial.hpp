#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/shop/dead_handler.hpp"
#include "workshop/shop/situation_words.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/trial_store.hpp"
#include "workshop/shop/troubled.hpp"

/// The quiet world in which a situation of situations.hpp takes place.
namespace workshop::shop::detail {

// One of a trial's payments.
struct Payment {
  std::string id;
  std::string order;
  int amount = 0;
};

// A shop with one handler and no fault, and what was delivered to it.
class Trial {
 public:
  Trial(const BookingHandler& handler, std::string situation, std::vector<SituationFailure>& found)
      : handler_(&handler),
        situation_(std::move(situation)),
        found_(&found),
        broker_(clock_),
        store_(handler.profile),
        endpoint_("payments") {
    broker_.declare_queue("archive");
    for (const auto& type : handler.event_types) broker_.subscribe(type, "archive");
    broker_.declare_queue("of others");  // what waits for them, and this handler does not make
    if (std::ranges::find(handler.event_types, "PaymentBooked") == handler.event_types.end()) {
      broker_.subscribe("PaymentBooked", "of others");
    }
    handler.handlers(endpoint_);
  }

  bool failed() const noexcept { return failed_; }

  void has_order(const std::string& order) { has_order(order, handler_->empty_order); }
  void has_order(const std::string& order, const std::string& body) {
    run_inline(store_->put(handler_->key_of(order), body, Expected::absent()));
  }

  // An order and what belongs to it, as others have left it.
  void has(const std::string& order, StoredDocuments documents) {
    for (auto& [key, body] : documents) {
      run_inline(store_->put(std::move(key), std::move(body), Expected::absent()));
    }
    sums_[order] = paid_of(order);
  }

  // The same, when attempts at this payment have left it, which have booked it or not.
  void has_begun(const std::string& id, const std::string& order, int amount,
                 StoredDocuments documents) {
    begins({id, order, amount});
    for (auto& [key, body] : documents) {
      run_inline(store_->put(std::move(key), std::move(body), Expected::absent()));
    }
  }

  // A payment comes again that others have booked.
  void comes_again(const std::string& id, const std::string& order, int amount,
                   std::uint32_t count = 2) {
    deliver(message_of(id, order, amount), count);
    is_paid();
  }

  void is_told_of(const ExpectedEvent& event) {
    if (std::ranges::find(handler_->event_types, event.type) == handler_->event_types.end()) return;
    told_.insert(event.type + " " + event.body);
  }

  // Each document's texts, its key before each.
  std::set<std::string> stored() const {
    std::set<std::string> texts;
    for (const auto& document : store_->documents()) {
      for (const auto& text : quoted_in(document.body)) {
        texts.insert(document.key.partition + " " + text);
      }
    }
    return texts;
  }

  // All of these are still stored. What waited for others may have been sent for them, and removed.
  void still_has(const std::set<std::string>& there) {
    const auto now = stored();
    const auto sent = texts_sent_for_others();
    for (const auto& text : there) {
      if (now.contains(text) || sent.contains(text.substr(text.find(' ') + 1))) continue;
      fail("what belongs to others stays", shown(text) + " is gone");
    }
  }

  // From here on nobody is told of a payment.
  void nobody_is_told() { silent_ = true; }

  // From here on all payments are caused by one message, and belong to one conversation.
  void caused_by(std::string cause) { cause_ = std::move(cause); }

  // From here on a person has taken all payments out of the dead letters, and has sent them again.
  void come_from_dead_letters() { from_dead_letters_ = true; }

  // What is stored before a payment's message arrives, once for each message.
  void arrives(const std::string& id, const std::string& order, int amount) {
    if (!handler_->arrives_with || !arrived_.insert(id).second) return;
    handler_->arrives_with(*store_, message_of(id, order, amount));
  }

  // Delivers a payment for the n-th time, and keeps it.
  void pays(const std::string& id, const std::string& order, int amount, std::uint32_t count = 1) {
    auto message = message_of(id, order, amount);
    begins({id, order, amount});
    arrives(id, order, amount);
    deliver(message, count);
    ends(id);
    messages_.push_back(std::move(message));
  }

  // Delivers a payment for the n-th time while one of its operations fails, and once more if the
  // handler says so. Another payment may come in between.
  void pays_in_trouble(const std::string& id, const std::string& order, int amount,
                       Trouble& trouble, const Payment& between = {}, std::uint32_t count = 1) {
    const auto message = message_of(id, order, amount);
    begins({id, order, amount});
    arrives(id, order, amount);
    TroubledStore store(*store_, trouble);
    TroubledBroker broker(broker_, trouble);
    HandlerContext context("payments", Delivery{"payments", message, {}, count}, store, broker);
    bool comes_again = true;
    try {
      run_inline(endpoint_.handle(context));
      comes_again = false;
    } catch (const Todo&) {
      throw;
    } catch (const NeverEnds&) {
      throw;
    } catch (const TriesForEver&) {
      fail("the error leaves the handler", tried_for_ever(trouble.failing()));
    } catch (...) {  // whatever it is: the message comes again
    }
    if (!between.id.empty()) {
      pays(between.id, between.order, between.amount);
      deliver(messages_.back(), 2);
    }
    messages_.push_back(message);
    if (comes_again) deliver(message, count + 1);
    ends(id);
  }

  // An attempt at a payment at its n-th delivery, in trouble. Whether the handler has returned.
  bool attempts(const std::string& id, const std::string& order, int amount, Trouble& trouble,
                std::uint32_t count = 1) {
    const auto message = message_of(id, order, amount);
    begins({id, order, amount});
    TroubledStore store(*store_, trouble);
    TroubledBroker broker(broker_, trouble);
    HandlerContext context("payments", Delivery{"payments", message, {}, count}, store, broker);
    bool returned = false;
    try {
      run_inline(endpoint_.handle(context));
      returned = true;
    } catch (const Todo&) {
      throw;
    } catch (const NeverEnds&) {
      throw;
    } catch (...) {  // whatever it is: the message comes again
    }
    expect_what_is_booked();
    return returned;
  }

  // An attempt at a payment that dies, as the trouble says. Whether it came so far.
  bool dies(const std::string& id, const std::string& order, int amount, Trouble& death) {
    attempts(id, order, amount, death);
    return death.met();
  }

  // The payment was acknowledged: it does not come again by itself.
  void was_handled(const std::string& id, const std::string& order, int amount) {
    ends(id);
    messages_.push_back(message_of(id, order, amount));
  }

  // Somebody else saves the order as it is, so that it has another version.
  void somebody_saves(const std::string& order) {
    const auto key = handler_->key_of(order);
    run_inline(store_->put(key, store_->find(key)->body, Expected::any()));
  }

  // Whether an attempt at the payment is registered in its order.
  bool is_registered(const std::string& id, const std::string& order) const {
    if (!handler_->is_registered) return false;
    const auto document = store_->find(handler_->key_of(order));
    return document && handler_->is_registered(*document, id);
  }

  // An attempt that was registered has returned, or not.
  void must_have_gone_on(bool has) {
    if (!has) fail("the attempt goes on where it is", "it threw an error, and begins anew");
  }

  // A dead attempt at a payment has booked it, and has left so many events unsent.
  void left_unsent(const std::string& id, const std::string& order, int amount, int events_count,
                   std::uint32_t count) {
    const auto like = events_of_a_dead_handler(id, amount).front();
    std::vector<Message> events;
    for (int number = 1; number <= events_count; ++number) {
      events.push_back(like);
      events.back().id = MessageId{fmt::format("{}-{}", like.id.value, number)};
      told_.insert(like.type + " " + like.body);
    }
    for (auto& [key, body] : handler_->left_unsent(id, order, amount, std::move(events))) {
      run_inline(store_->put(std::move(key), std::move(body), Expected::any()));
    }
    const auto message = message_of(id, order, amount);
    arrives(id, order, amount);
    sums_[order] += amount;
    deliver(message, count);
    messages_.push_back(message);
  }

  // The sum that is paid of an order.
  int paid_of(const std::string& order) const {
    const auto document = store_->find(handler_->key_of(order));
    return document ? handler_->paid(*document) : 0;
  }

  // Whether no event was sent yet.
  bool nobody_was_told() const { return broker_.messages("archive").empty(); }

  // How much there is in the store.
  std::size_t bytes_stored() const {
    std::size_t bytes = 0;
    for (const auto& document : store_->documents()) {
      bytes += document.key.partition.size() + document.body.size();
    }
    return bytes;
  }

  // The largest document, which has its key and how many bytes it has.
  std::pair<Key, std::size_t> largest() const {
    std::pair<Key, std::size_t> largest;
    for (const auto& document : store_->documents()) {
      if (document.body.size() > largest.second) largest = {document.key, document.body.size()};
    }
    return largest;
  }

  // No document is larger than that, but for a few digits more.
  void has_not_grown(std::size_t bytes_before) {
    constexpr std::size_t kDigits = 16;
    const auto [key, bytes] = largest();
    if (handler_->documents_grow || bytes <= bytes_before + kDigits) return;
    fail(fmt::format("no document grows with what is handled; the largest one had {} bytes",
                     bytes_before),
         fmt::format("{} has {}", shown(key.partition + " " + key.id), bytes));
  }

  // Every text that is stored or sent by now: names that the handler has made, and may make again.
  std::set<std::string> texts() const {
    std::set<std::string> texts;
    for (const auto& document : store_->documents()) {
      texts.insert({document.key.partition, document.key.id});
      for (auto& text : quoted_in(document.body)) texts.insert(std::move(text));
    }
    for (const auto& sent : broker_.messages("archive")) texts.insert(sent.message->id.value);
    return texts;
  }

  // A name that the handler has made is too short.
  void may_be_taken_for_another(const std::string& name) {
    fail("no two of them are the same", shown(name) + " has so few characters that two will be");
  }

  // Nothing is missing or left, and then all of them come once more. What a handler has lost that
  // took a message for done would come back with its copy.
  void pays_all_again(std::uint32_t count = 2) {
    is_at_rest();
    all_come_again(count);
  }

  // All of them once more, while others may be under way.
  void all_come_again(std::uint32_t count = 2) {
    for (const auto& message : messages_) deliver(message, count);
  }

  // From here on something may be left beside the orders: an attempt that was overtaken has ended
  // before it had removed what it had created, and nobody else knows of that.
  void may_leave_something_beside() { beside_is_judged_ = false; }

  // Nothing is left beside the orders but what was there before and what belongs to what was sent.
  void has_left_nothing_beside(const std::vector<Document>& before = {}) {
    if (!handler_->left_beside || !beside_is_judged_) return;
    auto documents = store_->documents();
    std::erase_if(documents, [&](const Document& document) {
      return std::ranges::find(before, document.key, &Document::key) != before.end();
    });
    std::vector<Message> sent;
    for (const auto& each : broker_.messages("archive")) sent.push_back(*each.message);
    if (auto left = handler_->left_beside(documents, sent)) {
      fail("what is stored belongs to what was sent", *left);
    }
  }

  // All documents.
  std::vector<Document> documents() const { return store_->documents(); }

  // Everything is paid once.
  void is_paid() {
    for (const auto& [order, sum] : sums_) {
      const int paid = paid_of(order);
      if (paid != sum) {
        fail(fmt::format("{} has paid {}", shown(order), sum), std::to_string(paid));
      }
    }
  }

  // Everything is paid and told of once.
  void is_paid_and_told() {
    is_paid();
    compare_events();
  }

  // Everything is paid and told of once, and nothing is left.
  void is_at_rest() {
    is_paid_and_told();
    for (const auto& document : store_->documents()) {
      if (!handler_->left_over) break;
      if (auto left = handler_->left_over(document)) fail("nothing is left over", *left);
    }
    has_left_nothing_beside();
  }

 private:
  Message message_of(const std::string& id, const std::string& order, int amount) const {
    auto message = handler_->message_of(id, order, amount);
    if (!cause_.empty()) {
      message.headers.insert_or_assign(std::string(header::kCausationId), cause_);
      message.headers.insert_or_assign(std::string(header::kCorrelationId), cause_);
    }
    if (from_dead_letters_) {
      for (const auto name : {header::kDeadLetterReason, header::kDeadLetterFailure}) {
        message.headers.insert_or_assign(std::string(name), "delivered 10 times");
      }
    }
    return message;
  }
  // Keeps the payment until it is booked: what it earns follows from what was paid before it.
  void begins(Payment payment) {
    expect_what_is_booked();
    if (!begun_.insert(payment.id).second) return;
    unbooked_.push_back(std::move(payment));
  }
  // The payment must be booked by now.
  void ends(const std::string& id) {
    if (unbooked_.size() > 1) expect_what_is_booked();
    const auto place = std::ranges::find(unbooked_, id, &Payment::id);
    if (place == unbooked_.end()) return;
    expect(place->order, place->amount);
    unbooked_.erase(place);
  }
  void expect_what_is_booked() {
    for (auto place = unbooked_.begin(); place != unbooked_.end();) {
      const int more = paid_of(place->order) - sums_[place->order];
      if (more == place->amount) {
        expect(place->order, place->amount);
        place = unbooked_.erase(place);
      } else {
        ++place;
      }
    }
  }
  void expect(const std::string& order, int amount) {
    if (!silent_) {
      for (const auto& event : handler_->events_of(order, amount, sums_[order])) {
        told_.insert(event.type + " " + event.body);
      }
    }
    sums_[order] += amount;
  }
  void deliver(const Message& message, std::uint32_t count) {
    HandlerContext context("payments", Delivery{"payments", message, {}, count}, *store_, broker_);
    try {
      run_inline(endpoint_.handle(context));
    } catch (const std::exception& error) {
      fail(fmt::format("{} is handled", shown(message.id.value)),
           fmt::format("the handler threw: {}", error.what()));
    }
  }

  // Events may be sent again; those under one id are one event.
  void compare_events() {
    std::map<std::string, std::string> by_id;
    for (const auto& sent : broker_.messages("archive")) {
      const auto text = sent.message->type + " " + sent.message->body;
      const auto [place, is_new] = by_id.emplace(sent.message->id.value, text);
      if (!is_new && place->second != text) {
        const auto [first, then] = shown_apart(place->second, text);
        fail("one id always carries the same bytes", first + ", then " + then);
      }
    }
    std::multiset<std::string> got;
    for (const auto& [id, text] : by_id) got.insert(text);
    if (got == told_) return;
    for (const auto& text : told_) {
      if (got.count(text) == told_.count(text)) continue;
      fail(fmt::format("{}, under {} of its own", shown(text),
                       told_.count(text) == 1 ? std::string("an id")
                                              : fmt::format("{} ids", told_.count(text))),
           fmt::format("{} ids", got.count(text)));
      return;
    }
    for (const auto& text : got) {
      if (told_.contains(text)) continue;
      fail("no other event", shown(text));
      return;
    }
  }

  std::set<std::string> texts_sent_for_others() const {
    std::set<std::string> texts;
    for (const auto& sent : broker_.messages("of others")) {
      for (auto& text : quoted_in(to_json(*sent.message))) texts.insert(std::move(text));
    }
    return texts;
  }

  void fail(std::string expected, std::string got) {
    if (!failed_) found_->push_back({situation_, std::move(expected), std::move(got)});
    failed_ = true;
  }

  const BookingHandler* handler_;
  std::string situation_;
  std::vector<SituationFailure>* found_;
  SystemClock clock_;
  InProcessBroker broker_;
  TrialStore store_;
  Endpoint endpoint_;
  std::vector<Message> messages_;
  std::map<std::string, int> sums_;
  std::multiset<std::string> told_;
  std::set<std::string> arrived_;
  std::set<std::string> begun_;
  std::vector<Payment> unbooked_;  // and begun
  std::string cause_;
  bool from_dead_letters_ = false;
  bool silent_ = false;
  bool beside_is_judged_ = true;
  bool failed_ = false;
};

}  // namespace workshop::shop::detail
