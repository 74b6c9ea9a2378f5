#include <fmt/core.h>

#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// The brackets that end `answer`, without them; empty: it ends otherwise. Brackets may stand in
/// them.
std::string_view last_brackets(std::string_view answer) {
  if (!answer.ends_with(')')) return {};
  int open = 0;
  for (auto at = answer.size(); at > 0; --at) {
    const char c = answer[at - 1];
    if (c == ')') ++open;
    if (c == '(' && --open == 0) return answer.substr(at, answer.size() - at - 1);
  }
  return {};
}

/// A link, a command, a lab or its NOTES, or a slide.
bool leads_somewhere(std::string_view pointer) {
  for (const std::string_view sign : {"](", "`", "ab 0", "ab 1", "NOTES", "slide \""}) {
    if (pointer.find(sign) != pointer.npos) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> check_answers(const Document& questions,
                                       const std::set<std::string>& slides) {
  constexpr std::string_view kSlide = "slide \"";
  std::vector<std::string> errors;
  std::size_t count = 0;
  for (const auto& lines : paragraphs_of(questions)) {
    std::string text;
    for (const auto& line : lines) {
      text += text.empty() ? "" : " ";
      text += trimmed(line.text);
    }
    const auto end = text.find("?**");
    if (!text.starts_with("**") || end == std::string::npos) continue;
    ++count;
    const auto wrong = [&](const std::string& what) {
      errors.push_back(fmt::format("{}:{}: \"{}\": {}", questions.shown, lines.front().number,
                                   text.substr(2, end - 1), what));
    };
    if (!leads_somewhere(last_brackets(text))) {
      wrong("its last words say in brackets where to look or what to show");
    }
    for (auto at = text.find(kSlide); at != std::string::npos; at = text.find(kSlide, at + 1)) {
      const auto begin = at + kSlide.size();
      const auto title = text.substr(begin, text.find('"', begin) - begin);
      if (!slides.contains(title)) wrong(fmt::format("there is no slide \"{}\"", title));
    }
  }
  if (count == 0) errors.push_back(questions.shown + ": there is no question");
  return errors;
}

}  // namespace workshop::runner
