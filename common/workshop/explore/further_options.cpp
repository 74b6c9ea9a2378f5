#include "workshop/explore/further_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "workshop/core/error.hpp"
#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/variables.hpp"

namespace workshop::explore {
namespace {

namespace word = protocol::explore_word;
using protocol::variable::kExplore;

std::uint64_t number_in(std::string_view text, std::string_view value, std::uint64_t max) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number > max) {
    throw InvalidRequest(fmt::format("{}: '{}' wants a number of at most {}", kExplore, text, max));
  }
  return number;
}

void read_word(FurtherOptions& options, std::string_view text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  const auto value =
      equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1);
  constexpr std::uint64_t kDay = 86'400;
  const auto number = [&](std::uint64_t max) { return number_in(text, value, max); };
  if (name == word::kDeeper) {
    options.deeper = std::chrono::seconds(number(kDay));
  } else if (name == word::kProve) {
    options.prove = std::chrono::seconds(number(kDay));
  } else if (name == word::kRandom) {
    options.random_count = number(1'000'000'000'000);
  } else if (name == word::kSeed) {
    options.seed = number(UINT64_MAX);
  } else if (name == word::kPct) {
    options.pct_depth = static_cast<std::uint32_t>(number(100));
  } else if (name == word::kThreads) {
    options.threads = std::max(1U, static_cast<std::uint32_t>(number(256)));
  } else if (text == word::kNoPruning) {
    options.pruning = false;
  } else if (text == word::kSleepSets) {
    options.sleep_sets = true;
  } else if (name == word::kFaults) {
    options.faults_max = static_cast<std::uint32_t>(number(7));
  } else if (text == word::kAnyPreemptions) {
    options.preemptions_max = kUnlimitedPreemptions;
  } else if (name == word::kPreemptions) {
    options.preemptions_max = static_cast<std::uint32_t>(number(7));
  } else if (name == word::kTime) {
    options.time_max = std::chrono::seconds(number(kDay));
  } else if (name == word::kExecutions) {
    options.executions_max = number(1'000'000'000'000);
  } else if (text == word::kWhy) {
    options.why = true;
  } else {
    throw InvalidRequest(fmt::format("{}: '{}' is no word it knows", kExplore, text));
  }
}

}  // namespace

FurtherOptions FurtherOptions::parse(std::string_view text) {
  FurtherOptions options;
  while (!text.empty()) {
    const auto blank = std::min(text.find(' '), text.size());
    if (blank > 0) read_word(options, text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return options;
}

void FurtherOptions::apply_to(Bounds& bounds, SearchOptions& search) const {
  if (faults_max) bounds.faults_max = std::min(bounds.faults_max, *faults_max);
  if (preemptions_max == kUnlimitedPreemptions) {
    bounds.preemptions_max = kUnlimitedPreemptions;
  } else if (preemptions_max) {
    bounds.preemptions_max = std::min(bounds.preemptions_max, *preemptions_max);
  }
  if (time_max.count() > 0) bounds.time_max = time_max;
  if (executions_max > 0) bounds.executions_max = executions_max;
  search.threads = threads;
  if (!pruning) search.prune_by_digest = false;
  if (sleep_sets) {
    search.prune_by_digest = false;
    search.sleep_sets = true;
    bounds.preemptions_max = kUnlimitedPreemptions;
  }
}

}  // namespace workshop::explore
