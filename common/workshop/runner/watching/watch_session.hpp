#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/progress/progress.hpp"
#include "workshop/runner/runs/run_lab.hpp"
#include "workshop/runner/terminal/keyboard.hpp"
#include "workshop/runner/terminal/remote_keys.hpp"
#include "workshop/runner/watching/file_watch.hpp"
#include "workshop/runner/watching/watch_listener.hpp"

namespace workshop::runner {

struct WatchOptions {
  LabOptions lab;
  bool poll = false;                  ///< look at the files, also where the system would notify
  int checks_max = 0;                 ///< ends after so many checks; 0: when it is told to
  WatchListener* listener = nullptr;  ///< outlives the session
  std::function<void(const Lab&)> after_verdict;  ///< when it is told, and remembered
  RemoteKeys* remote_keys = nullptr;              ///< count like those of the terminal
};

/// Checks a lab whenever a file of it is saved, and answers keys. What it prints is appended, but
/// for the line that is under way (Console::interim).
class WatchSession {
 public:
  WatchSession(const Project& project, Console& console, WatchOptions options);

  /// Until `q`, the end of the input's terminal, or WatchOptions::checks_max. Returns the exit code
  /// of the last verdict.
  int run();

 private:
  using Clock = std::chrono::steady_clock;

  void take(Lab lab);  ///< this lab from now on
  bool saved_again();
  bool left();
  void note_keys();
  void check(const std::vector<std::filesystem::path>& saved);
  void replay_last(const std::vector<TestState>& before, const LabProgram& program);
  void tell_replayed(const TestState& test, Replayed outcome, const std::string& broken);
  void tell_replayed_anew(const std::vector<std::string>& tests);
  Difference tell(std::vector<TestState> before, const LabRun& done);
  void remember_crash(const std::vector<TestState>& before);
  void tell_step(const std::vector<TestState>& before, const LabState& now);
  const RunResult* failing_run() const;
  std::vector<const TestResult*> red_tests() const;
  void only_or_all();
  void prove();
  void give_hint();
  void tell_errors(const LabProgram& program, const BuildResult& build);
  void tell_time(Clock::time_point begin);
  void tell_copy();
  void tell_begin();
  void wait();
  void footer();
  void on_key(char key);
  void on_answer(char key);
  void print_keys();
  void next_failure();
  void show_picture();
  void show_solution();
  void go_to_next_lab();
  void reset();
  bool green() const;
  bool all_green() const;  ///< and no test was left out
  /// Of a room the next one in its order; who is alone has perhaps begun one already.
  const Lab* next_lab(const std::vector<Lab>& labs) const;

  const Project& project_;
  Console& console_;
  WatchOptions options_;
  Lab lab_;
  std::unique_ptr<FileWatch> watch_;
  std::unique_ptr<Keyboard> keyboard_;
  std::optional<LabRun> last_;
  std::optional<LabRun> refused_;  ///< what `prove` has found in what the last check found green
  /// As the last verdict showed them, when that was on a crash, of which progress knows nothing.
  std::vector<TestState> crashed_;
  std::string only_;               ///< the one test that is run; empty: all
  bool red_before_ = false;        ///< since it was green last, or since this lab was taken
  std::size_t shown_failure_ = 0;  ///< which of the red tests has told its story last
  std::filesystem::path copy_;     ///< that a reset has kept, until a verdict says where
  char question_ = 0;              ///< the key whose question waits for y
  std::optional<std::chrono::milliseconds> answered_after_;  ///< the last counterexample
  std::vector<std::filesystem::path> saved_meanwhile_;  ///< while a check ran, which is left then
  std::deque<char> typed_;                              ///< keys that came while a check ran
  Clock::time_point looked_{};                          ///< at the files, where nobody notifies
  bool over_ = false;
  bool again_ = false;
  int checks_ = 0;
  int code_ = 0;
};

}  // namespace workshop::runner
