#include "workshop/runner/mistakes/mistake_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::string_view kKey = "MISTAKES";
constexpr std::string_view kBetweenNames = " \t\r\n";

/// The place of a word in a text.
struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The next word of CMake's language at or after `at`; comments are none.
Word next_word(std::string_view text, std::size_t at) {
  while (true) {
    at = std::min(text.find_first_not_of(kBetweenNames, at), text.size());
    if (at == text.size() || text[at] != '#') break;
    at = std::min(text.find('\n', at), text.size());
  }
  return {at, std::min(text.find_first_of(" \t\r\n()#", at), text.size())};
}

/// The words behind MISTAKES.
std::vector<Word> mistake_words(std::string_view text) {
  std::vector<Word> words;
  const auto key = text.find(kKey);
  if (key == std::string_view::npos) return words;
  for (auto word = next_word(text, key + kKey.size());
       text.substr(word.begin, word.end - word.begin).starts_with("mistakes/");
       word = next_word(text, word.end)) {
    words.push_back(word);
  }
  return words;
}

}  // namespace

std::string solution_path(const Lab& lab) {
  return lab.sources.empty() ? std::string()
                             : "src/" + lab.sources.front().filename().generic_string();
}

std::filesystem::path mistake_file(const Lab& lab, const std::string& name) {
  for (const auto& file : lab.mistake_files()) {
    if (file.stem() == name) return file;
  }
  const auto names = lab.mistakes();
  throw UserError(fmt::format("lab {} has no mistake \"{}\"; mistakes: {}", lab.padded_number(),
                              name,
                              names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

std::vector<std::string> listed_mistakes(std::string_view lists) {
  std::vector<std::string> files;
  for (const auto& word : mistake_words(lists)) {
    files.emplace_back(lists.substr(word.begin, word.end - word.begin));
  }
  return files;
}

std::string with_listed_mistake(std::string_view lists, const std::string& file) {
  std::string text(lists);
  if (const auto words = mistake_words(lists); !words.empty()) {
    return text.insert(words.back().end, "\n    " + file);
  }
  const auto sources = lists.find("SOURCES");
  if (sources == std::string_view::npos) {
    throw UserError("the solution's CMakeLists.txt has no SOURCES, behind which MISTAKES belong");
  }
  const auto word = next_word(lists, sources + std::string_view("SOURCES").size());
  return text.insert(word.end, fmt::format("\n  {}\n    {}", kKey, file));
}

}  // namespace workshop::runner
