#include "workshop/broker/in_process_broker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "workshop/broker/journal.hpp"
#include "workshop/core/saturating.hpp"
#include "workshop/sqlite/group_commit.hpp"

namespace workshop {
namespace {

bool is_dead_letter_queue(std::uint32_t number) noexcept { return number % 2 == 1; }
std::uint32_t dead_letter_queue_number(std::uint32_t number) noexcept { return number + 1; }

bool equal(const QueueOptions& a, const QueueOptions& b) {
  return a.lease_ms == b.lease_ms && a.deliveries_max == b.deliveries_max;
}

void check_options(const std::string& name, const QueueOptions& options) {
  if (name.empty()) throw InvalidRequest("a queue needs a name");
  if (std::string_view(name).ends_with(kDeadLetterSuffix)) {
    throw InvalidRequest(fmt::format(
        "'{}' is the name of a dead-letter queue: it comes with its queue, declare that", name));
  }
  if (options.lease_ms.count() <= 0 || options.deliveries_max == 0) {
    throw InvalidRequest(
        fmt::format("queue '{}' needs lease_ms > 0 and deliveries_max > 0, not {} and {}", name,
                    options.lease_ms.count(), options.deliveries_max));
  }
}

// So many messages are scanned as fast as an index finds those that are due.
constexpr std::size_t kScannedMax = 64;

// A hundredth of it is longer than a tick.
constexpr std::chrono::milliseconds kLongLease{1'000};

/// The order of the heap: the first due on top.
constexpr auto later = [](const auto& a, const auto& b) { return a.at > b.at; };

}  // namespace

InProcessBroker::InProcessBroker(const Clock& clock) : InProcessBroker(clock, Options{}) {}

InProcessBroker::InProcessBroker(const Clock& clock, Options options) : clock_(clock) {
  if (options.journal_path.empty()) return;
  journal_ = std::make_unique<Journal>(std::move(options.journal_path), options.journal_bytes_max);
  load_journal();
  group_commit_ = make_group_commit();
}

InProcessBroker::~InProcessBroker() = default;

void InProcessBroker::load_journal() {
  auto contents = journal_->load();
  for (const auto& queue : contents.queues) add_queue(queue.name, queue.options, true);
  for (const auto& [topic, queue] : contents.subscriptions) topics_[topic].push_back(queue);
  state_.next_sequence = contents.next_sequence;
  for (auto& stored : contents.messages) {
    wait_until({stored.due, stored.queue, stored.sequence});
    auto& entry = state_.queues[stored.queue].push_back(
        std::make_shared<const QueuedMessage>(std::move(stored.message)), stored.sequence,
        stored.due);
    entry.delivery_count = stored.delivery_count;
    if (!stored.last_failure.empty()) {
      entry.last_failure = std::make_shared<const std::string>(std::move(stored.last_failure));
    }
  }
  for (std::uint32_t queue = 0; queue < infos_.size(); queue += 2) dead_letter_exhausted(queue);
}

void InProcessBroker::add_queue(const std::string& name, QueueOptions options, bool from_journal) {
  const auto number = static_cast<std::uint32_t>(infos_.size());
  infos_.push_back({name, options, from_journal});
  infos_.push_back({dead_letter_queue_of(name), options, from_journal});
  numbers_[name] = number;
  numbers_[infos_.back().name] = dead_letter_queue_number(number);
  state_.queues.resize(infos_.size());
}

void InProcessBroker::declare_queue(const std::string& name, QueueOptions options) {
  check_options(name, options);
  const std::lock_guard lock(mutex_);
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) {
    if (journal_) {
      journal_->put_queue({static_cast<std::uint32_t>(infos_.size()), name, options});
    }
    add_queue(name, options, false);
    return;
  }
  const auto number = found->second;
  auto& info = infos_[number];
  if (!equal(info.options, options)) {
    if (!info.from_journal) {
      throw InvalidRequest(fmt::format(
          "queue '{}' is declared already, with lease_ms {} and deliveries_max {}, not {} and {}; "
          "declare it once",
          name, info.options.lease_ms.count(), info.options.deliveries_max,
          options.lease_ms.count(), options.deliveries_max));
    }
    journal_->put_queue({number, name, options});
    info.options = options;
    infos_[dead_letter_queue_number(number)].options = options;
    dead_letter_exhausted(number);
  }
  info.from_journal = false;
}

void InProcessBroker::subscribe(const std::string& topic, const std::string& queue) {
  const std::lock_guard lock(mutex_);
  const auto number = queue_number(queue);
  auto& subscribers = topics_[topic];
  if (std::find(subscribers.begin(), subscribers.end(), number) != subscribers.end()) return;
  subscribers.reserve(subscribers.size() + 1);
  if (journal_) journal_->add_subscription({topic, number});
  subscribers.push_back(number);
}

std::uint32_t InProcessBroker::queue_number(const std::string& name) const {
  // Most often it is the queue of the operation before.
  if (last_number_ < infos_.size() && infos_[last_number_].name == name) return last_number_;
  if (const auto found = numbers_.find(name); found != numbers_.end()) {
    return last_number_ = found->second;
  }
  std::vector<std::string_view> known;
  for (std::size_t number = 0; number < infos_.size(); number += 2) {
    known.push_back(infos_[number].name);
  }
  throw InvalidRequest(
      fmt::format("no queue '{}'; declare_queue it first; known: {}", name,
                  known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

/// The entry will have this `due`.
void InProcessBroker::wait_until(const Due& due) const {
  if (due.at == QueueEntry::kNow) return;
  if (dues_) {
    dues_->push_back(due);
    std::push_heap(dues_->begin(), dues_->end(), later);
  }
  state_.next_due = std::min(state_.next_due, due.at);
}

bool InProcessBroker::exhausted(std::uint32_t queue, const QueueEntry& entry) const noexcept {
  return !is_dead_letter_queue(queue) &&
         entry.delivery_count >= infos_[queue].options.deliveries_max;
}

/// `failure`: the last reason why a delivery was abandoned, or nullptr.
InProcessBroker::Move InProcessBroker::dead_letter_move(Place place,
                                                        const std::string* failure) const {
  const auto& entry = state_.queues[place.queue][place.slot];
  Message message = entry.message->message;
  message.headers.insert_or_assign(
      std::string(header::kDeadLetterReason),
      fmt::format("delivered {} times and never acknowledged", entry.delivery_count));
  message.headers.erase(std::string(header::kDeadLetterFailure));  // of an earlier dead letter
  if (failure != nullptr) {
    message.headers.emplace(header::kDeadLetterFailure, *failure);
  }
  return {place, dead_letter_queue_number(place.queue),
          std::make_shared<const QueuedMessage>(std::move(message))};
}

/// Carries out all the moves, or none when it throws. They go in this order, and from other queues
/// than to.
void InProcessBroker::apply(std::vector<Move>& moves) const {
  if (moves.empty()) return;
  for (const auto& move : moves) state_.queues[move.to].reserve_more(moves.size());
  if (journal_) {
    std::vector<Journal::Relocation> relocations;
    auto sequence = state_.next_sequence;
    for (const auto& move : moves) {
      relocations.push_back({state_.queues[move.from.queue][move.from.slot].sequence, sequence++,
                             move.to, &move.message->message});
    }
    journal_->relocate(relocations);
  }
  for (const auto& move : moves) state_.queues[move.from.queue].erase(move.from.slot);
  for (auto& move : moves) {
    state_.queues[move.to].push_back(std::move(move.message), state_.next_sequence++);
  }
}

void InProcessBroker::dead_letter_exhausted(std::uint32_t queue) {
  std::vector<Move> moves;
  const auto& entries = state_.queues[queue];
  for (const auto& entry : entries) {
    if (!entry.leased && exhausted(queue, entry)) {
      moves.push_back(dead_letter_move({queue, entries.slot_of(entry)}, entry.last_failure.get()));
    }
  }
  apply(moves);
}

/// The entries whose time has come, by looking at all; `next`: when that of another one will. If
/// there are many, the next time finds them by an index.
std::vector<InProcessBroker::Place> InProcessBroker::scan_due(Timestamp now,
                                                              Timestamp& next) const {
  std::vector<Place> due;
  std::size_t scanned_count = 0;
  for (std::uint32_t queue = 0; queue < state_.queues.size(); ++queue) {
    const auto& entries = state_.queues[queue];
    scanned_count += entries.size();
    for (const auto& entry : entries) {
      if (entry.visible()) continue;
      if (entry.due <= now) {
        due.push_back({queue, entries.slot_of(entry)});
      } else {
        next = std::min(next, entry.due);
      }
    }
  }
  if (scanned_count > kScannedMax) index_dues();
  return due;
}

void InProcessBroker::index_dues() const {
  std::vector<Due> dues;
  std::size_t scanned_count = 0;
  for (std::uint32_t queue = 0; queue < state_.queues.size(); ++queue) {
    for (const auto& entry : state_.queues[queue]) {
      ++scanned_count;
      if (!entry.visible()) dues.push_back({entry.due, queue, entry.sequence});
    }
  }
  std::make_heap(dues.begin(), dues.end(), later);
  dues_ = std::move(dues);
  dues_max_ = 2 * scanned_count + kScannedMax;
}

/// As scan_due, by the index.
std::vector<InProcessBroker::Place> InProcessBroker::take_due(Timestamp now,
                                                              Timestamp& next) const {
  // Made anew when most are of messages that are settled.
  if (dues_->size() > dues_max_) index_dues();
  std::vector<Place> due;
  while (!dues_->empty() && dues_->front().at <= now) {
    const auto first = dues_->front();
    std::pop_heap(dues_->begin(), dues_->end(), later);
    dues_->pop_back();
    const auto& entries = state_.queues[first.queue];
    const auto slot = entries.find(first.sequence);
    if (slot == QueueEntries::kNone || entries[slot].due != first.at) continue;
    due.push_back({first.queue, slot});
  }
  if (!dues_->empty()) next = dues_->front().at;
  std::sort(due.begin(), due.end());
  due.erase(std::unique(due.begin(), due.end()), due.end());
  return due;
}

/// Applies the passing of time: leases expire, delays end. Returns the time.
Timestamp InProcessBroker::sweep() const {
  const auto now = clock_.now();
  if (now < state_.next_due) return now;
  auto next = Timestamp::max();
  const auto due = dues_ ? take_due(now, next) : scan_due(now, next);
  try {
    std::vector<Move> moves;
    for (const auto& place : due) {
      const auto& entry = state_.queues[place.queue][place.slot];
      if (entry.leased && exhausted(place.queue, entry)) {
        moves.push_back(dead_letter_move(place, entry.last_failure.get()));
      } else {
        state_.queues[place.queue].release(place.slot);
      }
    }
    apply(moves);
  } catch (...) {
    dues_.reset();  // which does not have the entries that stay due
    throw;
  }
  state_.next_due = next;
  return now;
}

/// As sweep, for those who need not know the exact time: returns `soon`.
Timestamp InProcessBroker::sweep_if_due() const {
  const auto soon = clock_.soon();
  if (soon >= state_.next_due) sweep();
  return soon;
}

/// Of a lease that is given now: the queue's lease_ms, and at most a hundredth more.
Timestamp InProcessBroker::lease_end(std::uint32_t queue) const {
  const auto lease_ms = infos_[queue].options.lease_ms;
  const auto now = lease_ms >= kLongLease ? sweep_if_due() : sweep();
  return saturating_add(now, lease_ms);
}

InProcessBroker::Place InProcessBroker::leased(const LeaseTagParts& tag) const {
  if (tag.queue < state_.queues.size()) {
    const auto& entries = state_.queues[tag.queue];
    const auto slot = entries.find(tag.sequence);
    if (slot != QueueEntries::kNone && entries[slot].leased &&
        entries[slot].delivery_count == tag.delivery_count) {
      return {tag.queue, slot};
    }
  }
  throw_lease_lost(make_lease_tag(tag));
}

InProcessBroker::Place InProcessBroker::leased(const LeaseTag& tag) const {
  const auto parts = parse_lease_tag(tag);
  if (!parts) throw_lease_lost(tag);
  return leased(*parts);
}

void InProcessBroker::throw_lease_lost(const LeaseTag& tag) {
  throw LeaseLost(fmt::format(
      "the lease '{}' has expired or was settled before; the message may be delivered again",
      tag.value));
}

/// With the last reason why a delivery of the message was abandoned, or nullptr.
void InProcessBroker::give_back(Place place, std::shared_ptr<const std::string> failure) {
  auto& entries = state_.queues[place.queue];
  const auto& entry = entries[place.slot];
  if (exhausted(place.queue, entry)) {
    std::vector<Move> moves{dead_letter_move(place, failure.get())};
    apply(moves);
    return;
  }
  // The journal has the count and contains no leases: only the reason may be new to it.
  if (journal_ && failure != entry.last_failure) {
    journal_->set_last_failure(entry.sequence, *failure);
  }
  entries.set_last_failure(place.slot, std::move(failure));
  entries.release(place.slot);
}

void InProcessBroker::check_delay(const std::string& queue, std::chrono::milliseconds delay) {
  if (delay.count() >= 0) return;
  throw InvalidRequest(
      fmt::format("a message for queue '{}' has a negative delay, {} ms", queue, delay.count()));
}

void InProcessBroker::send_now(const std::string& queue,
                               std::shared_ptr<const QueuedMessage> message,
                               std::chrono::milliseconds delay) {
  check_delay(queue, delay);
  const std::lock_guard lock(mutex_);
  const auto number = queue_number(queue);
  auto due = QueueEntry::kNow;
  if (delay.count() > 0) due = saturating_add(clock_.now(), delay);
  auto& entries = state_.queues[number];
  if (journal_) entries.reserve_more(1);
  wait_until({due, number, state_.next_sequence});
  if (journal_) journal_->insert({{state_.next_sequence, number, due, &message->message}});
  entries.push_back(std::move(message), state_.next_sequence, due);
  ++state_.next_sequence;
}

void InProcessBroker::publish_now(const std::string& topic,
                                  std::shared_ptr<const QueuedMessage> message) {
  const std::lock_guard lock(mutex_);
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  for (const auto number : found->second) state_.queues[number].reserve_more(1);
  if (journal_) {
    std::vector<Journal::Insertion> insertions;
    auto sequence = state_.next_sequence;
    for (const auto number : found->second) {
      insertions.push_back({sequence++, number, QueueEntry::kNow, &message->message});
    }
    journal_->insert(insertions);
  }
  for (const auto number : found->second) {
    state_.queues[number].push_back(message, state_.next_sequence++);
  }
}

std::optional<InProcessBroker::Leased> InProcessBroker::receive_now(const std::string& queue,
                                                                    std::size_t index) {
  const std::lock_guard lock(mutex_);
  const auto number = queue_number(queue);
  const auto due = lease_end(number);
  auto& entries = state_.queues[number];
  const auto slot = entries.visible_slot(index);
  if (slot == QueueEntries::kNone) return std::nullopt;
  const auto& entry = entries[slot];
  wait_until({due, number, entry.sequence});
  if (journal_) journal_->set_delivery_count(entry.sequence, entry.delivery_count + 1);
  entries.lease(slot, due);
  return Leased{entry.message, {entry.sequence, number, entry.delivery_count}};
}

InProcessBroker::DeliveryOf::operator Delivery() const {
  return {std::move(queue), shared_message_of(std::move(leased.message)),
          make_lease_tag(leased.tag), leased.tag.delivery_count};
}

void InProcessBroker::acknowledge_now(const LeaseTagParts& tag) {
  const std::lock_guard lock(mutex_);
  sweep_if_due();
  const auto [queue, slot] = leased(tag);
  auto& entries = state_.queues[queue];
  if (journal_) journal_->erase(entries[slot].sequence);
  entries.erase(slot);
}

void InProcessBroker::abandon_now(const LeaseTag& tag, std::string reason) {
  const std::lock_guard lock(mutex_);
  sweep_if_due();
  const auto place = leased(tag);
  auto failure = state_.queues[place.queue][place.slot].last_failure;
  // A dead letter is never given up again, so nobody would be told.
  const bool tells = !reason.empty() && !is_dead_letter_queue(place.queue);
  if (tells && !(failure && *failure == reason)) {
    failure = std::make_shared<const std::string>(std::move(reason));
  }
  give_back(place, std::move(failure));
}

void InProcessBroker::renew_now(const LeaseTag& tag) {
  const std::lock_guard lock(mutex_);
  const auto now = sweep();
  const auto [queue, slot] = leased(tag);
  auto& entries = state_.queues[queue];
  const auto due = saturating_add(now, infos_[queue].options.lease_ms);
  wait_until({due, queue, entries[slot].sequence});
  entries.renew(slot, due);
}

std::size_t InProcessBroker::redrive_now(const std::string& queue) {
  const std::lock_guard lock(mutex_);
  const auto number = queue_number(queue);
  if (is_dead_letter_queue(number)) {
    throw InvalidRequest(fmt::format("'{}' is a dead-letter queue; redrive its queue", queue));
  }
  sweep();
  const auto dead = dead_letter_queue_number(number);
  const auto& entries = state_.queues[dead];
  std::vector<Move> moves;
  for (const auto& entry : entries) {
    if (entry.leased) continue;
    Message message = entry.message->message;
    message.headers.erase(std::string(header::kDeadLetterReason));
    message.headers.erase(std::string(header::kDeadLetterFailure));
    moves.push_back({{dead, entries.slot_of(entry)},
                     number,
                     std::make_shared<const QueuedMessage>(std::move(message))});
  }
  apply(moves);
  return moves.size();
}

std::vector<InProcessBroker::MessageView> InProcessBroker::messages(
    const std::string& queue) const {
  const std::lock_guard lock(mutex_);
  const auto number = queue_number(queue);
  sweep();
  std::vector<MessageView> views;
  for (const auto& entry : state_.queues[number]) {
    views.push_back({entry.shared_message(), entry.delivery_count, entry.leased,
                     entry.visible() ? std::nullopt : std::optional(entry.due)});
  }
  return views;
}

std::size_t InProcessBroker::visible_count(const std::string& queue) const {
  const std::lock_guard lock(mutex_);
  const auto number = queue_number(queue);
  sweep();
  const auto& entries = state_.queues[number];
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(),
                                                [](const auto& entry) { return entry.visible(); }));
}

}  // namespace workshop
