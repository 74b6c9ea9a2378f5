#include "workshop/runner/result_file.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

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

void read_end(const json::object& event, TestResult& test) {
  test.ended = true;
  test.passed = bool_of(event, "passed");
  test.skipped = bool_of(event, "skipped");
  test.skip_reason = text_of(event, "skip_reason").value_or("");
  if (const auto* todo = member(event, "todo"); todo != nullptr && todo->is_object()) {
    test.todo = text_of(todo->get_object(), "what").value_or("");
    test.todo_step = int_of(todo->get_object(), "step");
  }
  test.invariant = text_of(event, "invariant").value_or("");
  test.story = text_of(event, "story").value_or("");
  test.schedule = text_of(event, "schedule").value_or("");
  test.exception = text_of(event, "exception");
  test.failures = texts_of(event, "failures");
  if (const auto* at = member(event, "failed_at"); at != nullptr && at->is_object()) {
    test.failed_file = text_of(at->get_object(), "file").value_or("");
    test.failed_line = int_of(at->get_object(), "line");
  }
  test.explorations = texts_of(event, "explorations");
  test.exploration_notes = texts_of(event, "exploration_notes");
  test.replay = text_of(event, "replay");
  test.replay_broken = text_of(event, "replay_broken").value_or("");
  test.replay_left = text_of(event, "replay_left").value_or("");
  test.picture = text_of(event, "picture").value_or("");
  test.painted_story = text_of(event, "painted_story").value_or("");
  test.duration_ms = int_of(event, "duration_ms");
}

void read_event(const json::object& event, RunResult& run) {
  const auto kind = text_of(event, "event").value_or("");
  if (kind == "run_started") {
    run.started = true;
  } else if (kind == "test_started") {
    TestResult test;
    test.name = text_of(event, "name").value_or("");
    test.tags = texts_of(event, "tags");
    test.file = text_of(event, "file").value_or("");
    test.line = int_of(event, "line");
    run.tests.push_back(std::move(test));
  } else if (kind == "test_ended" && !run.tests.empty() &&
             run.tests.back().name == text_of(event, "name")) {
    read_end(event, run.tests.back());
  } else if (kind == "schedule_refused") {
    run.refused_schedule = text_of(event, "what").value_or("");
  } else if (kind == "fatal") {
    run.fatal = text_of(event, "what").value_or("");
  } else if (kind == "run_ended") {
    run.ended = true;
  }
}

}  // namespace

bool TestResult::has_tag(std::string_view tag) const {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

int TestResult::step() const {
  for (const std::string_view tag : tags) {
    if (!tag.starts_with("step")) continue;
    int number = 0;
    const auto [end, error] = std::from_chars(tag.data() + 4, tag.data() + tag.size(), number);
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
  return exception ? "exception" : "assertion";
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
