#include "workshop/explore/drivers/schedule.hpp"

#include <fmt/format.h>

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

}  // namespace

std::string schedule_tag(std::string_view test_name) {
  return fmt::format("{:04x}", Digest().add(test_name).value() & 0xffff);
}

std::string Schedule::to_string() const {
  auto text = fmt::format("{}:{}@", tag, messages_count);
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
  return text;
}

Schedule Schedule::parse(std::string_view text) {
  Schedule schedule;
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
