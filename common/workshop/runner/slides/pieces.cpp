#include "workshop/runner/slides/pieces.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>

#include "workshop/process/find_program.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/own_file.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// A test's name as Catch2 wants it: a comma separates names there, and brackets are tags.
std::string as_filter(std::string_view test) {
  std::string filter;
  for (const char c : test) {
    if (std::string_view("\\,[]*\"~").find(c) != std::string_view::npos) filter += '\\';
    filter += c;
  }
  return filter;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Whether `line` has `name` as a word, followed by what a definition goes on with.
bool defines(std::string_view line, std::string_view name) {
  if (line.empty() || line.front() == ' ' || line.starts_with("//") || line.starts_with("#")) {
    return false;
  }
  for (auto at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || !is_word(line[at - 1]);
    if (begins && end < line.size() && (line[end] == '(' || line.substr(end).starts_with(" {"))) {
      return true;
    }
  }
  return false;
}

constexpr std::string_view kProducts = "comparison/";

fs::path folder_of_products(const fs::path& root) { return root / "docs" / "comparison"; }

/// The program that has an execution.
LabProgram program_of(const ShownExecution& execution, const fs::path& build_folder) {
  if (execution.product.empty()) return lab_program(execution.lab, execution.variant, build_folder);
  return {"comparison", "the comparison", folder_of_products(build_folder) / "comparison"};
}

}  // namespace

std::string html_of_markdown(const std::string& markdown) {
  const process::TemporaryFolder folder;
  const auto file = folder.path() / "slide.md";
  std::ofstream(file, std::ios::binary) << markdown;
  const auto result = run_program({"cmark-gfm", "--extension", "table", "--extension",
                                   "strikethrough", "--smart", "--to", "html", file.string()});
  if (result.succeeded()) return result.output;
  throw UserError("Markdown cannot be read: cmark-gfm " +
                  (result.start_error.empty() ? result.output : result.start_error) +
                  "; mend: scripts/setup --slides");
}

std::string definition_of(std::string_view source, std::string_view name) {
  const auto lines = lines_of(source);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!defines(lines[i], name)) continue;
    std::string text;
    for (auto j = i; j < lines.size(); ++j) {
      text += lines[j] + "\n";
      if (lines[j].starts_with("}") || (j == i && lines[j].ends_with("}"))) return text;
      if (lines[j].ends_with(";") && !lines[j].starts_with(" ")) break;  // only declared
    }
  }
  return {};
}

ShownExecution read_execution(const Project& project, const Directive& directive) {
  if (directive.words.size() < 2) {
    throw UserError("@execution wants a lab and a test: @execution 08 \"a test\" mistake=NAME");
  }
  ShownExecution execution;
  if (directive.words[0].starts_with(kProducts)) {
    execution.product = directive.words[0].substr(kProducts.size());
    if (!fs::exists(folder_of_products(project.root()) / execution.product / "handler.hpp")) {
      throw UserError("docs/comparison has no product " + execution.product);
    }
  } else {
    execution.lab = project.lab(directive.words[0]);
  }
  execution.test = directive.words[1];
  for (std::size_t i = 2; i < directive.words.size(); ++i) {
    const auto& word = directive.words[i];
    if (word == "solution") {
      execution.variant.solution = true;
    } else if (word.starts_with("mistake=")) {
      execution.variant.mistake = word.substr(8);
    } else if (word.starts_with("schedule=")) {
      execution.schedule = word.substr(9);
    } else if (word.starts_with("fails=")) {
      execution.fails = word.substr(6);
    } else if (word.starts_with("found=")) {
      execution.found = word.substr(6);
    } else {
      throw UserError("@execution does not know \"" + word + "\"");
    }
  }
  if (!execution.product.empty() && !execution.variant.is_skeleton()) {
    throw UserError("@execution comparison/… has no mistake and no solution");
  }
  program_of(execution, project.root());  // refuses what is not there
  return execution;
}

std::string contradiction_of(const ShownExecution& execution, const std::string& invariant,
                             const std::string& schedule) {
  const auto fails = invariant.empty() ? std::string("nothing") : invariant;
  const bool follows = !execution.schedule.empty();
  if (execution.fails == fails && (follows || execution.found == schedule)) return {};
  const auto right = follows ? fmt::format("fails=\"{}\"", fails)
                             : fmt::format("fails=\"{}\" found={}", fails, schedule);
  if (execution.fails.empty()) return "the slide does not say how it fails; write " + right;
  return fmt::format(
      "\"{}\" fails otherwise than the slide says; read its notes again and write {}",
      execution.test, right);
}

void require_as_at_first(const ShownExecution& execution) {
  const auto& lab = execution.lab;
  if (!execution.product.empty() || !execution.variant.is_skeleton() || is_as_at_first(lab)) return;
  throw UserError(fmt::format(
      "a slide shows how lab {0} fails as it is at first, and its file has been changed; "
      "mend: scripts/workshop reset {1}, which keeps a copy of yours, or make the "
      "slides in another checkout",
      lab.padded_number(), lab.number));
}

void Executions::add(const ShownExecution& execution) {
  require_as_at_first(execution);
  auto program = program_of(execution, project_.build_folder(preset_));
  programs_.emplace(program.target, std::move(program));
}

void Executions::build() const {
  Builder builder(project_, preset_, console_);
  std::string output;
  if (!builder.configure(output)) throw UserError("configuring with CMake failed:\n" + output);
  for (const auto& [target, program] : programs_) {
    const auto built = builder.build(target, program.label);
    if (!built.built) throw UserError(program.label + " does not build:\n" + built.output);
  }
}

std::string Executions::picture_of(const ShownExecution& execution) const {
  const auto program = program_of(execution, project_.build_folder(preset_));
  const process::TemporaryFolder folder;
  ProgramRunOptions options;
  options.arguments = {as_filter(execution.test)};
  options.environment = {{protocol::variable::kPictures, folder.path().string()},
                         {protocol::variable::kSlidePictures, "1"}};
  if (!execution.product.empty()) {
    options.arguments = {"[" + execution.product + "]"};
    options.environment.emplace_back(protocol::variable::kComparison, execution.test);
  }
  if (!execution.schedule.empty()) {
    options.environment.emplace_back(protocol::variable::kReplay, execution.schedule);
  }
  const auto run = run_lab_program(program.file, folder.path(), "slide", options);
  if (run.results.tests.empty()) {
    throw UserError(fmt::format("{} has no test \"{}\"", program.label, execution.test));
  }
  const auto& test = run.results.tests.front();
  if (test.skipped) {
    throw UserError(fmt::format("\"{}\" of {} is skipped: {}; mend: scripts/setup --slides",
                                execution.test, program.label, test.skip_reason));
  }
  const auto wrong = contradiction_of(
      execution, execution.schedule.empty() ? test.invariant : test.replay_broken, test.schedule);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (!entry.path().filename().string().ends_with(".slide.svg")) continue;
    if (!wrong.empty()) throw UserError(wrong);
    return read_file(entry.path()).value_or("");
  }
  throw UserError(fmt::format("\"{}\" of {} has no failing execution: it wants schedule=…",
                              execution.test, program.label));
}

}  // namespace workshop::runner
