// The Broker contract: dead letters, sending, threads, restarts.
#include <fmt/format.h>

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "workshop/testing/broker_conformance_session.hpp"

namespace workshop::broker_sentences {

// Dead letters.

void dead_lettered_by_abandon(Session& s) {
  s.send_id("strict", "m-1");
  s.exhaust("strict", 2);
  s.expect_nothing(dead_letter_queue_of("strict"), "after 2 of 3 deliveries");
  s.exhaust("strict", 1);
  s.expect_nothing("strict", "after the last of 3 deliveries was abandoned");
  s.receive(dead_letter_queue_of("strict"), "after the last of 3 deliveries was abandoned");
  s.send_id("once", "m-2");
  s.exhaust("once", 1);
  s.expect_nothing("once", "after the only delivery was abandoned");
  s.receive(dead_letter_queue_of("once"), "after the only delivery was abandoned");
}

void dead_lettered_by_expiry(Session& s) {
  s.send_id("strict", "m-1");
  for (int i = 0; i < 2; ++i) {
    s.receive("strict", "after an expiry");
    s.pass(6);
  }
  s.expect_nothing(dead_letter_queue_of("strict"), "after 2 of 3 deliveries expired");
  s.receive("strict", "after 2 of 3 deliveries expired");
  s.expect_nothing(dead_letter_queue_of("strict"), "while the last of 3 leases runs");
  s.pass(6);
  s.receive(dead_letter_queue_of("strict"), "after the last of 3 leases expired");
  s.expect_nothing("strict", "after the last of 3 leases expired");
}

void last_delivery_acknowledged(Session& s) {
  s.send_id("strict", "m-1");
  s.exhaust("strict", 2);
  s.acknowledge(s.receive("strict", "after 2 of 3 deliveries"));
  s.pass(6);
  s.expect_nothing("strict", "after the last delivery was acknowledged");
  s.expect_nothing(dead_letter_queue_of("strict"), "after the last delivery was acknowledged");
}

void dead_letter_is_kept(Session& s) {
  const auto sent = s.send_id("once", "m-1");
  s.exhaust("once", 1);
  const auto dead = s.receive(dead_letter_queue_of("once"), "after it was dead-lettered");
  expect_equal(dead.queue, dead_letter_queue_of("once"), "the queue of the delivery");
  auto message = dead.message;
  message.headers.erase(std::string(header::kDeadLetterReason));
  expect_same_message(message, sent);
}

void dead_letter_has_reason(Session& s) {
  s.send_id("once", "m-1");
  s.exhaust("once", 1);
  const auto dead = s.receive(dead_letter_queue_of("once"), "after it was dead-lettered");
  expect(!dead.message.header(header::kDeadLetterReason).empty(),
         "the header dead-letter-reason is not set");
}

void dead_letter_tells_failure(Session& s) {
  const auto failure_of = [&s](const std::string& queue) {
    const auto dead = s.receive(dead_letter_queue_of(queue), "after it was dead-lettered");
    s.abandon(dead, "nobody mends it");
    return std::string(dead.message.header(header::kDeadLetterFailure));
  };
  s.send_id("strict", "m-1");
  s.exhaust("strict", 1, "no stock");
  s.exhaust("strict", 1, "no answer");
  s.receive("strict", "after two of three deliveries");
  s.pass(6);
  expect_equal(failure_of("strict"), "no answer", "dead-letter-failure after two reasons");
  s.redrive("strict");
  s.exhaust("strict", 3);
  expect_equal(failure_of("strict"), "", "dead-letter-failure after a redrive and no reason");
  s.send_id("once", "m-2");
  s.exhaust("once", 1, "no coupon");
  expect_equal(failure_of("once"), "no coupon", "dead-letter-failure after one reason");
}

void dead_letter_queue_is_a_queue(Session& s) {
  const auto dead_letters = dead_letter_queue_of("once");
  s.send_id("once", "m-1");
  s.exhaust("once", 1);
  s.receive(dead_letters, "after it was dead-lettered");
  s.expect_nothing(dead_letters, "while the lease of the dead letter runs");
  s.pass(6);
  for (int i = 0; i < 3; ++i) s.abandon(s.receive(dead_letters, "after abandoning a dead letter"));
  s.acknowledge(s.receive(dead_letters, "after abandoning a dead letter"));
  s.pass(6);
  s.expect_nothing(dead_letters, "after the dead letter was acknowledged");
}

void redrive_moves_all(Session& s) {
  expect_equal(s.redrive("once"), 0U, "redrive without dead letters");
  std::set<std::string> ids;
  for (const auto* id : {"m-1", "m-2", "m-3"}) {
    s.send_id("once", id);
    s.exhaust("once", 1);
  }
  s.send_id("strict", "other");
  s.exhaust("strict", 3);
  expect_equal(s.redrive("once"), 3U, "what redrive returns for three dead letters");
  for (int i = 0; i < 3; ++i) {
    const auto delivery = s.receive("once", "after the redrive");
    ids.insert(delivery.message.id.value);
    s.acknowledge(delivery);
  }
  expect(ids == std::set<std::string>{"m-1", "m-2", "m-3"},
         fmt::format("the ids after the redrive: {}", to_json(ids)));
  s.expect_nothing(dead_letter_queue_of("once"), "after the redrive");
  s.receive(dead_letter_queue_of("strict"), "after the redrive of another queue");
}

void redriven_is_as_sent(Session& s) {
  const auto sent = s.send_id("once", "m-1");
  s.exhaust("once", 1, "no coupon");
  s.redrive("once");
  expect_same_message(s.receive("once", "after the redrive").message, sent);
}

void redriven_counts_anew(Session& s) {
  s.send_id("strict", "m-1");
  const auto first = s.receive("strict", "after a send");
  s.abandon(first);
  s.exhaust("strict", 2);
  s.redrive("strict");
  for (std::uint32_t count = 1; count <= 3; ++count) {
    const auto delivery = s.receive("strict", "after the redrive");
    expect_equal(delivery.delivery_count, count, "the delivery count after the redrive");
    expect(delivery.tag != first.tag, "a tag from before the redrive is used again");
    s.abandon(delivery);
  }
  s.expect_nothing("strict", "after three more deliveries");
  s.receive(dead_letter_queue_of("strict"), "after three more deliveries");
}

// Sending.

void publish_reaches_all(Session& s) {
  sync_wait(s.broker().publish("nobody", Message{MessageId{"m-0"}, "Booked", "{}", {}}));
  const Message one{MessageId{"m-1"}, "Booked", "{}", {{"a", "b"}}};
  sync_wait(s.broker().publish("one", one));
  expect_same_message(s.receive(kShop, "after a publish to one subscription").message, one);
  s.expect_nothing(kOrders, "after a publish to which it does not subscribe");
  const Message two{MessageId{"m-2"}, "Booked", "{}", {{"a", "b"}}};
  sync_wait(s.broker().publish("two", two));
  const auto in_orders = s.receive(kOrders, "after a publish to two subscriptions");
  const auto in_shop = s.receive(kShop, "after a publish to two subscriptions");
  expect_same_message(in_orders.message, two);
  expect_same_message(in_shop.message, two);
  s.acknowledge(in_orders);
  s.abandon(in_shop);
  expect_equal(s.receive(kShop, "after the other subscriber settled").delivery_count, 2U,
               "each subscription settles alone: the delivery count");
  s.expect_nothing(kOrders, "after its delivery was acknowledged");
}

void no_deduplication(Session& s) {
  for (int i = 0; i < 2; ++i) {
    const auto first = s.send_id(kOrders, "m-1");
    s.send(kOrders, first);
    const auto a = s.receive(kOrders, "after sending one id twice");
    const auto b = s.receive(kOrders, "after sending one id twice");
    expect_equal(b.message.id.value, a.message.id.value, "the ids");
    s.acknowledge(a);
    s.acknowledge(b);
  }
}

void queues_are_separate(Session& s) {
  s.send_id(kOrders, "m-1");
  s.expect_nothing(kShop, "after a send to another queue");
  s.expect_nothing(dead_letter_queue_of(kOrders), "after a send to its queue");
  s.receive(kOrders, "after a send");
}

void unknown_queue(Session& s) {
  const Message message{MessageId{"m-1"}, "Note", "{}", {}};
  expect_failure<InvalidRequest>(s.broker().send("nowhere", message), "send to 'nowhere'");
  expect_failure<InvalidRequest>(s.broker().receive("nowhere"), "receive from 'nowhere'");
  expect_failure<InvalidRequest>(s.broker().redrive("nowhere"), "redrive of 'nowhere'");
}

void delay_hides(Session& s) {
  const Message message{MessageId{"m-1"}, "Note", "{}", {}};
  sync_wait(s.broker().send(kOrders, message, s.units(10)));
  s.send_id(kOrders, "m-2");
  const auto prompt = s.receive(kOrders, "while another message is delayed");
  expect_equal(prompt.message.id.value, "m-2", "the message without a delay");
  s.acknowledge(prompt);
  s.pass(5);
  s.expect_nothing(kOrders, "5 units after a send with a delay of 10");
  s.pass(6);
  const auto delayed = s.receive(kOrders, "11 units after a send with a delay of 10");
  expect_same_message(delayed.message, message);
  expect_equal(delayed.delivery_count, 1U, "the delivery count after a delay");
}

void negative_delay(Session& s) {
  expect_failure<InvalidRequest>(
      s.broker().send(kOrders, Message{MessageId{"m-1"}, "Note", "{}", {}}, milliseconds{-1}),
      "send with a delay of -1 ms");
  s.expect_nothing(kOrders, "after a refused send");
}

void sent_order(Session& s) {
  for (int i = 0; i < 5; ++i) s.send_id(kOrders, fmt::format("m-{}", i));
  s.abandon(s.receive(kOrders, "after five sends"));
  for (int i = 0; i < 5; ++i) {
    expect_equal(s.receive(kOrders, "after five sends").message.id.value, fmt::format("m-{}", i),
                 "the message in its place");
  }
}

void tasks_are_lazy(Session& s) {
  {
    [[maybe_unused]] auto never =
        s.broker().send(kOrders, Message{MessageId{"m-1"}, "Note", "{}", {}});
  }
  s.expect_nothing(kOrders, "after a send that was never awaited");
}

// Threads and restarts.

void threads_share(Session& s) {
  constexpr int kThreads = 4;
  const auto each = s.features().thread_messages_count;
  std::mutex mutex;
  std::map<std::string, int> seen;
  std::size_t received = 0;
  std::string failure;
  const auto work = [&](int number) {
    try {
      for (std::uint32_t i = 0; i < each; ++i) s.send_id(kOrders, fmt::format("{}-{}", number, i));
      int idle = 0;
      while (idle < 10'000) {
        const auto delivery = sync_wait(s.broker().receive(kOrders));
        if (delivery) {
          s.acknowledge(*delivery);
          const std::lock_guard lock(mutex);
          ++seen[delivery->message.id.value];
          ++received;
        }
        idle = delivery ? 0 : idle + 1;
        if (!delivery) std::this_thread::yield();
        const std::lock_guard lock(mutex);
        if (received >= kThreads * each || !failure.empty()) return;
      }
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex);
      failure = error.what();
    }
  };
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; ++number) threads.emplace_back(work, number);
  for (auto& thread : threads) thread.join();
  expect(failure.empty(), fmt::format("a thread failed: {}", failure));
  expect_equal(seen.size(), std::size_t{kThreads * each}, "messages received by four threads");
  for (const auto& [id, count] : seen) expect_equal(count, 1, "how often " + id + " was received");
  s.expect_nothing(kOrders, "after all was acknowledged");
}

void reopened_keeps_messages(Session& s) {
  const Message sent{MessageId{"m-1"}, "Note", std::string("a\0ü", 4), {{"a", "b"}, {"", "\xff"}}};
  s.send(kOrders, sent);
  sync_wait(s.broker().publish("two", Message{MessageId{"m-2"}, "Booked", "{}", {}}));
  s.send_id(kShop, "m-3");
  for (int i = 0; i < 2; ++i) s.acknowledge(s.receive(kShop, "before the restart"));
  s.reopen();
  s.expect_nothing(kShop, "after the restart, where all was acknowledged");
  std::map<std::string, Message> found;
  for (int i = 0; i < 2; ++i) {
    auto delivery = s.receive(kOrders, "after the restart");
    expect_equal(delivery.delivery_count, 1U, "the delivery count after the restart");
    found.emplace(delivery.message.id.value, delivery.message);
  }
  expect(found.contains("m-1") && found.contains("m-2"), "a message is missing after the restart");
  expect_same_message(found["m-1"], sent);
  s.expect_nothing(kOrders, "after the restart and two deliveries");
  sync_wait(s.broker().publish("one", Message{MessageId{"m-4"}, "Booked", "{}", {}}));
  s.receive(kShop, "after a publish after the restart");
}

void reopened_expires_leases(Session& s) {
  s.send_id(kOrders, "m-1");
  const auto before = s.receive(kOrders, "before the restart");
  s.reopen();
  s.pass(6);  // a broker on another machine does not know that its receivers died
  const auto after = s.receive(kOrders, "after the restart");
  expect_equal(after.delivery_count, 2U, "the delivery count after the restart");
  expect_failure<LeaseLost>(s.broker().acknowledge(before.tag), "a tag from before the restart");
  s.acknowledge(after);
  s.send_id(kOrders, "m-2");
  s.receive(kOrders, "after the restart");
  expect_failure<LeaseLost>(s.broker().acknowledge(before.tag), "a tag from before the restart");
}

void reopened_keeps_dead_letters(Session& s) {
  s.send_id("strict", "m-1");
  s.exhaust("strict", 3);
  s.send_id("once", "m-2");
  s.receive("once", "before the restart");
  s.reopen();
  s.pass(6);
  s.expect_nothing("once", "after the restart, its only delivery before it");
  for (const auto* queue : {"strict", "once"}) {
    const auto dead = s.receive(dead_letter_queue_of(queue), "after the restart");
    expect(!dead.message.header(header::kDeadLetterReason).empty(), "the reason is lost");
    s.abandon(dead);
    expect_equal(s.redrive(queue), 1U, "what redrive returns after the restart");
  }
  s.reopen();
  expect_equal(s.receive("strict", "after redrive and restart").delivery_count, 1U,
               "the delivery count after redrive and restart");
}

void reopened_keeps_delays(Session& s) {
  sync_wait(s.broker().send(kOrders, Message{MessageId{"m-1"}, "Note", "{}", {}}, s.units(10)));
  s.reopen();
  s.expect_nothing(kOrders, "after the restart, before the delay has passed");
  s.pass(11);
  s.receive(kOrders, "after the restart and the delay");
}

void reopened_keeps_failures(Session& s) {
  s.send_id("strict", "m-1");
  s.exhaust("strict", 1, std::string("no\0stock", 8));
  s.reopen();
  s.pass(6);
  s.exhaust("strict", 2);
  s.reopen();
  s.pass(6);
  const auto dead = s.receive(dead_letter_queue_of("strict"), "after two restarts");
  expect(dead.message.header(header::kDeadLetterFailure) == std::string_view("no\0stock", 8),
         "the last reason is lost");
}

}  // namespace workshop::broker_sentences
