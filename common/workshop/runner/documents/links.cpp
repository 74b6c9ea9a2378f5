#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// What is wrong with a link of `document`, or an empty string.
std::string wrong_link(const Document& document, const std::string& target) {
  if (target.find("://") != std::string::npos || target.starts_with("mailto:")) return {};
  const auto hash = std::min(target.find('#'), target.size());
  const auto file =
      hash == 0 ? document.file : document.file.parent_path() / target.substr(0, hash);
  if (!fs::exists(file)) return "there is no " + target.substr(0, hash);
  if (hash == target.size()) return {};
  const auto anchor = target.substr(hash + 1);
  const auto text = read_file(file);
  if (!text || file.extension() != ".md") return "only Markdown has anchors: " + target;
  const auto anchors = anchors_of(read_document(file, file.string(), *text));
  if (std::find(anchors.begin(), anchors.end(), anchor) != anchors.end()) return {};
  return fmt::format("{} has no heading for #{}",
                     hash == 0 ? document.shown : target.substr(0, hash), anchor);
}

}  // namespace

std::vector<std::string> check_links(const std::vector<Document>& documents) {
  std::vector<std::string> errors;
  for (const auto& document : documents) {
    for (const auto& link : links_of(document)) {
      const auto wrong = wrong_link(document, link.target);
      if (wrong.empty()) continue;
      errors.push_back(fmt::format("{}:{}: {}", document.shown, link.line, wrong));
    }
  }
  return errors;
}

}  // namespace workshop::runner
