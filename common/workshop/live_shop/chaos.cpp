#include "workshop/live_shop/chaos.hpp"

#include <chrono>
#include <thread>
#include <utility>

namespace workshop::live_shop {
namespace {

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;
constexpr std::uint64_t kDelayMaxUs = 4'000;

/// The finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014).
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

std::string sentence(const char* what, const char* rest) {
  return std::string("chaos: the ") + what + rest;
}

}  // namespace

Chaos::Chaos(double probability, std::uint64_t seed, Tally& tally)
    : probability_(probability), state_(mixed(seed)), tally_(tally) {}

std::uint64_t Chaos::draw() noexcept { return mixed(state_.fetch_add(kGolden) + kGolden); }

void Chaos::count(FaultKind kind) noexcept { ++tally_.faults[static_cast<std::size_t>(kind)]; }

Chaos::Turn Chaos::before(const char* what, bool changes, bool receives) {
  if (probability_ <= 0) return Turn::on;
  constexpr double kRange = 18446744073709551616.0;  // 2 to the 64
  if (static_cast<double>(draw()) >= probability_ * kRange) return Turn::on;
  const auto which = draw() % 4;
  if (which == 0) {
    count(FaultKind::delay);
    std::this_thread::sleep_for(std::chrono::microseconds(draw() % kDelayMaxUs));
    return Turn::on;
  }
  if (receives && which < 3) {
    count(FaultKind::duplicate);
    return Turn::duplicates;
  }
  if (!changes || which == 1) {
    count(FaultKind::refused);
    throw Unavailable(sentence(what, " is refused"));
  }
  if (which == 2) {
    count(FaultKind::lost_done);
    return Turn::loses_its_answer;
  }
  count(FaultKind::lost_not_done);
  throw OutcomeUnknown(sentence(what, "'s answer is lost"));
}

void Chaos::after(const char* what, Turn turn) {
  if (turn == Turn::loses_its_answer) throw OutcomeUnknown(sentence(what, "'s answer is lost"));
}

Task<void> ChaosBroker::send(std::string queue, Message message, std::chrono::milliseconds delay) {
  const auto turn = chaos_.before("send", true);
  co_await broker_.send(std::move(queue), std::move(message), delay);
  Chaos::after("send", turn);
}

Task<void> ChaosBroker::publish(std::string topic, Message message) {
  const auto turn = chaos_.before("publish", true);
  co_await broker_.publish(std::move(topic), std::move(message));
  Chaos::after("publish", turn);
}

Task<std::optional<Delivery>> ChaosBroker::receive(std::string queue) {
  auto delivery = co_await broker_.receive(queue);
  // Faults come with messages: a receiver that finds nothing asks as often as it likes.
  if (!delivery) co_return delivery;
  // One that is refused has come, and its receiver does not know: the end of its lease brings it
  // again.
  const auto turn = chaos_.before("receive", false, true);
  if (turn == Chaos::Turn::duplicates) co_await broker_.send(queue, delivery->message);
  co_return delivery;
}

Task<void> ChaosBroker::acknowledge(LeaseTag tag) {
  const auto turn = chaos_.before("acknowledgement", true);
  co_await broker_.acknowledge(std::move(tag));
  Chaos::after("acknowledgement", turn);
}

Task<void> ChaosBroker::abandon(LeaseTag tag, std::string reason) {
  const auto turn = chaos_.before("abandonment", true);
  co_await broker_.abandon(std::move(tag), std::move(reason));
  Chaos::after("abandonment", turn);
}

Task<void> ChaosBroker::renew(LeaseTag tag) {
  chaos_.before("renewal", false);
  co_await broker_.renew(std::move(tag));
}

Task<std::size_t> ChaosBroker::redrive(std::string queue) {
  return broker_.redrive(std::move(queue));
}

Task<std::optional<Document>> ChaosStore::get(Key key) {
  chaos_.before("read", false);
  co_return co_await store_.get(std::move(key));
}

Task<Version> ChaosStore::put(Key key, std::string body, Expected expected) {
  const auto turn = chaos_.before("write", true);
  auto version = co_await store_.put(std::move(key), std::move(body), std::move(expected));
  Chaos::after("write", turn);
  co_return version;
}

Task<void> ChaosStore::erase(Key key, Expected expected) {
  const auto turn = chaos_.before("erasure", true);
  co_await store_.erase(std::move(key), std::move(expected));
  Chaos::after("erasure", turn);
}

Task<std::vector<Version>> ChaosStore::batch(std::string partition,
                                             std::vector<StoreOperation> operations) {
  const auto turn = chaos_.before("batch", true);
  auto versions = co_await store_.batch(std::move(partition), std::move(operations));
  Chaos::after("batch", turn);
  co_return versions;
}

}  // namespace workshop::live_shop
