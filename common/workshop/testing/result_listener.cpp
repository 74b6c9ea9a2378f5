#include "workshop/testing/result_listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <catch2/catch_translate_exception.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workshop/core/todo.hpp"
#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/explore/session.hpp"
#include "workshop/explore/world/live_worlds.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/result_file.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/testing/crash_frames.hpp"
#include "workshop/testing/report.hpp"

namespace workshop::testing {
namespace {

namespace event = protocol::event;
namespace field = protocol::field;

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
  std::optional<std::chrono::microseconds> no_return_time;
  std::optional<std::string> painted_story;
  std::vector<std::string> failures;
  std::vector<std::string> explorations;
  std::vector<std::string> exploration_notes;
  std::string failed_file;
  std::size_t failed_line = 0;
  bool is_place_told = false;  ///< by report_place; else it is the first failed assertion's
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
  constexpr const char* kSaysNothing = "{?}";  // what Catch2 shows of a value that it cannot
  if (result.hasExpandedExpression() && result.getExpandedExpression() != kSaysNothing) {
    add("is " + result.getExpandedExpression());
  }
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
  boost::json::object ended{
      {field::kEvent, event::kTestEnded},
      {field::kName, name},
      {field::kPassed, !failed && !skipped},
      {field::kSkipped, skipped},
      {field::kSkipReason, value_or_null(test.skip_reason)},
      {field::kTodo, nullptr},
      {field::kInvariant, nullptr},
      {field::kStory, nullptr},
      {field::kSchedule, nullptr},
      {field::kException, nullptr},
      {field::kFailures, boost::json::value_from(test.failures)},
      {field::kFailedAt, nullptr},
      {field::kExplorations, boost::json::value_from(test.explorations)},
      {field::kExplorationNotes, boost::json::value_from(test.exploration_notes)},
      {field::kReplay, value_or_null(test.replay)},
      {field::kReplayBroken, test.replay_outcome.broken},
      {field::kReplayLeft, test.replay_outcome.left},
      {field::kPicture, value_or_null(test.picture)},
      {field::kNoReturnUs, test.no_return_time ? boost::json::value(test.no_return_time->count())
                                               : boost::json::value()},
      {field::kPaintedStory, value_or_null(test.painted_story)}};
  if (!failed) return ended;
  if (test.todo) {
    ended[field::kTodo] =
        boost::json::object{{field::kStep, test.todo->step()}, {field::kWhat, test.todo->what()}};
  }
  if (test.violation) {
    ended[field::kInvariant] = test.violation->invariant;
    ended[field::kStory] = test.violation->story;
    ended[field::kSchedule] = test.violation->schedule;
  }
  ended[field::kException] = value_or_null(test.exception);
  if (!test.failed_file.empty()) {
    ended[field::kFailedAt] =
        boost::json::object{{field::kFile, test.failed_file}, {field::kLine, test.failed_line}};
  }
  return ended;
}

/// Of the execution in which a handler runs, which a signal is about to end; null: none does.
boost::json::value explored_so_far() {
  const auto* world = explore::world_in_handler_of_this_thread();
  if (world == nullptr) return nullptr;
  const auto schedule = explore::Schedule::of(*world, explore::session().tag);
  return boost::json::value_from(schedule.to_string());
}

}  // namespace

void report_violation(std::string invariant, std::string story, std::string schedule) {
  auto& test = current_test();
  if (test.violation) return;
  test.violation = Violation{std::move(invariant), std::move(story), std::move(schedule)};
}

void report_place(std::string file, std::size_t line) {
  auto& test = current_test();
  if (std::exchange(test.is_place_told, true)) return;
  test.failed_file = std::move(file);
  test.failed_line = line;
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

void report_no_return_time(std::chrono::microseconds time) {
  auto& all = current_test().no_return_time;
  all = all.value_or(std::chrono::microseconds{}) + time;
}

void report_painted_story(std::string story) {
  if (!current_test().painted_story) current_test().painted_story = std::move(story);
}

void report_refused_schedule(std::string why) { refused_schedule() = std::move(why); }

void end_run_in_test(std::string invariant, std::string story, std::string schedule,
                     const CrashFrames& frames) {
  std::fprintf(stderr,
               "%s\nThe test cannot be ended, so the program ends; tests after it did not run.\n",
               story.c_str());
  auto& test = current_test();
  test.failures.push_back(story);
  test.violation = Violation{std::move(invariant), std::move(story), std::move(schedule)};
  if (the_listener != nullptr) {
    the_listener->tell_frames(frames);
    the_listener->give_up_running_test();
  }
  ::_exit(protocol::kExitRed);
}

ResultListener::ResultListener(const Catch::IConfig* config) : EventListenerBase(config) {
  the_listener = this;
  const auto path = process::environment(protocol::variable::kResultFile);
  if (path.empty()) return;
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

ResultListener::~ResultListener() {
  the_listener = nullptr;
  if (file_ >= 0) ::close(file_);
}

std::string ResultListener::getDescription() {
  return std::string("Writes the results into the file named by ") +
         protocol::variable::kResultFile;
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
  write(boost::json::serialize(boost::json::object{{field::kEvent, event::kRunStarted},
                                                   {field::kProgram, std::string(run.name)}}));
}

void ResultListener::testCaseStarting(const Catch::TestCaseInfo& test) {
  current_test() = {};
  if (auto why = std::exchange(refused_schedule(), std::nullopt)) {
    write(boost::json::serialize(boost::json::object{{field::kEvent, event::kScheduleRefused},
                                                     {field::kWhat, std::move(*why)}}));
  }
  running_ = test.name;
  started_ = std::chrono::steady_clock::now();
  boost::json::array tags;
  for (const auto& tag : test.tags) tags.emplace_back(std::string(tag.original));
  write(boost::json::serialize(boost::json::object{{field::kEvent, event::kTestStarted},
                                                   {field::kName, test.name},
                                                   {field::kTags, std::move(tags)},
                                                   {field::kFile, test.lineInfo.file},
                                                   {field::kLine, test.lineInfo.line}}));
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
  if (test.failures.empty() && !test.is_place_told) {
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
  auto ended = ended_event(stats.testInfo->name, failed, skipped, current_test());
  ended[field::kDurationMs] = std::chrono::duration_cast<std::chrono::milliseconds>(
                                  std::chrono::steady_clock::now() - started_)
                                  .count();
  write(boost::json::serialize(ended));
}

void ResultListener::give_up_running_test() {
  auto ended = ended_event(running_, true, false, current_test());
  ended[field::kDurationMs] = std::chrono::duration_cast<std::chrono::milliseconds>(
                                  std::chrono::steady_clock::now() - started_)
                                  .count();
  write(boost::json::serialize(ended));
  write(boost::json::serialize(boost::json::object{{field::kEvent, event::kRunEnded},
                                                   {field::kPassed, passed_count_},
                                                   {field::kFailed, failed_count_ + 1},
                                                   {field::kSkipped, skipped_count_}}));
}

void ResultListener::testRunEnded(const Catch::TestRunStats& stats) {
  if (dying_) return;
  const auto& counts = stats.totals.testCases;
  write(boost::json::serialize(
      boost::json::object{{field::kEvent, event::kRunEnded},
                          {field::kPassed, counts.passed + counts.failedButOk},
                          {field::kFailed, counts.failed},
                          {field::kSkipped, counts.skipped}}));
}

void ResultListener::fatalErrorEncountered(Catch::StringRef error) {
  dying_ = true;
  write(boost::json::serialize(boost::json::object{{field::kEvent, event::kFatal},
                                                   {field::kWhat, std::string(error)},
                                                   {field::kSchedule, explored_so_far()}}));
  tell_frames(frames_of_here());
}

void ResultListener::tell_frames(const CrashFrames& frames) {
  boost::json::array addresses;
  for (std::size_t i = 0; i < frames.count; ++i) {
    addresses.emplace_back(fmt::format("{:x}", frames.addresses[i]));
  }
  if (addresses.empty()) return;
  write(boost::json::serialize(boost::json::object{{field::kEvent, event::kCrashFrames},
                                                   {field::kFrames, std::move(addresses)}}));
}

}  // namespace workshop::testing

using workshop::testing::ResultListener;
CATCH_REGISTER_LISTENER(ResultListener)

CATCH_TRANSLATE_EXCEPTION(const workshop::Todo& todo) {
  workshop::testing::current_test().translated_todo = todo;
  return workshop::testing::todo_text(todo);
}
