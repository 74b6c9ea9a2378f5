#include "workshop/runner/runs/result_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "workshop/protocol/phrases.hpp"
#include "workshop/protocol/result_file.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

namespace event = protocol::event;
namespace field = protocol::field;

const json::value* member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::optional<std::string> text_of(const json::object& object, std::string_view name) {
  const auto* value = member(object, name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

int int_of(const json::object& object, std::string_view name) {
  const auto* value = member(object, name);
  if (value == nullptr) return 0;
  boost::system::error_code error;
  const auto number = value->to_number<int>(error);
  return error ? 0 : number;
}

bool bool_of(const json::object& object, std::string_view name) {
  const auto* value = member(object, name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::vector<std::string> texts_of(const json::object& object, std::string_view name) {
  std::vector<std::string> texts;
  const auto* value = member(object, name);
  if (value == nullptr || !value->is_array()) return texts;
  for (const auto& text : value->get_array()) {
    if (text.is_string()) texts.emplace_back(text.get_string());
  }
  return texts;
}

/// A name with a NUL in it, say, as a person can read it: no terminal shows it as it is, and some
/// characters are commands to one.
std::string printable(const std::string& text) {
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_command = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    shown += is_command ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return shown;
}

void read_end(const json::object& told, TestResult& test) {
  test.ended = true;
  test.passed = bool_of(told, field::kPassed);
  test.skipped = bool_of(told, field::kSkipped);
  test.skip_reason = text_of(told, field::kSkipReason).value_or("");
  if (const auto* todo = member(told, field::kTodo); todo != nullptr && todo->is_object()) {
    test.todo = text_of(todo->get_object(), field::kWhat).value_or("");
    test.todo_step = int_of(todo->get_object(), field::kStep);
  }
  test.invariant = text_of(told, field::kInvariant).value_or("");
  test.story = printable(text_of(told, field::kStory).value_or(""));
  test.schedule = text_of(told, field::kSchedule).value_or("");
  test.exception = text_of(told, field::kException);
  if (test.exception) test.exception = printable(*test.exception);
  test.failures = texts_of(told, field::kFailures);
  std::ranges::transform(test.failures, test.failures.begin(), &printable);
  if (const auto* at = member(told, field::kFailedAt); at != nullptr && at->is_object()) {
    test.failed_file = text_of(at->get_object(), field::kFile).value_or("");
    test.failed_line = int_of(at->get_object(), field::kLine);
  }
  test.explorations = texts_of(told, field::kExplorations);
  test.exploration_notes = texts_of(told, field::kExplorationNotes);
  test.replay = text_of(told, field::kReplay);
  test.replay_broken = text_of(told, field::kReplayBroken).value_or("");
  test.replay_left = text_of(told, field::kReplayLeft).value_or("");
  test.picture = text_of(told, field::kPicture).value_or("");
  test.painted_story = text_of(told, field::kPaintedStory).value_or("");
  test.duration_ms = int_of(told, field::kDurationMs);
}

void read_event(const json::object& told, RunResult& run) {
  const auto kind = text_of(told, field::kEvent).value_or("");
  if (kind == event::kRunStarted) {
    run.started = true;
    run.ended = false;  // another process may have ended before this one
  } else if (kind == event::kTestStarted) {
    TestResult test;
    test.name = text_of(told, field::kName).value_or("");
    test.tags = texts_of(told, field::kTags);
    test.file = text_of(told, field::kFile).value_or("");
    test.line = int_of(told, field::kLine);
    run.tests.push_back(std::move(test));
  } else if (kind == event::kTestEnded && !run.tests.empty() &&
             run.tests.back().name == text_of(told, field::kName)) {
    read_end(told, run.tests.back());
  } else if (kind == event::kScheduleRefused) {
    run.refused_schedule = text_of(told, field::kWhat).value_or("");
  } else if (kind == event::kFatal) {
    run.fatal = text_of(told, field::kWhat).value_or("");
    run.fatal_schedule = text_of(told, field::kSchedule).value_or("");
  } else if (kind == event::kCrashFrames) {
    run.crash_frames = texts_of(told, field::kFrames);
  } else if (kind == event::kRunEnded) {
    run.ended = true;
  }
}

}  // namespace

bool TestResult::given() const { return has_tag(protocol::kGivenTag); }

bool TestResult::has_tag(std::string_view tag) const {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

int TestResult::step() const {
  for (const std::string_view tag : tags) {
    if (!tag.starts_with(protocol::kStepTag)) continue;
    int number = 0;
    const auto [end, error] =
        std::from_chars(tag.data() + protocol::kStepTag.size(), tag.data() + tag.size(), number);
    if (error == std::errc() && end == tag.data() + tag.size()) return number;
  }
  return 0;
}

std::string TestResult::reason() const {
  if (!ended) return "did not end";
  if (skipped) return "skipped";
  if (passed) return "";
  if (todo) return "todo";
  if (!invariant.empty()) return invariant;
  if (!exception) return "assertion";
  return exception->starts_with(protocol::phrase::kNotDeterministic) ? "not deterministic"
                                                                     : "exception";
}

const TestResult* RunResult::unfinished() const {
  return !tests.empty() && !tests.back().ended ? &tests.back() : nullptr;
}

std::size_t RunResult::count(bool (*holds)(const TestResult&)) const {
  return static_cast<std::size_t>(std::count_if(tests.begin(), tests.end(), holds));
}

RunResult read_results(std::string_view text) {
  RunResult run;
  json::parse_options options;
  options.allow_invalid_utf8 =
      true;  // a message may hold any bytes, and is worth reading all the same
  for (const auto& line : lines_of(text)) {
    boost::system::error_code error;
    const auto value = json::parse(line, error, {}, options);
    if (error || !value.is_object()) {
      ++run.unreadable_lines;
      continue;
    }
    read_event(value.get_object(), run);
  }
  return run;
}

}  // namespace workshop::runner
