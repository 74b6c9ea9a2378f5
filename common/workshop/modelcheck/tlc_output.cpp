#include "workshop/modelcheck/tlc_output.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/modelcheck/matches.hpp"

namespace workshop::modelcheck {
namespace {

// TLC's message codes (tlc2/output/EC.java), which are the same in all versions with a `-tool`
// mode.
enum Code {
  kBetween = 0,  // words outside of any message
  kInitialInvariant = 2107,
  kInvariant = 2110,
  kInitialProperty = 2108,
  kAction = 2112,
  kDeadlock = 2114,
  kTemporal = 2116,
  kAssumptionFalse = 2104,
  kGeneralError = 2102,
  kUnexpected = 1000,  // usually an expression that has no value
  kInvariantEvaluation = 2111,
  kNoSuchField = 2144,      // only a warning of TLC, though the EXCEPT has no effect
  kOverriddenError = 2154,  // by an operator that TLC has in Java, such as those of Bags
  kNested = 2103,
  kBackTo = 2122,
  kFinishedStates = 2190,
  kSuccess = 2193,
  kDepth = 2194,
  kStates = 2199,
  kState = 2217,
  kStuttering = 2218,
  kCoverageValue = 2221,
  kCoverageAction = 2772,
  kCoverageInit = 2773,
  kCoverageInvariant = 2774,
  kParseFailed = 3002,
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (!lines.back().empty() && lines.back().back() == '\r') lines.back().pop_back();
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

std::uint64_t number_of(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  return digits.empty() ? 0 : std::stoull(digits);
}

// The word after `before` in a message: "Invariant X is violated."
std::string word_after(const std::string& text, std::string_view before) {
  const auto at = text.find(before);
  if (at == std::string::npos) return {};
  const auto begin = at + before.size();
  return text.substr(begin, text.find_first_of(" .\n", begin) - begin);
}

// "line 66, col 24 to line 66, col 30 of module Foo" as TLC gives places.
struct Place {
  int line = 0;
  int column = 0;
  int last_line = 0;
  int last_column = 0;
};

std::optional<Place> place_in(const std::string& text) {
  const auto match = first_match(
      text, "[Ll]ine ([0-9]+), col(?:umn)? ([0-9]+) to line ([0-9]+), col(?:umn)? ([0-9]+)");
  if (match.empty()) return std::nullopt;
  return Place{std::stoi(match[1]), std::stoi(match[2]), std::stoi(match[3]), std::stoi(match[4])};
}

std::string text_at(const std::vector<std::string>& lines, const Place& place) {
  const auto index = static_cast<std::size_t>(place.line - 1);
  if (place.line < 1 || index >= lines.size()) return {};
  const auto& line = lines[index];
  const auto begin = std::min(line.size(), static_cast<std::size_t>(std::max(1, place.column) - 1));
  const bool one_line = place.line == place.last_line;
  const auto count =
      one_line ? static_cast<std::size_t>(std::max(0, place.last_column - place.column + 1))
               : std::string::npos;
  return trimmed(line.substr(begin, count));
}

class Reader {
 public:
  Reader(std::string_view translated, TlcResult& result)
      : translated_lines_(lines_of(translated)), result_(result) {}

  void read(const TlcMessage& message) {
    if (!read_verdict(message) && !read_progress(message)) read_other(message);
  }

  // At the end of the output: a violation is the result, unless there is a worse failure.
  void finish() {
    if (failed_ || at_start_) result_.complete = false;  // though TLC says that no state is left
    if (failed_ || result_.violations.empty()) return;
    const auto& first = result_.violations.front();
    result_.outcome = first.outcome;
    result_.message = violation_message_;
    result_.property = first.property;
    result_.counterexample = first.counterexample;
    result_.loops_to = first.loops_to;
    if (violation_place_) result_.line = violation_place_->line;
  }

 private:
  // What is wrong, or that nothing is. False when the message is about something else.
  bool read_verdict(const TlcMessage& message) {
    switch (message.code) {
      case kSuccess:
        if (!failed_ && result_.violations.empty()) result_.outcome = TlcOutcome::holds;
        return true;
      case kInvariant:
      case kInitialInvariant:
        violated(TlcOutcome::invariant_violated, message, "Invariant ");
        return true;
      case kInitialProperty:
        violated(TlcOutcome::action_violated, message, "Property ");
        return true;
      case kAction:
        violated(TlcOutcome::action_violated, message, "Action property ");
        return true;
      case kTemporal:
        violated(TlcOutcome::temporal_violated, message, "");
        return true;
      case kDeadlock:
        fail(TlcOutcome::deadlock, message.text);
        return true;
      case kAssumptionFalse:
        fail(TlcOutcome::assumption_false, message.text);
        return true;
      case kParseFailed:
        fail(TlcOutcome::parse_failed, parse_errors_);
        return true;
      default:
        return read_failed_evaluation(message);
    }
  }

  // An expression that has no value. False when the message is about something else.
  bool read_failed_evaluation(const TlcMessage& message) {
    switch (message.code) {
      case kNested:
        fail(TlcOutcome::evaluation_failed, message.text);
        if (result_.line == 0) place_at_last(message.text);
        return true;
      case kUnexpected:
        if (message.text.find("java.lang.RuntimeException") == std::string::npos) return false;
        fail(TlcOutcome::evaluation_failed, message.text);
        return true;
      case kInvariantEvaluation:
        invariant_has_no_value_ = !failed_;
        fail(TlcOutcome::evaluation_failed, message.text);
        return true;
      case kOverriddenError:
      case kGeneralError:
      case kNoSuchField:
        fail(TlcOutcome::evaluation_failed, message.text);
        return true;
      default:
        return false;
    }
  }

  // States, counts and coverage. False when the message is about something else.
  bool read_progress(const TlcMessage& message) {
    switch (message.code) {
      case kState:
        read_state(message.text);
        return true;
      case kStuttering:
        loops_to() = states().size() - 1;
        return true;
      case kBackTo:
        loops_to() = number_of(message.text.substr(0, message.text.find(':'))) - 1;
        return true;
      case kStates:
        read_counts(message.text);
        return true;
      case kDepth:
        result_.depth = static_cast<std::uint32_t>(number_of(message.text));
        return true;
      case kCoverageInit:
        action_ = "";
        return true;
      case kCoverageAction:
        read_action(message.text);
        return true;
      case kCoverageValue:
        read_coverage(message.text);
        return true;
      case kCoverageInvariant:
        action_ = "";
        return true;
      case kBetween:
        read_between(message.text);
        return true;
      default:
        return false;
    }
  }

  // TLC prints states after the violation that they show.
  std::vector<TlcState>& states() {
    return failed_ || result_.violations.empty() ? result_.counterexample
                                                 : result_.violations.back().counterexample;
  }

  std::optional<std::size_t>& loops_to() {
    return failed_ || result_.violations.empty() ? result_.loops_to
                                                 : result_.violations.back().loops_to;
  }

  void fail(TlcOutcome outcome, const std::string& message) {
    if (failed_) return;
    failed_ = true;
    result_.outcome = outcome;
    result_.message = trimmed(message);
    if (outcome != TlcOutcome::parse_failed) place_ = place_in(message);
    if (place_) result_.line = place_->line;
  }

  // Of the expressions that TLC was evaluating, the innermost is printed last.
  void place_at_last(const std::string& text) {
    if (result_.outcome != TlcOutcome::evaluation_failed) return;
    for (const auto& line : lines_of(text)) {
      if (const auto place = place_in(line)) result_.line = place->line;
    }
  }

  void violated(TlcOutcome outcome, const TlcMessage& message, std::string_view before) {
    if (failed_) return;
    at_start_ |= message.code == kInitialInvariant || message.code == kInitialProperty;
    TlcViolation violation;
    violation.outcome = outcome;
    if (!before.empty()) violation.property = word_after(message.text, before);
    violation.printed = std::move(printed_);
    printed_.clear();
    const auto colon = message.text.find(":\n");  // before an initial state, which follows it
    if (message.code == kInitialInvariant && colon != std::string::npos) {
      violation.counterexample.push_back({"", parse_state(message.text.substr(colon + 1))});
    }
    if (result_.violations.empty()) {
      violation_message_ = outcome == TlcOutcome::temporal_violated
                               ? trimmed(message.text)
                               : trimmed(lines_of(message.text).front());
      violation_place_ = place_in(violation_message_);
    }
    result_.violations.push_back(std::move(violation));
  }

  // "3: <Save line 65, col 15 to line 74, col 41 of module Foo>", and the variables.
  void read_state(const std::string& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto head = text.substr(0, end);
    const auto open = head.find('<');
    auto action = open == std::string::npos
                      ? std::string()
                      : head.substr(open + 1, head.find(' ', open) - open - 1);
    if (head.find("<Initial predicate>") != std::string::npos) action.clear();
    // An invariant has no value: the line to change is in the step that led there.
    if (invariant_has_no_value_) {
      if (const auto place = place_in(head)) result_.line = place->line;
    }
    states().push_back({std::move(action), parse_state(text.substr(end))});
  }

  void read_counts(const std::string& text) {
    result_.generated_states_count = number_of(text.substr(0, text.find(" states generated")));
    result_.complete = text.find(", 0 states left") != std::string::npos;
    const auto comma = text.find(", ");
    if (comma == std::string::npos) return;
    result_.distinct_states_count =
        number_of(text.substr(comma, text.find(" distinct", comma) - comma));
  }

  // "<Save line 65, col 1 to line 65, col 10 of module Foo>: 24:34"
  void read_action(const std::string& text) {
    action_ = text.substr(1, text.find(' ') - 1);
    const auto counts = text.substr(std::min(text.rfind(">: ") + 1, text.size()));
    const auto colon = counts.rfind(':');
    result_.actions.push_back({action_, number_of(counts.substr(0, colon)),
                               number_of(counts.substr(std::min(colon, counts.size())))});
    unreached_until_ = 0;
  }

  // "  line 66, col 24 to line 66, col 33 of module Foo: 15"; parts of it have a bar for each
  // level.
  void read_coverage(const std::string& text) {
    if (action_.empty() || action_ == "Terminating" || text.find('|') != std::string::npos) return;
    const auto colon = text.rfind(": ");
    const auto place = place_in(text);
    if (!place || colon == std::string::npos || number_of(text.substr(colon)) != 0) return;
    const bool same_branch = place->line <= unreached_until_;  // as the line before it
    unreached_until_ = place->last_line + 1;
    if (same_branch) return;
    result_.unreached.push_back({action_, text_at(translated_lines_, *place)});
  }

  // The parser prints outside of any message.
  void read_between(const std::string& text) {
    bool told = false;
    for (const auto& raw : lines_of(text)) {
      const auto line = trimmed(raw);
      if (line.starts_with("Parsing file") || line.starts_with("Semantic processing")) continue;
      if (line.starts_with("<<") || line.starts_with("\"")) printed_ += line + "\n";  // PrintT
      if (line.starts_with("***") || line.starts_with("Fatal errors") ||
          line.starts_with("Error")) {
        told = true;
      }
      if (!told || line.empty() || line.starts_with("***") ||
          line.starts_with("Residual stack trace") || line.starts_with("tla2sany.")) {
        continue;
      }
      if (line.starts_with("Fatal errors")) break;
      if (!place_) place_ = place_in(line);
      const auto match = first_match(line, "at line ([0-9]+), column ([0-9]+)");
      if (!place_ && !match.empty()) {
        place_ = Place{std::stoi(match[1]), std::stoi(match[2]), std::stoi(match[1]), 10'000};
      }
      if (place_in(line)) continue;
      parse_errors_ += (parse_errors_.empty() ? "" : "\n") + line;
    }
  }

  void read_other(const TlcMessage& message) {
    const bool configuration = (message.code >= 2222 && message.code <= 2260) && !failed_;
    if (configuration) fail(TlcOutcome::configuration_wrong, message.text);
    // The .cfg file's own syntax: one message within another.
    const auto inner = message.text.find("STARTMSG 5");
    if (inner != std::string::npos) {
      const auto begin = message.text.find('\n', inner);
      fail(TlcOutcome::configuration_wrong,
           message.text.substr(begin, message.text.find("@!@!@", begin) - begin));
    }
    // A message that contains only another message is reported by that one.
    const bool told = !trimmed(message.text).empty();
    if (message.code >= 1000 && message.code < 2102 && told) {
      fail(TlcOutcome::tool_failed, message.text);
    }
  }

  std::vector<std::string> translated_lines_;
  TlcResult& result_;
  std::optional<Place> place_;
  std::string parse_errors_;
  std::string violation_message_;  // of the first
  std::optional<Place> violation_place_;
  std::string printed_;
  std::string action_;
  int unreached_until_ = 0;
  bool failed_ = false;
  bool at_start_ = false;  // an initial state is wrong, so TLC explores no further
  bool invariant_has_no_value_ = false;
};

}  // namespace

std::vector<TlcMessage> split_tlc_output(std::string_view output) {
  constexpr std::string_view kMessageStart = "@!@!@STARTMSG ";
  constexpr std::string_view kMessageEnd = "@!@!@ENDMSG ";
  std::vector<TlcMessage> messages;
  bool inside = false;
  for (const auto& line : lines_of(output)) {
    if (line.starts_with(kMessageStart)) {
      messages.push_back({std::atoi(line.c_str() + kMessageStart.size()), ""});
      inside = true;
    } else if (line.starts_with(kMessageEnd)) {
      inside = false;
      auto& text = messages.back().text;  // a message within a message ends twice
      if (!text.empty() && text.back() == '\n') text.pop_back();
    } else {
      if (!inside && (messages.empty() || messages.back().code != 0)) messages.push_back({});
      messages.back().text += line + "\n";
    }
  }
  return messages;
}

TlcResult read_tlc_output(std::string_view output, std::string_view translated, int exit_code) {
  TlcResult result;
  Reader reader(translated, result);
  for (const auto& message : split_tlc_output(output)) reader.read(message);
  reader.finish();
  result.output = output;
  if (result.outcome == TlcOutcome::tool_failed && result.message.empty()) {
    const auto lines = lines_of(output);
    result.message = fmt::format("TLC ended with exit code {}{}", exit_code,
                                 lines.empty() ? "" : "; its last line: " + lines.back());
  }
  return result;
}

TlcResult read_translator_output(std::string_view output) {
  TlcResult result;
  result.outcome = TlcOutcome::translation_failed;
  result.output = output;
  for (const auto& raw : lines_of(output)) {
    const auto line = trimmed(raw);
    if (line.empty() || line.starts_with("pcal.trans") || line.starts_with("Unrecoverable"))
      continue;
    // For an error in a macro, the line to change is the one that calls it.
    if (const auto match =
            first_match(line, "(?:.* of macro called at )?line ([0-9]+), column ([0-9]+)");
        result.line == 0 && !match.empty()) {
      result.line = std::stoi(match[1]);
    }
    const auto words = line.starts_with("-- ") ? line.substr(3) : line;
    result.message += (result.message.empty() ? "" : " ") + words;
  }
  return result;
}

int original_line(std::string_view original, std::string_view translated, int line,
                  std::string_view text) {
  if (line < 1) return 0;
  const auto before = lines_of(original);
  const auto after = lines_of(translated);
  const auto index = static_cast<std::size_t>(line - 1);
  std::size_t same = 0;
  while (same < before.size() && same < after.size() && before[same] == after[same]) ++same;
  if (index < same) return line;
  std::size_t tail = 0;
  while (tail < before.size() - same && tail < after.size() - same &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  if (index + tail >= after.size() && index < after.size()) {
    return static_cast<int>(before.size() - (after.size() - index)) + 1;
  }
  int found = 0;
  for (std::size_t i = 0; i < before.size() && !text.empty(); ++i) {
    if (before[i].find(text) == std::string::npos || before[i].find("\\*") == 0) continue;
    if (found != 0) return 0;
    found = static_cast<int>(i) + 1;
  }
  return found;
}

}  // namespace workshop::modelcheck
