#include "workshop/testing/explored.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_case_info.hpp>
#include <catch2/catch_translate_exception.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include "workshop/core/task.hpp"
#include "workshop/explore/play/play_server.hpp"
#include "workshop/explore/session.hpp"
#include "workshop/explore/story/story.hpp"
#include "workshop/explore/watchdog.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/phrases.hpp"
#include "workshop/protocol/programs.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/testing/crash_frames.hpp"
#include "workshop/testing/picture_files.hpp"
#include "workshop/testing/report.hpp"

namespace workshop::testing {
namespace {

namespace variable = protocol::variable;
using process::environment;

// What this program is called, and how `workshop replay` names it: "8 --solution" of
// lab08_solution; empty when it is no lab's.
std::string this_program;
std::string replay_of_program;
// The test whose first picture is written: of several failures the first one is told.
std::string pictured_test;
// Of the tests the first one is told, and so only its picture says where the execution is lost.
bool is_lost_point_wanted = true;

explore::StoryOptions story_options() {
  explore::StoryOptions options;
  const auto columns = std::atoi(environment(variable::kColumns).c_str());
  constexpr int kColumnsMin = 30;  // a story stands behind an indent, also in 40 columns
  if (columns >= kColumnsMin) options.width = static_cast<std::size_t>(columns);
  options.ascii = !environment(variable::kAscii).empty();
  if (!replay_of_program.empty()) {
    options.replay_command = std::string(protocol::kReplayCommand) + replay_of_program;
    const auto more = environment(variable::kReplayOptions);
    if (!more.empty()) options.replay_command += " " + more;
  }
  return options;
}

// The name of the test, without the number that tells its runs apart.
std::string test_name() {
  const auto& name = explore::session().test_name;
  return name.substr(0, name.rfind('/'));
}

// That this thread has used.
std::chrono::microseconds processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

// Writes the picture and says where it is; once for each test, for labs and for whoever asks for it
// by WORKSHOP_PICTURES.
void picture(const explore::Trace& trace, const explore::StoryOptions& options) {
  const auto folder = pictures_folder();
  const auto name = test_name();
  const bool wanted =
      !replay_of_program.empty() || process::environment_if_set(variable::kPictures).has_value();
  if (!wanted || folder.empty() || pictured_test == name) return;
  pictured_test = name;
  auto drawn = trace;
  explore::mark_loop(drawn);
  if (trace.find_no_return && is_lost_point_wanted) {
    const auto before = processor_time();
    drawn.no_return = trace.find_no_return();
    report_no_return_time(processor_time() - before);
    is_lost_point_wanted = !environment(variable::kNoReturn).empty();
  }
  const auto page = write_picture(folder, picture_stem(this_program, name), drawn,
                                  {name, this_program, options.replay_command});
  if (page) report_picture(*page);
}

// Stops for a debugger before a step; without one, SIGTRAP ends the program.
void stop_before(std::size_t step, std::size_t wanted, const std::string& what) {
  if (step != wanted) return;
  std::fprintf(stderr,
               "\nStopped before step %zu: %s. Set a breakpoint in your handler, such as "
               "\"break payments_handler.cpp:20\", and continue.\n",
               step, what.c_str());
  std::raise(SIGTRAP);
}

// Of a handler that a test runs by itself: those of the labs need less than a tenth of it, but for
// tests that say so.
constexpr std::uint32_t kInlineAwaitsMax = 50'000;

// CPU time that a handler may use between two operations; tests of the library set another.
std::chrono::milliseconds spin_max() {
  const auto set = std::atoi(environment(variable::kSpinMs).c_str());
  return std::chrono::milliseconds(set > 0 ? set : 5'000);
}

// `thread` is the one that runs the tests.
void end_spinning_test(pthread_t thread, const explore::Trace& trace) {
  end_run_in_test(trace.violation->name, explore::story_of(trace, story_options()), trace.schedule,
                  frames_of_thread(thread));
}

// A handler that the test runs by itself, and that goes on and on, is judged as the explorer would.
std::string judge_never_ends(const NeverEnds& error) {
  const auto& place = error.awaits_at();
  const std::filesystem::path file(place.file_name());
  explore::Trace trace;
  trace.violation =
      explore::Violation{std::string(explore::failure::kLivelock), "the handler comes to its end",
                         fmt::format("it goes on and on: after {} co_awaits it is at {}:{}",
                                     protocol::grouped(detail::InlineRun::awaits_max()),
                                     file.filename().string(), place.line())};
  const auto story = explore::story_of(trace, story_options());
  report_place(file.string(), place.line());
  report_violation(trace.violation->name, story, {});
  return story;
}

// Lets a person choose the steps of an execution, through two descriptors: "3 4".
void play(const std::string& descriptors, const explore::Scenario& scenario,
          const std::string& tag) {
  int in = -1;
  int out = -1;
  if (std::sscanf(descriptors.c_str(), "%d %d", &in, &out) != 2 || in < 0 || out < 0) {
    throw InvalidRequest(std::string(variable::kPlay) + " wants two descriptors, such as \"3 4\"");
  }
  explore::PlayServer server(scenario, tag,
                             {test_name(), this_program, story_options().replay_command});
  explore::serve_play(server, in, out);
}

// Tells the explorer which test runs, and which schedule to replay.
class SessionListener final : public Catch::EventListenerBase {
 public:
  using EventListenerBase::EventListenerBase;

  void testRunStarting(const Catch::TestRunInfo& info) override {
    this_program = std::string(info.name.data(), info.name.size());
    replay_of_program = protocol::command_words(protocol::read_program_name(this_program));
    explore::watch_for_spins(spin_max(), [thread = ::pthread_self()](const explore::Trace& trace) {
      end_spinning_test(thread, trace);
    });
    auto& session = explore::session();
    if (const auto words = environment(variable::kExplore); !words.empty()) {
      session.further = explore::FurtherOptions::parse(words);
      session.explored = [](const explore::Verdict& verdict) {
        for (const auto& note : verdict.notes) report_exploration_note(note);
      };
    }
    if (const auto descriptors = environment(variable::kPlay); !descriptors.empty()) {
      session.play = [descriptors](const explore::Scenario& scenario, const std::string& tag) {
        play(descriptors, scenario, tag);
      };
    }
    auto schedule = environment(variable::kReplay);
    if (schedule.empty()) return;
    try {
      explore::Schedule::parse(schedule);
    } catch (const Error& error) {
      report_refused_schedule(error.what());
      std::fprintf(stderr, "%s\n", error.what());
    }
    session.replay = std::move(schedule);
    session.follow.loosely = !environment(variable::kReplayLoosely).empty();
    if (const auto step = std::atoi(environment(variable::kStopAt).c_str()); step > 0) {
      session.follow.before_step = [step](std::size_t now, const std::string& what) {
        stop_before(now, static_cast<std::size_t>(step), what);
      };
    }
  }

  void testCaseStarting(const Catch::TestCaseInfo& /*info*/) override {
    pictured_test.clear();
    // What is no handler may await as often as it likes.
    const bool is_for_handlers =
        !replay_of_program.empty() || !environment(variable::kSpinMs).empty();
    if (is_for_handlers) allow_awaits(kInlineAwaitsMax);
  }

  // Once for each run of the test case, of which sections make several.
  void testCasePartialStarting(const Catch::TestCaseInfo& info, std::uint64_t part) override {
    auto& session = explore::session();
    session.test_name = info.name + "/" + std::to_string(part);
    session.explorations_count = 0;
  }
};

CATCH_REGISTER_LISTENER(SessionListener)

// "step 5 of 12", or "" when the schedule was followed to its end.
std::string left_of(const explore::Trace& trace) {
  if (trace.left_at == 0) return {};
  return "step " + std::to_string(trace.left_at) + " of " + std::to_string(trace.schedule_steps);
}

std::optional<std::string> judge_trace(const explore::Verdict& verdict) {
  auto options = story_options();
  if (verdict.replayed) {
    options.replayed = true;
    options.lines_max = 1000;  // who replays wants to see all of it
  }
  const auto& trace = *verdict.failure;
  auto story = explore::story_of(trace, options);
  options.color = true;
  auto painted = explore::story_of(trace, options);
  picture(trace, options);
  if (verdict.replayed) {
    report_replay(story, {trace.violation ? trace.violation->name : std::string(), left_of(trace)});
  }
  if (!environment(variable::kColor).empty()) report_painted_story(painted);
  if (verdict.holds()) return std::nullopt;
  report_violation(trace.violation->name, story, trace.schedule);
  return process::output_has_color() ? painted : story;
}

// A search that executions were too long for: the longest one shows why.
std::string judge_too_long(const explore::Trace& trace, const std::string& summary) {
  auto options = story_options();
  const auto story = summary + "\n" + explore::story_of(trace, options);
  options.color = true;
  const auto painted = summary + "\n" + explore::story_of(trace, options);
  picture(trace, options);
  if (!environment(variable::kColor).empty()) report_painted_story(painted);
  report_violation(std::string(protocol::phrase::kBoundReached) + "steps", story, trace.schedule);
  return process::output_has_color() ? painted : story;
}

}  // namespace

void allow_awaits(std::uint32_t awaits_max) { detail::InlineRun::limit(awaits_max); }

std::optional<std::string> judge(const explore::Verdict& verdict) {
  if (verdict.skipped) return std::nullopt;  // another exploration's schedule is replayed
  if (verdict.failure) return judge_trace(verdict);
  auto summary = verdict.report.to_string();
  report_exploration(summary);
  if (verdict.report.ended == explore::Ended::exhausted) return std::nullopt;
  summary += ": the search is not complete, so this is no proof";
  if (verdict.report.ended != explore::Ended::steps_max || !verdict.too_long) return summary;
  return judge_too_long(*verdict.too_long, summary);
}

}  // namespace workshop::testing

CATCH_TRANSLATE_EXCEPTION(const workshop::NeverEnds& error) {
  return workshop::testing::judge_never_ends(error);
}
