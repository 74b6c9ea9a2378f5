#include "workshop/runner/commands/more/inspect_commands.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/more/inspect_documents.hpp"
#include "workshop/runner/documents/named_commands.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds kTimeMax{300};  // a program that is not built yet is built first
constexpr const char* kProgress = ".workshop";

/// The checkout without what was built or fetched, to change it.
void copy_checkout(const fs::path& root, const fs::path& to) {
  for (const auto& entry : fs::directory_iterator(root)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(".") || name == "build" || entry.is_symlink()) continue;
    fs::copy(entry.path(), to / name, fs::copy_options::recursive);
  }
}

/// Keeps the progress of whoever works in the checkout as it is.
class KeptProgress {
 public:
  explicit KeptProgress(const fs::path& root) : folder_(root / kProgress) {
    if (fs::exists(folder_))
      fs::copy(folder_, kept_.path() / kProgress, fs::copy_options::recursive);
  }
  ~KeptProgress() {
    std::error_code error;
    fs::remove_all(folder_, error);
    if (fs::exists(kept_.path() / kProgress, error)) {
      fs::copy(kept_.path() / kProgress, folder_, fs::copy_options::recursive, error);
    }
  }
  KeptProgress(const KeptProgress&) = delete;
  KeptProgress& operator=(const KeptProgress&) = delete;

 private:
  fs::path folder_;
  process::TemporaryFolder kept_;
};

/// Whether the exit code is what the command is for: a mistake is red, a solution green, and
/// anything else is not refused.
bool is_right(const std::vector<std::string>& words, int exit_code) {
  const auto has = [&](const char* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (has("check") && has("--mistake")) return exit_code == protocol::kExitRed;
  if (has("check") && has("--solution")) return exit_code == protocol::kExitGood;
  return exit_code == protocol::kExitGood || exit_code == protocol::kExitRed;
}

class CommandRuns {
 public:
  CommandRuns(const Project& project, std::string preset)
      : project_(project), preset_(std::move(preset)), kept_(project.root()) {
    fs::create_directory(copy_.path() / "kit");
    copy_checkout(project.root(), copy_.path() / "kit");
    commit_copy();
  }

  /// Runs a command; returns what is wrong, or an empty string.
  std::string run(const NamedCommand& command, std::chrono::milliseconds& duration) const {
    std::vector<std::string> words = {fs::read_symlink("/proc/self/exe").string()};
    words.insert(words.end(), command.words.begin() + 1, command.words.end());
    const auto add_if_known = [&](const std::vector<std::string>& more) {
      auto all = words;
      all.insert(all.end(), more.begin(), more.end());
      const bool known = why_not_parsed({all.begin() + 1, all.end()}).empty();
      if (known) words = std::move(all);
      return known;
    };
    add_if_known({"--yes"});  // what a person would say when asked
    const bool builds = add_if_known({"--preset", preset_});
    const auto root = builds ? project_.root() : copy_.path() / "kit";
    const auto result = run_program(words,
                                    {.directory = root,
                                     .environment = {{protocol::variable::kRoot, root.string()},
                                                     {"EDITOR", "true"},
                                                     {"VISUAL", "true"},
                                                     {protocol::variable::kPictures, ""}}},
                                    {.time_max = kTimeMax});
    duration = result.duration;
    if (result.timed_out) {
      return fmt::format("takes more than {} s", kTimeMax.count());
    }
    if (result.start_error.empty() && result.signal == 0 && is_right(words, result.exit_code)) {
      return {};
    }
    return fmt::format("ends with {}:\n{}", result.exit_code, result.output);
  }

 private:
  /// So that `reset` finds how a lab began. Without git it says so, and is red here.
  void commit_copy() const {
    const process::Options there{.directory = copy_.path() / "kit"};
    run_program({"git", "init", "-q"}, there);
    run_program({"git", "add", "-A"}, there);
    run_program({"git", "-c", "user.name=kit", "-c", "user.email=kit@localhost", "commit", "-q",
                 "-m", "The kit"},
                there);
  }

  const Project& project_;
  std::string preset_;
  KeptProgress kept_;
  process::TemporaryFolder copy_{process::TemporaryFolder::Place::disk};
};

}  // namespace

int inspect_commands(Workspace& workspace, const InspectCommandsOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  const auto commands = commands_named_in(documents_of(project), why_not_parsed);
  std::vector<std::string> errors;
  const auto not_run = read_not_run(read_file(options.not_run).value_or(""));
  const auto plans = plan_of(commands, tests_in(options.build), not_run, errors);
  const CommandRuns runs(project, options.preset);
  std::size_t by_tests = 0;
  std::size_t run = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    by_tests += plans[i].test.empty() ? 0 : 1;
    if (!plans[i].runs) continue;
    ++run;
    std::chrono::milliseconds duration{0};
    const auto wrong = runs.run(commands[i], duration);
    console.line(fmt::format("{:6.1f} s  {}", static_cast<double>(duration.count()) / 1000,
                             commands[i].text));
    if (!wrong.empty()) {
      errors.push_back(fmt::format("{}: \"{}\" {}", commands[i].place, commands[i].text, wrong));
    }
  }
  for (const auto& error : errors) console.line(error);
  if (!errors.empty()) return protocol::kExitRed;
  console.line(fmt::format("{} commands: {} ran, tests run {}, {} with a reason do not run",
                           commands.size(), run, by_tests, not_run.size()));
  return protocol::kExitGood;
}

}  // namespace workshop::runner
