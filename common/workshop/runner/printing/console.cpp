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
  if (::ioctl(style.terminal, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) return;
  style.width = std::min<std::size_t>(size.ws_col, 100);
  style.story_width = std::min<std::size_t>(size.ws_col, 200);
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
  if (std::exchange(under_way_, false)) out_ << kBackToBegin;
  out_ << (style_.ascii ? to_ascii(text) : std::string(text)) << '\n' << std::flush;
}

void Console::interim(std::string_view text) {
  if (!style_.rewrites) {
    if (!text.empty()) line(text);
    return;
  }
  if (under_way_) out_ << kBackToBegin;
  out_ << (style_.ascii ? to_ascii(text) : std::string(text)) << std::flush;
  under_way_ = !text.empty();
}

void Console::paragraph(std::string_view text, std::size_t indent) {
  const auto width = style().width;
  for (const auto& part : wrapped(text, width - std::min(width / 2, indent))) {
    line(std::string(indent, ' ') + part);
  }
}

std::string Console::painted(std::string_view text, std::string_view code) const {
  if (!style_.color) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace workshop::runner
