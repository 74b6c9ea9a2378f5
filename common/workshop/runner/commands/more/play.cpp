#include <signal.h>  // sigset_t and its functions

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/lab_options.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/play/play_page.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/runs/chosen_tests.hpp"
#include "workshop/runner/runs/open_file.hpp"
#include "workshop/runner/runs/pictures.hpp"
#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {
namespace {

struct PlayOptions {
  LabOptions lab;
  std::string test;
  std::uint16_t port = 0;
  bool no_open = false;
};

// The test that is played: the first that fails in an exploration; else the first that explores;
// else the first with a TODO, up to which one comes.
const TestResult& test_to_play(const LabProgram& program, const RunResult& results) {
  const auto first = [&](auto&& is_wanted) {
    const auto found = std::find_if(results.tests.begin(), results.tests.end(), is_wanted);
    return found == results.tests.end() ? nullptr : &*found;
  };
  const auto* test = first([](const TestResult& each) { return !each.schedule.empty(); });
  if (test == nullptr) test = first([](const auto& each) { return !each.explorations.empty(); });
  if (test == nullptr) test = first([](const auto& each) { return each.todo.has_value(); });
  if (test == nullptr) throw UserError(program.label + " ran no test that can be played");
  return *test;
}

constexpr std::array kInterrupts = {SIGINT, SIGTERM, SIGHUP};
constexpr auto kLooksEvery = std::chrono::milliseconds(200);

// Blocks until the person or the system ends the program; tells the page of a save of `source`.
void wait_for_end(const sigset_t& interrupts, const std::filesystem::path& source, PlayPage& page,
                  const std::string& again) {
  const auto time_of = [&] {
    std::error_code error;
    return std::filesystem::last_write_time(source, error);
  };
  const auto played = time_of();
  const auto has_come = [&] {
    sigset_t pending;
    ::sigpending(&pending);
    return std::any_of(kInterrupts.begin(), kInterrupts.end(),
                       [&](int signal) { return ::sigismember(&pending, signal) == 1; });
  };
  for (bool told = source.empty(); !told && !has_come();) {
    std::this_thread::sleep_for(kLooksEvery);
    if (time_of() == played) continue;
    page.tell_changed(source.filename().string(), again);
    told = true;
  }
  int came = 0;
  ::sigwait(&interrupts, &came);
}

int play(Workspace& workspace, const PlayOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  LabRunOptions how;
  how.kept_as = ".play";
  how.environment = story_variables(console, project.build_folder(options.lab.preset));
  if (!options.test.empty()) {
    how.before = [&](const LabProgram& program) { require_tests(program, options.test); };
    how.arguments = {tests_with(options.test)};
  }
  const auto done = run_lab(project, console, options.lab, how);
  if (!done) return protocol::kExitNotJudged;
  const auto& test = test_to_play(done->program, done->run.results);
  const auto log = runs_folder(done->build_folder) / (done->program.target + ".play.log");
  PlayProgram program(done->program, test.name, test.schedule, log);

  sigset_t interrupts;
  ::sigemptyset(&interrupts);
  for (const int signal : kInterrupts) ::sigaddset(&interrupts, signal);
  ::pthread_sigmask(SIG_BLOCK, &interrupts, nullptr);  // in the threads of the server too
  PlayPage page(program, options.port);
  const auto url = page.url();
  const bool opened = !options.no_open && open_in_browser(url);
  console.line("You are the scheduler of \"" + test.name + "\", " + done->program.label + ".");
  console.line((opened ? "The page, opened: " : "The page: ") + url);
  console.line("Everything on it has a key. Ctrl-C here ends it.");
  const auto& lab = done->lab;
  const bool is_yours = done->program.target == lab.target() && !lab.sources.empty();
  wait_for_end(interrupts, is_yours ? lab.sources.front() : std::filesystem::path(), page,
               "scripts/workshop play " + std::to_string(lab.number));
  return protocol::kExitGood;
}

Action add_play(CLI::App& app) {
  auto options = std::make_shared<PlayOptions>();
  add_lab_options(app, options->lab);
  app.add_option("--test", options->test,
                 "A test that has this in its name (the first that fails in an exploration)");
  app.add_option("--port", options->port, "The page's port (any free one)");
  app.add_flag("--no-open", options->no_open, "Print the page's address, and open no browser");
  return [options](Workspace& workspace) { return play(workspace, *options); };
}

}  // namespace

constexpr Command kPlayCommand = kPlayWords.done_by(add_play);

}  // namespace workshop::runner
