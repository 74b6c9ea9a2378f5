#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/documents/named_commands.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kEntry = "scripts/workshop ";

bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Words to parse: brackets are left out, dots too, and "1" stands for each placeholder.
std::vector<std::string> filled_in(const std::vector<std::string>& words) {
  std::vector<std::string> filled;
  for (auto word : words) {
    std::erase_if(word, [](char c) { return c == '[' || c == ']'; });
    if (word.empty() || word == "…" || word == "...") continue;
    filled.push_back(is_placeholder(word) || word == "…" ? "1" : word);
  }
  return filled;
}

class CommandCheck {
 public:
  CommandCheck(const Project& project, const ParseWords& parse) : project_(project), parse_(parse) {
    presets_ = read_file(project.root() / "CMakePresets.json").value_or("");
    setup_ = read_file(project.root() / "scripts/setup").value_or("");
  }

  /// What is wrong with a piece of code that may hold commands, or an empty string.
  std::string wrong(std::string_view code) const {
    if (code.starts_with("workshop ")) return wrong_command(shell_words(code.substr(9)));
    for (auto at = code.find(kEntry); at != std::string_view::npos;
         at = code.find(kEntry, at + 1)) {
      if (at > 0 && code[at - 1] == '"') continue;  // a text in a file, which may be half a command
      const auto why = wrong_command(shell_words(code.substr(at + kEntry.size())));
      if (!why.empty()) return why;
    }
    if (const auto why = wrong_preset(code); !why.empty()) return why;
    return wrong_script(code);
  }

 private:
  std::string wrong_command(const std::vector<std::string>& words) const {
    if (words.empty() || words.front().starts_with("--") || words.front() == "…") return {};
    if (is_placeholder(words.front())) return {};
    auto whole = filled_in(words);
    if (whole.size() == 1) whole.emplace_back("--help");  // only named: it need not be complete
    if (auto why = parse_(whole); !why.empty()) return why;
    if (words.size() < 2 || !is_number(words[1])) return {};
    if (words.front() == "new-lab" || words.front() == "slides") return {};
    try {
      const auto lab = project_.lab(words[1]);
      const auto option = std::find(words.begin(), words.end(), "--mistake");
      if (option == words.end() || option + 1 == words.end()) return {};
      if (!is_placeholder(option[1]) && option[1] != "…") mistake_file(lab, option[1]);
    } catch (const UserError& error) {
      return error.what();
    }
    return {};
  }

  std::string wrong_preset(std::string_view code) const {
    const bool builds = code.find("cmake ") != code.npos || code.find("ctest ") != code.npos;
    const auto at = code.find("--preset ");
    if (!builds || at == code.npos) return {};
    const auto words = shell_words(code.substr(at + 9));
    if (words.empty() || is_placeholder(words.front())) return {};
    if (presets_.find("\"name\": \"" + words.front() + "\"") != std::string::npos) return {};
    return "CMakePresets.json has no preset " + words.front();
  }

  std::string wrong_script(std::string_view code) const {
    const auto words = shell_words(code);
    if (words.empty() || !words.front().starts_with("scripts/")) return {};
    if (!fs::exists(project_.root() / words.front())) return "there is no " + words.front();
    if (words.front() != "scripts/setup") return {};
    for (const auto& word : words) {
      if (!word.starts_with("--") || setup_.find(word) != std::string::npos) continue;
      return "scripts/setup has no option " + word;
    }
    return {};
  }

  const Project& project_;
  const ParseWords& parse_;
  std::string presets_;
  std::string setup_;
};

}  // namespace

std::vector<std::string> check_commands(const Project& project,
                                        const std::vector<Document>& documents,
                                        const ParseWords& parse) {
  const CommandCheck check(project, parse);
  std::vector<std::string> errors;
  for (const auto& document : documents) {
    for (const auto& line : document.lines) {
      std::vector<std::string> pieces;
      if (line.code) {
        pieces.emplace_back(trimmed(line.text));
      } else {
        pieces = code_spans(line.text);
      }
      for (const auto& piece : pieces) {
        const auto wrong = check.wrong(piece);
        if (wrong.empty()) continue;
        errors.push_back(fmt::format("{}:{}: `{}`: {}", document.shown, line.number, piece, wrong));
      }
    }
  }
  return errors;
}

}  // namespace workshop::runner
