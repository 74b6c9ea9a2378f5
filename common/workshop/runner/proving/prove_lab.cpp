#include "workshop/runner/proving/prove_lab.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/proof.hpp"
#include "workshop/runner/progress/progress.hpp"
#include "workshop/runner/runs/builder.hpp"

namespace workshop::runner {
namespace {

constexpr std::size_t kNotesMax = 3;  // of a test; more are counted

LabRunOptions how_to_prove(const Console& console, const Project& project,
                           const ProveOptions& options) {
  namespace variable = protocol::variable;
  LabRunOptions how;
  how.kept_as = ".prove";
  how.shows_progress = true;
  how.environment = story_variables(console, project.build_folder(options.lab.preset));
  how.environment.emplace_back(
      variable::kExplore, fmt::format("{}={}", protocol::explore_word::kProve, options.time_s));
  how.arguments = {"[exam],~[.]"};  // the tests that `check` leaves out, and all of its own
  how.processes = build_jobs();
  how.time_more = std::chrono::seconds(options.time_s);
  how.is_over = options.ends;
  return how;
}

void print_proof(Console& console, TestResult test, const ProveOptions& options) {
  auto& notes = test.exploration_notes;
  if (notes.size() > kNotesMax && !options.all) {
    notes = summary_of(counts_of(notes), options.hand == Hand::types ? "--all lists them" : "");
  } else {
    std::ranges::transform(notes, notes.begin(), readable);
  }
  print_exploration(test, console);
}

/// That it cannot be written down is no proof's business: it is said below it.
void remember(const Project& project, Console& console, const LabRun& done,
              const std::string& digest) {
  auto progress = Progress::load(project);
  const auto proof = proof_by(done.run.results, digest);
  if (proof.holds) {  // then all that `check` runs is green, too
    auto of_check = done.run.results;
    std::erase_if(of_check.tests, [](const TestResult& test) { return test.has_tag("exam"); });
    progress.record(done.lab, digest, of_check);
  }
  progress.record_proof(done.lab, proof);
  try {
    progress.save(project);
  } catch (const UserError& error) {
    console.paragraph(fmt::format("Progress is not kept: {}", error.what()));
  }
}

}  // namespace

std::optional<ProofDone> prove_lab(const Project& project, Console& console,
                                   const ProveOptions& options) {
  const auto digest = digest_of(project.lab(options.lab.lab));
  auto done = run_lab(project, console, options.lab, how_to_prove(console, project, options));
  if (!done && options.ends && options.ends()) return std::nullopt;
  if (!done) return ProofDone{protocol::kExitNotJudged, {}};

  Printer printer(project, console);
  const auto& results = done->run.results;
  if (done->verdict.judgement == Judgement::unjudged) {
    printer.verdict(done->lab, options.lab.variant, done->program, done->run, done->verdict, {});
    return ProofDone{exit_code(done->verdict.judgement), {}};
  }
  for (const auto& test : results.tests) print_proof(console, test, options);
  const auto* failure = first_failure(results);
  if (failure != nullptr) printer.story(*failure);
  console.line();
  const auto command = fmt::format(
      "{} prove {}", project.shown(project.root() / "scripts" / "workshop"), done->lab.number);
  print_conclusion(console,
                   conclusion_of({.label = done->program.label,
                                  .command = command,
                                  .again = options.hand == Hand::presses ? "press v" : command,
                                  .time_s = options.time_s,
                                  .duration = done->run.process.duration},
                                 results));
  const bool ran = failure != nullptr || std::ranges::any_of(results.tests, &TestResult::passed);
  if (options.lab.variant.is_skeleton() && ran) remember(project, console, *done, digest);
  if (failure == nullptr) return ProofDone{protocol::kExitGood, {}};
  return ProofDone{protocol::kExitRed, std::move(done)};
}

}  // namespace workshop::runner
