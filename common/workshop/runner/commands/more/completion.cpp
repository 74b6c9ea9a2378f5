#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"

namespace workshop::runner {
namespace {

/// The names of the commands, and of each the options, as its own --help has them.
std::string names_of_commands() {
  std::string names;
  for (const auto* command : all_commands()) {
    if (command->audience != Audience::hidden) names += std::string(command->name) + " ";
  }
  return names;
}

std::string options_of(const Command& command) {
  CLI::App app;
  const auto action = command.add(app);
  std::string options;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) options += "--" + name + " ";
  }
  for (const auto* subcommand : app.get_subcommands({})) options += subcommand->get_name() + " ";
  return options;
}

std::string cases(const char* form) {
  std::string text;
  for (const auto* command : all_commands()) {
    if (command->audience == Audience::hidden) continue;
    text += fmt::format(fmt::runtime(form), command->name, options_of(*command));
  }
  return text;
}

constexpr const char* kBash = R"(_workshop() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} words labs
  labs=$(cd "${{COMP_WORDS[0]%scripts/workshop}}./labs" 2>/dev/null && ls -d [0-9]* | sed 's/^0*\([0-9]*\)-.*/\1/')
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="{0}"
  else
    case ${{COMP_WORDS[1]}} in
{1}    esac
    words="$words $labs"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -F _workshop scripts/workshop workshop
)";

constexpr const char* kZsh = R"(autoload -U +X bashcompinit && bashcompinit
{0})";

constexpr const char* kFish = R"FISH(function __workshop_labs
  set -l words (commandline -opc)
  set -l labs (string replace -r 'scripts/workshop$' '' -- $words[1])./labs
  test -d $labs; and for lab in $labs/*
    string match -r -q '/[0-9]+-[^/]*$' -- $lab; and string replace -r '^.*/0*([0-9]+)-.*$' '$1' -- $lab
  end
end
complete -c workshop -f
complete -c workshop -n __fish_use_subcommand -a "{0}"
complete -c workshop -n "not __fish_use_subcommand" -a "(__workshop_labs)"
{1})FISH";

std::string bash_completion() {
  return fmt::format(fmt::runtime(kBash), names_of_commands(),
                     cases("      {0}) words=\"{1}\" ;;\n"));
}

int completion(Workspace& workspace, const std::string& shell) {
  auto& console = workspace.console();
  if (shell == "fish") {
    console.line(fmt::format(
        fmt::runtime(kFish), names_of_commands(),
        cases("complete -c workshop -n \"__fish_seen_subcommand_from {0}\" -a \"{1}\"\n")));
  } else if (shell == "zsh") {
    console.line(fmt::format(fmt::runtime(kZsh), bash_completion()));
  } else {
    console.line(bash_completion());
  }
  return protocol::kExitGood;
}

Action add_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  app.add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return [shell](Workspace& workspace) { return completion(workspace, *shell); };
}

}  // namespace

constexpr Command kCompletionCommand = kCompletionWords.done_by(add_completion);

}  // namespace workshop::runner
