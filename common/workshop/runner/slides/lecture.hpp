#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace workshop::runner {

/// A slide as its source says it: slides/README.md.
struct SlideSource {
  std::string title;
  double minutes = 0;
  std::string body;   ///< Markdown, with lines that begin with `@`
  std::string notes;  ///< Markdown, for the speaker
  int line = 0;       ///< of its title
  int body_line = 0;  ///< of the first line of `body`
};

/// A lecture: one file of slides/.
struct Lecture {
  std::filesystem::path file;
  std::string title;
  std::string objective;
  int lab = 0;         ///< that it stands before; 0: none
  int step = 0;        ///< of that lab; 0: its first
  double minutes = 0;  ///< of the whole lecture
  std::vector<SlideSource> slides;
};

/// Reads a lecture. Throws UserError, with file and line, for front matter that lacks something, a
/// slide without minutes or notes, and minutes that do not add up.
Lecture read_lecture(const std::filesystem::path& file, std::string_view text);

/// A line of a body that puts something else than Markdown on the slide:
/// `@execution 08 "a test" mistake=early_return`.
struct Directive {
  std::string name;                ///< "execution"
  std::vector<std::string> words;  ///< behind it; what is in quotes is one word, without them
};

/// Reads such a line. Throws UserError when a quotation does not end.
Directive read_directive(std::string_view line);

}  // namespace workshop::runner
