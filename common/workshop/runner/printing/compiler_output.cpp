#include "workshop/runner/printing/compiler_output.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::size_t kBlockLinesMax = 6;
constexpr std::size_t kTailLinesMax = 15;

struct Diagnostic {
  std::string file;
  std::string line;
  std::string rest;  ///< ":7: error: no member named …"
  bool is_error = false;
};

/// "file:12:7: error: …", as Clang and GCC print it.
std::optional<Diagnostic> read_diagnostic(const std::string& text) {
  for (const std::string_view kind : {": error: ", ": fatal error: ", ": warning: ", ": note: "}) {
    const auto at = text.find(kind);
    if (at == std::string::npos) continue;
    const auto digits_before = [&text](std::size_t end) {
      auto begin = end;
      while (begin > 0 && std::isdigit(static_cast<unsigned char>(text[begin - 1])) != 0) --begin;
      return begin > 0 && begin < end && text[begin - 1] == ':' ? begin : end;
    };
    auto line_end = at;
    auto line_begin = digits_before(line_end);
    if (line_begin == line_end) continue;
    if (const auto before = digits_before(line_begin - 1); before != line_begin - 1) {
      line_end = line_begin - 1;  // what came last was the column
      line_begin = before;
    }
    return Diagnostic{.file = text.substr(0, line_begin - 1),
                      .line = text.substr(line_begin, line_end - line_begin),
                      .rest = text.substr(line_end),
                      .is_error = kind.find("error") != std::string_view::npos};
  }
  return std::nullopt;
}

bool is_linker_error(const std::string& line) {
  if (line.find("linker command failed") != std::string::npos) return false;
  return line.find("undefined reference to") != std::string::npos ||
         line.find("undefined symbol") != std::string::npos ||
         line.find("Undefined symbols for") != std::string::npos ||
         line.find("multiple definition of") != std::string::npos ||
         line.find("duplicate symbol") != std::string::npos;
}

bool is_progress(const std::string& line) {
  return line.starts_with("[") || line.starts_with("FAILED:") || line.starts_with("ninja:") ||
         line.starts_with("gmake") || line.starts_with("make");
}

void keep_tail(const std::vector<std::string>& lines, CompilerErrors& result) {
  for (const auto& line : lines) {
    if (!trimmed(line).empty()) result.lines.push_back(line);
  }
  if (result.lines.size() > kTailLinesMax) {
    result.lines.erase(result.lines.begin(),
                       result.lines.end() - static_cast<std::ptrdiff_t>(kTailLinesMax));
  }
}

}  // namespace

CompilerErrors read_compiler_output(std::string_view output,
                                    const std::function<std::string(const std::string&)>& shown,
                                    std::size_t errors_max) {
  CompilerErrors result;
  const auto lines = lines_of(output);
  std::size_t block_lines = kBlockLinesMax;  // no block is open
  for (const auto& line : lines) {
    if (const auto diagnostic = read_diagnostic(line)) {
      block_lines = kBlockLinesMax;
      if (!diagnostic->is_error) continue;
      const auto place = shown(diagnostic->file) + ":" + diagnostic->line;
      if (result.errors_count == 0) result.first_place = place;
      if (++result.errors_count > errors_max) continue;
      result.lines.push_back(place + diagnostic->rest);
      block_lines = 1;
    } else if (is_linker_error(line)) {
      block_lines = kBlockLinesMax;
      if (result.errors_count == 0) result.linking = true;
      if (++result.errors_count > errors_max) continue;
      result.lines.push_back(line);
      block_lines = kBlockLinesMax - 2;
    } else if (is_progress(line) || line.starts_with("In file included from")) {
      block_lines = kBlockLinesMax;
    } else if (block_lines < kBlockLinesMax && (line.starts_with(" ") || line.starts_with(">>>"))) {
      ++block_lines;
      result.lines.push_back(
          line);  // the source line and the arrow below it; who refers to a symbol
    }
  }
  if (result.errors_count == 0) keep_tail(lines, result);
  return result;
}

}  // namespace workshop::runner
