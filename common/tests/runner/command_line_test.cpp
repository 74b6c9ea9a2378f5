#include "workshop/runner/commands/command_line.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <memory>
#include <set>
#include <sstream>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/hand_over.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;

namespace {

struct Said {
  int code = -1;
  std::string out;
  std::string error;
};

Said say(const std::vector<std::string>& words,
         std::span<const Command* const> commands = all_commands()) {
  std::ostringstream out;
  std::ostringstream error;
  CommandLine line(commands);
  const auto code = line.run(words, out, error);
  return {code, out.str(), error.str()};
}

/// The words of a command line as a shell has them, after the name of the program.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char letter : line) {
    if (letter == '\'') {
      quoted = !quoted;
    } else if (letter == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  REQUIRE(words.front() == "scripts/workshop");
  words.erase(words.begin());
  return words;
}

Action add_greeting(CLI::App& app) {
  auto name = std::make_shared<std::string>("world");
  app.add_option("--name", *name, "Who is greeted");
  return [name](Workspace& workspace) {
    workspace.console().line("Hello → " + *name);
    return 7;
  };
}

constexpr Command kGreet = {.name = "greet",
                            .description = "Say hello",
                            .example = "scripts/workshop greet --name Ann",
                            .audience = Audience::instructor,
                            .add = add_greeting};
constexpr Command kSecret = {.name = "grunt",
                             .description = "Say nothing",
                             .example = "scripts/workshop grunt",
                             .audience = Audience::hidden,
                             .add = add_greeting};
constexpr std::array kGreetings = {&kGreet, &kSecret};

}  // namespace

TEST_CASE("a command of which a program has the words alone is handed over, unread") {
  std::vector<std::string> handed;
  std::ostringstream out;
  CommandLine line(commands_and_words(), [&handed](const std::vector<std::string>& words) {
    handed = words;
    return 5;
  });
  CHECK(line.run({"--ascii", "board", "--no-such-option", "--help"}, out, out) == 5);
  CHECK(handed == std::vector<std::string>{"--ascii", "board", "--no-such-option", "--help"});
  CHECK(line.run({"--help"}, out, out) == protocol::kExitGood);
  CHECK_THAT(out.str(), ContainsSubstring("See where a class stands"));
}

TEST_CASE("workshop-more has the code of every command") {
  const auto words = commands_and_words();
  const auto all = all_commands();
  REQUIRE(all.size() == words.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(words[i]->name);
    CHECK(all[i]->name == words[i]->name);
    CHECK(all[i]->add != nullptr);
  }
}

TEST_CASE("before workshop-more is built the help of its commands has all of their options") {
  // "--test TEXT" as CLI11 says it at the begin of a line, "[--test NAME]" as the words do.
  const auto options_in = [](const std::string& help) {
    std::set<std::string> options;
    for (auto at = help.find("--"); at != std::string::npos; at = help.find("--", at + 2)) {
      const auto before = help.find_last_not_of(' ', at - 1);
      const bool begins = help[before] == '\n' || help[before] == '[' || help[before] == '|';
      if (begins) options.insert(help.substr(at, help.find_first_of(" ]\n,", at) - at));
    }
    return options;
  };
  for (const auto* words : commands_and_words()) {
    if (words->add != nullptr || words->audience > Audience::instructor) continue;
    CAPTURE(words->name);
    const auto help = help_before_built(*words);
    CHECK_THAT(help, ContainsSubstring(std::string(words->description)) &&
                         ContainsSubstring("Example: " + std::string(words->example)));
    auto options = options_in(say({std::string(words->name), "--help"}).out);
    CHECK(options_in(help.substr(0, help.find("Example:"))) == options);
  }
}

TEST_CASE("the help of every command ends with an example, and the example can be run") {
  for (const auto* command : all_commands()) {
    CAPTURE(command->name);
    const auto help = say({std::string(command->name), "--help"});
    CHECK(help.code == protocol::kExitGood);
    CHECK(help.error.empty());
    CHECK_THAT(help.out, ContainsSubstring(std::string(command->description)));
    CHECK_THAT(help.out, ContainsSubstring("Example: " + std::string(command->example)));
    const auto words = words_of(command->example);
    CHECK(words.front() == command->name);
    CommandLine line(all_commands());
    CHECK_NOTHROW(line.parse(words));
  }
}

TEST_CASE("the help lists the commands of everybody under a heading, and no hidden one") {
  const auto help = say({"--help"}, kGreetings);
  CHECK(help.code == protocol::kExitGood);
  CHECK_THAT(help.out, ContainsSubstring("Commands for instructors:"));
  CHECK_THAT(help.out, ContainsSubstring("greet") && ContainsSubstring("Say hello"));
  CHECK_THAT(help.out, !ContainsSubstring("grunt"));
  CHECK(say({}, kGreetings).out == "Hello → world\n");  // the first command
  CHECK(say({"--ascii"}, kGreetings).out == "Hello -> world\n");
}

TEST_CASE("a command's action runs with its options, and its exit code is the program's") {
  CHECK(say({"greet", "--ascii"}, kGreetings).out == "Hello -> world\n");
  const auto ann = say({"--ascii", "greet", "--name", "Ann"}, kGreetings);
  CHECK(ann.out == "Hello -> Ann\n");
  CHECK(ann.code == 7);
  CHECK(say({"grunt"}, kGreetings).code == 7);
}

TEST_CASE("words that are wrong are told on the error stream") {
  const auto wrong = say({"greet", "--nmae", "Ann"}, kGreetings);
  CHECK(wrong.code == protocol::kExitNotJudged);
  CHECK(wrong.out.empty());
  CHECK_THAT(wrong.error, ContainsSubstring("--nmae"));
}

TEST_CASE("a command that is not there is named, with those that were meant") {
  const auto refused = [](const std::string& word) {
    try {
      say({"--ascii", word, "8"});
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("nothing is wrong");
  };
  std::string there_are;
  for (const auto* command : all_commands()) {
    if (command->audience == Audience::hidden) continue;
    there_are += (there_are.empty() ? "; there are " : ", ") + std::string(command->name);
  }
  CHECK_THAT(there_are, ContainsSubstring("; there are status, next, list, open, watch, check"));
  CHECK(refused("chek") == "there is no command 'chek'" + there_are + "; did you mean check?");
  CHECK(refused("lits") == "there is no command 'lits'" + there_are + "; did you mean list?");
  CHECK(refused("re") ==
        "there is no command 're'" + there_are + "; did you mean replay or reset or report?");
  CHECK(refused("xyz") == "there is no command 'xyz'" + there_are);
  CHECK(refused("expcet") == "there is no command 'expcet'" + there_are);  // hidden
}

TEST_CASE("close names differ in a letter or two, or begin alike") {
  constexpr std::array<std::string_view, 4> kNames = {"check", "catch-up", "hint", "mistakes"};
  const auto close = [&](std::string_view word) {
    std::string text;
    for (const auto name : close_to(word, kNames)) text += std::string(name) + " ";
    return text;
  };
  CHECK(close("check") == "check ");
  CHECK(close("chcek") == "check ");
  CHECK(close("chekc") == "check ");
  CHECK(close("cheque") == "");
  CHECK(close("checks") == "check ");
  CHECK(close("hin") == "hint ");
  CHECK(close("hits") == "");  // of four letters one may be wrong
  CHECK(close("cat") == "catch-up ");
  CHECK(close("c") == "");
  CHECK(close("mistkaes") == "mistakes ");
}
