#pragma once

// The inside of the Broker conformance suite: a broker under test with operations that wait, and
// the sentences that are tested. Only broker_conformance*.cpp includes it.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "workshop/core/json.hpp"
#include "workshop/testing/broker_conformance.hpp"

namespace workshop::broker_sentences {

using std::chrono::milliseconds;

/// A sentence that does not hold.
struct Mismatch {
  std::string what;  ///< the sentence, and what was found
};

inline void expect(bool condition, const std::string& what) {
  if (!condition) throw Mismatch{what};
}

template <class A, class B>
void expect_equal(const A& got, const B& expected, std::string_view what) {
  if (!(got == expected)) {
    throw Mismatch{fmt::format("{}: expected '{}', got '{}'", what, expected, got)};
  }
}

template <class Failure, class T>
void expect_failure(Task<T> operation, std::string_view what) {
  try {
    sync_wait(std::move(operation));
  } catch (const Failure&) {
    return;
  } catch (const Error& other) {
    throw Mismatch{fmt::format("{}: expected {}, got another error: {}", what, type_name<Failure>(),
                               other.what())};
  }
  throw Mismatch{fmt::format("{}: expected {}, but it succeeded", what, type_name<Failure>())};
}

/// Texts of any size, cut to what a person reads.
inline std::string shown(std::string_view text) {
  return text.size() <= 40 ? std::string(text)
                           : fmt::format("{}… ({} bytes)", text.substr(0, 40), text.size());
}

inline void expect_same_message(const Message& got, const Message& expected) {
  expect_equal(got.id.value, expected.id.value, "the id");
  expect_equal(got.type, expected.type, "the type");
  expect(got.body == expected.body,
         fmt::format("the body: expected '{}', got '{}'", shown(expected.body), shown(got.body)));
  expect(got.headers == expected.headers,
         fmt::format("the headers: expected {}, got {}", to_json(expected.headers),
                     to_json(got.headers)));
}

/// A broker while one property is tested, with operations that wait.
class Session {
 public:
  /// A fresh broker of the factory.
  Session(const BrokerFactory& factory, const BrokerFeatures& features, const BrokerSetup& setup)
      : features_(features), under_test_(factory(setup)) {}

  /// The broker under test.
  Broker& broker() { return *under_test_.broker; }
  /// What the broker declares.
  const BrokerFeatures& features() const { return features_; }
  /// So many units of the time in which the broker counts.
  milliseconds units(int count) const { return features_.unit_ms * count; }
  /// Lets so many units of time pass.
  void pass(int units_count) { under_test_.advance(units(units_count)); }
  /// Closes the broker and opens it again.
  void reopen() { under_test_.broker = under_test_.reopen(std::move(under_test_.broker)); }

  /// Sends, and waits until it is done. Throws what the broker throws, as all of these do.
  void send(const std::string& queue, Message message) {
    sync_wait(broker().send(queue, std::move(message)));
  }
  /// Sends a message with this id.
  Message send_id(const std::string& queue, std::string id) {
    Message message{MessageId{std::move(id)}, "Booked", R"({"order":"o-1"})", {{"shop", "north"}}};
    send(queue, message);
    return message;
  }
  /// Receives, with the patience that the broker asks for; nothing: there was nothing.
  std::optional<Delivery> try_receive(const std::string& queue) {
    auto delivery = sync_wait(broker().receive(queue));
    const auto tries = 20;
    for (int i = 0; i < tries && !delivery && is_late(); ++i) {
      under_test_.advance(features_.visible_after_max_ms / tries + milliseconds{1});
      delivery = sync_wait(broker().receive(queue));
    }
    return delivery;
  }
  /// The same; throws Mismatch when there was nothing.
  Delivery receive(const std::string& queue, std::string_view when) {
    auto delivery = try_receive(queue);
    for (int i = 0; i < kTriesOnABusyMachine && !delivery && is_late(); ++i) {
      delivery = try_receive(queue);
    }
    expect(delivery.has_value(), fmt::format("{}: nothing is received from '{}'", when, queue));
    return std::move(*delivery);
  }
  /// Throws Mismatch when there is something.
  void expect_nothing(const std::string& queue, std::string_view when) {
    const auto delivery = try_receive(queue);
    expect(!delivery, fmt::format("{}: '{}' is received from '{}'", when,
                                  delivery ? delivery->message.id.value : "", queue));
  }
  /// Settles the delivery.
  void acknowledge(const Delivery& delivery) { sync_wait(broker().acknowledge(delivery.tag)); }
  /// Gives the delivery back.
  void abandon(const Delivery& delivery, std::string reason = {}) {
    sync_wait(broker().abandon(delivery.tag, std::move(reason)));
  }
  /// Renews the lease of the delivery.
  void renew(const Delivery& delivery) { sync_wait(broker().renew(delivery.tag)); }
  /// Moves what is dead-lettered back; returns how many.
  std::size_t redrive(const std::string& queue) {
    // A message that was just given up may be on its way to the dead-letter queue.
    std::size_t moved_count = 0;
    for (int tries = is_late() ? kTriesOnABusyMachine : 1; tries > 0 && moved_count == 0; --tries) {
      if (is_late()) under_test_.advance(features_.visible_after_max_ms);
      moved_count = sync_wait(broker().redrive(queue));
    }
    return moved_count;
  }

  /// Receives and abandons until the message is dead-lettered; `deliveries` are `deliveries_max`.
  void exhaust(const std::string& queue, int deliveries, const std::string& reason = {}) {
    for (int i = 0; i < deliveries; ++i) {
      abandon(receive(queue, "before it is dead-lettered"), reason);
    }
  }

 private:
  /// What ought to be there is waited for so many times as long as a broker takes when it has the
  /// machine for itself; what ought not to be there, once.
  static constexpr int kTriesOnABusyMachine = 10;
  /// Whether what was done is seen only a while after.
  bool is_late() const { return features_.visible_after_max_ms.count() > 0; }

  BrokerFeatures features_;
  BrokerUnderTest under_test_;
};

inline const std::string kOrders = "orders";
inline const std::string kShop = "shop";

// In broker_conformance_delivery.cpp; each throws Mismatch when its sentence does not hold.
void message_is_kept(Session& s);
void bodies_are_kept(Session& s);
void lease_hides(Session& s);
void acknowledged_is_gone(Session& s);
void acknowledge_settles_one(Session& s);
void tags_are_per_delivery(Session& s);
void settled_twice(Session& s);
void stale_after_abandon(Session& s);
void stale_after_expiry(Session& s);
void stale_tag_spares_new_delivery(Session& s);
void unknown_tag(Session& s);
void abandoned_is_visible(Session& s);
void abandon_counts(Session& s);
void reason_is_not_delivered(Session& s);
void expired_is_visible(Session& s);
void crash_counts(Session& s);
void renew_extends(Session& s);
void renew_from_now(Session& s);
void renew_never_after_expiry(Session& s);
void leases_per_queue(Session& s);

// In broker_conformance_queues.cpp; each throws Mismatch when its sentence does not hold.
void dead_lettered_by_abandon(Session& s);
void dead_lettered_by_expiry(Session& s);
void last_delivery_acknowledged(Session& s);
void dead_letter_is_kept(Session& s);
void dead_letter_has_reason(Session& s);
void dead_letter_tells_failure(Session& s);
void dead_letter_queue_is_a_queue(Session& s);
void redrive_moves_all(Session& s);
void redriven_is_as_sent(Session& s);
void redriven_counts_anew(Session& s);
void publish_reaches_all(Session& s);
void no_deduplication(Session& s);
void queues_are_separate(Session& s);
void unknown_queue(Session& s);
void delay_hides(Session& s);
void negative_delay(Session& s);
void sent_order(Session& s);
void tasks_are_lazy(Session& s);
void threads_share(Session& s);
void reopened_keeps_messages(Session& s);
void reopened_expires_leases(Session& s);
void reopened_keeps_dead_letters(Session& s);
void reopened_keeps_delays(Session& s);
void reopened_keeps_failures(Session& s);

}  // namespace workshop::broker_sentences
