#include "workshop/runner/printing/compiler_output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::size_t kBlockLinesMax = 6;
constexpr std::size_t kTailLinesMax = 15;

bool is_unknown_target(std::string_view line) {
  return line.starts_with("ninja: error: unknown target");
}

/// A file that was there when the build folder was configured.
bool is_missing_file(std::string_view line) {
  return line.starts_with("ninja: error: '") &&
         line.find("missing and no known rule to make it") != std::string_view::npos;
}

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

/// Why a candidate did not fit, of a note that says so: "no known conversion from 'const MessageId'
/// to …". Empty for any other note.
std::string reason_in(const std::string& note) {
  for (const std::string_view sign : {"not viable: ", "no known conversion"}) {
    const auto at = note.find(sign);
    if (at == std::string::npos) continue;
    return note.substr(sign.ends_with(": ") ? at + sign.size() : at);
  }
  return {};
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

/// "[3/24] Building CXX object …"
bool is_count_of_build(const std::string& line) {
  return line.starts_with("[") && line.find('/') < line.find(']');
}

/// From the first line that speaks of an error, if one does; without what only counts.
void keep_tail(const std::vector<std::string>& lines, CompilerErrors& result) {
  for (const auto& line : lines) {
    if (trimmed(line).empty() || is_count_of_build(line) ||
        line.starts_with("ninja: build stopped")) {
      continue;
    }
    result.lines.push_back(line);
  }
  const auto error = std::find_if(result.lines.begin(), result.lines.end(), [](const auto& line) {
    return line.find("error:") != std::string::npos;
  });
  if (error != result.lines.end()) {
    result.lines.erase(result.lines.begin(), error);
    result.lines.resize(std::min(result.lines.size(), kTailLinesMax));
    return;
  }
  if (result.lines.size() > kTailLinesMax) {
    result.lines.erase(result.lines.begin(),
                       result.lines.end() - static_cast<std::ptrdiff_t>(kTailLinesMax));
  }
}

/// Of a line below an error the part up to its bar, "   15 |"; empty for any other line.
std::string up_to_bar(const std::string& line) {
  const auto bar = line.find(" | ");
  const auto other = line.find_first_not_of(" 0123456789");
  return bar != std::string::npos && bar + 1 == other ? line.substr(0, bar + 2) : std::string();
}

/// Columns `from` to `to` of a line, with a sign where something is left out.
std::string columns_between(const std::vector<std::string>& signs, std::size_t from, std::size_t to,
                            std::string_view cut) {
  std::string part;
  for (auto i = from; i < std::min(to, signs.size()); ++i) {
    const bool leaves_out = (i == from && from > 0) || (i + 1 == to && to < signs.size());
    part += leaves_out ? std::string(cut) : signs[i];
  }
  return part;
}

std::vector<std::string> signs_of(std::string_view text) {
  std::vector<std::string> signs;
  for (const char byte : text) {
    if ((static_cast<unsigned char>(byte) & 0xc0) != 0x80) signs.emplace_back();
    if (!signs.empty()) signs.back() += byte;
  }
  return signs;
}

}  // namespace

std::vector<std::string> around_carets(std::vector<std::string> lines, std::size_t width) {
  constexpr std::size_t kRoomMin = 10;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    const auto begin = up_to_bar(lines[i]);
    const auto caret = lines[i + 1].find('^');
    if (begin.empty() || caret == std::string::npos || up_to_bar(lines[i + 1]).empty()) continue;
    auto last = i + 1;
    while (last + 1 < lines.size() && up_to_bar(lines[last + 1]).size() == begin.size() &&
           trimmed(up_to_bar(lines[last + 1])) == "|") {
      ++last;
    }
    const auto is_long = [&](std::size_t at) { return columns_of(lines[at]) > width; };
    if (width < begin.size() + kRoomMin || (!is_long(i) && !is_long(i + 1))) continue;
    const auto room = width - begin.size();
    const auto at = columns_of(lines[i + 1].substr(0, caret)) - begin.size();
    const auto from = at + room / 3 < room ? 0 : at - room / 2;
    for (auto each = i; each <= last; ++each) {
      const auto signs = signs_of(std::string_view(lines[each]).substr(begin.size()));
      lines[each] = lines[each].substr(0, begin.size()) +
                    columns_between(signs, from, from + room, each == i ? "…" : " ");
    }
    i = last;
  }
  return lines;
}

CompilerErrors read_compiler_output(std::string_view output,
                                    const std::function<std::string(const std::string&)>& shown,
                                    std::size_t errors_max) {
  CompilerErrors result;
  const auto lines = lines_of(output);
  std::size_t block_lines = kBlockLinesMax;  // no block is open
  bool wants_reason = false;                 // the last error is kept, and has none yet
  for (const auto& line : lines) {
    if (const auto diagnostic = read_diagnostic(line)) {
      block_lines = kBlockLinesMax;
      if (!diagnostic->is_error) {
        const auto reason = wants_reason ? reason_in(diagnostic->rest) : std::string();
        if (!reason.empty()) result.lines.push_back("  because: " + reason);
        wants_reason = wants_reason && reason.empty();
        continue;
      }
      wants_reason = false;
      const auto place = shown(diagnostic->file) + ":" + diagnostic->line;
      if (result.errors_count == 0) result.first_place = place;
      if (++result.errors_count > errors_max) continue;
      result.lines.push_back(place + diagnostic->rest);
      block_lines = 1;
      wants_reason = true;
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

std::string help_with_errors(const std::vector<std::string>& errors) {
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(errors, [&](const std::string& line) {
      return std::ranges::all_of(
          words, [&](std::string_view word) { return line.find(word) != std::string::npos; });
    });
  };
  if (has({"co_return", "return statement"}) ||
      has({"return statement not allowed in coroutine"})) {
    return "A handler is a coroutine: it ends by co_return, where a function has return.";
  }
  if (has({"no member named", "Task<"}) || has({"has no member named", "Task<"}) ||
      has({"no viable conversion", "Task<"}) || has({"invalid operands", "Task<"}) ||
      has({"unused", "Task<"}) || has({"nodiscard", "Task<"}) ||
      has({"could not convert", "Task<"})) {
    return "What an operation returns is a Task, and the value comes when it is awaited: most "
           "often "
           "a co_await is missing before the call.";
  }
  if (has({"expected ';'"}) || has({"expected '}'"}) || has({"expected ')'"}) ||
      has({"expected expression"}) || has({"extraneous closing brace"})) {
    return "A sign is missing or too much at this place, or in the line above it.";
  }
  if (has({"undeclared identifier"}) || has({"was not declared in this scope"}) ||
      has({"no member named"}) || has({"has no member named"}) || has({"unknown type name"})) {
    return "This name is not there: the lab's header lists what there is, and how it is written.";
  }
  if (has({"too few arguments"}) || has({"too many arguments"}) || has({"no matching"})) {
    return "It is called with other arguments than it takes: the lab's header has how it is "
           "called.";
  }
  return {};
}

bool is_failure_elsewhere(std::string_view output, std::string_view part) {
  constexpr std::string_view kFailed = "FAILED: ";
  bool errors = false;
  bool failed = false;
  for (const auto& line : lines_of(output)) {
    const auto diagnostic = read_diagnostic(line);
    errors = errors || (diagnostic && diagnostic->is_error) || is_linker_error(line);
    if (!line.starts_with(kFailed)) continue;
    failed = true;
    if (line.find(part) != std::string::npos) return false;
  }
  return failed || !errors;
}

std::string failure_of_machine(std::string_view output, const std::string& place) {
  constexpr std::array kFull = {"No space left on device", "Disk quota exceeded"};
  constexpr std::array kForbidden = {"Permission denied", "Read-only file system",
                                     "Operation not permitted"};
  constexpr std::array kKilled = {"unable to execute command: Killed",
                                  "Killed signal terminated program", "(core dumped) Killed"};
  const auto says = [](const std::string& line, const auto& signs) {
    return std::any_of(signs.begin(), signs.end(),
                       [&](const char* sign) { return line.find(sign) != std::string::npos; });
  };
  for (const auto& line : lines_of(output)) {
    if (line.starts_with(' ')) continue;  // a line of the source
    if (line.find("rror:") == std::string::npos && line.find("fatal:") == std::string::npos)
      continue;
    if (says(line, kFull)) {
      return fmt::format("{} cannot be written to, because its disk is full: free some space ({})",
                         place, trimmed(line));
    }
    if (says(line, kForbidden)) {
      return fmt::format(
          "{0} cannot be written to: make it yours by sudo chown -R $(id -un) '{0}', or remove it "
          "({1})",
          place, trimmed(line));
    }
    if (says(line, kKilled)) {
      return fmt::format(
          "a compiler was killed, most likely because memory ran out: close other programs and try "
          "again ({})",
          trimmed(line));
    }
    if (is_unknown_target(line)) {
      return fmt::format(
          "{0} was configured when there was no such thing: remove {0} to have it configured "
          "afresh ({1})",
          place, trimmed(line));
    }
    if (is_missing_file(line)) {
      return fmt::format(
          "a file is gone that was there when {0} was configured: put it back, or remove {0} to "
          "have it configured afresh ({1})",
          place, trimmed(line));
    }
  }
  return {};
}

bool is_configuration_outdated(std::string_view output) {
  const auto lines = lines_of(output);
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return is_unknown_target(line) || is_missing_file(line);
  });
}

std::vector<std::string> outdated_precompiled_headers(std::string_view output) {
  constexpr std::string_view kBefore = "has been modified since the precompiled header '";
  std::vector<std::string> headers;
  for (const auto& line : lines_of(output)) {
    auto begin = line.find(kBefore);
    if (begin == std::string::npos) continue;
    begin += kBefore.size();
    auto header = line.substr(begin, line.find('\'', begin) - begin);
    if (std::ranges::find(headers, header) == headers.end()) headers.push_back(std::move(header));
  }
  return headers;
}

bool is_configuration_failure(std::string_view output) {
  bool error = false;
  for (const auto& line : lines_of(output)) {
    if (line.starts_with("FAILED: build.ninja")) continue;  // which CMake writes
    if (line.starts_with("FAILED:")) return false;  // a program of the build, which may be CMake's
    if (line.starts_with("CMake Error")) error = true;
  }
  return error;
}

std::vector<std::string> read_cmake_error(std::string_view output, std::size_t lines_max) {
  CompilerErrors kept;
  const auto lines = lines_of(output);
  bool inside = false;
  for (const auto& line : lines) {
    if (line.starts_with("CMake Error")) {
      if (inside) break;
      inside = true;
      if (!line.ends_with("(message):")) kept.lines.push_back(line);
    } else if (inside) {
      if (!line.empty() && line.front() != ' ') break;  // the paragraph is indented
      if (!trimmed(line).empty()) kept.lines.emplace_back(trimmed(line));
    }
    if (kept.lines.size() == lines_max) break;
  }
  if (kept.lines.empty()) keep_tail(lines, kept);
  return kept.lines;
}

}  // namespace workshop::runner
