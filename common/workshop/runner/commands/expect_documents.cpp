#include "workshop/runner/commands/expect_documents.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/guide/material.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace {

constexpr const char* kGlossary = "docs/attendee-guide/glossary.md";
constexpr const char* kOutcomes = "docs/outcomes.md";

/// Why words are no command line, or an empty string; no command runs.
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

/// The names of ctest's tests in a build folder.
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

const Document& document_called(const std::vector<Document>& documents, std::string_view name) {
  const auto found = std::find_if(documents.begin(), documents.end(),
                                  [&](const Document& each) { return each.shown == name; });
  if (found == documents.end()) throw UserError("there is no " + std::string(name));
  return *found;
}

}  // namespace

int expect_documents(Workspace& workspace, const ExpectDocumentsOptions& options) {
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
  if (!options.build.empty()) {
    add(check_outcomes(document_called(documents, kOutcomes), tests_in(options.build)));
  }
  for (const auto& lab : project.labs()) add(missing_from(read_material(project, lab)));
  for (const auto& error : errors) workspace.console().line(error);
  if (!errors.empty()) return protocol::kExitRed;
  workspace.console().line(fmt::format("{} documents are as they shall be", documents.size()));
  return protocol::kExitGood;
}

}  // namespace workshop::runner
