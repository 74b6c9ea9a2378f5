// The Broker contract: delivery, settlement, redelivery.
#include <fmt/format.h>

#include <string>

#include "workshop/testing/broker_conformance_session.hpp"

namespace workshop::broker_sentences {

// Delivery and settlement.

void message_is_kept(Session& s) {
  const Message sent{MessageId{"m-1"},
                     "BookPayment",
                     R"({"order":"o-1"})",
                     {{std::string(header::kCorrelationId), "c-1"},
                      {std::string(header::kCausationId), "m-0"},
                      {"empty", ""},
                      {"grüße", "käse\n=:;"}}};
  s.send(kOrders, sent);
  const auto delivery = s.receive(kOrders, "after a send");
  expect_same_message(delivery.message, sent);
  expect_equal(delivery.queue, kOrders, "the queue of the delivery");
  expect_equal(delivery.delivery_count, 1U, "the delivery count of the first delivery");
}

void bodies_are_kept(Session& s) {
  std::string large(1 << 20, 'x');
  for (std::size_t i = 0; i < large.size(); i += 977) large[i] = static_cast<char>('a' + i % 23);
  const std::string bodies[] = {"", std::string("a\0b\0", 4), "\"Grüße, 世界 🎁\"", "\r\n\t\\\"'",
                                large};
  for (const auto& body : bodies) {
    const Message sent{MessageId{"m-1"}, "Note", body, {}};
    s.send(kOrders, sent);
    const auto delivery = s.receive(kOrders, "after a send");
    expect_same_message(delivery.message, sent);
    s.acknowledge(delivery);
  }
}

void lease_hides(Session& s) {
  s.send_id(kOrders, "m-1");
  s.receive(kOrders, "after a send");
  s.expect_nothing(kOrders, "while the lease runs");
  s.pass(2);
  s.expect_nothing(kOrders, "while the lease still runs");
}

void acknowledged_is_gone(Session& s) {
  s.send_id(kOrders, "m-1");
  s.acknowledge(s.receive(kOrders, "after a send"));
  s.expect_nothing(kOrders, "after the acknowledgement");
  s.pass(6);
  s.expect_nothing(kOrders, "after the time of the lease");
  s.expect_nothing(dead_letter_queue_of(kOrders), "after the acknowledgement");
}

void acknowledge_settles_one(Session& s) {
  s.send_id(kOrders, "m-1");
  s.send_id(kOrders, "m-2");
  const auto first = s.receive(kOrders, "after two sends");
  const auto second = s.receive(kOrders, "after two sends");
  expect(first.message.id != second.message.id, "two receivers got the same message");
  s.acknowledge(second);
  s.pass(6);
  const auto again = s.receive(kOrders, "after the other lease expired");
  expect_equal(again.message.id.value, first.message.id.value, "the message that returns");
  s.acknowledge(again);
  s.expect_nothing(kOrders, "after both were acknowledged");
}

void tags_are_per_delivery(Session& s) {
  s.send_id(kOrders, "m-1");
  s.send_id(kOrders, "m-1");
  const auto first = s.receive(kOrders, "after a send");
  const auto other = s.receive(kOrders, "after a send");
  expect(first.tag != other.tag, "two messages are leased under one tag");
  s.abandon(first);
  const auto second = s.receive(kOrders, "after the abandon");
  expect(first.tag != second.tag, "the tag of the second delivery is that of the first");
}

void settled_twice(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto delivery = s.receive(kOrders, "after a send");
  s.acknowledge(delivery);
  expect_failure<LeaseLost>(s.broker().acknowledge(delivery.tag), "a second acknowledge");
  expect_failure<LeaseLost>(s.broker().abandon(delivery.tag), "abandon after acknowledge");
}

void stale_after_abandon(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto old = s.receive(kOrders, "after a send");
  s.abandon(old);
  expect_failure<LeaseLost>(s.broker().acknowledge(old.tag), "acknowledge after abandon");
  expect_failure<LeaseLost>(s.broker().abandon(old.tag), "a second abandon");
  s.receive(kOrders, "after the abandon");
}

void stale_after_expiry(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto old = s.receive(kOrders, "after a send");
  s.pass(6);
  expect_failure<LeaseLost>(s.broker().acknowledge(old.tag), "acknowledge after the expiry");
  expect_failure<LeaseLost>(s.broker().abandon(old.tag), "abandon after the expiry");
  s.receive(kOrders, "after a refused acknowledge");
}

void stale_tag_spares_new_delivery(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto old = s.receive(kOrders, "after a send");
  s.pass(6);
  const auto current = s.receive(kOrders, "after the lease expired");
  expect_failure<LeaseLost>(s.broker().acknowledge(old.tag), "acknowledge with the first tag");
  expect_failure<LeaseLost>(s.broker().abandon(old.tag), "abandon with the first tag");
  s.expect_nothing(kOrders, "while the second lease runs");
  s.acknowledge(current);
  s.expect_nothing(kOrders, "after the second delivery was acknowledged");
}

void unknown_tag(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto delivery = s.receive(kOrders, "after a send");
  for (const auto& text : {std::string(), std::string("no tag"), delivery.tag.value + "0"}) {
    expect_failure<LeaseLost>(s.broker().acknowledge(LeaseTag{text}), "a tag nobody was given");
  }
  s.acknowledge(delivery);
}

// Redelivery and its count.

void abandoned_is_visible(Session& s) {
  const auto sent = s.send_id(kOrders, "m-1");
  s.abandon(s.receive(kOrders, "after a send"));
  const auto again = s.receive(kOrders, "right after the abandon");
  expect_same_message(again.message, sent);
}

void abandon_counts(Session& s) {
  s.send_id(kOrders, "m-1");
  for (std::uint32_t count = 1; count <= 4; ++count) {
    const auto delivery = s.receive(kOrders, "after an abandon");
    expect_equal(delivery.delivery_count, count, "the delivery count");
    s.abandon(delivery);
  }
}

void reason_is_not_delivered(Session& s) {
  const auto sent = s.send_id(kOrders, "m-1");
  const auto first = s.receive(kOrders, "after a send");
  s.abandon(first, "the gift is sold out");
  const auto again = s.receive(kOrders, "after it was abandoned for a reason");
  expect_same_message(again.message, sent);
  expect_equal(again.delivery_count, 2U, "the delivery count");
  expect_failure<LeaseLost>(s.broker().abandon(first.tag, "too late"),
                            "a second abandon for a reason");
  s.acknowledge(again);
  s.pass(6);
  s.expect_nothing(kOrders, "after the acknowledgement");
}

void expired_is_visible(Session& s) {
  const auto sent = s.send_id(kOrders, "m-1");
  s.receive(kOrders, "after a send");
  s.pass(6);
  expect_same_message(s.receive(kOrders, "after the lease expired").message, sent);
}

void crash_counts(Session& s) {
  s.send_id(kOrders, "m-1");
  for (std::uint32_t count = 1; count <= 4; ++count) {
    const auto delivery = s.receive(kOrders, "after a lease expired");
    expect_equal(delivery.delivery_count, count, "the delivery count after expired leases");
    s.pass(6);
  }
}

void renew_extends(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto delivery = s.receive(kOrders, "after a send");
  for (int i = 0; i < 3; ++i) {
    s.pass(3);
    s.renew(delivery);
  }
  s.pass(2);
  s.expect_nothing(kOrders, "11 units after the receive, 2 after the last renew, lease of 4");
  s.acknowledge(delivery);
}

void renew_from_now(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto delivery = s.receive(kOrders, "after a send");
  for (int i = 0; i < 3; ++i) s.renew(delivery);
  s.pass(6);
  s.receive(kOrders, "6 units after three renewals at once of a lease of 4");
}

void renew_never_after_expiry(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto delivery = s.receive(kOrders, "after a send");
  s.pass(6);
  expect_failure<LeaseLost>(s.broker().renew(delivery.tag), "renew after the expiry");
  const auto again = s.receive(kOrders, "after a refused renew");
  expect_failure<LeaseLost>(s.broker().renew(delivery.tag), "renew after the redelivery");
  s.acknowledge(again);
  expect_failure<LeaseLost>(s.broker().renew(again.tag), "renew after acknowledge");
}

void leases_per_queue(Session& s) {
  s.send_id(kOrders, "m-1");
  s.send_id("slow", "m-2");
  s.receive(kOrders, "after a send");
  s.receive("slow", "after a send");
  s.pass(6);
  s.receive(kOrders, "6 units after a receive, lease of 4");
  s.expect_nothing("slow", "6 units after a receive, lease of 40");
}

}  // namespace workshop::broker_sentences
