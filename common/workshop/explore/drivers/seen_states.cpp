#include "workshop/explore/drivers/seen_states.hpp"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <mutex>

#include "workshop/core/hash.hpp"

namespace workshop::explore {
namespace {

constexpr std::uint32_t kBudgets = 8;  // 0 to 7 of each kind
constexpr std::size_t kShards = 64;    // for threads: two seldom want the same one

std::uint32_t place_of(const Budget& budget) {
  return budget.faults * kBudgets + std::min(budget.preemptions, kBudgets - 1);
}

// For each budget the set of all budgets that it covers: those that are nowhere larger.
constexpr auto kCovered = [] {
  std::array<std::uint64_t, kBudgets * kBudgets> covered{};
  for (std::uint32_t f = 0; f < kBudgets; ++f) {
    for (std::uint32_t p = 0; p < kBudgets; ++p) {
      for (std::uint32_t i = 0; i <= f; ++i) {
        for (std::uint32_t j = 0; j <= p; ++j) {
          covered[f * kBudgets + p] |= std::uint64_t{1} << (i * kBudgets + j);
        }
      }
    }
  }
  return covered;
}();

}  // namespace

struct SeenStates::Shard {
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> budgets;  // by state: a bit for each
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> depths;
  mutable std::mutex mutex;
};

SeenStates::SeenStates(bool for_threads)
    : shards_count_(for_threads ? kShards : 1), shards_(std::make_unique<Shard[]>(shards_count_)) {}

SeenStates::~SeenStates() = default;

bool SeenStates::seen(std::uint64_t state, const Budget& budget) {
  auto& shard = shards_[(state >> 32) % shards_count_];
  std::unique_lock<std::mutex> lock;
  if (shards_count_ > 1) lock = std::unique_lock(shard.mutex);
  auto& budgets = shard.budgets[state];
  const auto place = place_of(budget);
  if ((budgets >> place & 1U) != 0) return true;
  budgets |= kCovered[place];
  return false;
}

bool SeenStates::seen_by(std::uint64_t state, const Budget& budget, std::uint32_t depth) {
  auto& earliest = shards_[0].depths[mix(state + place_of(budget))];
  if (earliest != 0 && earliest <= depth + 1) return true;
  earliest = depth + 1;
  return false;
}

void SeenStates::forget_depths() { shards_[0].depths.clear(); }

std::uint64_t SeenStates::size() const {
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < shards_count_; ++i) {
    const std::lock_guard lock(shards_[i].mutex);
    size += shards_[i].budgets.size();
  }
  return size;
}

}  // namespace workshop::explore
