#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/slides/lecture.hpp"

namespace workshop::runner {

/// A question that follows a lab, with the answer that usually comes.
struct LabQuestion {
  std::string question;
  std::string answer;  ///< Markdown; may be empty
};

/// The text under the heading "## NAME" of a Markdown file, for the first of `names` that is there.
std::string section_of(std::string_view markdown, const std::vector<std::string>& names);

/// The questions of a section of NOTES: items or paragraphs that begin with a question in bold or
/// italics, each with the text up to the next one.
std::vector<LabQuestion> read_questions(std::string_view section);

/// The questions to discuss of a lab's NOTES, in their order.
std::vector<LabQuestion> questions_of(const Lab& lab);

/// Some of a lab's questions.
struct QuestionRange {
  std::size_t first = 0;  ///< from 0
  std::size_t count = 0;
};

/// Which questions `@questions 08 1` or `@questions 08 2-3` asks, whose words these are. Throws
/// UserError when they are not a lab and one or two numbers.
QuestionRange read_question_range(const Directive& directive);

/// Which of its lab's questions a slide asks; none without the directive. Throws as
/// read_question_range.
QuestionRange questions_on(const SlideSource& slide);

}  // namespace workshop::runner
