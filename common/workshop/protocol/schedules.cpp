#include "workshop/protocol/schedules.hpp"

#include <array>
#include <utility>

namespace workshop::protocol {
namespace {

using Word = std::pair<char, std::string_view>;

constexpr std::array kFaults = {
    Word{'!', "crash"},        Word{'+', "duplicate"},       Word{'^', "reorder"},
    Word{'~', "lease expiry"}, Word{'x', "refused"},         Word{'?', "answer lost"},
    Word{'%', "answer lost"},  Word{'=', "outage, refused"}, Word{'/', "outage, unanswered"},
    Word{'*', "busy"}};

constexpr std::array kOperations = {
    Word{'r', "receive"},  Word{'a', "acknowledge"}, Word{'n', "abandon"}, Word{'w', "renew"},
    Word{'v', "redrive"},  Word{'s', "send"},        Word{'p', "publish"}, Word{'l', "load"},
    Word{'c', "save"},     Word{'e', "erase"},       Word{'b', "batch"},   Word{'h', "request"},
    Word{'i', "reply"},    Word{'j', "accept"},      Word{'k', "respond"}, Word{'y', "point"},
    Word{'t', "statement"}};

template <class Words>
std::string_view word_of(const Words& words, char sign) {
  for (const auto& [each, word] : words) {
    if (each == sign) return word;
  }
  return {};
}

bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

}  // namespace

std::string_view fault_of_sign(char sign) noexcept { return word_of(kFaults, sign); }
std::string_view operation_of_letter(char letter) noexcept { return word_of(kOperations, letter); }

ScheduleOutline outline_of(std::string_view schedule) {
  ScheduleOutline outline;
  const auto begin = schedule.find('@');
  if (begin == std::string_view::npos) return outline;
  std::string at_fault;
  std::string last;
  char process = 'A';
  for (auto at = begin + 1; at < schedule.size(); ++at) {
    if ((schedule[at] >= 'A' && schedule[at] <= 'Z') || schedule[at] == '-') {
      process = schedule[at];
      continue;
    }
    const auto fault = fault_of_sign(schedule[at]);
    if (!fault.empty()) {
      outline.faults.emplace_back(fault);
      while (at + 1 < schedule.size() && is_digit(schedule[at + 1])) ++at;
      if (++at >= schedule.size()) break;
    }
    const auto operation = operation_of_letter(schedule[at]);
    if (operation.empty()) continue;
    ++outline.steps_count;
    outline.steps.push_back({std::string(operation), std::string(fault), process});
    last = operation;
    if (!fault.empty()) at_fault = operation;
  }
  outline.deciding_operation = at_fault.empty() ? last : at_fault;
  return outline;
}

}  // namespace workshop::protocol
