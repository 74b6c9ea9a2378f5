#include "workshop/runner/runs/shares.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace workshop::runner {
namespace {

using Places = std::unordered_map<std::string, std::size_t>;

Places places_of(const std::vector<std::string>& tests) {
  Places places;
  for (std::size_t i = 0; i < tests.size(); ++i) places.emplace(tests[i], i);
  return places;
}

std::size_t place_of(const Places& places, const std::string& test) {
  const auto place = places.find(test);
  return place == places.end() ? places.size() : place->second;
}

}  // namespace

std::vector<Share> shares_of(const std::vector<std::string>& tests, const RunResult& before,
                             unsigned processes) {
  std::vector<std::int64_t> costs(tests.size(), 1);  // a test costs something, or all were one's
  const auto places = places_of(tests);
  for (const auto& test : before.tests) {
    const auto place = place_of(places, test.name);
    if (place < tests.size()) costs[place] = std::max(costs[place], std::int64_t{test.duration_ms});
  }
  std::vector<std::size_t> by_cost(tests.size());
  std::iota(by_cost.begin(), by_cost.end(), std::size_t{0});
  std::ranges::stable_sort(by_cost, std::greater(), [&](std::size_t test) { return costs[test]; });

  const auto count = std::min<std::size_t>(std::max(processes, 1U), tests.size());
  std::vector<std::vector<std::size_t>> chosen(count);
  std::vector<std::int64_t> to_do(count, 0);
  for (const auto test : by_cost) {
    const auto least = std::ranges::min_element(to_do) - to_do.begin();
    chosen[static_cast<std::size_t>(least)].push_back(test);
    to_do[static_cast<std::size_t>(least)] += costs[test];
  }
  std::vector<Share> shares;
  for (auto& places_of_share : chosen) {
    std::ranges::sort(places_of_share);
    auto& share = shares.emplace_back();
    for (const auto test : places_of_share) share.push_back(tests[test]);
  }
  return shares;
}

std::string one_result_file(const std::vector<std::string>& texts,
                            const std::vector<std::string>& tests) {
  const auto places = places_of(tests);
  const auto place_of_end = [&](const std::string& text) {
    const auto run = read_results(text);
    if (run.ended) return tests.size() + 1;
    const auto* open = run.unfinished();
    return open == nullptr ? tests.size() : place_of(places, open->name);
  };
  std::vector<std::pair<std::size_t, const std::string*>> last_is_told;
  for (const auto& text : texts) last_is_told.emplace_back(place_of_end(text), &text);
  std::ranges::stable_sort(last_is_told, std::greater(),
                           [](const auto& each) { return each.first; });
  std::string one;
  for (const auto& [place, text] : last_is_told) one += *text;
  return one;
}

void put_in_order(RunResult& run, const std::vector<std::string>& tests) {
  const auto places = places_of(tests);
  const auto open = std::ranges::stable_partition(run.tests, &TestResult::ended).begin();
  std::ranges::stable_sort(run.tests.begin(), open, {},
                           [&](const TestResult& test) { return place_of(places, test.name); });
}

}  // namespace workshop::runner
