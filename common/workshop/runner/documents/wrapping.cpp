#include <fmt/core.h>

#include <cstdlib>

#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// The number of a line that begins with one and a full stop, "1000. It is finished."; else -1.
int number_of(std::string_view line) {
  line = trimmed(line);
  const auto digits = line.find_first_not_of("0123456789");
  if (digits == 0 || digits == line.npos || !line.substr(digits).starts_with(". ")) return -1;
  return std::atoi(std::string(line.substr(0, digits)).c_str());
}

/// A heading right below a line of text: paragraphs_of begins another paragraph with it.
bool is_heading_in_text(const Document& document, const MarkdownLine& line) {
  const auto hashes = line.text.find_first_not_of('#');
  if (hashes == 0 || hashes == line.text.npos || line.text[hashes] != ' ') return false;
  if (line.number < 2) return false;
  const auto& before = document.lines[static_cast<std::size_t>(line.number) - 2];
  return !before.code && !trimmed(before.text).empty() && !before.text.starts_with("#");
}

}  // namespace

std::vector<std::string> check_wrapping(const std::vector<Document>& documents) {
  std::vector<std::string> errors;
  for (const auto& document : documents) {
    for (const auto& lines : paragraphs_of(document)) {
      const bool is_quote = lines.front().text.starts_with(">");
      int item = 0;
      for (const auto& line : lines) {
        const bool is_first = &line == &lines.front();
        const auto text = trimmed(line.text);
        const int number = number_of(text);
        const bool is_broken = (number >= 0 && number != 1 && number != item + 1) ||
                               text.starts_with("+ ") || (!is_quote && text.starts_with("> "));
        if (number >= 0) item = number;
        if (is_first ? !is_heading_in_text(document, line) : !is_broken) continue;
        errors.push_back(
            fmt::format("{}:{}: this line of a paragraph begins with \"{}\", which reads like a "
                        "list, a heading or a quotation: break the lines elsewhere",
                        document.shown, line.number, text.substr(0, text.find(' '))));
      }
    }
  }
  return errors;
}

}  // namespace workshop::runner
