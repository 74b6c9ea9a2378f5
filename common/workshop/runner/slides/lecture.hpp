#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace workshop::runner {

/// A slide as its source says it: slides/README.md.
struct SlideSource {
  enum class When {
    lecture,
    demonstration,  ///< in the lecture: the failure that is shown live, in the terminal or here
    debrief,        ///< behind the exercise
  };
  std::string title;
  double minutes = 0;
  When when = When::lecture;
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
  double minutes = 0;  ///< of the lecture, its demonstration included, and of no debrief
  double debrief = 0;  ///< minutes of the debrief
  std::vector<SlideSource> slides;
};

/// The minutes of the slides of `lecture` that are shown then.
double minutes_of(const Lecture& lecture, SlideSource::When when);

/// The first slide of `lecture` that is shown then; null: it has none.
const SlideSource* first_slide(const Lecture& lecture, SlideSource::When when);

/// How long a lecture has lasted when its demonstration begins, in minutes.
double minutes_before_demonstration(const Lecture& lecture);

/// Where a deck opens at a lecture: "lab-08", "lab-13-step-2", "lab-08-debrief",
/// "lab-08-demonstration"; of one that belongs to no lab its file's name, "00-part".
std::string anchor_of(const Lecture& lecture, SlideSource::When when = SlideSource::When::lecture);

/// Reads a lecture. Throws UserError, with file and line, for front matter that lacks something, a
/// slide without minutes or notes, minutes that do not add up, a second demonstration, and a slide
/// of the lecture behind the debrief.
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
