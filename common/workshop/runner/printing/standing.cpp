#include "workshop/runner/printing/standing.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {

std::string tick_of(const Console& console, Standing standing) {
  switch (standing) {
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

std::string standing_in_words(const Progress& progress, const Lab& lab) {
  const auto standing = progress.standing(lab);
  if (standing == Standing::open) return "not begun";
  if (standing == Standing::solved) return "solved";
  const auto& state = *progress.find(lab.number);
  const auto passed = std::count_if(state.tests.begin(), state.tests.end(),
                                    [](const TestState& test) { return test.verdict == "green"; });
  const auto tests =
      fmt::format("{} of {} pass", passed, protocol::counted(state.tests.size(), "test"));
  const int step = red_step(state);
  const auto where = step == 0 ? tests : fmt::format("step {} is red, {}", step, tests);
  if (standing == Standing::begun) return where;
  const bool checked = state.checked_digest == digest_of(lab);
  return "changed since it was solved" + (checked ? ": " + where : std::string());
}

void print_labs(Console& console, const Progress& progress, const std::vector<Lab>& labs,
                std::string (*remark)(const Progress&, const Lab&)) {
  std::size_t width = 0;
  for (const auto& lab : labs) width = std::max(width, columns_of(lab.title));
  for (const auto& lab : labs) {
    const auto words = remark(progress, lab);
    const auto begin = fmt::format("{} {}  {}", tick_of(console, progress.standing(lab)),
                                   lab.padded_number(), lab.title);
    const std::size_t used = 6 + width + 2;
    if (words.empty()) {
      console.line(begin);
    } else if (used + columns_of(words) <= console.style().width) {
      console.line(begin + std::string(width - columns_of(lab.title) + 2, ' ') +
                   console.dim(words));
    } else {
      console.line(begin);
      for (const auto& line : wrapped(words, console.style().width - 6)) {
        console.line("      " + console.dim(line));
      }
    }
  }
}

void print_proof_offer(Console& console, const Project& project, const Lab& lab) {
  console.line(fmt::format("Prove: {} prove {}   (harder situations, wider bounds: a minute)",
                           project.shown(project.root() / "scripts" / "workshop"), lab.number));
}

void print_next(Console& console, const Project& project, const Lab* next) {
  if (next == nullptr) {
    console.line(console.green("All labs are solved."));
    return;
  }
  console.line(console.bold("Next:  ") +
               fmt::format("lab {}, {}", next->padded_number(), next->title));
  console.line("Page:  " + project.shown(next->folder / "README.md"));
  console.line(fmt::format("Begin: {} watch {}",
                           project.shown(project.root() / "scripts" / "workshop"), next->number));
}

}  // namespace workshop::runner
