#include "workshop/explore/world/scheduled_broker.hpp"

#include <fmt/format.h>

#include "workshop/explore/world/narrate.hpp"

namespace workshop::explore {
namespace {

std::uint64_t digest_of(const Message& message) {
  Digest digest;
  digest.add(message.id.value).add(message.type).add(message.body);
  for (const auto& [name, value] : message.headers) {
    if (name != header::kDeadLetterFailure) digest.add(name).add(value);
  }
  return digest.value();
}

// A message that is sent once more may have been given another id.
std::uint64_t target_of(const std::string& place, const Message& message) {
  return Digest().add(place).add(message.type).add(message.body).value();
}

MessageFact fact_of(const Message& message, const std::string& place, const std::string& maker) {
  const auto made_by = attempt_that_drew(message.header(header::kAttempt));
  return {message.type,
          message.id.value,
          message.body,
          place,
          made_by.empty() ? maker : std::string(made_by),
          0};
}

// An attempt is named after its message and how often that was received in this execution; the step
// that receives it is on the path already.
Attempt attempt_of(const Message& message, const Path& path) {
  const auto id = Digest().add(message.id.value).value();
  std::uint32_t number = 0;
  for (const auto& step : path) {
    if (step.message == id && step.choice.kind == OperationKind::receive) ++number;
  }
  constexpr std::size_t kShort = 12;
  return attempt_at(
      message.id.value.size() <= kShort ? message.id.value : fmt::format("{:04x}", id & 0xffff),
      number);
}

}  // namespace

Timestamp ScheduledClock::now() const {
  const auto now = clock_->now();
  auto& history = process_->state.history;
  history =
      Digest().add(history).add(static_cast<std::uint64_t>(now.time_since_epoch().count())).value();
  return now;
}

Task<void> ScheduledBroker::send(std::string queue, Message message,
                                 std::chrono::milliseconds delay) {
  const auto arguments = Digest()
                             .add(queue)
                             .add(digest_of(message))
                             .add(static_cast<std::uint64_t>(delay.count()))
                             .value();
  Step& step =
      co_await process_->point_about(OperationKind::send, arguments, target_of(queue, message));
  run_narrated<Done>(
      step,
      [&] {
        run_inline(parts_->broker->send(queue, message, delay));
        parts_->oracle->sent(process_->index, message);
        return Done{};
      },
      digest_of_done,
      [&] {
        step.words->facts.messages.push_back(
            fact_of(message, queue, process_->state.attempt.label));
        return fmt::format("send {} to {}", Words::of(message), queue);
      },
      tell_nothing);
}

Task<void> ScheduledBroker::publish(std::string topic, Message message) {
  const auto arguments = Digest().add(topic).add(digest_of(message)).value();
  Step& step =
      co_await process_->point_about(OperationKind::publish, arguments, target_of(topic, message));
  run_narrated<Done>(
      step,
      [&] {
        run_inline(parts_->broker->publish(topic, message));
        parts_->oracle->sent(process_->index, message);
        return Done{};
      },
      digest_of_done,
      [&] {
        step.words->facts.messages.push_back(
            fact_of(message, topic, process_->state.attempt.label));
        return "publish " + Words::of(message);
      },
      tell_nothing);
}

Task<std::optional<Delivery>> ScheduledBroker::receive(std::string queue) {
  const auto arguments = Digest().add(queue).value();
  Step& step = co_await process_->point(OperationKind::receive, arguments, queue);
  auto delivery = run_narrated<std::optional<Delivery>>(
      step,
      [&] {
        auto& broker = *parts_->broker;
        if (step.choice.decision == Decision::duplicate) broker.duplicate(queue, 0);
        auto received = broker.receive_at(queue, step.choice.index);
        if (received) {
          process_->state.lease = received->tag;
          process_->state.delivery_count = received->delivery_count;
          received->delivery_count += parts_->deliveries_before;
          step.message = Digest().add(received->message.id.value).value();
          step.attempt = attempt_of(received->message, parts_->path);
          parts_->oracle->attempt_started(process_->index, received->message, step.attempt.label);
        }
        return received;
      },
      [&](const std::optional<Delivery>& received) {
        if (!received) return std::uint64_t{0};
        return Digest()
            .add(digest_of(received->message))
            .add(received->delivery_count)
            .add(step.attempt.label)
            .value();
      },
      [&] { return std::string("receive"); },
      [&](const std::optional<Delivery>& received) {
        if (!received) return std::string(" → nothing");
        auto fact = fact_of(received->message, queue, {});
        fact.deliveries = received->delivery_count;
        step.words->facts.messages.push_back(std::move(fact));
        auto text = " " + Words::of(received->message);
        if (const auto* fault = fault_kind_of(step.choice.decision)) {
          return text.append(fault->outcome);
        }
        return !step.attempt.comes_again() ? text : text + " again";
      });
  if (step.attempt.number > 0) process_->state.attempt = step.attempt;
  co_return delivery;
}

// Why an attempt was given up: what its handler threw, or one word for the failure of an operation
// of it.
std::string ScheduledBroker::in_short(const Step& abandoning, const std::string& reason) const {
  const auto& path = parts_->path;
  auto at = abandoning.previous;
  for (auto left = process_->state.steps_count; left > 1 && at < path.size(); --left) {
    const auto& step = path[at];
    if (step.words && step.failed_with(reason)) {
      const auto& error = step.words->facts.error;
      return error == "Error" ? reason : error;
    }
    at = step.previous;
  }
  return reason;
}

Task<void> ScheduledBroker::settle(OperationKind kind, LeaseTag tag, std::string reason) {
  // The tag itself does not count: it names a delivery, and which one the handler's history tells.
  Step& step = co_await process_->point(kind, 0);
  run_narrated<Done>(
      step,
      [&] {
        auto& broker = *parts_->broker;
        if (kind == OperationKind::acknowledge) run_inline(broker.acknowledge(tag));
        if (kind == OperationKind::abandon) run_inline(broker.abandon(tag, reason));
        if (kind == OperationKind::renew) run_inline(broker.renew(tag));
        if (kind != OperationKind::renew && process_->state.lease == tag) {
          process_->state.lease.reset();
        }
        return Done{};
      },
      digest_of_done,
      [&] {
        if (kind == OperationKind::abandon) step.words->facts.threw = in_short(step, reason);
        const auto& threw = step.words->facts.threw;
        return std::string(name_of(kind)) + (threw.empty() ? "" : ", the handler threw: " + threw);
      },
      tell_nothing);
}

Task<void> ScheduledBroker::acknowledge(LeaseTag tag) {
  return settle(OperationKind::acknowledge, std::move(tag));
}

Task<void> ScheduledBroker::abandon(LeaseTag tag, std::string reason) {
  return settle(OperationKind::abandon, std::move(tag), std::move(reason));
}

Task<void> ScheduledBroker::renew(LeaseTag tag) {
  return settle(OperationKind::renew, std::move(tag));
}

Task<std::size_t> ScheduledBroker::redrive(std::string queue) {
  Step& step = co_await process_->point(OperationKind::redrive, Digest().add(queue).value());
  co_return run_narrated<std::size_t>(
      step, [&] { return run_inline(parts_->broker->redrive(queue)); },
      [](std::size_t moved) { return static_cast<std::uint64_t>(moved); },
      [&] { return "redrive " + queue; },
      [](std::size_t moved) { return fmt::format(" → {} messages", moved); });
}

}  // namespace workshop::explore
