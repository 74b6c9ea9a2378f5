#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/folder_lock.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace {

/// Says what can be proved where labs have no solution. Returns the arguments with which ctest
/// leaves out the rest: without its solution a lab's own tests run, and are red, as they shall be.
std::vector<std::string> without_solutions(Workspace& workspace) {
  std::string numbers;
  const auto labs = workspace.project().labs();
  std::size_t missing = 0;
  for (const auto& lab : labs) {
    if (!lab.solution.empty()) continue;
    ++missing;
    numbers += (numbers.empty() ? "" : "|") + lab.padded_number();
  }
  if (missing == 0) return {};
  workspace.console().paragraph(fmt::format(
      "{}, so this proves only that these labs build and that the library's own tests pass: "
      "neither that they can be solved, nor that their tests catch a wrong answer.",
      missing == labs.size()
          ? std::string("There are no solutions in this checkout")
          : fmt::format("{} of {} labs have no solution in this checkout", missing, labs.size())));
  return {"--exclude-regex", fmt::format("^(lab\\.({})|kit\\.catalog)$", numbers)};
}

/// What became of a build that has failed on the terminal: once more when it did for precompiled
/// headers that are older than the system's.
process::Result build_with_new_headers(Workspace& workspace, const std::string& preset,
                                       const std::vector<std::string>& command,
                                       process::Result failed) {
  const auto& project = workspace.project();
  const auto folder = project.build_folder(preset);
  const auto output = run_program(command, {.directory = project.root()}).output;
  if (!remove_outdated_headers(workspace.console(), folder, output)) return failed;
  return run_program(command, {.directory = project.root(),
                               .group = process::Group::callers,
                               .output = process::Output::callers});
}

/// Configures, builds and tests everything under `preset`, on the terminal. The exit code of what
/// failed, or kExitGood.
int verify(Workspace& workspace, const std::string& preset) {
  const process::Options on_terminal{.directory = workspace.project().root(),
                                     .group = process::Group::callers,
                                     .output = process::Output::callers};
  const auto jobs = std::to_string(build_jobs());
  const auto tests = std::to_string(build_jobs() + 1);  // some wait for processes and sockets
  std::vector<std::vector<std::string>> commands = {
      {"cmake", "--preset", preset},
      {"cmake", "--build", "--preset", preset, "--parallel", jobs},
      {"ctest", "--preset", preset, "--parallel", tests}};
  const auto left_out = without_solutions(workspace);
  commands.back().insert(commands.back().end(), left_out.begin(), left_out.end());
  for (const auto& command : commands) {
    // Its tests build too, so the folder is free for them.
    std::optional<FolderLock> lock;
    if (command[0] == "cmake") {
      lock.emplace(workspace.project().build_folder(preset), [&, said = false]() mutable {
        if (!std::exchange(said, true)) {
          workspace.console().line("Another build runs in this folder; this one waits for it …");
        }
        return true;
      });
    }
    auto run = run_program(command, on_terminal);
    const bool is_build = command[1] == "--build";
    if (is_build && !run.succeeded()) run = build_with_new_headers(workspace, preset, command, run);
    if (run.succeeded()) continue;
    // After ctest its own summary stays last: that is what a person and a build server look for.
    const bool is_ctest = &command == &commands.back();
    if (!is_ctest || run.exit_code < 0) {
      workspace.console().line(
          fmt::format("verify stopped: {} {} ({})", command[0], command[1], describe_end(run)));
    }
    return run.exit_code > 0 ? run.exit_code : protocol::kExitNotJudged;
  }
  return protocol::kExitGood;
}

struct VerifyOptions {
  bool everything = false;
  std::string preset = "dev";
};

Action add_verify(CLI::App& app) {
  auto options = std::make_shared<VerifyOptions>();
  auto* everything =
      app.add_flag("--all", options->everything,
                   "Every mistake, specification and header too: what a change of the kit needs");
  app.add_option("--preset", options->preset, "The same as --all, built as asan, tsan or release")
      ->excludes(everything);
  return [options](Workspace& workspace) {
    return verify(workspace, options->everything ? "kit" : options->preset);
  };
}

}  // namespace

constexpr Command kVerifyCommand = {
    .name = "verify",
    .description = "Prove the kit: skeletons, solutions, a mistake for each test",
    .example = "scripts/workshop verify --all",
    .audience = Audience::instructor,
    .add = add_verify};

}  // namespace workshop::runner
