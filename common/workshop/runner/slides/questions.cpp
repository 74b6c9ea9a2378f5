#include "workshop/runner/slides/questions.hpp"

#include <cstdio>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// Adds `line` to `text`, behind a blank.
void add_words(std::string& text, std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return;
  if (!text.empty()) text += ' ';
  text += line;
}

/// The end of the question that `line` begins with, behind its closing sign; 0: it begins with
/// none.
std::size_t end_of_question(std::string_view line) {
  const std::string_view sign = line.starts_with("**") ? "**" : line.starts_with("*") ? "*" : "";
  if (sign.empty()) return 0;
  const auto close = line.find(sign, sign.size());
  if (close == std::string_view::npos || line[close - 1] != '?') return 0;
  return close + sign.size();
}

/// The whole question may stand on two lines: they are read as one.
std::vector<std::string> paragraphs_of(std::string_view section) {
  std::vector<std::string> paragraphs;
  bool open = false;
  for (const auto& line : lines_of(section)) {
    const bool begins = line.starts_with("- ") || line.starts_with("* ");
    if (trimmed(line).empty()) {
      open = false;
    } else if (!open || begins) {
      paragraphs.emplace_back(line);
      open = true;
    } else {
      paragraphs.back() += "\n" + line;
    }
  }
  return paragraphs;
}

std::string single_line(std::string_view text) {
  std::string line;
  for (const auto& each : lines_of(text)) add_words(line, each);
  return line;
}

}  // namespace

std::string section_of(std::string_view markdown, const std::vector<std::string>& names) {
  std::string text;
  bool in_it = false;
  for (const auto& line : lines_of(markdown)) {
    if (line.starts_with("## ")) {
      if (in_it) break;
      in_it = std::find(names.begin(), names.end(), line.substr(3)) != names.end();
    } else if (in_it) {
      text += line + "\n";
    }
  }
  return text;
}

std::vector<LabQuestion> read_questions(std::string_view section) {
  std::vector<LabQuestion> questions;
  for (const auto& paragraph : paragraphs_of(section)) {
    const auto begin = paragraph.starts_with("- ") ? std::size_t{2} : std::size_t{0};
    const auto line = single_line(std::string_view(paragraph).substr(begin));
    const auto end = end_of_question(line);
    if (end > 0) {
      const std::size_t sign = line.starts_with("**") ? 2 : 1;
      questions.push_back({line.substr(sign, end - 2 * sign),
                           std::string(trimmed(std::string_view(line).substr(end)))});
    } else if (!questions.empty()) {
      questions.back().answer += "\n\n" + paragraph;
    }
  }
  return questions;
}

std::vector<LabQuestion> questions_of(const Lab& lab) {
  const auto notes = read_file(lab.solution / "NOTES.md").value_or("");
  return read_questions(section_of(notes, {"Questions to discuss", "Discussion"}));
}

QuestionRange read_question_range(const Directive& directive) {
  int first = 0;
  int last = 0;
  if (directive.words.size() == 2) {
    const auto read = std::sscanf(directive.words[1].c_str(), "%d-%d", &first, &last);
    if (read == 1) last = first;
  }
  if (first < 1 || last < first) {
    throw UserError("@questions wants a lab and which of its questions: @questions 08 1, or 2-3");
  }
  return {static_cast<std::size_t>(first) - 1, static_cast<std::size_t>(last - first) + 1};
}

QuestionRange questions_on(const SlideSource& slide) {
  for (const auto& line : lines_of(slide.body)) {
    if (line.starts_with("@questions")) return read_question_range(read_directive(line));
  }
  return {};
}

}  // namespace workshop::runner
