#include "workshop/runner/progress/hints.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "workshop/protocol/schedules.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// How tests of the labs fail: invariants of the oracle, of labs that have one of their own, and
/// what else TestResult::reason says.
constexpr std::array<std::string_view, 21> kReasons = {
    "lost effect",       "duplicate effect", "ghost message", "lost message", "inconsistent output",
    "premature message", "garbage",          "livelock",      "dead letter",  "unhandled exception",
    "lost update",       "no answer",        "wrong answer",  "not found",    "no proof",
    "work for nobody",   "assertion",        "exception",     "todo",         "did not end",
    "not deterministic"};

bool contains(const auto& words, const auto& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_fault(std::string_view word) {
  for (char sign = '!'; sign <= '~'; ++sign) {
    if (!word.empty() && protocol::fault_of_sign(sign) == word) return true;
  }
  return false;
}

bool is_operation(std::string_view word) {
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    if (!word.empty() && protocol::operation_of_letter(letter) == word) return true;
  }
  return false;
}

void add_word(Hint& hint, std::string_view word, std::size_t line) {
  constexpr std::string_view kAt = "at ";
  if (is_reason(word)) {
    hint.reasons.emplace_back(word);
  } else if (is_fault(word)) {
    hint.faults.emplace_back(word);
  } else if (word.starts_with(kAt) && is_operation(word.substr(kAt.size()))) {
    hint.operations.emplace_back(word.substr(kAt.size()));
  } else {
    throw UserError(fmt::format(
        "line {}: \"{}\" is no word of a failure: how a test fails (lost message), a fault "
        "(crash), or an operation (at save)",
        line, word));
  }
}

Hint read_heading(std::string_view heading, int step, std::size_t line) {
  Hint hint;
  hint.step = step;
  hint.number = std::atoi(std::string(heading).c_str());
  const auto open = heading.find('(');
  if (open == std::string_view::npos) return hint;
  auto words = heading.substr(open + 1, heading.rfind(')') - open - 1);
  while (!words.empty()) {
    const auto comma = words.find(',');
    add_word(hint, trimmed(words.substr(0, comma)), line);
    words = comma == std::string_view::npos ? std::string_view{} : words.substr(comma + 1);
  }
  return hint;
}

/// Which words of `hint` the failure has; nothing when a kind of words has none that fits.
std::optional<std::vector<std::string>> fitting_words(const Hint& hint, const TestState& failure) {
  const auto outline = protocol::outline_of(failure.schedule);
  std::vector<std::string> fits;
  const auto one_fits = [&](const std::vector<std::string>& words, std::string_view prefix,
                            const auto& has) {
    const auto fitting = std::find_if(words.begin(), words.end(), has);
    if (fitting == words.end()) return words.empty();
    fits.push_back(std::string(prefix) + *fitting);
    return true;
  };
  const bool all =
      one_fits(hint.reasons, "", [&](const auto& word) { return word == failure.reason; }) &&
      one_fits(hint.faults, "", [&](const auto& word) { return contains(outline.faults, word); }) &&
      one_fits(hint.operations, "at ",
               [&](const auto& word) { return word == outline.deciding_operation; });
  if (!all || fits.empty()) return std::nullopt;
  return fits;
}

}  // namespace

bool is_reason(std::string_view word) {
  return std::find(kReasons.begin(), kReasons.end(), word) != kReasons.end();
}

std::vector<Hint> read_hints(std::string_view text) {
  constexpr std::string_view kStep = "## Step ";
  constexpr std::string_view kHint = "### Hint ";
  std::vector<Hint> hints;
  int step = 0;
  bool inside = false;
  std::size_t number = 0;
  for (const auto& line : lines_of(text)) {
    ++number;
    if (line.starts_with(kStep)) {
      step = std::atoi(line.c_str() + kStep.size());
      inside = false;
    } else if (line.starts_with(kHint)) {
      hints.push_back(read_heading(std::string_view(line).substr(kHint.size()), step, number));
      inside = true;
    } else if (inside && !(hints.back().text.empty() && trimmed(line).empty())) {
      hints.back().text += line + "\n";
    }
  }
  for (auto& hint : hints) {
    while (hint.text.ends_with("\n\n")) hint.text.pop_back();
  }
  return hints;
}

ChosenHint choose_hint(const std::vector<Hint>& hints, int step, const std::vector<int>& taken,
                       const TestState* failure) {
  ChosenHint chosen;
  std::vector<const Hint*> rest;
  for (const auto& hint : hints) {
    const bool is_taken = std::find(taken.begin(), taken.end(), hint.number) != taken.end();
    if (hint.step == step && !is_taken) rest.push_back(&hint);
  }
  if (rest.empty()) return chosen;
  chosen.hint = rest.front();
  chosen.left = static_cast<int>(rest.size()) - 1;
  if (taken.empty() && !rest.front()->has_words()) return chosen;  // how the step begins
  const bool goes_on = std::ranges::any_of(hints, [&](const Hint& hint) {
    return hint.step == step && failure != nullptr && fitting_words(hint, *failure) &&
           std::ranges::find(taken, hint.number) != taken.end();
  });
  const int last = taken.empty() ? 0 : taken.back();
  const auto further =
      std::ranges::find_if(rest, [&](const Hint* hint) { return hint->number > last; });
  if (goes_on && further != rest.end()) chosen.hint = *further;
  rest.pop_back();  // almost the answer
  for (const auto* hint : rest) {
    auto fits = failure == nullptr ? std::nullopt : fitting_words(*hint, *failure);
    if (!fits || fits->size() <= chosen.fits.size()) continue;
    chosen.hint = hint;
    chosen.fits = std::move(*fits);
  }
  return chosen;
}

ChosenHint choose_fitting(const std::vector<Hint>& hints,
                          const std::map<int, std::vector<HintName>>& taken,
                          const TestState& failure) {
  ChosenHint best;
  if (failure.schedule.empty()) return best;
  std::set<int> steps;
  for (const auto& hint : hints) steps.insert(hint.step);
  for (const int step : steps) {
    const auto of_step = taken.find(step);
    const auto numbers = of_step == taken.end() ? std::vector<int>()
                                                : numbers_of(of_step->second, HintKind::of_step);
    std::vector<const Hint*> rest;
    for (const auto& hint : hints) {
      if (hint.step == step && !contains(numbers, hint.number)) rest.push_back(&hint);
    }
    for (std::size_t i = 0; i + 1 < rest.size(); ++i) {
      auto fits = fitting_words(*rest[i], failure);
      if (!fits || fits->size() <= best.fits.size()) continue;
      best = {.hint = rest[i], .fits = std::move(*fits), .left = static_cast<int>(rest.size()) - 1};
    }
  }
  return best;
}

const std::vector<Hint>& hints_on_loops() {
  static const std::vector<Hint> hints = {
      {.number = 1,
       .kind = HintKind::on_loop,
       .text = "It goes round and round, and that comes before everything else: the hints of this "
               "step are for a handler that ends. The failure names the operation that comes again "
               "and again. What would it have to return for the loop to be left? Who could bring "
               "that about, while this handler holds its message?\n"},
      {.number = 2,
       .kind = HintKind::on_loop,
       .text = "A handler waits for nobody. When somebody else was faster, or an operation fails, "
               "let the exception leave it: the message is delivered again, and the next attempt "
               "reads what is there then. A loop that you do need ends by itself: it counts its "
               "tries, or each round leaves less to do.\n"}};
  return hints;
}

const std::vector<Hint>& hints_on_conflicts() {
  static const std::vector<Hint> hints = {
      {.number = 1,
       .kind = HintKind::on_conflict,
       .text =
           "A save is refused (VersionConflict) when somebody else has saved the document since "
           "it was read. What of the handler's work is stored then? And when it goes on, and "
           "its message is acknowledged: who will do that work?\n"},
      {.number = 2,
       .kind = HintKind::on_conflict,
       .text = "The refusal does not say what the other one has saved: this very message, or quite "
               "another one. Let the exception leave the handler: the message is delivered again, "
               "and the next attempt reads what is there then.\n"}};
  return hints;
}

std::vector<int> numbers_of(const std::vector<HintName>& hints, HintKind kind) {
  std::vector<int> numbers;
  for (const auto& hint : hints) {
    if (hint.kind == kind) numbers.push_back(hint.number);
  }
  return numbers;
}

std::string reason_in_words(const std::string& word) {
  return word == "assertion" ? "a failed check" : word == "todo" ? "a TODO" : word;
}

bool is_loop_without_hint(const std::vector<Hint>& hints, int step, const TestState& failure) {
  return (failure.reason == "livelock" || failure.reason == "did not end") &&
         is_strange_to(hints, step, failure);
}

bool is_strange_to(const std::vector<Hint>& hints, int step, const TestState& failure) {
  // A check that failed says what was wanted and what came, and a TODO that nothing is there yet.
  if (failure.reason == "assertion" || failure.reason == "todo") return false;
  return std::ranges::none_of(hints, [&](const Hint& hint) {
    return hint.step == step && contains(hint.reasons, failure.reason);
  });
}

const TestState* first_red(const LabState& state) {
  const int step = red_step(state);
  const TestState* first = nullptr;
  for (const auto& test : state.tests) {
    if (test.verdict != "red") continue;
    if (test.step == step) return &test;
    if (first == nullptr) first = &test;
  }
  return first;
}

}  // namespace workshop::runner
