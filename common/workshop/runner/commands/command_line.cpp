#include "workshop/runner/commands/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <numeric>

#include "workshop/protocol/exit_codes.hpp"

namespace workshop::runner {
namespace {

/// The heading of a group of commands; CLI11 hides one without.
std::string heading_of(Audience audience) {
  switch (audience) {
    case Audience::attendee:
      return "Commands";
    case Audience::instructor:
      return "Commands for instructors";
    case Audience::maintainer:
      return "Commands for maintainers";
    case Audience::hidden:
      break;
  }
  return {};
}

/// How many letters have to be changed, added, left out or swapped with the next to make `a` of
/// `b`: the optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  std::iota(rows[0].begin(), rows[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    rows[i][0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.size()][b.size()];
}

/// The command that `words` name, or null.
const Command* command_of(const std::vector<std::string>& words,
                          std::span<const Command* const> commands) {
  const auto word = std::ranges::find_if_not(
      words, [](const std::string& each) { return each.starts_with('-'); });
  if (word == words.end()) return nullptr;
  const auto found = std::ranges::find(commands, *word, &Command::name);
  return found == commands.end() ? nullptr : *found;
}

/// CLI11 only says that a command is required; this names the one that is not there.
void refuse_unknown(const std::vector<std::string>& words,
                    std::span<const Command* const> commands) {
  const auto word = std::find_if(words.begin(), words.end(),
                                 [](const std::string& each) { return !each.starts_with('-'); });
  if (word == words.end()) return;
  std::vector<std::string_view> names;
  for (const auto* command : commands) {
    if (command->name == *word) return;
    if (command->audience != Audience::hidden) names.push_back(command->name);
  }
  const auto close = close_to(*word, names);
  throw UserError(fmt::format(
      "there is no command '{}'; there are {}{}", *word, fmt::join(names, ", "),
      close.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(close, " or "))));
}

}  // namespace

std::vector<std::string_view> close_to(std::string_view word,
                                       std::span<const std::string_view> names) {
  const std::size_t most = word.size() < 5 ? 1 : 2;
  std::vector<std::string_view> close;
  for (const auto name : names) {
    const bool begins = word.size() > 1 && name.starts_with(word);
    if (begins || distance(word, name) <= most) close.push_back(name);
  }
  return close;
}

struct CommandLine::Parser {
  std::span<const Command* const> commands;
  CLI::App app{"The workshop: labs on building reliable event-driven microservices.", "workshop"};
  bool ascii = false;
  std::vector<std::pair<CLI::App*, Action>> actions;
  HandOver hand_over;
};

CommandLine::CommandLine(std::span<const Command* const> commands, HandOver hand_over)
    : parser_(std::make_unique<Parser>()) {
  parser_->commands = commands;
  parser_->hand_over = std::move(hand_over);
  auto& app = parser_->app;
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--ascii", parser_->ascii, "Print ASCII only");
  for (const auto* command : commands) {
    auto* added = app.add_subcommand(std::string(command->name), std::string(command->description));
    added->group(heading_of(command->audience));
    added->footer("Example: " + std::string(command->example));
    if (command->add != nullptr) parser_->actions.emplace_back(added, command->add(*added));
  }
}

CommandLine::~CommandLine() = default;

Action CommandLine::parse(std::vector<std::string> words) {
  refuse_unknown(words, parser_->commands);
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  parser_->app.parse(std::move(words));
  for (const auto& [command, action] : parser_->actions) {
    if (command->parsed()) return action;
  }
  throw CLI::RequiredError("A command");
}

int CommandLine::run(const std::vector<std::string>& given, std::ostream& out,
                     std::ostream& error) {
  auto words = given;
  if (words.empty() || words == std::vector<std::string>{"--ascii"}) {
    words.emplace_back(parser_->commands.front()->name);
  }
  const auto* command = command_of(words, parser_->commands);
  if (command != nullptr && command->add == nullptr) return parser_->hand_over(words);
  Action action;
  try {
    action = parse(words);
  } catch (const CLI::ParseError& wrong) {
    const bool was_asked_for = parser_->app.exit(wrong, out, error) == 0;
    return was_asked_for ? protocol::kExitGood : protocol::kExitNotJudged;
  }
  auto style = ConsoleStyle::of_standard_output();
  style.ascii = style.ascii || parser_->ascii;
  Console console(out, style);
  Workspace workspace(console);
  return action(workspace);
}

}  // namespace workshop::runner
