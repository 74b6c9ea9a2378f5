#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {

/// A line of a Markdown file, numbered from 1.
struct MarkdownLine {
  int number = 0;
  std::string text;
  bool code = false;  ///< in a fenced or an indented block of code
};

/// A Markdown file of the checkout.
struct Document {
  std::filesystem::path file;
  std::string shown;  ///< relative to the checkout: "docs/labs.md"
  std::vector<MarkdownLine> lines;
};

/// `[text](target)`, or the target of `[name]: target`.
struct MarkdownLink {
  std::string target;
  int line = 0;
};

/// Reads a Markdown file; `shown` is what sentences about it begin with.
Document read_document(const std::filesystem::path& file, std::string shown, std::string_view text);

/// All Markdown files that people read: of the checkout's root, docs, labs, solutions, slides and
/// scripts, without templates. Sorted.
std::vector<Document> documents_of(const Project& project);

/// The links of a document, outside of code.
std::vector<MarkdownLink> links_of(const Document& document);

/// What is between backticks in a line, outside of blocks of code.
std::vector<std::string> code_spans(std::string_view line);

/// A line with what is between backticks left out.
std::string without_code_spans(std::string_view line);

/// The cells of a row of a table; none when the line is no row, or the one below the table's head.
std::vector<std::string> table_cells(std::string_view line);

/// What `#anchor` names in a document, as GitHub makes it of headings: small letters, dashes for
/// blanks, nothing else; a heading that comes again has "-1" behind it, and so on.
std::vector<std::string> anchors_of(const Document& document);

/// Lines that belong together: between empty lines, outside of code. The heading lines stand alone.
std::vector<std::vector<MarkdownLine>> paragraphs_of(const Document& document);

}  // namespace workshop::runner
