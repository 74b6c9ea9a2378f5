// The broker against a model of it that looks at every message each time: the same operations give
// the same answers, with few messages, which are scanned, and with many, which have an index.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <chrono>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "broker/fixtures.hpp"
#include "workshop/broker/explorable_broker.hpp"
#include "workshop/broker/queue_entries.hpp"

namespace workshop {
namespace {

using std::chrono::milliseconds;

constexpr QueueOptions kOptions{.lease_ms = milliseconds(50), .deliveries_max = 3};

/// A queue and its dead-letter queue, without any index.
class Model {
 public:
  struct Entry {
    std::string id;
    Timestamp due = Timestamp::min();
    std::uint32_t delivery_count = 0;
    bool leased = false;
    int place = 0;  ///< another one after each move to another queue

    bool visible() const { return !leased && due == Timestamp::min(); }
  };

  explicit Model(const Clock& clock) : clock_(clock) {}

  void send(const std::string& id, milliseconds delay) {
    entries_[0].push_back({.id = id, .place = ++places_count_});
    if (delay.count() > 0) entries_[0].back().due = clock_.now() + delay;
  }
  std::optional<Entry> receive(int queue) {
    pass_time();
    for (auto& entry : entries_[queue]) {
      if (!entry.visible()) continue;
      ++entry.delivery_count;
      entry.leased = true;
      entry.due = clock_.now() + kOptions.lease_ms;
      return entry;
    }
    return std::nullopt;
  }
  /// Nullptr: the lease is lost.
  Entry* leased(int queue, const Entry& delivered) {
    pass_time();
    for (auto& entry : entries_[queue]) {
      if (entry.leased && entry.place == delivered.place &&
          entry.delivery_count == delivered.delivery_count) {
        return &entry;
      }
    }
    return nullptr;
  }
  void erase(int queue, const std::string& id) {
    std::erase_if(entries_[queue], [&](const Entry& entry) { return entry.id == id; });
  }
  void give_back(int queue, Entry& entry) {
    entry.leased = false;
    entry.due = Timestamp::min();
    if (queue == 0 && entry.delivery_count >= kOptions.deliveries_max) dead_letter(entry.id);
  }
  std::size_t redrive() {
    pass_time();
    std::vector<std::string> moved;
    for (const auto& entry : entries_[1]) {
      if (!entry.leased) moved.push_back(entry.id);
    }
    for (const auto& id : moved) {
      erase(1, id);
      entries_[0].push_back({.id = id, .place = ++places_count_});
    }
    return moved.size();
  }
  const std::deque<Entry>& entries(int queue) {
    pass_time();
    return entries_[queue];
  }

 private:
  void dead_letter(std::string id) {
    erase(0, id);
    entries_[1].push_back({.id = std::move(id), .place = ++places_count_});
  }
  void pass_time() {
    std::vector<std::string> dead;
    for (auto& queue : entries_) {
      for (auto& entry : queue) {
        if (entry.visible() || entry.due > clock_.now()) continue;
        if (&queue == &entries_[0] && entry.leased &&
            entry.delivery_count >= kOptions.deliveries_max) {
          dead.push_back(entry.id);
        } else {
          entry.leased = false;
          entry.due = Timestamp::min();
        }
      }
    }
    for (const auto& id : dead) dead_letter(id);
  }

  const Clock& clock_;
  std::deque<Entry> entries_[2];
  int places_count_ = 0;
};

/// Random operations on both.
class Comparison {
 public:
  explicit Comparison(unsigned seed) : random_(seed) { broker_.declare_queue("orders", kOptions); }

  void send(int delay_max) {
    const auto id = std::to_string(sent_count_++);
    const milliseconds delay(drawn(delay_max));
    sync_wait(broker_.send("orders", note(id), delay));
    model_.send(id, delay);
  }
  void receive() {
    const int queue = drawn(9) == 0 ? 1 : 0;
    const auto delivery = sync_wait(broker_.receive(kNames[queue]));
    const auto expected = model_.receive(queue);
    REQUIRE(delivery.has_value() == expected.has_value());
    if (!delivery) return;
    REQUIRE(delivery->message.id.value == expected->id);
    deliveries_.push_back({queue, delivery->tag, *expected});
  }
  /// A delivery that was received at some time, often settled before or expired.
  void settle() {
    if (deliveries_.empty()) return;
    const auto at = static_cast<std::size_t>(drawn(static_cast<int>(deliveries_.size()) - 1));
    const auto [queue, tag, delivered] = deliveries_[at];
    auto* entry = model_.leased(queue, delivered);
    const int way = drawn(3);
    bool lost = false;
    try {
      if (way == 0) sync_wait(broker_.abandon(tag));
      if (way == 1) sync_wait(broker_.renew(tag));
      if (way >= 2) sync_wait(broker_.acknowledge(tag));
    } catch (const LeaseLost&) {
      lost = true;
    }
    REQUIRE(lost == (entry == nullptr));
    if (entry != nullptr && way == 0) model_.give_back(queue, *entry);
    if (entry != nullptr && way == 1) entry->due = clock_.now() + kOptions.lease_ms;
    if (entry != nullptr && way >= 2) model_.erase(queue, entry->id);
    if (way != 1 && drawn(3) > 0) {  // some tags are tried again
      deliveries_[at] = deliveries_.back();
      deliveries_.pop_back();
    }
  }
  void pass_time(int by_max) { clock_.advance(milliseconds(drawn(by_max))); }
  void redrive() { REQUIRE(sync_wait(broker_.redrive("orders")) == model_.redrive()); }
  void go_back_and_forth() { broker_.restore(broker_.snapshot()); }
  int drawn(int max) { return std::uniform_int_distribution<int>(0, max)(random_); }

  void compare() {
    for (int queue = 0; queue < 2; ++queue) {
      const auto views = broker_.messages(kNames[queue]);
      const auto& expected = model_.entries(queue);
      REQUIRE(views.size() == expected.size());
      for (std::size_t at = 0; at < views.size(); ++at) {
        CAPTURE(queue, at);
        REQUIRE(views[at].message->id.value == expected[at].id);
        REQUIRE(views[at].delivery_count == expected[at].delivery_count);
        REQUIRE(views[at].leased == expected[at].leased);
        REQUIRE(views[at].due.value_or(Timestamp::min()) == expected[at].due);
      }
    }
  }

 private:
  static constexpr const char* kNames[] = {"orders", "orders/dead-letter"};

  std::mt19937 random_;
  SimulatedClock clock_;
  ExplorableBroker broker_{clock_};
  Model model_{clock_};
  std::vector<std::tuple<int, LeaseTag, Model::Entry>> deliveries_;
  int sent_count_ = 0;
};

TEST_CASE("a broker behaves as its model, with few messages and with many") {
  const auto backlog = GENERATE(0, 40, 90, 1'500);
  const auto seed = GENERATE(range(1U, 4U));
  CAPTURE(backlog, seed);
  Comparison both(seed);
  for (int i = 0; i < backlog; ++i) both.send(i % 3 == 0 ? 0 : 4'000);
  for (int step = 0; step < 3'000; ++step) {
    const int operation = both.drawn(99);
    if (operation < 25) both.send(operation < 8 ? 0 : 600);
    if (operation >= 25 && operation < 55) both.receive();
    if (operation >= 55 && operation < 88) both.settle();
    if (operation >= 88 && operation < 98) both.pass_time(operation == 88 ? 120 : 8);
    if (operation == 98) both.redrive();
    if (operation == 99) both.go_back_and_forth();
    if (step % 50 == 0) both.compare();
  }
  both.compare();
}

TEST_CASE("a tree of bits finds its first member from any one on") {
  const auto room = GENERATE(1, 64, 65, 4'096, 4'097, 300'000);
  CAPTURE(room);
  BitTree tree;
  tree.reset(static_cast<std::size_t>(room));
  REQUIRE(tree.first_from(0) == SIZE_MAX);
  std::mt19937 random(7);
  std::vector<std::size_t> members;
  for (int i = 0; i < 200; ++i) {
    members.push_back(random() % static_cast<std::size_t>(room));
    tree.insert(members.back());
  }
  const auto check = [&] {
    std::sort(members.begin(), members.end());
    for (int i = 0; i < 300; ++i) {
      const auto from = random() % (static_cast<std::size_t>(room) + 70);
      const auto found = std::lower_bound(members.begin(), members.end(), from);
      REQUIRE(tree.first_from(from) == (found == members.end() ? SIZE_MAX : *found));
    }
  };
  check();
  for (int i = 0; i < 100; ++i) {
    const auto gone = members[random() % members.size()];
    tree.erase(gone);
    std::erase(members, gone);
    if (members.empty()) break;
  }
  check();
}

}  // namespace
}  // namespace workshop
