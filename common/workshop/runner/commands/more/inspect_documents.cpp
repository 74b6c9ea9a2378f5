#include "workshop/runner/commands/more/inspect_documents.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/guide/material.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/lab_program.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace {

constexpr const char* kGlossary = "docs/attendee-guide/glossary.md";
constexpr const char* kRunSheet = "docs/instructor-guide/run-sheet.md";
constexpr const char* kQuestions = "docs/instructor-guide/questions.md";
constexpr const char* kOutcomes = "docs/outcomes.md";

const Document& document_called(const std::vector<Document>& documents, std::string_view name) {
  const auto found = std::find_if(documents.begin(), documents.end(),
                                  [&](const Document& each) { return each.shown == name; });
  if (found == documents.end()) throw UserError("there is no " + std::string(name));
  return *found;
}

/// The picture that a program draws of its failing test.
std::string drawn_by(const InspectPictureOptions& options) {
  const process::TemporaryFolder folder;
  ProgramRunOptions how;
  how.arguments = {protocol::test_argument(options.test)};
  how.environment = {{protocol::variable::kPictures, folder.path().string()}};
  run_lab_program(options.program, folder.path(), "picture", how);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().extension() == ".svg") return read_file(entry.path()).value_or("");
  }
  throw UserError(fmt::format("\"{}\" of {} draws no picture: it does not fail", options.test,
                              options.program));
}

}  // namespace

std::string why_not_parsed(const std::vector<std::string>& words) {
  CommandLine line(all_commands());
  try {
    line.parse(words);
  } catch (const CLI::Success&) {  // --help
  } catch (const CLI::ParseError& error) {
    return error.what();
  } catch (const UserError& error) {
    return error.what();
  }
  return {};
}

std::set<std::string> titles_of(const std::vector<Part>& parts) {
  std::set<std::string> titles;
  for (const auto& part : parts) {
    for (const auto& lecture : part.lectures) {
      for (const auto& slide : lecture.slides) titles.insert(slide.title);
    }
  }
  return titles;
}

std::set<std::string> tests_in(const std::string& build) {
  const auto listed = run_program({"ctest", "--test-dir", build, "-N"});
  std::set<std::string> tests;
  for (const auto& line : lines_of(listed.output)) {
    const auto at = line.find(": ");
    if (line.find("Test") == std::string::npos || at == std::string::npos) continue;
    tests.insert(std::string(trimmed(std::string_view(line).substr(at + 2))));
  }
  if (tests.empty()) throw UserError("ctest finds no tests in " + build + ":\n" + listed.output);
  return tests;
}

int inspect_documents(Workspace& workspace, const InspectDocumentsOptions& options) {
  const auto& project = workspace.project();
  const auto documents = documents_of(project);
  std::vector<std::string> errors;
  const auto add = [&](const std::vector<std::string>& more) {
    errors.insert(errors.end(), more.begin(), more.end());
  };
  add(check_links(documents));
  add(check_commands(project, documents, why_not_parsed));
  add(check_words(documents, read_glossary(document_called(documents, kGlossary))));
  add(check_figures(documents));
  add(check_wrapping(documents));
  std::vector<LabOnSheet> on_sheet;
  for (const auto& lab : project.labs()) {
    const auto material = read_material(project, lab);
    add(missing_from(material));
    if (material.demonstration) {
      on_sheet.push_back({lab.number, slides_address(material), demonstration_command(material)});
    }
  }
  add(check_run_sheet(document_called(documents, kRunSheet), agenda_of(project), on_sheet));
  const auto parts = read_parts(project);
  add(check_lectures(project, parts));
  add(check_answers(document_called(documents, kQuestions), titles_of(parts)));
  if (!options.build.empty()) {
    add(check_outcomes(document_called(documents, kOutcomes), tests_in(options.build)));
  }
  for (const auto& error : errors) workspace.console().line(error);
  if (!errors.empty()) return protocol::kExitRed;
  workspace.console().line(fmt::format("{} documents are as they shall be", documents.size()));
  return protocol::kExitGood;
}

int inspect_picture(Workspace& workspace, const InspectPictureOptions& options) {
  const auto drawn = drawn_by(options);
  if (std::getenv(protocol::variable::kUpdateReadmes) != nullptr) {
    std::ofstream out(options.file, std::ios::binary);
    out << drawn;
    out.close();
    if (!out) throw UserError(options.file + " cannot be written");
  }
  if (read_file(options.file).value_or("") == drawn) return protocol::kExitGood;
  workspace.console().line(fmt::format("{} is not what \"{}\" draws; mend: {}=1 and run this again",
                                       options.file, options.test,
                                       protocol::variable::kUpdateReadmes));
  return protocol::kExitRed;
}

}  // namespace workshop::runner
