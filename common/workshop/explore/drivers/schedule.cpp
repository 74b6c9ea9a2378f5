#include "workshop/explore/drivers/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "workshop/core/hash.hpp"

namespace workshop::explore {
namespace {

[[noreturn]] void refuse(std::string_view text, std::size_t position, std::string_view why) {
  throw InvalidRequest(
      fmt::format("not a schedule: {} at position {} of '{}'; copy it whole, from the failing "
                  "test's last line",
                  why, position + 1, text));
}

std::uint32_t read_number(std::string_view text, std::size_t& at, std::string_view what) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
  if (error != std::errc{}) refuse(text, at, what);
  at = static_cast<std::size_t>(end - text.data());
  return number;
}

bool has_index(Decision decision) {
  const auto* fault = fault_kind_of(decision);
  return fault != nullptr && fault->index_in_schedule;
}

// A schedule of up to so many characters is written as it is.
constexpr std::size_t kPlainMax = 100;
// The longest run of characters that is looked for when it comes again and again.
constexpr std::size_t kPeriodMax = 60;
// How long a schedule may become when it is unfolded.
constexpr std::size_t kUnfoldedMax = 100'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// How often `text` has the `period` characters at `at` one after the other.
std::size_t times_at(std::string_view text, std::size_t at, std::size_t period) {
  std::size_t times = 1;
  const auto unit = text.substr(at, period);
  while (text.substr(at + times * period, period) == unit) ++times;
  return times;
}

// What comes again and again is written once: "Blclclclc" becomes "B(lc)4".
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::string best;
    std::size_t best_taken = 0;
    for (std::size_t period = 1; period <= std::min(kPeriodMax, text.size() - at); ++period) {
      const auto times = times_at(text, at, period);
      const auto taken = times * period;
      // A digit behind the group's number would become part of it.
      if (times < 2 || (at + taken < text.size() && is_digit(text[at + taken]))) continue;
      auto group = fmt::format("({}){}", text.substr(at, period), times);
      if (taken <= group.size() || taken - group.size() <= best_taken - best.size()) continue;
      best = std::move(group);
      best_taken = taken;
    }
    if (best_taken == 0) {
      out += text[at++];
    } else {
      out += best;
      at += best_taken;
    }
  }
  return out;
}

// The reverse; groups do not stand in each other.
std::string unfolded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '(') {
      out += text[at++];
      continue;
    }
    const auto end = text.find(')', at);
    if (end == std::string_view::npos) refuse(text, at, "a '(' without its ')'");
    const auto unit = text.substr(at + 1, end - at - 1);
    if (unit.find('(') != std::string_view::npos) refuse(text, at, "a '(' within another one");
    if (unit.empty()) refuse(text, at, "nothing between '(' and ')'");
    auto number_at = end + 1;
    const auto times = read_number(text, number_at, "the number behind a ')' is missing");
    if (unit.size() * times > kUnfoldedMax || out.size() + unit.size() * times > kUnfoldedMax) {
      refuse(text, end + 1, "too large a number");
    }
    for (std::uint32_t i = 0; i < times; ++i) out += unit;
    at = number_at;
  }
  return out;
}

}  // namespace

std::string schedule_tag(std::string_view test_name) {
  return fmt::format("{:04x}", Digest().add(test_name).value() & 0xffff);
}

std::string Schedule::to_string() const {
  std::string text;
  char process = 0;
  for (const auto& step : steps) {
    if (step.decision == Decision::advance_time) {
      text += '@';
      continue;
    }
    if (step.process != process) text += process = step.process;
    if (step.decision != Decision::proceed) text += static_cast<char>(step.decision);
    if (has_index(step.decision)) text += std::to_string(step.index);
    text += static_cast<char>(step.kind);
  }
  const auto head = fmt::format("{}:{}@", tag, messages_count);
  return head + (head.size() + text.size() > kPlainMax ? folded(text) : text);
}

Schedule Schedule::parse(std::string_view folded_text) {
  Schedule schedule;
  const auto whole = unfolded(folded_text);
  const std::string_view text = whole;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) refuse(text, text.size(), "a ':' is missing");
  schedule.tag = text.substr(0, colon);
  auto at = colon + 1;
  schedule.messages_count = read_number(text, at, "the number of messages is missing");
  if (at >= text.size() || text[at] != '@') refuse(text, at, "an '@' is missing");
  ++at;
  char process = 0;
  while (at < text.size()) {
    if (text[at] == '@') {
      schedule.steps.push_back({'-', OperationKind::point, Decision::advance_time, 0});
      ++at;
      continue;
    }
    if (text[at] >= 'A' && text[at] <= 'Z') process = text[at++];
    if (process == 0) refuse(text, at, "a process (a capital letter) is missing");
    ScheduledStep step;
    step.process = process;
    if (at < text.size()) step.decision = decision_of_sign(text[at]);
    if (step.decision != Decision::proceed) ++at;
    if (has_index(step.decision)) {
      step.index = read_number(text, at, "the number of a message is missing");
    }
    if (at >= text.size()) refuse(text, at, "it ends before an operation");
    const auto kind = operation_of(text[at]);
    if (!kind) refuse(text, at, "an unknown letter");
    step.kind = *kind;
    ++at;
    schedule.steps.push_back(step);
  }
  return schedule;
}

Schedule Schedule::of(const World& world, std::string tag) {
  Schedule schedule{std::move(tag), static_cast<std::uint32_t>(world.messages_count()), {}};
  for (std::size_t i = 0; i < world.depth(); ++i) {
    const auto& choice = world.step(i).choice;
    if (choice.decision == Decision::advance_time) {
      schedule.steps.push_back({'-', OperationKind::point, Decision::advance_time, 0});
    } else {
      schedule.steps.push_back(
          {static_cast<char>('A' + choice.process), choice.kind, choice.decision, choice.index});
    }
  }
  return schedule;
}

}  // namespace workshop::explore
