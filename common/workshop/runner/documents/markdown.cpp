#include "workshop/runner/documents/markdown.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

bool is_list_item(std::string_view line) {
  line = trimmed(line);
  if (line.starts_with("- ") || line.starts_with("* ")) return true;
  const auto digits = line.find_first_not_of("0123456789");
  return digits != 0 && digits != std::string_view::npos && line.substr(digits).starts_with(". ");
}

/// The anchor of a heading's text.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80) {
      anchor += static_cast<char>(std::tolower(byte));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

void add_folder(const Project& project, const fs::path& folder, std::vector<Document>& documents) {
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".md") continue;
    auto shown = entry.path().lexically_relative(project.root()).generic_string();
    if (shown.find("-template/") != std::string::npos) continue;  // its @places@ are not filled
    if (shown.find("/build/") != std::string::npos) continue;     // of a lab that is built alone
    const auto text = read_file(entry.path());
    if (!text) throw UserError(entry.path().string() + " cannot be read");
    documents.push_back(read_document(entry.path(), std::move(shown), *text));
  }
}

}  // namespace

Document read_document(const fs::path& file, std::string shown, std::string_view text) {
  Document document{.file = file, .shown = std::move(shown), .lines = {}};
  bool fenced = false;
  bool empty_before = true;
  bool indented = false;
  bool in_list = false;
  int number = 0;
  for (const auto& line : lines_of(text)) {
    ++number;
    const bool fence = trimmed(line).starts_with("```");
    const bool empty = trimmed(line).empty();
    const bool deep = line.starts_with("    ");
    if (!empty && !deep) in_list = is_list_item(line) || (in_list && line.starts_with(" "));
    indented = deep && !in_list && (indented || empty_before);
    document.lines.push_back({number, line, fenced || fence || indented});
    if (fence) fenced = !fenced;
    empty_before = empty;
    if (empty) continue;
  }
  return document;
}

std::vector<Document> documents_of(const Project& project) {
  std::vector<Document> documents;
  for (const auto* name : {"docs", "labs", "solutions", "slides", "scripts"}) {
    add_folder(project, project.root() / name, documents);
  }
  for (const auto& entry : fs::directory_iterator(project.root())) {
    if (entry.path().extension() != ".md") continue;
    documents.push_back(read_document(entry.path(), entry.path().filename().string(),
                                      read_file(entry.path()).value_or("")));
  }
  std::sort(documents.begin(), documents.end(),
            [](const Document& a, const Document& b) { return a.shown < b.shown; });
  return documents;
}

std::vector<MarkdownLink> links_of(const Document& document) {
  std::vector<MarkdownLink> links;
  for (const auto& line : document.lines) {
    if (line.code) continue;
    const auto text = without_code_spans(line.text);
    for (auto at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      const auto end = text.find_first_of(") ", at + 2);
      if (end == std::string::npos) continue;
      links.push_back({text.substr(at + 2, end - at - 2), line.number});
    }
    const auto colon = text.find("]: ");
    if (text.starts_with("[") && colon != std::string::npos) {
      links.push_back({std::string(trimmed(text.substr(colon + 3))), line.number});
    }
  }
  return links;
}

std::vector<std::string> code_spans(std::string_view line) {
  std::vector<std::string> spans;
  for (auto begin = line.find('`'); begin != std::string_view::npos;) {
    const auto end = line.find('`', begin + 1);
    if (end == std::string_view::npos) break;
    spans.emplace_back(line.substr(begin + 1, end - begin - 1));
    begin = line.find('`', end + 1);
  }
  return spans;
}

std::string without_code_spans(std::string_view line) {
  std::string text;
  bool in_span = false;
  for (const char c : line) {
    if (c == '`') {
      in_span = !in_span;
    } else if (!in_span) {
      text += c;
    }
  }
  return text;
}

std::vector<std::string> table_cells(std::string_view line) {
  std::vector<std::string> cells;
  line = trimmed(line);
  if (!line.starts_with("|") || line.starts_with("|--")) return cells;
  line.remove_prefix(1);
  while (!line.empty()) {
    const auto end = std::min(line.find('|'), line.size());
    cells.emplace_back(trimmed(line.substr(0, end)));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return cells;
}

std::vector<std::string> anchors_of(const Document& document) {
  std::vector<std::string> anchors;
  std::map<std::string, int> seen;
  for (const auto& line : document.lines) {
    if (line.code || !line.text.starts_with("#")) continue;
    const auto begin = line.text.find_first_not_of('#');
    if (begin == std::string::npos || line.text[begin] != ' ') continue;
    auto anchor = anchor_of(trimmed(std::string_view(line.text).substr(begin)));
    const auto count = seen[anchor]++;
    if (count > 0) anchor += "-" + std::to_string(count);
    anchors.push_back(std::move(anchor));
  }
  return anchors;
}

std::vector<std::vector<MarkdownLine>> paragraphs_of(const Document& document) {
  std::vector<std::vector<MarkdownLine>> paragraphs;
  bool open = false;
  for (const auto& line : document.lines) {
    const bool heading = line.text.starts_with("#");
    if (line.code || trimmed(line.text).empty()) {
      open = false;
    } else if (open && !heading) {
      paragraphs.back().push_back(line);
    } else {
      paragraphs.push_back({line});
      open = !heading;
    }
  }
  return paragraphs;
}

}  // namespace workshop::runner
