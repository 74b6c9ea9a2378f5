#include "workshop/testing/result_listener.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <catch2/catch_translate_exception.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workshop/core/todo.hpp"
#include "workshop/testing/report.hpp"

namespace workshop::testing {
namespace {

struct Violation {
  std::string invariant;
  std::string story;
  std::string schedule;
};

/// What is known of the test that is running.
struct CurrentTest {
  std::optional<Violation> violation;
  std::optional<Todo> translated_todo;  ///< thrown, but not yet seen to fail anything
  std::optional<Todo> todo;
  std::optional<std::string> exception;
  std::optional<std::string> skip_reason;
  std::optional<std::string> replay;
  ReplayOutcome replay_outcome;
  std::optional<std::string> picture;
  std::optional<std::string> painted_story;
  std::vector<std::string> failures;
  std::vector<std::string> explorations;
  std::vector<std::string> exploration_notes;
  std::string failed_file;
  std::size_t failed_line = 0;
};

CurrentTest& current_test() {
  static CurrentTest test;
  return test;
}

// Known before the first test starts.
std::optional<std::string>& refused_schedule() {
  static std::optional<std::string> why;
  return why;
}

ResultListener* the_listener = nullptr;

std::string todo_text(const Todo& todo) {
  return "TODO (step " + std::to_string(todo.step()) + "): " + todo.what();
}

/// A failure as a person reads it: what was asserted, what it came to, and the messages around it.
std::string failure_text(const Catch::AssertionStats& stats) {
  const auto& result = stats.assertionResult;
  std::string text;
  const auto add = [&text](const std::string& line) {
    if (line.empty()) return;
    if (!text.empty()) text += '\n';
    text += line;
  };
  if (result.hasExpression()) add(result.getExpressionInMacro());
  if (result.hasExpandedExpression()) add("is " + result.getExpandedExpression());
  if (result.hasMessage()) add(std::string(result.getMessage()));
  for (const auto& info : stats.infoMessages) {
    if (info.message != std::string(result.getMessage())) add(info.message);
  }
  return text;
}

template <class T>
boost::json::value value_or_null(const std::optional<T>& value) {
  return value ? boost::json::value(*value) : boost::json::value(nullptr);
}

boost::json::object ended_event(const std::string& name, bool failed, bool skipped,
                                const CurrentTest& test) {
  boost::json::object event{{"event", "test_ended"},
                            {"name", name},
                            {"passed", !failed && !skipped},
                            {"skipped", skipped},
                            {"skip_reason", value_or_null(test.skip_reason)},
                            {"todo", nullptr},
                            {"invariant", nullptr},
                            {"story", nullptr},
                            {"schedule", nullptr},
                            {"exception", nullptr},
                            {"failures", boost::json::value_from(test.failures)},
                            {"failed_at", nullptr},
                            {"explorations", boost::json::value_from(test.explorations)},
                            {"exploration_notes", boost::json::value_from(test.exploration_notes)},
                            {"replay", value_or_null(test.replay)},
                            {"replay_broken", test.replay_outcome.broken},
                            {"replay_left", test.replay_outcome.left},
                            {"picture", value_or_null(test.picture)},
                            {"painted_story", value_or_null(test.painted_story)}};
  if (!failed) return event;
  if (test.todo) {
    event["todo"] = boost::json::object{{"step", test.todo->step()}, {"what", test.todo->what()}};
  }
  if (test.violation) {
    event["invariant"] = test.violation->invariant;
    event["story"] = test.violation->story;
    event["schedule"] = test.violation->schedule;
  }
  event["exception"] = value_or_null(test.exception);
  if (!test.failed_file.empty()) {
    event["failed_at"] =
        boost::json::object{{"file", test.failed_file}, {"line", test.failed_line}};
  }
  return event;
}

}  // namespace

void report_violation(std::string invariant, std::string story, std::string schedule) {
  auto& test = current_test();
  if (test.violation) return;
  test.violation = Violation{std::move(invariant), std::move(story), std::move(schedule)};
}

void report_exploration(std::string summary) {
  current_test().explorations.push_back(std::move(summary));
}

void report_exploration_note(std::string line) {
  current_test().exploration_notes.push_back(std::move(line));
}

void report_replay(std::string story, ReplayOutcome outcome) {
  current_test().replay = std::move(story);
  current_test().replay_outcome = std::move(outcome);
}

void report_picture(std::string path) { current_test().picture = std::move(path); }

void report_painted_story(std::string story) {
  if (!current_test().painted_story) current_test().painted_story = std::move(story);
}

void report_refused_schedule(std::string why) { refused_schedule() = std::move(why); }

void end_run_in_test(std::string invariant, std::string story, std::string schedule) {
  std::fprintf(stderr,
               "%s\nThe test cannot be ended, so the program ends; tests after it did not run.\n",
               story.c_str());
  auto& test = current_test();
  test.failures.push_back(story);
  test.violation = Violation{std::move(invariant), std::move(story), std::move(schedule)};
  if (the_listener != nullptr) the_listener->give_up_running_test();
  ::_exit(1);
}

ResultListener::ResultListener(const Catch::IConfig* config) : EventListenerBase(config) {
  the_listener = this;
  const char* path = std::getenv("WORKSHOP_RESULT_FILE");
  if (path == nullptr || *path == '\0') return;
  file_ = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

ResultListener::~ResultListener() {
  the_listener = nullptr;
  if (file_ >= 0) ::close(file_);
}

std::string ResultListener::getDescription() {
  return "Writes the results into the file named by WORKSHOP_RESULT_FILE";
}

void ResultListener::write(std::string_view line) {
  if (file_ < 0) return;
  const std::string text = std::string(line) + '\n';
  for (std::size_t done = 0; done < text.size();) {
    const auto count = ::write(file_, text.data() + done, text.size() - done);
    if (count <= 0) return;  // a full disk: the reader sees a truncated line, and says so
    done += static_cast<std::size_t>(count);
  }
}

void ResultListener::testRunStarting(const Catch::TestRunInfo& run) {
  write(boost::json::serialize(
      boost::json::object{{"event", "run_started"}, {"program", std::string(run.name)}}));
}

void ResultListener::testCaseStarting(const Catch::TestCaseInfo& test) {
  current_test() = {};
  if (auto why = std::exchange(refused_schedule(), std::nullopt)) {
    write(boost::json::serialize(
        boost::json::object{{"event", "schedule_refused"}, {"what", std::move(*why)}}));
  }
  running_ = test.name;
  started_ = std::chrono::steady_clock::now();
  boost::json::array tags;
  for (const auto& tag : test.tags) tags.emplace_back(std::string(tag.original));
  write(boost::json::serialize(boost::json::object{{"event", "test_started"},
                                                   {"name", test.name},
                                                   {"tags", std::move(tags)},
                                                   {"file", test.lineInfo.file},
                                                   {"line", test.lineInfo.line}}));
}

void ResultListener::assertionEnded(const Catch::AssertionStats& stats) {
  const auto& result = stats.assertionResult;
  auto& test = current_test();
  const auto todo = std::exchange(test.translated_todo, std::nullopt);
  if (result.getResultType() == Catch::ResultWas::ExplicitSkip) {
    test.skip_reason = std::string(result.getMessage());
    return;
  }
  if (result.isOk()) return;

  const auto text = failure_text(stats);
  if (result.getResultType() == Catch::ResultWas::ThrewException) {
    const auto message = std::string(result.getMessage());
    if (todo && message == todo_text(*todo)) {
      if (!test.todo) test.todo = todo;
    } else if (!test.exception) {
      test.exception = message;
    }
  }
  if (test.failures.empty()) {
    test.failed_file = result.getSourceInfo().file;
    test.failed_line = result.getSourceInfo().line;
  }
  test.failures.push_back(text);
}

void ResultListener::testCaseEnded(const Catch::TestCaseStats& stats) {
  if (dying_) return;
  const auto& counts = stats.totals.testCases;
  const bool failed = counts.failed > 0;
  const bool skipped = counts.skipped > 0;
  ++(failed ? failed_count_ : skipped ? skipped_count_ : passed_count_);
  auto event = ended_event(stats.testInfo->name, failed, skipped, current_test());
  event["duration_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - started_)
                             .count();
  write(boost::json::serialize(event));
}

void ResultListener::give_up_running_test() {
  auto event = ended_event(running_, true, false, current_test());
  event["duration_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - started_)
                             .count();
  write(boost::json::serialize(event));
  write(boost::json::serialize(boost::json::object{{"event", "run_ended"},
                                                   {"passed", passed_count_},
                                                   {"failed", failed_count_ + 1},
                                                   {"skipped", skipped_count_}}));
}

void ResultListener::testRunEnded(const Catch::TestRunStats& stats) {
  if (dying_) return;
  const auto& counts = stats.totals.testCases;
  write(boost::json::serialize(boost::json::object{{"event", "run_ended"},
                                                   {"passed", counts.passed + counts.failedButOk},
                                                   {"failed", counts.failed},
                                                   {"skipped", counts.skipped}}));
}

void ResultListener::fatalErrorEncountered(Catch::StringRef error) {
  dying_ = true;
  write(boost::json::serialize(
      boost::json::object{{"event", "fatal"}, {"what", std::string(error)}}));
}

}  // namespace workshop::testing

using workshop::testing::ResultListener;
CATCH_REGISTER_LISTENER(ResultListener)

CATCH_TRANSLATE_EXCEPTION(const workshop::Todo& todo) {
  workshop::testing::current_test().translated_todo = todo;
  return workshop::testing::todo_text(todo);
}
