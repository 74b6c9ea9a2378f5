#include "workshop/runner/printing/standing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iostream>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {

std::string tick_of(const Console& console, const Progress& progress, const Lab& lab) {
  if (is_refused(progress, lab)) return console.yellow("►");
  switch (progress.standing(lab)) {
    case Standing::open:
      return console.dim("·");
    case Standing::begun:
      return console.yellow("►");
    case Standing::solved:
      return console.green("✓");
    case Standing::changed:
      return console.yellow("~");
  }
  return " ";
}

std::string no_of_prove(const Progress& progress, const Lab& lab) {
  const auto* state = progress.find(lab.number);
  if (const auto* proof = progress.proof_of(lab)) {
    return proof->holds ? "" : fmt::format("prove says no, \"{}\" fails", proof->failed.name);
  }
  if (state == nullptr || !state->proof || state->proof->holds) return {};
  return fmt::format("prove has not been asked again since it said no, \"{}\" failed",
                     state->proof->failed.name);
}

namespace {

/// What the tests of `check` have said.
std::string checked_in_words(const Progress& progress, const Lab& lab) {
  const auto standing = progress.standing(lab);
  if (standing == Standing::open) return "not begun";
  if (standing == Standing::solved) {
    return progress.proof_of(lab) != nullptr ? "all tests of check pass" : "solved";
  }
  const auto& state = *progress.find(lab.number);
  const auto passed = std::count_if(state.tests.begin(), state.tests.end(),
                                    [](const TestState& test) { return test.verdict == "green"; });
  const auto tests = passing_of(static_cast<std::size_t>(passed), state.tests.size());
  const int step = red_step(state);
  const auto where = progress.not_built(lab) != nullptr ? "does not compile"
                     : step == 0                        ? tests
                                 : fmt::format("step {} is red, {}", step, tests);
  if (standing == Standing::begun) return where;
  const bool known = state.checked_digest == digest_of(lab) || progress.not_built(lab) != nullptr;
  if (!known) return "solved before, and changed since: not checked yet";
  const bool red = step != 0 || progress.not_built(lab) != nullptr;
  return (red ? "solved before, now red again: " : "solved before, and changed since: ") + where;
}

}  // namespace

std::string standing_in_words(const Progress& progress, const Lab& lab) {
  const auto no = no_of_prove(progress, lab);
  const auto* proof = progress.proof_of(lab);
  const auto standing = progress.standing(lab);
  if (standing == Standing::solved && no.empty()) {
    return proof != nullptr ? "solved, and proved" : "solved";
  }
  if (no.empty()) return checked_in_words(progress, lab);
  if (standing == Standing::open) return "not checked; " + no;
  // What is red comes first, and what prove has found in an earlier file may be gone.
  const bool red = standing != Standing::solved && (progress.not_built(lab) != nullptr ||
                                                    red_step(*progress.find(lab.number)) != 0);
  if (red && proof == nullptr) return checked_in_words(progress, lab);
  return checked_in_words(progress, lab) + "; " + no;
}

void print_labs(Console& console, const Progress& progress, const std::vector<Lab>& labs,
                std::string (*remark)(const Progress&, const Lab&)) {
  std::size_t width = 0;
  for (const auto& lab : labs) width = std::max(width, columns_of(lab.title));
  for (const auto& lab : labs) {
    const auto words = remark(progress, lab);
    const auto begin =
        fmt::format("{} {}  {}", tick_of(console, progress, lab), lab.padded_number(), lab.title);
    const std::size_t used = 6 + width + 2;
    if (words.empty()) {
      console.line(begin);
    } else if (used + columns_of(words) <= console.style().width) {
      console.line(begin + std::string(width - columns_of(lab.title) + 2, ' ') +
                   console.dim(words));
    } else {
      console.line(begin);
      for (const auto& line : console.broken(words, 6)) {
        console.line("      " + console.dim(line));
      }
    }
  }
}

void print_signs(Console& console, const Progress& progress, const std::vector<Lab>& labs) {
  const Console plain(std::cout, {.color = false});
  const auto stands = [&](std::string_view sign) {
    return std::ranges::any_of(
        labs, [&](const Lab& lab) { return tick_of(plain, progress, lab) == sign; });
  };
  std::string words = stands("►") ? "► is begun, or prove says no" : "";
  if (stands("~")) {
    words += words.empty() ? "" : " · ";
    words += "~ was solved before, and has changed since";
  }
  if (words.empty()) return;
  for (const auto& line : console.broken(words)) console.line(console.dim(line));
}

void print_proof_offer(Console& console, const Project& project, const Lab& lab,
                       const Progress& progress, Hand hand) {
  const auto command =
      hand == Hand::presses
          ? std::string("press v")
          : fmt::format("{} prove {}", project.shown(project.root() / "scripts" / "workshop"),
                        lab.number);
  const auto* proof = progress.proof_of(lab);
  if (proof == nullptr) {
    console.line("Prove: " + command + "   (harder situations, wider bounds: up to a minute)");
  } else if (proof->holds) {
    console.line(console.green("Proved: ") + "prove said yes of this very file.");
  } else {
    console.paragraph(console.red("Not proved: ") +
                      fmt::format("prove says no to this very file: \"{}\" fails. How: {}",
                                  proof->failed.name, command));
  }
}

void print_solved_before(Console& console, const Progress& progress, const Lab& lab) {
  if (progress.standing(lab) != Standing::changed) return;
  console.line();
  console.paragraph(fmt::format(
      "Lab {} was solved before, and stays so in your list (~); with the file as it is now, it is "
      "red again.",
      lab.padded_number()));
}

void print_next(Console& console, const Project& project, const Lab* next, const Progress& progress,
                Hand hand) {
  if (next == nullptr) {
    console.line(console.green("All labs are solved."));
    return;
  }
  if (progress.standing(*next) == Standing::solved) {
    console.line(console.bold("Next:  ") +
                 fmt::format("lab {}, {}, once more", next->padded_number(), next->title));
    return print_proof_offer(console, project, *next, progress);
  }
  const auto name = fmt::format("lab {}, {}", next->padded_number(), next->title) +
                    (progress.standing(*next) == Standing::begun ? ": begun, not solved yet" : "");
  if (hand == Hand::presses) {
    return console.line(console.bold("Next:  ") + "press n for " + name);
  }
  console.line(console.bold("Next:  ") + name);
  console.labelled("Page:  ", project.shown(next->folder / "README.md"));
  console.line(fmt::format("Begin: {} watch {}",
                           project.shown(project.root() / "scripts" / "workshop"), next->number));
}

void print_why_next(Console& console, const std::vector<Lab>& labs, const Progress& progress,
                    const Lab* next) {
  const auto* last = progress.last_checked(labs);
  if (next == nullptr || last == nullptr || progress.standing(*next) != Standing::open) return;
  const auto skipped = std::ranges::count_if(labs, [&](const Lab& lab) {
    return lab.number < next->number && progress.standing(lab) == Standing::open;
  });
  if (skipped == 0) return;
  const auto words = fmt::format(
      "it is the first open one after lab {}, which you have checked last; {} before it {} "
      "not begun, and {} turn comes at the end",
      last->padded_number(), protocol::counted(static_cast<std::size_t>(skipped), "lab"),
      skipped == 1 ? "is" : "are", skipped == 1 ? "its" : "their");
  console.labelled("Why:   ", words);
}

}  // namespace workshop::runner
