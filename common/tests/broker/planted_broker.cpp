#include "broker/planted_broker.hpp"

#include <algorithm>
#include <thread>

namespace workshop {

PlantedBroker::PlantedBroker(const Clock& clock, const BrokerSetup& setup, BrokerFault fault)
    : clock_(clock), fault_(fault), subscriptions_(setup.subscriptions) {
  for (const auto& [name, options] : setup.queues) {
    queues_[name] = Queue{options};
    queues_[dead_letter_queue_of(name)] = Queue{options, true};
    if (is(BrokerFault::one_lease_time_for_all)) {
      queues_[name].options.lease_ms = setup.queues.front().options.lease_ms;
    }
  }
}

PlantedBroker::Queue& PlantedBroker::queue(const std::string& name) {
  if (is(BrokerFault::queues_are_one) && name == "shop") return queues_["orders"];
  if (is(BrokerFault::creates_unknown_queue)) return queues_[name];
  const auto found = queues_.find(name);
  if (found == queues_.end()) throw InvalidRequest("no queue '" + name + "'");
  return found->second;
}

void PlantedBroker::add(const std::string& name, Message message, Timestamp due) {
  auto& items = queue(name).items;
  if (is(BrokerFault::forgets_headers)) message.headers.clear();
  if (is(BrokerFault::cuts_body_at_nul)) message.body = message.body.c_str();
  if (is(BrokerFault::cuts_large_body))
    message.body.resize(std::min<std::size_t>(message.body.size(), 65'536));
  if (is(BrokerFault::deduplicates) &&
      std::any_of(items.begin(), items.end(),
                  [&](const Item& item) { return item.message.id == message.id; })) {
    return;
  }
  items.push_back({std::move(message), ++numbers_});
  items.back().due = due;
  if (is(BrokerFault::newest_first)) items.splice(items.begin(), items, std::prev(items.end()));
}

void PlantedBroker::send_now(const std::string& name, const Message& message,
                             std::chrono::milliseconds delay) {
  const std::lock_guard lock(mutex_);
  queue(name);
  if (delay.count() < 0 && !is(BrokerFault::accepts_negative_delay)) {
    throw InvalidRequest("a negative delay");
  }
  add(name, message, is(BrokerFault::ignores_delay) ? clock_.now() : clock_.now() + delay);
}

Task<void> PlantedBroker::send_later(std::string name, Message message,
                                     std::chrono::milliseconds delay) {
  send_now(name, message, delay);
  co_return;
}

Task<void> PlantedBroker::send(std::string name, Message message, std::chrono::milliseconds delay) {
  if (!is(BrokerFault::sends_eagerly))
    return send_later(std::move(name), std::move(message), delay);
  send_now(name, message, delay);
  return []() -> Task<void> { co_return; }();
}

Task<void> PlantedBroker::publish(std::string topic, Message message) {
  const std::lock_guard lock(mutex_);
  int reached = 0;
  for (const auto& subscription : subscriptions_) {
    if (subscription.topic != topic) continue;
    if (++reached > 1 && is(BrokerFault::publish_to_first_only)) continue;
    add(subscription.queue, message, clock_.now());
  }
  if (reached == 0 && is(BrokerFault::publish_without_subscription_fails)) {
    throw InvalidRequest("nobody subscribes to '" + topic + "'");
  }
  co_return;
}

void PlantedBroker::give_back(const std::string& name, std::list<Item>::iterator item) {
  auto& from = queue(name);
  item->leased = false;
  item->due = clock_.now();
  item->old_tags.push_back(item->tag);
  auto max = from.options.deliveries_max;
  if (is(BrokerFault::deliveries_max_plus_one)) ++max;
  if (is(BrokerFault::deliveries_max_minus_one) && max > 1) --max;
  if (item->count < max) return;
  if (from.dead_letters) {
    if (is(BrokerFault::dead_letters_are_lost)) from.items.erase(item);
    return;
  }
  Item dead{item->message, ++numbers_};
  if (is(BrokerFault::redrive_keeps_count)) dead.count = item->count - 1;
  if (is(BrokerFault::dead_letter_new_id)) dead.message.id = MessageId::random();
  if (is(BrokerFault::dead_letter_forgets_headers)) dead.message.headers.clear();
  if (!is(BrokerFault::dead_letter_without_reason)) {
    dead.message.headers[std::string(header::kDeadLetterReason)] = "delivered too often";
  }
  if (!item->failure.empty() && !is(BrokerFault::keeps_no_failure)) {
    dead.message.headers[std::string(header::kDeadLetterFailure)] = item->failure;
  }
  if (is(BrokerFault::keeps_failures_of_the_redriven)) dead.failure = item->failure;
  queues_[dead_letter_queue_of(name)].items.push_back(std::move(dead));
  from.items.erase(item);
}

void PlantedBroker::expire() {
  const auto now = clock_.now();
  for (auto& [name, queue] : queues_) {
    for (auto item = queue.items.begin(); item != queue.items.end();) {
      const auto current = item++;
      if (!current->leased || now < current->due) continue;
      if (is(BrokerFault::loses_on_expiry)) {
        queue.items.erase(current);
        continue;
      }
      if (is(BrokerFault::crash_uncounted)) --current->count;
      if (is(BrokerFault::never_dead_letters_crashes)) {
        current->leased = false;
        continue;
      }
      give_back(name, current);
    }
  }
}

Task<std::optional<Delivery>> PlantedBroker::receive(std::string name) {
  std::unique_lock lock(mutex_);
  auto& from = queue(name);
  expire();
  for (auto item = from.items.begin(); item != from.items.end(); ++item) {
    if (item->leased && !is(BrokerFault::lease_does_not_hide)) continue;
    if (!item->leased && item->due > clock_.now()) continue;
    if (is(BrokerFault::receives_twice_under_load)) {
      const auto number = item->number;
      const auto message = item->message;
      lock.unlock();
      std::this_thread::yield();  // another thread may take the message here
      lock.lock();
      item = std::find_if(from.items.begin(), from.items.end(),
                          [&](const Item& other) { return other.number == number; });
      if (item == from.items.end()) {
        from.items.push_front({message, number});
        item = from.items.begin();
      }
    }
    ++item->count;
    item->leased = true;
    item->due = clock_.now() + from.options.lease_ms;
    item->tag = std::to_string(item->number);
    if (!is(BrokerFault::tag_is_the_message)) item->tag += "/" + std::to_string(item->count);
    Delivery delivery{name, item->message, LeaseTag{item->tag}, item->count};
    if (is(BrokerFault::dead_letters_while_leased) && !from.dead_letters &&
        item->count >= from.options.deliveries_max) {
      give_back(name, item);
    }
    co_return delivery;
  }
  co_return std::nullopt;
}

PlantedBroker::Found PlantedBroker::find(const LeaseTag& tag) {
  if (!is(BrokerFault::expired_tag_settles) && !is(BrokerFault::renews_expired)) expire();
  for (auto& [name, queue] : queues_) {
    for (auto item = queue.items.begin(); item != queue.items.end(); ++item) {
      if (item->leased && item->tag == tag.value) return {name, &queue, item};
      const auto& old = item->old_tags;
      const bool was = std::find(old.begin(), old.end(), tag.value) != old.end();
      if (was && is(BrokerFault::abandoned_tag_settles) && !item->leased)
        return {name, &queue, item};
      if (was && is(BrokerFault::stale_tag_settles_next) && item->leased)
        return {name, &queue, item};
    }
  }
  throw LeaseLost("the lease '" + tag.value + "' is lost");
}

Task<void> PlantedBroker::acknowledge(LeaseTag tag) {
  const std::lock_guard lock(mutex_);
  try {
    auto found = find(tag);
    if (is(BrokerFault::acknowledge_keeps_message)) {
      give_back(found.name, found.item);
      co_return;
    }
    if (is(BrokerFault::acknowledge_settles_the_first)) found.item = found.queue->items.begin();
    acknowledged_.emplace_back(found.name, found.item->message);
    found.queue->items.erase(found.item);
  } catch (const LeaseLost&) {
    const bool ours = tag.value.find('/') != std::string::npos && tag.value.back() != '0';
    if (ours && is(BrokerFault::settles_twice)) co_return;
    if (!ours && is(BrokerFault::unknown_tag_ignored)) co_return;
    throw;
  }
}

Task<void> PlantedBroker::abandon(LeaseTag tag, std::string reason) {
  const std::lock_guard lock(mutex_);
  const auto found = find(tag);
  if (is(BrokerFault::delivers_the_reason)) {
    found.item->message.headers[std::string(header::kDeadLetterFailure)] = reason;
  }
  auto& failure = found.item->failure;
  const bool keeps_first = is(BrokerFault::keeps_the_first_failure) && !failure.empty();
  if (!reason.empty() && !found.queue->dead_letters && !keeps_first) failure = std::move(reason);
  if (is(BrokerFault::abandon_waits_for_lease)) co_return;
  if (is(BrokerFault::loses_on_abandon)) {
    found.queue->items.erase(found.item);
    co_return;
  }
  if (is(BrokerFault::abandon_uncounted)) --found.item->count;
  give_back(found.name, found.item);
}

Task<void> PlantedBroker::renew(LeaseTag tag) {
  const std::lock_guard lock(mutex_);
  const auto found = find(tag);
  const auto lease = found.queue->options.lease_ms;
  if (is(BrokerFault::renew_does_nothing)) co_return;
  found.item->due =
      (is(BrokerFault::renew_adds_to_the_end) ? found.item->due : clock_.now()) + lease;
}

Task<std::size_t> PlantedBroker::redrive(std::string name) {
  const std::lock_guard lock(mutex_);
  queue(name);
  expire();
  auto& dead = queue(dead_letter_queue_of(name)).items;
  std::size_t moved = 0;
  while (!dead.empty() && !(moved == 1 && is(BrokerFault::redrive_moves_one))) {
    auto message = std::move(dead.front().message);
    const auto count = dead.front().count;
    const auto failure = dead.front().failure;
    dead.pop_front();
    if (!is(BrokerFault::redrive_keeps_reason)) {
      message.headers.erase(std::string(header::kDeadLetterReason));
    }
    if (!is(BrokerFault::redrive_keeps_failure)) {
      message.headers.erase(std::string(header::kDeadLetterFailure));
    }
    add(name, std::move(message), clock_.now());
    if (is(BrokerFault::redrive_keeps_count)) queue(name).items.back().count = count;
    queue(name).items.back().failure = failure;
    ++moved;
  }
  co_return moved;
}

void PlantedBroker::restart() {
  const std::lock_guard lock(mutex_);
  if (is(BrokerFault::restart_revives_acknowledged)) {
    for (const auto& [name, message] : acknowledged_) add(name, message, clock_.now());
  }
  for (auto& [name, queue] : queues_) {
    if (is(BrokerFault::restart_loses_messages)) queue.items.clear();
    if (is(BrokerFault::restart_loses_dead_letters) && queue.dead_letters) queue.items.clear();
    for (auto item = queue.items.begin(); item != queue.items.end();) {
      const auto current = item++;
      if (is(BrokerFault::restart_forgets_counts)) current->count = 0;
      if (is(BrokerFault::restart_forgets_failures)) current->failure.clear();
      if (is(BrokerFault::restart_ends_delays) && !current->leased) current->due = clock_.now();
      if (!current->leased) continue;
      if (is(BrokerFault::restart_keeps_leases)) {
        current->due = Timestamp::max();
      } else {
        give_back(name, current);
      }
    }
  }
}

}  // namespace workshop
