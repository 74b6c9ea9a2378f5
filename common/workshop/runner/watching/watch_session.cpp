#include "workshop/runner/watching/watch_session.hpp"

#include <fmt/core.h>
#include <poll.h>

#include <algorithm>
#include <array>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/hints.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/standing.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/printing/where_to_work.hpp"
#include "workshop/runner/progress/difference.hpp"
#include "workshop/runner/progress/hints.hpp"
#include "workshop/runner/runs/pictures.hpp"
#include "workshop/runner/runs/verdict.hpp"
#include "workshop/runner/watching/watch_words.hpp"

namespace workshop::runner {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr milliseconds kLookAgain{200};          ///< where nobody notifies
constexpr const char* kSpinMsOfReplay = "1000";  ///< of one execution, not of a search
constexpr milliseconds kSettle{15};              ///< an editor that renames has two events

std::string seconds(milliseconds time) {
  return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000);
}

}  // namespace

WatchSession::WatchSession(const Project& project, Console& console, WatchOptions options)
    : project_(project), console_(console), options_(std::move(options)) {
  take(options_.lab.lab.empty() ? current_lab(project) : project.lab(options_.lab.lab));
}

void WatchSession::take(Lab lab) {
  lab_ = std::move(lab);
  last_.reset();
  refused_.reset();
  crashed_.clear();
  only_.clear();
  red_before_ = false;
  shown_failure_ = 0;
  options_.lab.lab = lab_.padded_number();
  watch_ = std::make_unique<FileWatch>(
      std::vector<std::filesystem::path>{lab_.folder / "src", lab_.folder / "tests"},
      std::vector<std::string>{".cpp", ".hpp", ".tla"},
      options_.poll ? FileWatch::Method::polled : FileWatch::Method::notified);
  if (options_.listener != nullptr) options_.listener->lab_taken(lab_);
}

int WatchSession::run() {
  if (terminal_is_interactive()) keyboard_ = std::make_unique<Keyboard>();
  tell_begin();
  if (keyboard_ == nullptr) console_.line("Ctrl-C ends it.");
  check({});
  while (!over_ && (options_.checks_max == 0 || checks_ < options_.checks_max)) {
    if (saved_meanwhile_.empty()) {
      footer();
      wait();
    }
    if (over_) break;
    auto saved = std::exchange(saved_meanwhile_, {});
    if (saved.empty()) saved = watch_->changed();
    if (saved.empty() && !std::exchange(again_, false)) continue;
    check(saved);
  }
  console_.interim({});
  return code_;
}

/// Until a file was saved or a key asks for a check.
void WatchSession::wait() {
  while (!typed_.empty()) {
    on_key(typed_.front());
    typed_.pop_front();
    if (typed_.empty() || over_) return;
  }
  std::array<pollfd, 3> files = {};
  nfds_t count = 0;
  const bool notified = watch_->descriptor() >= 0;
  if (notified) files[count++] = {.fd = watch_->descriptor(), .events = POLLIN, .revents = 0};
  auto* remote = options_.remote_keys;
  if (remote) files[count++] = {.fd = remote->descriptor(), .events = POLLIN, .revents = 0};
  if (keyboard_) files[count++] = {.fd = keyboard_->descriptor(), .events = POLLIN, .revents = 0};
  ::poll(files.data(), count, notified ? -1 : static_cast<int>(kLookAgain.count()));
  if (notified && files[0].revents != 0) ::poll(nullptr, 0, static_cast<int>(kSettle.count()));
  while (const char key = remote ? remote->take() : '\0') on_key(key);
  const auto& keys = files[count - 1];
  if (!keyboard_ || keys.revents == 0) return;
  if ((keys.revents & (POLLHUP | POLLERR)) != 0) over_ = true;
  while (const auto key = keyboard_->key()) on_key(*key);
  if (keyboard_->closed()) over_ = true;
}

/// Keys that come while a check runs wait for its end, but for q, which drops them.
void WatchSession::note_keys() {
  auto* remote = options_.remote_keys;
  while (const char key = remote ? remote->take() : '\0') typed_.push_back(key);
  if (keyboard_) {
    while (const auto key = keyboard_->key()) typed_.push_back(*key);
    over_ = over_ || keyboard_->closed();
  }
  if (std::ranges::find(typed_, 'q') != typed_.end()) over_ = true;
  if (over_) typed_.clear();
}

/// Whether this check is left: by q, or because another one begins.
bool WatchSession::left() {
  note_keys();
  return over_ || saved_again();
}

/// Whether a file was saved since this check began: then what it finds is of no use any more.
bool WatchSession::saved_again() {
  const auto now = Clock::now();
  if (!saved_meanwhile_.empty()) return true;
  if (watch_->descriptor() < 0 && now - looked_ < kLookAgain) return false;
  looked_ = now;
  if (watch_->descriptor() >= 0) {
    pollfd news = {.fd = watch_->descriptor(), .events = POLLIN, .revents = 0};
    if (::poll(&news, 1, 0) <= 0) return false;
    ::poll(nullptr, 0, static_cast<int>(kSettle.count()));
  }
  saved_meanwhile_ = watch_->changed();
  return !saved_meanwhile_.empty();
}

void WatchSession::check(const std::vector<std::filesystem::path>& saved) {
  const auto begin = Clock::now();
  ++checks_;
  question_ = 0;
  answered_after_.reset();
  console_.line();
  if (!saved.empty()) console_.line(console_.bold(project_.shown(saved.front()) + " was saved"));
  console_.interim("checking…");
  if (options_.listener != nullptr) options_.listener->checking(saved);
  auto progress = Progress::load(project_);
  const auto* state = progress.find(lab_.number);
  const auto before = state == nullptr ? std::vector<TestState>() : state->tests;
  const auto digest = digest_of(lab_);
  LabRunOptions how;
  how.environment = story_variables(console_, project_.build_folder(options_.lab.preset));
  how.environment.emplace_back(protocol::variable::kNoReturn, "1");  // `t` goes through all
  if (!only_.empty()) {
    how.kept_as = ".test";  // the results of a whole run stay
    how.arguments = {protocol::test_argument(only_)};
  }
  how.before = [&](const LabProgram& program) {
    if (options_.listener != nullptr) options_.listener->exploring();
    if (saved.empty()) return;
    replay_last(before, program);
    if (answered_after_) answered_after_ = duration_cast<milliseconds>(Clock::now() - begin);
    console_.interim("exploring everything…");
  };
  if (options_.listener != nullptr) {
    how.building = [this](std::size_t done, std::size_t all) {
      options_.listener->building(done, all);
    };
    how.long_test = [this](const std::string& test) { options_.listener->long_test(test); };
  }
  how.is_over = [this] { return left(); };
  how.on_build_failure = [&](const Lab&, const LabProgram& program, const BuildResult& build) {
    tell_errors(program, build);
  };
  auto done = run_lab(project_, console_, options_.lab, how);
  if (over_) {
    if (--checks_ == 0) code_ = protocol::kExitNotJudged;
    return console_.line("Ended: this check is left.");
  }
  if (!saved_meanwhile_.empty()) {
    --checks_;
    console_.paragraph("Saved again: this check is left, and another one begins.");
    return;
  }
  last_ = std::move(done);
  refused_.reset();
  shown_failure_ = 0;
  code_ = last_ ? exit_code(last_->verdict.judgement) : protocol::kExitNotJudged;
  if (!last_) return tell_copy();
  if (last_->verdict.judgement != Judgement::unjudged) {
    progress.record(lab_, digest, last_->run.results, only_.empty());
    progress.save(project_);
  }
  const auto* now = progress.find(lab_.number);
  const auto& last_shown = crashed_.empty() ? before : crashed_;
  const auto found =
      tell(saved.empty() || now == nullptr ? std::vector<TestState>() : last_shown, *last_);
  remember_crash(before);
  tell_time(begin);
  tell_copy();
  if (options_.listener != nullptr) options_.listener->checked(*last_, found);
  if (options_.after_verdict) options_.after_verdict(lab_);
}

void WatchSession::tell_errors(const LabProgram& program, const BuildResult& build) {
  Printer(project_, console_).build_failure(program, build);
  remember_not_built(project_, lab_, program, build);
  if (options_.listener == nullptr) return;
  auto errors = read_compiler_output(build.output,
                                     [&](const std::string& file) { return project_.shown(file); });
  errors.elsewhere = is_failure_elsewhere(build.output, part_of_build(program, build));
  options_.listener->not_built(errors);
}

/// Asks the program that was just built about the executions that have broken it before.
void WatchSession::replay_last(const std::vector<TestState>& before, const LabProgram& program) {
  std::vector<std::string> anew;  // those that go another way now
  for (const auto& test : before) {
    if (test.verdict != "red" || test.schedule.empty()) continue;
    if (!only_.empty() && test.name != only_) continue;
    ProgramRunOptions run;
    run.environment = {{protocol::variable::kReplay, test.schedule},
                       {protocol::variable::kPictures, ""},
                       {protocol::variable::kSpinMs, kSpinMsOfReplay}};
    run.arguments = {protocol::test_argument(test.name)};
    run.time_max = std::chrono::seconds(10);
    run.stop_when = [this](const std::vector<std::filesystem::path>&) { return left(); };
    const auto replayed =
        run_lab_program(program.file, runs_folder(project_.build_folder(options_.lab.preset)),
                        program.target + ".last", run);
    if (over_ || !saved_meanwhile_.empty()) return;
    // Each of the others would be waited for as well, and exploring finds it too.
    if (replayed.process.timed_out || endless_loop(replayed.results) != nullptr) return;
    const auto& tests = replayed.results.tests;
    const auto followed = std::find_if(
        tests.begin(), tests.end(), [](const TestResult& each) { return each.replay.has_value(); });
    if (followed == tests.end()) continue;
    answered_after_ = milliseconds(0);
    const auto outcome = outcome_of_replay(test, followed->replay_broken, followed->replay_left);
    if (outcome == Replayed::goes_another_way) anew.push_back(test.name);
    tell_replayed(test, outcome, followed->replay_broken);
  }
  tell_replayed_anew(anew);
}

/// In one line, since an edit may make the executions of all tests go another way.
void WatchSession::tell_replayed_anew(const std::vector<std::string>& tests) {
  if (tests.empty()) return;
  const auto words =
      tests.size() == 1
          ? "the handler takes other steps now, so exploring decides: " + tests.front()
          : fmt::format(
                "the handler takes other steps now than in {} old failures, so exploring "
                "decides",
                tests.size());
  console_.paragraph(console_.dim("· ") + words, 2);
}

void WatchSession::tell_replayed(const TestState& test, Replayed outcome,
                                 const std::string& broken) {
  if (options_.listener != nullptr) options_.listener->replayed(test.name, outcome);
  switch (outcome) {
    case Replayed::still_broken:
      return console_.paragraph(console_.red("✗") + " still there: " + test.name, 2);
    case Replayed::breaks_otherwise:
      return console_.paragraph(fmt::format("{} {} instead of {}: {}", console_.red("✗"), broken,
                                            reason_in_words(test.reason), test.name),
                                2);
    case Replayed::mended:
      return console_.paragraph(console_.green("✓") + " that one is mended: " + test.name, 2);
    case Replayed::goes_another_way:
      return;  // told of all tests at once
  }
}

Difference WatchSession::tell(std::vector<TestState> before, const LabRun& done) {
  const auto progress = Progress::load(project_);
  const auto* state = progress.find(lab_.number);  // none, where nothing could be judged yet
  auto now = state == nullptr ? std::vector<TestState>() : state->tests;
  if (!only_.empty()) {
    const auto is_other = [this](const TestState& test) { return test.name != only_; };
    std::erase_if(before, is_other);
    std::erase_if(now, is_other);
  }
  auto found = difference(before, now);
  const bool is_red = done.verdict.judgement == Judgement::red;
  const auto red = done.run.results.count([](const TestResult& test) { return test.failed(); });
  const auto tell_changes = [&] {
    print_difference(console_, found, is_red && !before.empty() ? red : 0);
    if (state != nullptr && only_.empty()) tell_step(before, *state);
    if (is_red && !std::exchange(red_before_, true)) {
      print_solved_before(console_, progress, lab_);
    }
  };
  Printer(project_, console_)
      .verdict(done.lab, options_.lab.variant, done.program, done.run, done.verdict,
               {.part = !only_.empty(), .keys = keyboard_ != nullptr, .before_next = tell_changes});
  if (!is_red) tell_changes();
  if (green()) red_before_ = false;
  if (!green()) return found;
  console_.line();
  if (!only_.empty()) {
    console_.line(console_.bold("Next:  ") + "press o for all tests; this one is green");
    return found;
  }
  const auto hand = keyboard_ != nullptr ? Hand::presses : Hand::types;
  print_proof_offer(console_, project_, lab_, progress, hand);
  const auto labs = project_.labs();
  print_next(console_, project_, next_lab(labs), progress, hand);
  return found;
}

/// What the next verdict is compared with when this one is on a crash.
void WatchSession::remember_crash(const std::vector<TestState>& before) {
  crashed_.clear();
  const auto* unfinished = last_->run.results.unfinished();
  if (unfinished == nullptr) return;
  crashed_ = before;
  for (auto& test : crashed_) {
    if (test.name != unfinished->name) continue;
    test.verdict = "red";
    test.reason =
        has_crashed(last_->run.process, last_->run.results) ? "a crash" : "a test without end";
    test.schedule.clear();
  }
}

/// That a step is done, when this check is the first one that says so.
void WatchSession::tell_step(const std::vector<TestState>& before, const LabState& now) {
  LabState was;
  was.tests = before;
  const int from = red_step(was);
  const int to = red_step(now);
  if (from == 0 || to <= from) return;
  const auto next = std::ranges::find(lab_.steps, to, &StepTimes::number);
  console_.paragraph(
      console_.green(fmt::format("✓ Step {} is done.", from)) +
      fmt::format(" On to step {}{}", to,
                  next == lab_.steps.end() ? std::string(".") : ": " + next->title + "."));
}

void WatchSession::tell_time(Clock::time_point begin) {
  auto words =
      fmt::format("verdict after {}", seconds(duration_cast<milliseconds>(Clock::now() - begin)));
  if (answered_after_) {
    words +=
        fmt::format(", the failures of before tried again after {}", seconds(*answered_after_));
  }
  console_.line();
  for (const auto& part : console_.broken(words)) console_.line(console_.dim(part));
}

/// The last thing that is said, because what stands above a verdict is out of sight.
void WatchSession::tell_copy() {
  if (copy_.empty()) return;
  console_.labelled("Yours: ", "before the reset it was " + project_.shown(copy_));
  copy_.clear();
}

/// What there is to do, before the first verdict.
void WatchSession::tell_begin() {
  const auto progress = Progress::load(project_);
  const auto* state = progress.find(lab_.number);
  const bool judged = state != nullptr && !state->tests.empty();
  print_begin(console_, project_, lab_, judged ? red_step(*state) : 1);
  console_.labelled("Save:  ", (lab_.sources.empty() ? std::string("a file")
                                                     : project_.shown(lab_.sources.front())) +
                                   ", and the verdict comes");
}

const Lab* WatchSession::next_lab(const std::vector<Lab>& labs) const {
  const auto progress = Progress::load(project_);
  return options_.listener != nullptr ? next_open(labs, progress, lab_.number)
                                      : next_to_go_on(labs, progress, lab_.number);
}

bool WatchSession::all_green() const { return green() && only_.empty(); }

bool WatchSession::green() const { return last_ && last_->verdict.judgement == Judgement::green; }

}  // namespace workshop::runner
