#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "workshop/runner/agenda/agenda.hpp"
#include "workshop/runner/documents/markdown.hpp"
#include "workshop/runner/slides/deck.hpp"

namespace workshop::runner {

// Each check returns a sentence for each thing that is wrong, which begins with file and line.

/// Links to files that are not there, and to anchors that no heading makes. Addresses of the web
/// are not asked for.
std::vector<std::string> check_links(const std::vector<Document>& documents);

/// Why words after `workshop` are no command line, or an empty string. Called with the words, and
/// runs nothing.
using ParseWords = std::function<std::string(const std::vector<std::string>&)>;

/// Commands in code that cannot be run as they are written: a command or an option of `workshop`
/// that is not there; a lab, or a mistake of one, that is not there; a preset of CMake or ctest, a
/// script of scripts/ or an option of scripts/setup. Words in capitals, such as NAME, stand for
/// something else, and brackets for what may be left out.
std::vector<std::string> check_commands(const Project& project,
                                        const std::vector<Document>& documents,
                                        const ParseWords& parse);

/// How the glossary wants a term not to be written.
struct GlossaryTerm {
  std::string term;
  std::vector<std::string> refused;  ///< spellings
};

/// The terms of a glossary: tables with the columns term, meaning and "not".
std::vector<GlossaryTerm> read_glossary(const Document& glossary);

/// Spellings in prose that the glossary refuses.
std::vector<std::string> check_words(const std::vector<Document>& documents,
                                     const std::vector<GlossaryTerm>& glossary);

/// Figures of time and size, in docs and README.md, whose paragraph does not say how they were
/// measured (it has "measured" or "median"), and that are not marked as a setting
/// (`<!-- setting -->`); and such marks where there is no figure.
std::vector<std::string> check_figures(const std::vector<Document>& documents);

/// Lines within a paragraph that begin with what Markdown takes for something else, because the
/// sentence was broken there: a number and a full stop ("1000. It is finished."), unless it goes on
/// with a list, "+", ">" or "#".
std::vector<std::string> check_wrapping(const std::vector<Document>& documents);

/// Rows of a table with the columns promise, slide, lab, check, of which one is gone. A slide is a
/// link to its lecture whose text is the slide's title, a lab a link, a check a test in backticks.
/// `tests` are the names of ctest's tests.
std::vector<std::string> check_outcomes(const Document& outcomes,
                                        const std::set<std::string>& tests);

/// What a run sheet says of a lab, in the row of its demonstration.
struct LabOnSheet {
  int lab = 0;
  std::string slides;   ///< where its slides open: "2-correctness.html#/lab-08"
  std::string command;  ///< of its demonstration
};

/// Rows of the instructor's run sheet (clock, minutes, slides, command, sentence; below "## Day 1"
/// and so on) whose clock is not when the agenda begins something, of their command's lab if it
/// names one; pauses and labs of the agenda that have no row; and labs whose demonstration has no
/// row with its minutes ("5 + 1.5 + 23 + 3", as to_string(LabMinutes)), slides and command. What is
/// before a day's start may be anything.
std::vector<std::string> check_run_sheet(const Document& sheet, const std::vector<AgendaDay>& days,
                                         const std::vector<LabOnSheet>& labs);

/// Questions (paragraphs that begin "**A question?** An answer") whose answer does not end with
/// where to look or what to show, in brackets: a link, a command, a lab, its NOTES or a slide; and
/// slides named there that are not among `slides`, the titles of all.
std::vector<std::string> check_answers(const Document& questions,
                                       const std::set<std::string>& slides);

/// Where lectures and labs do not go together: a slide that shows, before the room works on a lab,
/// what the room shall find (code or a run of the solution, a line that the solution has and the
/// skeleton has not, a mistake's difference); an execution of a mistake that `check --mistake`
/// tells otherwise; questions that have no minute each. Throws UserError as read_execution does.
std::vector<std::string> check_lectures(const Project& project, const std::vector<Part>& parts);

}  // namespace workshop::runner
