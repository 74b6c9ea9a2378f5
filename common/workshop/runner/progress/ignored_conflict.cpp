#include "workshop/runner/progress/ignored_conflict.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// A step of a story: " 8 ► save Order order-1 if v1: VersionConflict".
struct Step {
  std::size_t column = 0;  ///< of its first word, which is the same for all steps of a process
  std::string text;
};

/// The step that begins in `line`; one without words if none does.
Step step_in(const std::string& line) {
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const auto first = std::ranges::find_if_not(line, [](char c) { return c == ' '; });
  const auto number_end = std::find_if_not(first, line.end(), is_digit);
  if (first == number_end || number_end == line.end() || *number_end != ' ') return {};
  constexpr std::string_view kSign = "►";
  auto at = static_cast<std::size_t>(number_end - line.begin());
  at = std::min(line.find_first_not_of(' ', at), line.size());
  if (line.compare(at, kSign.size(), kSign) == 0) {
    at = std::min(line.find_first_not_of(' ', at + kSign.size()), line.size());
  }
  return {.column = columns_of(line.substr(0, at)), .text = line.substr(at)};
}

bool is_refusal(std::string_view step) {
  return step.starts_with("save ") &&
         (step.ends_with(": VersionConflict") || step.find(": SOMEBODY ELSE FASTER") != step.npos);
}

bool goes_on(std::string_view step) {
  constexpr std::array<std::string_view, 3> kOn = {"acknowledge", "publish ", "send "};
  return std::ranges::any_of(kOn, [&](std::string_view word) { return step.starts_with(word); });
}

}  // namespace

bool ignores_conflict(std::string_view story) {
  std::set<std::size_t> refused;  // columns of those whose last operation it was
  Step last;
  const auto take = [&](const Step& step) {
    const bool was_refused = refused.erase(step.column) > 0;
    if (was_refused && goes_on(step.text)) return true;
    if (is_refusal(step.text)) refused.insert(step.column);
    return false;
  };
  for (const auto& line : lines_of(story)) {
    auto step = step_in(line);
    if (step.text.empty()) {
      last.text.append(" ").append(trimmed(line));  // a long step goes on in the next line
      continue;
    }
    if (take(last)) return true;
    last = std::move(step);
  }
  return take(last);
}

}  // namespace workshop::runner
