#include "workshop/runner/printing/console.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "workshop/process/environment.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::string_view kBackToBegin = "\r\x1b[K";  // and what stands there is erased
constexpr std::size_t kNarrowest = 20;
constexpr std::size_t kNarrowestStory = 40;
constexpr std::size_t kWidest = 200;

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = process::environment(name);
    if (value.empty()) continue;
    auto lower = value;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
  }
  return false;
}

void take_columns(ConsoleStyle& style) {
  winsize size = {};
  if (::ioctl(style.terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return;
  style.columns = size.ws_col;
  style.width = std::clamp<std::size_t>(size.ws_col, kNarrowest, 100);
  style.story_width = std::clamp<std::size_t>(size.ws_col, kNarrowestStory, kWidest);
}

}  // namespace

ConsoleStyle ConsoleStyle::of_standard_output() {
  ConsoleStyle style;
  style.ascii = !locale_is_utf8();
  if (::isatty(STDOUT_FILENO) == 0) return style;
  style.color = process::output_has_color();
  const auto terminal = process::environment("TERM");
  style.rewrites = !terminal.empty() && terminal != "dumb";
  style.terminal = STDOUT_FILENO;
  take_columns(style);
  return style;
}

const ConsoleStyle& Console::style() const {
  if (style_.terminal >= 0) take_columns(style_);
  return style_;
}

void Console::line(std::string_view text) {
  erase_under_way();
  out_ << (style_.ascii ? to_ascii(text) : std::string(text)) << '\n' << std::flush;
}

void Console::interim(std::string_view text) {
  if (!style_.rewrites) {
    if (!text.empty()) line(text);
    return;
  }
  erase_under_way();
  const auto shown = style_.ascii ? to_ascii(text) : std::string(text);
  out_ << shown << std::flush;
  under_way_ = columns_of(shown);
}

/// In a narrow terminal it has more rows than one.
void Console::erase_under_way() {
  const auto taken = std::exchange(under_way_, 0);
  if (taken == 0) return;
  const auto columns = style().columns;
  const auto rows_above = columns == 0 ? 0 : (taken - 1) / columns;
  if (rows_above == 0) {
    out_ << kBackToBegin;
  } else {
    out_ << fmt::format("\r\x1b[{}A\x1b[J", rows_above);
  }
}

void Console::paragraph(std::string_view text, std::size_t indent) {
  for (const auto& part : broken(text, indent)) line(std::string(indent, ' ') + part);
}

void Console::labelled(std::string_view label, std::string_view text) {
  const auto taken = columns_of(label);
  std::string begin(label);
  for (const auto& part : broken(text, taken)) {
    line(begin + part);
    begin.assign(taken, ' ');
  }
}

std::vector<std::string> Console::broken(std::string_view text, std::size_t behind) const {
  const auto width = style().width;
  // Whoever reads it from a pipe wants a path whole.
  if (style_.columns == 0 && text.find(' ') == std::string_view::npos) return {std::string(text)};
  const auto whole = std::max(width, std::min(style_.columns, kWidest));
  const bool is_one_line = columns_of(text) + behind <= whole;
  return wrapped(text, (is_one_line ? whole : width) - std::min(width / 2, behind));
}

std::string Console::painted(std::string_view text, std::string_view code) const {
  if (!style_.color) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace workshop::runner
