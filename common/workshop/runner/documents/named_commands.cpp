#include "workshop/runner/documents/named_commands.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::string_view kWorkshop = "scripts/workshop";

/// Whether a piece of code begins as a command does: with a script of scripts/ itself, CMake or
/// ctest; not with a file that a list explains, `scripts/setup   installs`.
bool begins_a_command(std::string_view piece) {
  constexpr std::string_view kScripts = "scripts/";
  const auto word = piece.substr(0, piece.find(' '));
  if (word == "cmake" || word == "ctest") return true;
  return word.starts_with(kScripts) && word != kScripts &&
         word.find('/', kScripts.size()) == std::string_view::npos &&
         !piece.substr(word.size()).starts_with("  ");
}

/// Whether the words are a command as it is typed, not a pattern of one.
bool is_whole(const std::vector<std::string>& words, const ParseWords& parse) {
  const auto stands_for_more = [](const std::string& word) {
    return is_placeholder(word) || word.find_first_of("[]…=") != std::string::npos ||
           word.find("...") != std::string::npos;
  };
  if (std::any_of(words.begin() + 1, words.end(), [&](const std::string& word) {
        return word.starts_with("-") ? word.find('[') != std::string::npos : stands_for_more(word);
      })) {
    return false;
  }
  if (words.front() != kWorkshop) return words.size() > 1 || words.front().starts_with("scripts/");
  if (words.size() < 2) return false;
  return words.size() > 2 || parse({words.begin() + 1, words.end()}).empty();
}

/// Pieces of code that hold commands: the lines of blocks, and what is between backticks.
template <class With>
void for_each_piece(const Document& document, With&& with) {
  for (const auto& line : document.lines) {
    if (line.code) {
      with(line.number, std::string(trimmed(line.text)));
    } else {
      for (const auto& span : code_spans(line.text)) with(line.number, span);
    }
  }
}

std::string joined_by_blanks(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// A check of a lab as the words ask for it: nothing when they ask for more.
struct PlainCheck {
  std::string lab;  ///< "08"
  std::string mistake;
  bool solution = false;

  std::string test() const {
    if (!mistake.empty()) return fmt::format("mistake.{}.{}", lab, mistake);
    return solution ? "solution." + lab : fmt::format("lab.{}.skeleton", lab);
  }
};

std::optional<PlainCheck> plain_check(const std::vector<std::string>& words) {
  if (words.size() < 3 || words[0] != kWorkshop || words[1] != "check") return std::nullopt;
  PlainCheck check;
  check.lab = fmt::format("{:02}", std::atoi(words[2].c_str()));
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (words[i] == "--mistake" && i + 1 < words.size()) {
      check.mistake = words[++i];
    } else if (words[i] == "--solution") {
      check.solution = true;
    } else if (words[i] != "--verbose" && words[i] != "--no-diff") {
      return std::nullopt;
    }
  }
  return check;
}

/// The command with its lab and its mistake left out.
std::string shape_of(const std::vector<std::string>& words) {
  std::string shape;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool named = i == 2 || words[i - (i > 0 ? 1 : 0)] == "--mistake";
    shape += (named ? "?" : words[i]) + " ";
  }
  return shape;
}

}  // namespace

bool is_placeholder(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         std::none_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;  // there is a word, though it may be empty
  char quote = 0;
  const auto end_word = [&] {
    if (open) words.push_back(std::move(word));
    word.clear();
    open = false;
  };
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      open = true;
    } else if (c == ' ') {
      end_word();
    } else if (std::string_view("|&;<>#)").find(c) != std::string_view::npos) {
      break;
    } else {
      word += c;
      open = true;
    }
  }
  end_word();
  return words;
}

std::vector<NamedCommand> commands_named_in(const std::vector<Document>& documents,
                                            const ParseWords& parse) {
  std::vector<NamedCommand> commands;
  std::set<std::string> seen;
  for (const auto& document : documents) {
    for_each_piece(document, [&](int line, std::string_view piece) {
      const auto inner = piece.find("(scripts/");  // x=$(scripts/workshop …)
      if (inner != std::string_view::npos) piece.remove_prefix(inner + 1);
      const auto words = shell_words(piece);
      if (words.empty() || !begins_a_command(piece) || !is_whole(words, parse)) return;
      auto text = joined_by_blanks(words);
      if (!seen.insert(text).second) return;
      commands.push_back({words, std::move(text), fmt::format("{}:{}", document.shown, line)});
    });
  }
  return commands;
}

std::vector<CommandPlan> plan_of(const std::vector<NamedCommand>& commands,
                                 const std::set<std::string>& tests,
                                 const std::map<std::string, std::string>& not_run,
                                 std::vector<std::string>& errors) {
  std::vector<CommandPlan> plans;
  std::set<std::string> shapes;
  for (const auto& command : commands) {
    CommandPlan plan;
    const auto check = plain_check(command.words);
    const bool first = shapes.insert(shape_of(command.words)).second;
    if (check && !first && tests.contains(check->test())) plan.test = check->test();
    const auto reason = not_run.find(command.text);
    if (reason != not_run.end() && !plan.test.empty()) {
      errors.push_back(fmt::format("{} runs \"{}\": it needs no reason", plan.test, command.text));
    } else if (reason != not_run.end()) {
      plan.why_not = reason->second;
    } else if (plan.test.empty() && command.words.front() != kWorkshop) {
      errors.push_back(
          fmt::format("{}: nobody runs \"{}\", and nobody says why", command.place, command.text));
    }
    plan.runs = plan.test.empty() && plan.why_not.empty() && command.words.front() == kWorkshop;
    plans.push_back(std::move(plan));
  }
  for (const auto& [text, why] : not_run) {
    if (why.empty()) errors.push_back("\"" + text + "\" is not run, and the list does not say why");
    if (std::none_of(commands.begin(), commands.end(),
                     [&, &named = text](const auto& command) { return command.text == named; })) {
      errors.push_back("no document names \"" + text + "\": take it out of the list");
    }
  }
  return plans;
}

std::map<std::string, std::string> read_not_run(std::string_view text) {
  std::map<std::string, std::string> not_run;
  for (const auto& line : lines_of(text)) {
    if (line.empty() || line.starts_with("#")) continue;
    const auto sharp = line.find(" # ");
    const std::string_view whole = line;
    not_run[std::string(trimmed(whole.substr(0, sharp)))] =
        sharp == std::string::npos ? "" : std::string(trimmed(whole.substr(sharp + 3)));
  }
  return not_run;
}

}  // namespace workshop::runner
