#include "workshop/runner/printing/printer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/schedules.hpp"
#include "workshop/runner/printing/compiler_output.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/printing/where_to_work.hpp"
#include "workshop/runner/runs/crash_place.hpp"
#include "workshop/runner/runs/pictures.hpp"

namespace workshop::runner {

using protocol::counted;

namespace {

constexpr std::size_t kFailureLinesMax = 15;

std::string group_name(int step) {
  return step == 0 ? std::string("In general") : fmt::format("Step {}", step);
}

/// The line by which a sanitizer or the C++ runtime says why it ended the program.
std::string last_words(const std::string& output) {
  for (const auto& line : lines_of(output)) {
    for (const std::string_view sign :
         {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer",
          "runtime error:", "terminate called", "libc++abi:"}) {
      if (line.find(sign) != std::string::npos) return line;
    }
  }
  return {};
}

void print_test(const TestResult& test, Console& console, const std::string& unfinished) {
  std::string mark = test.passed ? console.green("✓") : console.red("✗");
  std::string remark;
  if (!test.ended) remark = unfinished;
  if (test.skipped) {
    mark = console.yellow("-");
    remark = "skipped" + (test.skip_reason.empty() ? "" : ": " + test.skip_reason);
  }
  if (test.failed() && test.ended) remark = test.todo ? "TODO" : test.reason();
  if (remark == "assertion") remark.clear();
  const bool in_one_line = console.broken(test.name + "  " + remark, 4).size() == 1;
  auto lines = console.broken(test.name, 4);
  if (lines.empty()) lines.emplace_back("(a test without a name)");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto line = (i == 0 ? "  " + mark + " " : std::string("    ")) + lines[i];
    if (i + 1 == lines.size() && !remark.empty()) {
      const auto whole = columns_of(lines[i]) + 2 + columns_of(remark) + 4;
      if (in_one_line || whole <= console.style().width) {
        line += "  " + console.dim(remark);
      } else {
        line += "\n    " + console.dim(remark);
      }
    }
    console.line(line);
  }
  if (!test.passed) return;
  for (const auto& exploration : test.explorations) {
    for (const auto& line : console.broken(exploration, 4))
      console.line("    " + console.dim(line));
  }
}

/// A line of an assertion, without the middle of one that is longer than anybody reads: names of a
/// thousand characters differ at an end.
std::string readable(const std::string& line) {
  constexpr std::size_t kLineMax = 300;
  constexpr std::size_t kBegin = 100;
  constexpr std::size_t kEnd = 60;
  if (line.size() <= kLineMax) return line;
  const auto goes_on = [&](std::size_t at) {
    return (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80;
  };
  auto begin = kBegin;
  while (begin > 0 && goes_on(begin)) --begin;
  auto end = line.size() - kEnd;
  while (end < line.size() && goes_on(end)) ++end;
  return fmt::format("{} … {} ({})", line.substr(0, begin), line.substr(end),
                     counted(columns_of(line), "character"));
}

/// A failed situation says what there was, what was expected and what happened; that a list of
/// failures is not empty is no news.
std::string_view what_it_says(std::string_view failure) {
  const auto situation = failure.find("the situation: ");
  return situation == std::string_view::npos ? failure : failure.substr(situation);
}

/// Whether a line of a story has left out some of its words; lines that are left out whole are
/// counted where they were: "… 5 more".
bool leaves_out(const std::string& story) {
  constexpr std::string_view kMark = "…";
  return std::ranges::any_of(lines_of(story), [&](const std::string& line) {
    return line.find(kMark) != std::string::npos && !trimmed(line).starts_with(kMark);
  });
}

/// Why all tests were skipped, if it is the same for all; else "".
std::string reason_of_all_skips(const RunResult& run) {
  const auto same = [&](const TestResult& test) {
    return test.skipped && test.skip_reason == run.tests.front().skip_reason;
  };
  if (run.tests.size() < 2 || !std::all_of(run.tests.begin(), run.tests.end(), same)) return {};
  return run.tests.front().skip_reason;
}

}  // namespace

void print_tests(const RunResult& run, Console& console, const std::string& unfinished) {
  if (const auto reason = reason_of_all_skips(run); !reason.empty()) {
    console.paragraph(
        fmt::format("- all {} are skipped: {}", counted(run.tests.size(), "test"), reason), 2);
    return;
  }
  std::set<int> steps;
  for (const auto& test : run.tests) steps.insert(test.step());
  for (const int step : steps) {
    if (step != 0 || steps.size() > 1) console.line(console.bold(group_name(step)));
    for (const auto& test : run.tests) {
      if (test.step() == step) print_test(test, console, unfinished);
    }
  }
}

void print_tests_folded(const RunResult& run, Console& console, const std::string& unfinished) {
  std::set<int> steps;
  for (const auto& test : run.tests) steps.insert(test.step());
  for (const int step : steps) {
    if (step != 0 || steps.size() > 1) console.line(console.bold(group_name(step)));
    std::size_t passed = 0;
    for (const auto& test : run.tests) {
      if (test.step() != step) continue;
      if (test.passed) {
        ++passed;
      } else {
        print_test(test, console, unfinished);
      }
    }
    if (passed == 0) continue;
    const auto words = counted(passed, "test") + (passed == 1 ? " passes" : " pass");
    console.line("  " + console.green("✓") + " " + console.dim(words));
  }
}

/// A test program names the scripts as they are typed in the root of the checkout.
std::string Printer::as_typed_here(std::string text) const {
  for (const std::string_view script : {"scripts/workshop ", "scripts/setup "}) {
    const auto at = text.find(script);
    if (at == std::string::npos || (at > 0 && text[at - 1] != ' ')) continue;
    const auto name = script.substr(0, script.size() - 1);
    text.replace(at, name.size(), project_.shown(project_.root() / name));
  }
  return text;
}

void Printer::failure_text(const TestResult& test) {
  if (test.todo) {
    const auto step =
        test.todo_step > 0 ? fmt::format("TODO (step {}): ", test.todo_step) : "TODO: ";
    console_.paragraph(step + *test.todo, 2);
    return;
  }
  if (!test.story.empty()) {
    const bool painted = console_.style().color && !test.painted_story.empty();
    for (auto line : lines_of(painted ? test.painted_story : test.story)) {
      if (line.find("replay: ") != std::string::npos) {
        line = as_typed_here(line);
      }
      console_.line(line.empty() ? line : "  " + line);
    }
    picture(test);
    return;
  }
  std::size_t printed = 0;
  for (const auto& failure : test.failures) {
    for (const auto& line : lines_of(what_it_says(failure))) {
      if (++printed > kFailureLinesMax) continue;
      if (test.exception && line == *test.exception) {
        console_.paragraph(line, 2);  // a sentence; an assertion's values stay as they are
      } else {
        console_.line("  " + readable(line));
      }
    }
  }
  if (printed > kFailureLinesMax) {
    console_.line(fmt::format("  … and {} more", counted(printed - kFailureLinesMax, "line")));
  }
}

namespace {

/// The number of the step that the story marks; 0 for none.
std::size_t marked_step(const std::string& story) {
  for (const auto& line : lines_of(story)) {
    if (line.find("► ") != std::string::npos) return std::strtoul(line.c_str(), nullptr, 10);
  }
  return 0;
}

std::string where_to_look(const TestResult& test) {
  const auto steps = protocol::outline_of(test.schedule).steps;
  const auto marked = marked_step(test.story);
  if (marked == 0 || marked > steps.size()) {
    return "► is where it shows; its cause is above it, or, at a fault, below.";
  }
  return steps[marked - 1].fault.empty()
             ? "► is where it shows; its cause is above it."
             : "► is the fault; what comes of it is below: what is done then, or never again.";
}

}  // namespace

void Printer::picture(const TestResult& test) {
  if (test.picture.empty()) return;
  console_.line();
  console_.labelled("Picture: ", project_.shown(test.picture));
  const bool breaks = test.failed() || !test.replay_broken.empty();
  std::string label = breaks ? "Signs:   " : "Shows:   ";
  std::vector<std::string> sentences = {
      breaks ? where_to_look(test)
             : "this run, in which nothing breaks; the run before is no longer there."};
  if (leaves_out(test.story)) {
    sentences.emplace_back(
        "… is what had no room: below its diagram, the picture tells the whole of each line.");
  }
  sentences.push_back("All signs: " + project_.shown(project_.root() / "docs" / "pictures.md"));
  for (const auto& sentence : sentences) {
    console_.labelled(label, sentence);
    label.assign(label.size(), ' ');
  }
}

void Printer::story(const TestResult& test) {
  console_.line();
  console_.paragraph(test.name);
  const bool asserted = !test.failed_file.empty();
  const auto place = fmt::format("{}:{}", project_.shown(asserted ? test.failed_file : test.file),
                                 asserted ? test.failed_line : test.line);
  for (const auto& part : console_.broken(place)) console_.line(console_.dim(part));
  console_.line();
  failure_text(test);
  if (test.alone.empty()) return;
  console_.line();
  console_.paragraph(
      fmt::format("Alone in a process, this test {}. So what ran before it has left something "
                  "behind: look for a static, a thread_local, a global or an object outside of the "
                  "handler. What must last belongs into the store.",
                  test.alone == "green" ? "is green" : "fails otherwise: " + test.alone),
      2);
}

void Printer::next_steps(const Lab& lab, const TestResult& failure, bool keys) {
  console_.line();
  print_where_to_edit(console_, project_, lab, failure);
  if (lab.hints.empty()) return;
  if (keys) return console_.line("Hint:  press h");
  console_.line(fmt::format("Hint:  {} hint {}",
                            project_.shown(project_.root() / "scripts" / "workshop"), lab.number));
}

/// The line in which a program of a lab stood when it ended.
void Printer::line_of_end(const LabProgram& program, const RunResult& results) {
  const auto place = place_of_crash(
      program.file, results.crash_frames,
      {project_.root() / "labs", project_.root() / "solutions", program.file.parent_path()});
  if (!place) return;
  console_.labelled("Line:   ", fmt::format("{}:{}", project_.shown(place->file), place->line));
  if (!place->text.empty()) console_.line("          " + place->text);
}

void Printer::unjudged(const ProgramRun& run, const Verdict& verdict) {
  console_.line();
  if (const auto words = last_words(run.process.output); !words.empty()) {
    console_.paragraph(words, 2);
    console_.line();
  }
  console_.paragraph(verdict.problem + ".");
  if (const auto* test = run.results.unfinished(); test != nullptr) {
    console_.labelled("Test:   ", fmt::format("{}:{}", project_.shown(test->file), test->line));
  }
}

/// How to see in which line a program of a lab crashed: in a debugger, and by a sanitizer.
void Printer::ways_to_a_crash(const Lab& lab, const Variant& variant, const LabProgram& program,
                              const RunResult& results) {
  const auto* test = results.unfinished();
  line_of_end(program, results);
  const auto which = variant.solution          ? std::string(" --solution")
                     : variant.mistake.empty() ? std::string()
                                               : " --mistake " + variant.mistake;
  const auto script = project_.shown(project_.root() / "scripts" / "workshop");
  if (const auto step = last_steps_of(results.fatal_schedule); !step.empty()) {
    console_.line("Last:   " + step);
    console_.line(fmt::format("Again:  {} replay {}{} '{}'", script, lab.number, which,
                              results.fatal_schedule));
  }
  const auto only = test == nullptr ? std::string() : fmt::format(" \"{}\"", test->name);
  console_.line(fmt::format("Debug:  gdb -q -ex run -ex backtrace --args {}{}",
                            project_.shown(program.file), only));
  console_.line(fmt::format("Why:    {} check {}{} --preset asan", script, lab.number, which));
}

void Printer::headline(const Lab& lab, const LabProgram& program, const RunResult& results) {
  const auto passed = results.count([](const TestResult& test) { return test.passed; });
  auto label = program.label;
  if (!label.empty() && label.front() >= 'a' && label.front() <= 'z') {
    label.front() = static_cast<char>(label.front() - 'a' + 'A');
  }
  console_.paragraph(console_.bold(fmt::format("{}, {}", label, lab.title)) +
                     (results.unfinished() != nullptr || !results.ended
                          ? fmt::format(": {} passed before it ended", counted(passed, "test"))
                          : ": " + passing_of(passed, results.tests.size())));
  console_.line();
}

void Printer::solved(const Lab& lab) {
  console_.line();
  console_.line(console_.green(fmt::format("Lab {} is solved.", lab.padded_number())));
  if (lab.solution.empty()) return;
  console_.labelled("Compare: ", project_.shown(lab.solution / "src"));
  const auto notes = lab.solution / "NOTES.md";
  if (std::filesystem::exists(notes)) console_.labelled("Why:     ", project_.shown(notes));
}

void Printer::verdict(const Lab& lab, const Variant& variant, const LabProgram& program,
                      const ProgramRun& run, const Verdict& verdict, const VerdictDetail& detail) {
  const auto& tests = run.results.tests;
  if (!tests.empty()) {
    headline(lab, program, run.results);
    auto results = run.results;
    const auto unfinished = end_of_unfinished(run.process, results);
    for (auto& test : results.tests) test.skip_reason = as_typed_here(test.skip_reason);
    if (verdict.judgement == Judgement::red && !detail.all_tests) {
      print_tests_folded(results, console_, unfinished);
    } else {
      print_tests(results, console_, unfinished);
    }
  }
  if (verdict.judgement == Judgement::unjudged) {
    unjudged(run, verdict);
    if (has_crashed(run.process, run.results) && run.results.started)
      ways_to_a_crash(lab, variant, program, run.results);
    console_.labelled("Output: ", project_.shown(run.output_file));
    return;
  }
  const auto* failure = first_failure(run.results, detail.wanted);
  if (failure == nullptr) {
    if (variant.is_skeleton() && !detail.part) solved(lab);
    return;
  }
  if (detail.all_stories) {
    for (const auto& test : tests) {
      if (test.failed() && &test != failure) story(test);
    }
  }
  story(*failure);
  if (endless_loop(run.results) != nullptr) {
    console_.line();
    line_of_end(program, run.results);
  }
  if (detail.before_next) detail.before_next();
  if (variant.is_skeleton()) next_steps(lab, *failure, detail.keys);
}

std::string part_of_build(const LabProgram& program, const BuildResult& build) {
  const auto file = program.file.lexically_relative(build.folder);
  auto part = file.begin();
  std::string words;
  for (int i = 0; i < 2 && part != file.end(); ++i, ++part) {
    words += (words.empty() ? "" : "/") + part->string();
  }
  return words;
}

void print_errors(Console& console, const std::vector<std::string>& lines, std::size_t indent) {
  const auto room = console.style().story_width - indent;
  for (const auto& line : around_carets(lines, room)) {
    const bool is_sentence =
        line.find(": error: ") != std::string::npos || line.find(": note: ") != std::string::npos;
    if (is_sentence && columns_of(line) > room) {
      console.paragraph(line, indent);
    } else {
      console.line(std::string(indent, ' ') + line);
    }
  }
}

void Printer::build_failure(const LabProgram& program, const BuildResult& build) {
  const auto machine = failure_of_machine(build.output, project_.shown(build.folder));
  if (!machine.empty()) {
    console_.paragraph(fmt::format("{} cannot be built: {}.", program.label, machine));
    return;
  }
  if (!build.configured) {
    for (const auto& line : read_cmake_error(build.output, kFailureLinesMax)) console_.line(line);
    console_.line();
    console_.paragraph(fmt::format(
        "CMake could not configure the project, see above. For what is missing, run {} doctor.",
        project_.shown(project_.root() / "scripts" / "workshop")));
    return;
  }
  const auto shown = [this](const std::string& file) { return project_.shown(file); };
  const auto errors = read_compiler_output(build.output, shown);
  print_errors(console_, errors.lines);
  console_.line();
  const bool applying = errors.first_place.find(".diff:") != std::string::npos;
  auto sentence = program.label + (errors.linking ? " does not link"
                                   : applying     ? " does not apply"
                                                  : " does not compile");
  if (is_failure_elsewhere(build.output, part_of_build(program, build))) {
    sentence = program.label + " was not built, but not for a file of it";
  }
  if (errors.errors_count > 0) sentence += ": " + counted(errors.errors_count, "error");
  if (!errors.first_place.empty()) {
    sentence +=
        fmt::format("{} in {}", errors.errors_count > 1 ? ", the first" : "", errors.first_place);
  }
  console_.paragraph(sentence);
}

void print_exploration(const TestResult& test, Console& console) {
  const auto mark = test.passed    ? console.green("✓")
                    : test.skipped ? console.yellow("-")
                                   : console.red("✗");
  console.line(mark + " " + test.name);
  for (const auto& note : test.exploration_notes) {
    for (const auto& line : console.broken(note, 4)) console.line("    " + line);
  }
}

void Printer::times(const BuildResult& build, const process::Result& run,
                    std::chrono::milliseconds altogether) {
  console_.line();
  console_.line(console_.dim(fmt::format(
      "Times in ms: configure {}, build {} (compile {}, link {}), run {}, altogether {}",
      build.configuring.count(), build.building.count(), build.compiling.count(),
      build.linking.count(), run.duration.count(), altogether.count())));
}

}  // namespace workshop::runner
