#include "workshop/runner/commands/hand_over.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/progress.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;

namespace {

std::string& script() {
  static std::string script;
  return script;
}

// Where `workshop-more` is, or will be.
fs::path more_program() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / "workshop-more";
}

// The command whose --help is asked for, or null.
const Command* command_to_explain(const std::vector<std::string>& words) {
  const auto asks = [](const std::string& word) { return word == "--help" || word == "-h"; };
  if (std::ranges::none_of(words, asks)) return nullptr;
  for (const auto* command : commands_and_words()) {
    if (std::ranges::find(words, command->name) != words.end()) return command;
  }
  return nullptr;
}

}  // namespace

void remember_script() {
  const char* given = std::getenv(protocol::variable::kScript);
  script() = given == nullptr ? "" : given;
  ::unsetenv(protocol::variable::kScript);
}

std::vector<std::string> more_command(const std::vector<std::string>& words) {
  std::vector<std::string> command;
  if (!script().empty()) {
    command = {"bash", script(), "--more"};
  } else {
    const auto beside = more_program();
    if (!fs::exists(beside)) {
      throw UserError(
          "this command is in the program workshop-more, which is not beside this one; start it by "
          "scripts/workshop, which builds both");
    }
    command = {beside.string()};
  }
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

void tell_joined_board(const Project& project, Console& console, const Lab& lab) {
  if (!fs::exists(joined_board_file(project))) return;
  process::Result told;
  try {
    told = run_program(more_command({"report", lab.padded_number(), "--after-check"}),
                       {.environment = {{protocol::variable::kAsBuilt, "1"}}},
                       {.time_max = std::chrono::seconds(3)});
  } catch (const UserError&) {  // workshop-more is not there: said below
  }
  const auto text = std::string(trimmed(told.output));
  console.paragraph(console.dim(
      told.succeeded() && !text.empty()
          ? text
          : "The board was not told; to try again, and see why: scripts/workshop report"));
}

std::string help_before_built(const Command& command) {
  const auto begin = fmt::format("Usage: workshop {}", command.name);
  std::string text = fmt::format("{}\n\n", command.description);
  std::string line = begin;
  for (const auto& part : wrapped(command.usage, 80 - begin.size() - 1)) {
    text += fmt::format("{} {}\n", line, part);
    line.assign(begin.size(), ' ');
  }
  if (command.usage.empty()) text += begin + "\n";
  return text + fmt::format(
                    "\nExample: {}\n\nThe command is built when it is used first; then --help "
                    "says what each option means.\n",
                    command.example);
}

int run_more(const std::vector<std::string>& words) {
  if (const auto* command = command_to_explain(words)) {
    if (!fs::exists(more_program()) && command->audience != Audience::maintainer) {
      std::cout << help_before_built(*command);
      return protocol::kExitGood;
    }
    ::setenv(protocol::variable::kAsBuilt, "1", 1);
  }
  auto command = more_command(words);
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  throw UserError(fmt::format("{} cannot be started: {}", command.front(), std::strerror(errno)));
}

}  // namespace workshop::runner
