#include "workshop/explore/scheduled.hpp"

#include <fmt/format.h>

#include "workshop/explore/performed.hpp"
#include "workshop/explore/world.hpp"

namespace workshop::explore {
namespace {

std::uint64_t digest_of(const Expected& expected) {
  if (const auto* version = expected.as_version()) return Digest().add(version->tag).value();
  return expected.is_absent() ? 1 : 2;
}

std::uint64_t digest_of(const StoreOperation& operation) {
  return Digest()
      .add(static_cast<std::uint64_t>(operation.kind))
      .add(operation.key.partition)
      .add(operation.key.id)
      .add(operation.body)
      .add(digest_of(operation.expected))
      .value();
}

std::uint64_t digest_of(const Message& message) {
  Digest digest;
  digest.add(message.id.value).add(message.type).add(message.body);
  for (const auto& [name, value] : message.headers) {
    if (name != header::kDeadLetterFailure) digest.add(name).add(value);
  }
  return digest.value();
}

MessageFact fact_of(const Message& message, const std::string& place, const std::string& maker) {
  const auto made_by = message.header(header::kAttempt);
  const auto attempt = made_by.empty() ? maker : std::string(made_by.substr(0, made_by.rfind('.')));
  return {message.type, message.id.value, message.body, place, attempt, 0};
}

}  // namespace

// ---- store -----------------------------------------------------------------------------------

ExplorableStore& ScheduledStore::inner() const noexcept { return *world_->stores_[index_]; }

Words& ScheduledStore::words() const noexcept { return world_->words_; }

const Profile& ScheduledStore::profile() const noexcept { return inner().profile(); }

Timestamp ScheduledClock::now() const {
  const auto now = clock_->now();
  process_->history_ = Digest()
                           .add(process_->history_)
                           .add(static_cast<std::uint64_t>(now.time_since_epoch().count()))
                           .value();
  return now;
}

Task<std::optional<Document>> ScheduledStore::get(Key key) {
  const auto arguments = Digest().add(index_).add(key.partition).add(key.id).value();
  Step& step = co_await process_->point(OperationKind::load, arguments, {},
                                        world_->resource_of(index_, key));
  co_return perform<std::optional<Document>>(
      step, [&] { return run_inline(inner().get(key)); },
      [](const std::optional<Document>& document) {
        if (!document) return std::uint64_t{0};
        return Digest().add(document->body).add(document->version.tag).value();
      },
      [&] {
        step.facts->documents.push_back({index_, Words::of(key), "load", {}, {}, {}});
        return "load " + Words::of(key);
      },
      [&](const std::optional<Document>& document) {
        if (!document) return std::string(" → none");
        words().learn(document->version, document->body);
        auto& fact = step.facts->documents.back();
        fact.body = document->body;
        fact.version = words().of(key, document->version);
        return fmt::format(" → {} {}", words().of(key, document->version),
                           Words::of_json(document->body));
      });
}

Task<Version> ScheduledStore::put(Key key, std::string body, Expected expected) {
  const auto arguments = Digest()
                             .add(index_)
                             .add(key.partition)
                             .add(key.id)
                             .add(body)
                             .add(digest_of(expected))
                             .value();
  Step& step = co_await process_->point(OperationKind::save, arguments, {},
                                        world_->resource_of(index_, key));
  co_return perform<Version>(
      step,
      [&] {
        world_->before_write(index_);
        auto version = run_inline(inner().put(key, body, expected));
        world_->oracle_->written(process_->index(), key);
        return version;
      },
      [](const Version& version) { return Digest().add(version.tag).value(); },
      [&] {
        const auto expects = words().of(key, expected);
        step.facts->documents.push_back({index_, Words::of(key), "save", expects, body, {}});
        return fmt::format("save {} {} {}", Words::of(key), expects,
                           words().of_change(expected, body));
      },
      [&](const Version& version) {
        words().learn(version, body);
        step.facts->documents.back().version = words().of(key, version);
        return " → " + step.facts->documents.back().version;
      });
}

Task<void> ScheduledStore::erase(Key key, Expected expected) {
  const auto arguments =
      Digest().add(index_).add(key.partition).add(key.id).add(digest_of(expected)).value();
  Step& step = co_await process_->point(OperationKind::erase, arguments, {},
                                        world_->resource_of(index_, key));
  perform<Done>(
      step,
      [&] {
        world_->before_write(index_);
        run_inline(inner().erase(key, expected));
        world_->oracle_->written(process_->index(), key);
        return Done{};
      },
      digest_of_done,
      [&] {
        const auto expects = words().of(key, expected);
        step.facts->documents.push_back({index_, Words::of(key), "erase", expects, {}, {}});
        return fmt::format("erase {} {}", Words::of(key), expects);
      },
      tell_nothing);
}

Task<std::vector<Version>> ScheduledStore::batch(std::string partition,
                                                 std::vector<StoreOperation> operations) {
  Digest arguments;
  arguments.add(index_).add(partition);
  for (const auto& operation : operations) arguments.add(digest_of(operation));
  Step& step = co_await process_->point(OperationKind::batch, arguments.value());
  co_return perform<std::vector<Version>>(
      step,
      [&] {
        world_->before_write(index_);
        auto versions = run_inline(inner().batch(partition, operations));
        for (const auto& operation : operations) {
          world_->oracle_->written(process_->index(), operation.key);
        }
        return versions;
      },
      [](const std::vector<Version>& versions) {
        Digest digest;
        for (const auto& version : versions) digest.add(version.tag);
        return digest.value();
      },
      [&] {
        std::string text = "batch";
        for (const auto& operation : operations) {
          const auto* action = operation.kind == StoreOperation::Kind::put ? "save" : "erase";
          const auto expects = words().of(operation.key, operation.expected);
          step.facts->documents.push_back(
              {index_, Words::of(operation.key), action, expects, operation.body, {}});
          text += fmt::format(" {{{} {} {}}}", action, Words::of(operation.key), expects);
        }
        return text;
      },
      tell_nothing);
}

// ---- broker ----------------------------------------------------------------------------------

Task<void> ScheduledBroker::send(std::string queue, Message message,
                                 std::chrono::milliseconds delay) {
  const auto arguments = Digest()
                             .add(queue)
                             .add(digest_of(message))
                             .add(static_cast<std::uint64_t>(delay.count()))
                             .value();
  Step& step = co_await process_->point(OperationKind::send, arguments);
  perform<Done>(
      step,
      [&] {
        run_inline(world_->broker_->send(queue, message, delay));
        world_->oracle_->sent(process_->index(), message);
        return Done{};
      },
      digest_of_done,
      [&] {
        step.facts->messages.push_back(fact_of(message, queue, process_->label()));
        return fmt::format("send {} to {}", Words::of(message), queue);
      },
      tell_nothing);
}

Task<void> ScheduledBroker::publish(std::string topic, Message message) {
  const auto arguments = Digest().add(topic).add(digest_of(message)).value();
  Step& step = co_await process_->point(OperationKind::publish, arguments);
  perform<Done>(
      step,
      [&] {
        run_inline(world_->broker_->publish(topic, message));
        world_->oracle_->sent(process_->index(), message);
        return Done{};
      },
      digest_of_done,
      [&] {
        step.facts->messages.push_back(fact_of(message, topic, process_->label()));
        return "publish " + Words::of(message);
      },
      tell_nothing);
}

Task<std::optional<Delivery>> ScheduledBroker::receive(std::string queue) {
  const auto arguments = Digest().add(queue).value();
  Step& step = co_await process_->point(OperationKind::receive, arguments, queue);
  auto delivery = perform<std::optional<Delivery>>(
      step,
      [&] {
        auto& broker = *world_->broker_;
        if (step.decision == Decision::duplicate) broker.duplicate(queue, 0);
        auto received = broker.receive_at(queue, step.index);
        if (received) {
          process_->lease_ = received->tag;
          step.message = Digest().add(received->message.id.value).value();
          step.label = world_->label_of(received->message);
          world_->oracle_->attempt_started(process_->index(), received->message, step.label);
        }
        return received;
      },
      [&](const std::optional<Delivery>& received) {
        if (!received) return std::uint64_t{0};
        return Digest()
            .add(digest_of(received->message))
            .add(received->delivery_count)
            .add(step.label)
            .value();
      },
      [&] { return std::string("receive"); },
      [&](const std::optional<Delivery>& received) {
        if (!received) return std::string(" → nothing");
        auto fact = fact_of(received->message, queue, {});
        fact.deliveries = received->delivery_count;
        step.facts->messages.push_back(std::move(fact));
        auto text = " " + Words::of(received->message);
        if (step.decision == Decision::duplicate) return text + " (DUPLICATED)";
        if (step.decision == Decision::reorder) return text + " (OUT OF ORDER)";
        return step.label.ends_with("#1") ? text : text + " again";
      });
  if (!step.label.empty()) process_->label_ = step.label;
  co_return delivery;
}

Task<void> ScheduledBroker::settle(OperationKind kind, LeaseTag tag, std::string reason) {
  // The tag itself does not count: it names a delivery, and which one the handler's history tells.
  Step& step = co_await process_->point(kind, 0);
  perform<Done>(
      step,
      [&] {
        auto& broker = *world_->broker_;
        if (kind == OperationKind::acknowledge) run_inline(broker.acknowledge(tag));
        if (kind == OperationKind::abandon) run_inline(broker.abandon(tag, reason));
        if (kind == OperationKind::renew) run_inline(broker.renew(tag));
        if (kind != OperationKind::renew && process_->lease_ == tag) process_->lease_.reset();
        return Done{};
      },
      digest_of_done,
      [&] {
        return std::string(name_of(kind)) +
               (reason.empty() ? "" : ", the handler threw: " + reason);
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
  co_return perform<std::size_t>(
      step, [&] { return run_inline(world_->broker_->redrive(queue)); },
      [](std::size_t moved) { return static_cast<std::uint64_t>(moved); },
      [&] { return "redrive " + queue; },
      [](std::size_t moved) { return fmt::format(" → {} messages", moved); });
}

// An attempt is named after its message and how often that was received in this execution.
std::string World::label_of(const Message& message) const {
  const auto id = Digest().add(message.id.value).value();
  int count = 0;  // the step that receives it now is on the path already
  for (const auto& step : path_) {
    if (step.message == id && step.kind == OperationKind::receive) ++count;
  }
  constexpr std::size_t kShort = 12;
  return message.id.value.size() <= kShort ? fmt::format("{}#{}", message.id.value, count)
                                           : fmt::format("{:04x}#{}", id & 0xffff, count);
}

}  // namespace workshop::explore
