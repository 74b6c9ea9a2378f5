#include "workshop/runner/printing/hints.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/compiler_output.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/any_failure.hpp"

namespace workshop::runner {
namespace {

std::vector<Hint> hints_of(const Project& project, const Lab& lab) {
  const auto text = lab.hints.empty() ? std::nullopt : read_file(lab.hints);
  if (!text) throw UserError(fmt::format("lab {} has no hints.md", lab.padded_number()));
  try {
    return read_hints(*text);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}, {}", project.shown(lab.hints), error.what()));
  }
}

/// Whether the handler of `failure` does not do the same in each attempt, and `hints` have none for
/// that in `step`.
bool is_erratic_without_hint(const std::vector<Hint>& hints, int step, const TestState& failure) {
  return failure.reason == "not deterministic" && is_strange_to(hints, step, failure);
}

bool was_taken_before(const LabState* state, int step, HintName hint) {
  if (state == nullptr || !state->hints_before.contains(step)) return false;
  const auto& before = state->hints_before.at(step);
  return std::ranges::find(before, hint) != before.end();
}

/// The next one of `hints`, which are at any handler that fails as `fits` says; without a hint: all
/// are in `before`.
TakenHint take_general_hint(const std::vector<Hint>& hints, const std::vector<HintName>& before,
                            int step, const std::string& fits) {
  TakenHint taken;
  taken.step = step;
  taken.kind = hints.front().kind;
  taken.of_step = hints.size();
  for (std::size_t i = 0; i < hints.size(); ++i) {
    if (std::ranges::find(before, hints[i].name()) != before.end()) continue;
    taken.hint = hints[i];
    taken.fits = {fits};
    taken.left = static_cast<int>(hints.size() - 1 - i);
    return taken;
  }
  return taken;
}

/// "on the loop: "
std::string on_what(HintKind kind) {
  const auto what = subject_of(kind);
  return what.empty() ? "" : fmt::format("on {}: ", what);
}

/// Of all steps, the hint that fits what `prove` has found best, or what else there is to do.
TakenHint take_hint_on_proof(const Project& project, const Lab& lab, const std::vector<Hint>& hints,
                             const TestState& failure, Hand hand) {
  auto progress = Progress::load(project);
  const auto* state = progress.find(lab.number);
  const auto chosen = choose_fitting(hints, state->hints_taken, failure);
  TakenHint taken;
  if (chosen.hint != nullptr) {
    const int step = chosen.hint->step;
    taken.before = was_taken_before(state, step, chosen.hint->name());
    progress.take_hint(lab, step, chosen.hint->name());
    progress.save(project);
    taken.step = step;
    taken.hint = *chosen.hint;
    taken.of_step = static_cast<std::size_t>(
        std::ranges::count(hints, step, [](const Hint& each) { return each.step; }));
    taken.fits = chosen.fits;
    taken.left = chosen.left;
    return taken;
  }
  const auto script = project.shown(project.root() / "scripts" / "workshop");
  const auto [again, solution] = hand == Hand::presses
                                     ? std::pair<std::string, std::string>("press t", "press s")
                                     : std::pair(fmt::format("{} prove {}", script, lab.number),
                                                 fmt::format("{} solution {}", script, lab.number));
  taken.none = fmt::format(
      "All tests of check are green, and no hint is left for what prove has found: \"{}\" fails. "
      "What it says of it comes once more: {}. Ask at each operation of the handler what happens "
      "when just this happens there. What is left after that is the solution: {}.",
      failure.name, again, solution);
  return taken;
}

std::vector<std::string> in_words(std::vector<std::string> fits) {
  std::ranges::transform(fits, fits.begin(), reason_in_words);
  return fits;
}

}  // namespace

std::string_view subject_of(HintKind kind) {
  return kind == HintKind::on_loop       ? "the loop"
         : kind == HintKind::on_conflict ? "the refused save"
                                         : "";
}

Lab current_lab(const Project& project) {
  const auto labs = project.labs();
  const auto progress = Progress::load(project);
  const auto* last = progress.last_checked(labs);
  if (last == nullptr) {
    throw UserError("no lab was checked here yet; name one, such as 1");
  }
  return *last;
}

void print_hint(Console& console, const Hint& hint) {
  std::string prose;
  const auto flush = [&] {
    if (!prose.empty()) console.paragraph(prose, 2);
    prose.clear();
  };
  for (const auto& line : lines_of(hint.text)) {
    const bool code = line.starts_with("    ") || line.starts_with("  ");
    if (code || line.empty()) {
      flush();
      console.line(code ? "  " + line : line);
    } else {
      prose += (prose.empty() ? "" : " ") + line;
    }
  }
  flush();
}

TakenHint take_hint(const Project& project, const Lab& lab, int step, Hand hand) {
  auto progress = Progress::load(project);
  const auto hints = hints_of(project, lab);
  const auto* state = progress.find(lab.number);
  const bool checked = state != nullptr && !state->tests.empty();
  const auto* failure = checked ? first_red(*state) : nullptr;
  TakenHint taken;
  if (const auto* proof = progress.proof_of(lab);
      step == 0 && failure == nullptr && proof != nullptr && !proof->holds) {
    return take_hint_on_proof(project, lab, hints, proof->failed, hand);
  }
  if (step == 0 && checked && failure == nullptr) {
    taken.none = fmt::format(
        "No test of lab {} was red when it was checked last: there is nothing to hint at.{}",
        lab.padded_number(),
        state->checked_digest == digest_of(lab)
            ? std::string()
            : fmt::format(" Its file has changed since: {} check {} tells what is red now.",
                          project.shown(project.root() / "scripts" / "workshop"), lab.number));
    return taken;
  }
  const bool chooses_step = step == 0;
  if (chooses_step) step = failure != nullptr && failure->step > 0 ? failure->step : 1;
  if (failure != nullptr && failure->step != step) failure = nullptr;
  const auto of_step = static_cast<std::size_t>(std::count_if(
      hints.begin(), hints.end(), [&](const Hint& each) { return each.step == step; }));
  taken.step = step;
  taken.of_step = of_step;
  if (of_step == 0) {
    throw UserError(fmt::format("lab {} has no hints for step {}", lab.padded_number(), step));
  }
  std::vector<HintName> before;
  if (state != nullptr && state->hints_taken.contains(step)) before = state->hints_taken.at(step);
  const auto program = project.shown(project.root() / "scripts" / "workshop");
  if (chooses_step && failure != nullptr && is_erratic_without_hint(hints, step, *failure)) {
    taken.none = fmt::format(
        "First let the handler do the same in each attempt. This one most likely remembers "
        "something: look for a static, a global or an object outside of it. What it has to know "
        "comes from its message and its store; time, ids and random numbers come from the context. "
        "The hints of step {} are for afterwards ({} hint {} --step {} gives them now).",
        step, program, lab.number, step);
    return taken;
  }
  const bool loops = failure != nullptr && is_loop_without_hint(hints, step, *failure);
  if (chooses_step && failure != nullptr && (loops || failure->ignores_conflict)) {
    taken = take_general_hint(loops ? hints_on_loops() : hints_on_conflicts(), before, step,
                              failure->reason);
    if (taken.hint) {
      taken.before = was_taken_before(state, step, taken.hint->name());
      progress.take_hint(lab, step, taken.hint->name());
      progress.save(project);
      return taken;
    }
    if (loops) {
      taken.none = fmt::format(
          "The hints of step {0} are for a handler that comes to its end: take the loop out, or "
          "let it end, and the next failure has its hints. ({1} hint {2} --step {0} gives them all "
          "the same.)",
          step, program, lab.number);
      return taken;
    }
    taken = TakenHint();
    taken.step = step;
    taken.of_step = of_step;
  }
  const auto chosen = choose_hint(hints, step, numbers_of(before, HintKind::of_step), failure);
  if (chosen.hint == nullptr) {
    taken.none = fmt::format(
        "All {} of step {} are taken; {} hint {} --taken shows them once more. What is left is the "
        "solution: {} solution {}.",
        protocol::counted(taken.of_step, "hint"), step, program, lab.number, program, lab.number);
    return taken;
  }
  taken.before = was_taken_before(state, step, chosen.hint->name());
  progress.take_hint(lab, step, chosen.hint->name());
  progress.save(project);
  taken.hint = *chosen.hint;
  taken.fits = chosen.fits;
  taken.left = chosen.left;
  if (failure != nullptr && taken.fits.empty() && is_strange_to(hints, step, *failure)) {
    taken.strange = failure->reason;
  }
  return taken;
}

void print_taken_hint(Console& console, const Lab& lab, const TakenHint& taken) {
  if (!taken.hint) return console.paragraph(taken.none);
  if (!taken.strange.empty()) {
    const auto& any = on_any_failure(taken.strange, {});
    console.paragraph(fmt::format("No hint of this step is for: {}. For any failure of that kind:",
                                  taken.strange));
    console.line();
    console.paragraph(fmt::format("{} {}", any.question, any.answer), 2);
    console.line();
    console.paragraph("And what the step has next:");
  }
  console.paragraph(
      console.bold(fmt::format(
          "Lab {}, step {}, {}hint {} of {}", lab.padded_number(), taken.step, on_what(taken.kind),
          taken.of_step - static_cast<std::size_t>(taken.left), taken.of_step)) +
      (taken.before ? ", taken before" : "") +
      (taken.fits.empty()
           ? std::string()
           : ", for this failure: " + fmt::format("{}", fmt::join(in_words(taken.fits), ", "))));
  console.line();
  print_hint(console, *taken.hint);
  console.line();
  console.line(
      console.dim(taken.left > 0 ? "Try it before you take the next one."
                  : taken.kind == HintKind::of_step
                      ? "That was the last one of this step."
                      : fmt::format("That was the last one on {}.", subject_of(taken.kind))));
}

void remember_not_built(const Project& project, const Lab& lab, const LabProgram& program,
                        const BuildResult& build) {
  if (!build.configured || is_failure_elsewhere(build.output, part_of_build(program, build)) ||
      !failure_of_machine(build.output, "").empty()) {
    return;
  }
  const auto errors = read_compiler_output(
      build.output, [&](const std::string& file) { return project.shown(file); }, 1);
  auto progress = Progress::load(project);
  progress.record_not_built(lab, {.digest = digest_of(lab), .errors = errors.lines});
  try {
    progress.save(project);
  } catch (const UserError&) {  // the next verdict says so
  }
}

void print_not_built(Console& console, const Project& project, const Lab& lab,
                     const NotBuilt& not_built) {
  const auto file = lab.sources.empty() ? std::string("It") : project.shown(lab.sources.front());
  console.paragraph(console.bold(fmt::format("Lab {} does not compile", lab.padded_number())) +
                    ", so no test has run with what " + file + " is now:");
  console.line();
  print_errors(console, not_built.errors, 2);
  if (const auto help = help_with_errors(not_built.errors); !help.empty()) {
    console.line();
    console.paragraph(help);
  }
  console.line();
  console.paragraph(fmt::format(
      "Next: mend the first error, and check again. The hints on what the tests want come when it "
      "compiles ({} hint {} --step 1 gives one all the same).",
      project.shown(project.root() / "scripts" / "workshop"), lab.number));
}

bool give_hint(Console& console, const Project& project, const Lab& lab, int step) {
  const auto progress = Progress::load(project);
  if (const auto* not_built = progress.not_built(lab); step == 0 && not_built != nullptr) {
    print_not_built(console, project, lab, *not_built);
    return true;
  }
  const auto taken = take_hint(project, lab, step);
  print_taken_hint(console, lab, taken);
  return taken.hint.has_value();
}

void print_taken_hints(Console& console, const Project& project, const Lab& lab) {
  auto hints = hints_of(project, lab);
  for (const auto* general : {&hints_on_loops(), &hints_on_conflicts()}) {
    hints.insert(hints.end(), general->begin(), general->end());
  }
  const auto progress = Progress::load(project);
  const auto* state = progress.find(lab.number);
  if (state == nullptr || state->hints_taken.empty()) {
    const bool anew = state != nullptr && !state->hints_before.empty();
    console.line(fmt::format("No hint of lab {} was taken{}.", lab.padded_number(),
                             anew ? " since it was begun anew" : ""));
    return;
  }
  for (const auto& [step, taken] : state->hints_taken) {
    std::map<HintKind, int> count;
    for (const auto& name : taken) {
      ++count[name.kind];
      for (const auto& each : hints) {
        const bool of_step = each.kind == HintKind::of_step;
        if (each.name() != name || (of_step && each.step != step)) continue;
        console.line(console.bold(
            fmt::format("Step {}, {}hint {}", step, on_what(each.kind), count[name.kind])));
        print_hint(console, each);
        console.line();
      }
    }
  }
}

}  // namespace workshop::runner
