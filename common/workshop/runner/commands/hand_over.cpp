#include "workshop/runner/commands/hand_over.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "workshop/protocol/variables.hpp"
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
    std::error_code error;
    const auto self = fs::read_symlink("/proc/self/exe", error);
    const auto beside = self.parent_path() / "workshop-more";
    if (error || !fs::exists(beside)) {
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

int run_more(const std::vector<std::string>& words) {
  auto command = more_command(words);
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  throw UserError(fmt::format("{} cannot be started: {}", command.front(), std::strerror(errno)));
}

}  // namespace workshop::runner
