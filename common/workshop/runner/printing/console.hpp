#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace workshop::runner {

/// What the terminal can show.
struct ConsoleStyle {
  bool ascii = false;             ///< only ASCII is printed
  bool rewrites = false;          ///< a line can be written again in its place
  bool color = false;             ///< escape sequences are understood
  std::size_t width = 80;         ///< columns of running text
  std::size_t story_width = 100;  ///< columns of a story: all that the terminal has
  std::size_t columns = 0;        ///< of the terminal; 0: there is none
  int terminal = -1;  ///< whose columns are taken anew before each use; -1: they stay as they are

  /// What standard output can show: UTF-8 as the locale says, colour if it is a terminal and
  /// NO_COLOR is not set.
  static ConsoleStyle of_standard_output();
};

/// Prints lines in a style. Not thread-safe.
class Console {
 public:
  explicit Console(std::ostream& out, ConsoleStyle style = {}) : out_(out), style_(style) {}

  /// Prints `text` and a newline, and flushes: what is printed is on the screen before the next
  /// thing takes its time.
  void line(std::string_view text = {});
  /// Prints `text` broken at spaces so that it fits, each line after `indent` spaces.
  void paragraph(std::string_view text, std::size_t indent = 0);
  /// Prints `text` behind `label`, and its other lines below its begin.
  void labelled(std::string_view label, std::string_view text);
  /// The lines of `text`, to be printed behind so many columns: one line where the terminal has
  /// room for it; else lines that are not too wide to be read.
  std::vector<std::string> broken(std::string_view text, std::size_t behind = 0) const;

  /// Prints `text` as the line that is under way: the next line, or the next one under way, takes
  /// its place. Where lines cannot be written again it is a line like others, and nothing if it is
  /// empty.
  void interim(std::string_view text);

  std::string green(std::string_view text) const { return painted(text, "32"); }
  std::string red(std::string_view text) const { return painted(text, "31"); }
  std::string yellow(std::string_view text) const { return painted(text, "33"); }
  std::string bold(std::string_view text) const { return painted(text, "1"); }
  std::string dim(std::string_view text) const { return painted(text, "2"); }

  /// As it is now: a terminal's window may have been made wider since.
  const ConsoleStyle& style() const;

 private:
  std::string painted(std::string_view text, std::string_view code) const;
  void erase_under_way();

  std::ostream& out_;
  mutable ConsoleStyle style_;  ///< its columns follow the terminal's
  std::size_t under_way_ = 0;   ///< columns of the interim line behind which the cursor stands
};

}  // namespace workshop::runner
