#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <regex>

#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (auto& c : small) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return small;
}

bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || byte >= 0x80;
}

/// Whether `text` has `phrase` as words of their own.
bool has_words(std::string_view text, std::string_view phrase) {
  for (auto at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1)) {
    const auto end = at + phrase.size();
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    const bool ends = end == text.size() || !is_letter(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

constexpr std::string_view kSetting = "<!-- setting -->";

/// Checks the figures of paragraphs; collects sentences.
class FigureCheck {
 public:
  FigureCheck(const Document& document, std::vector<std::string>& errors)
      : document_(document), errors_(errors) {}

  /// A row of a table is marked by itself, any other paragraph as a whole.
  void check(const std::vector<MarkdownLine>& paragraph) {
    std::string all;
    for (const auto& line : paragraph) all += line.text + "\n";
    const bool told =
        all.find("easured") != std::string::npos || all.find("median") != std::string::npos;
    if (!paragraph.front().text.starts_with("|")) return check_text(paragraph, all, told);
    for (const auto& line : paragraph) check_text({line}, line.text, told);
  }

 private:
  void check_text(const std::vector<MarkdownLine>& lines, const std::string& text, bool told) {
    static const std::regex kFigure(
        R"(\b[0-9][0-9.,]*( to [0-9.]+)? (s|ms|µs|ns|KB|KiB|MB|MiB|GB|GiB)\b)");
    const bool marked = text.find(kSetting) != std::string::npos;
    bool any = false;
    for (const auto& line : lines) {
      std::smatch figure;
      const auto prose = without_code_spans(line.text);
      if (!std::regex_search(prose, figure, kFigure)) continue;
      any = true;
      if (!told && !marked)
        wrong(line, fmt::format("how was \"{}\" measured? The paragraph says it, "
                                "or marks a setting by {}",
                                figure.str(), kSetting));
    }
    if (marked && !any) wrong(lines.front(), fmt::format("{} where there is no figure", kSetting));
  }

  void wrong(const MarkdownLine& line, const std::string& what) {
    errors_.push_back(fmt::format("{}:{}: {}", document_.shown, line.number, what));
  }

  const Document& document_;
  std::vector<std::string>& errors_;
};

}  // namespace

std::vector<GlossaryTerm> read_glossary(const Document& glossary) {
  std::vector<GlossaryTerm> terms;
  for (const auto& line : glossary.lines) {
    const auto cells = table_cells(line.text);
    if (cells.size() < 3 || cells[2].empty() || cells[2] == "not") continue;
    GlossaryTerm term{.term = cells[0], .refused = {}};
    std::string_view rest = cells[2];
    while (!rest.empty()) {
      const auto end = std::min(rest.find(','), rest.size());
      term.refused.push_back(in_small_letters(trimmed(rest.substr(0, end))));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    terms.push_back(std::move(term));
  }
  return terms;
}

std::vector<std::string> check_words(const std::vector<Document>& documents,
                                     const std::vector<GlossaryTerm>& glossary) {
  std::vector<std::string> errors;
  for (const auto& document : documents) {
    if (document.shown.ends_with("glossary.md")) continue;
    for (const auto& line : document.lines) {
      if (line.code) continue;
      const auto text = in_small_letters(without_code_spans(line.text));
      for (const auto& term : glossary) {
        for (const auto& refused : term.refused) {
          if (!has_words(text, refused)) continue;
          errors.push_back(fmt::format("{}:{}: \"{}\" is called {} (glossary)", document.shown,
                                       line.number, refused, term.term));
        }
      }
    }
  }
  return errors;
}

std::vector<std::string> check_figures(const std::vector<Document>& documents) {
  std::vector<std::string> errors;
  for (const auto& document : documents) {
    if (!document.shown.starts_with("docs/") && document.shown != "README.md") continue;
    for (const auto& paragraph : paragraphs_of(document)) {
      FigureCheck(document, errors).check(paragraph);
    }
  }
  return errors;
}

}  // namespace workshop::runner
