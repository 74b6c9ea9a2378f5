#include "workshop/runner/runs/expectations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/schedules.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/catalog/readme_check.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/replay_check.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {
namespace {

using protocol::counted;

const TestResult* find_test(const RunResult& run, const std::string& name) {
  const auto found = std::find_if(run.tests.begin(), run.tests.end(),
                                  [&name](const TestResult& test) { return test.name == name; });
  return found == run.tests.end() ? nullptr : &*found;
}

std::string names_of_tests(const RunResult& run) {
  std::string names;
  for (const auto& test : run.tests) names += "\n    " + test.name;
  return names;
}

/// "by an assertion: REQUIRE( … )", to follow "failed".
std::string failing_how(const TestResult& test) {
  const auto reason = test.reason();
  if (reason == "todo") return fmt::format("by TODO (step {}): {}", test.todo_step, *test.todo);
  if (test.exception && (reason == "exception" || reason == "not deterministic"))
    return "by an exception: " + *test.exception;
  if (reason != "assertion") return "as \"" + reason + "\"";
  std::string text = "by an assertion";
  if (!test.failures.empty()) text += ": " + lines_of(test.failures.front() + " ").front();
  if (!test.failed_file.empty())
    text += fmt::format(" ({}:{})", test.failed_file, test.failed_line);
  return text;
}

}  // namespace

DeclaredReds read_reds(const std::vector<std::string>& texts) {
  DeclaredReds reds;
  for (const auto& text : texts) {
    const auto equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      throw UserError(fmt::format("--red wants \"the test's name=reason\", not \"{}\"", text));
    }
    if (!reds.emplace(text.substr(0, equals), text.substr(equals + 1)).second) {
      throw UserError(fmt::format("--red names \"{}\" twice", text.substr(0, equals)));
    }
  }
  return reds;
}

Findings expect_skeleton(const RunResult& run, const DeclaredReds& reds) {
  Findings findings;
  std::size_t red = 0;
  std::size_t given = 0;
  for (const auto& test : run.tests) {
    if (test.given()) {
      ++given;
      if (test.passed) continue;
      findings.errors.push_back(
          fmt::format("\"{}\" is [given], but {}", test.name,
                      test.skipped ? "was skipped" : "failed " + failing_how(test)));
      continue;
    }
    ++red;
    const auto declared = reds.find(test.name);
    const std::string wanted = declared == reds.end() ? "todo" : declared->second;
    if (test.passed || test.skipped) {
      findings.errors.push_back(fmt::format("\"{}\" {} on the skeleton: it shall fail ({})",
                                            test.name, test.passed ? "passes" : "is skipped",
                                            wanted));
    } else if (test.reason() != wanted) {
      findings.errors.push_back(fmt::format("\"{}\" shall fail as \"{}\", but failed {}", test.name,
                                            wanted, failing_how(test)));
    }
  }
  for (const auto& [name, reason] : reds) {
    const auto* test = find_test(run, name);
    if (test == nullptr) {
      findings.errors.push_back(
          fmt::format("\"{}\" is declared to fail as \"{}\", but there is no such test; tests:{}",
                      name, reason, names_of_tests(run)));
    } else if (test->given()) {
      findings.errors.push_back(fmt::format("\"{}\" is declared to fail, but is [given]", name));
    }
  }
  if (red == 0) findings.errors.emplace_back("no test waits for the attendee: all are [given]");
  findings.summary =
      fmt::format("{} red as declared, {} given and green", counted(red, "test"), given);
  return findings;
}

Findings expect_solution(const RunResult& run) {
  Findings findings;
  std::size_t passed = 0;
  for (const auto& test : run.tests) {
    if (test.passed) {
      ++passed;
    } else if (!test.skipped) {
      findings.errors.push_back(fmt::format("\"{}\" failed {}", test.name, failing_how(test)));
    } else if (trimmed(test.skip_reason).empty()) {
      findings.errors.push_back(fmt::format("\"{}\" was skipped and does not say why", test.name));
    } else {
      findings.warnings.push_back(
          fmt::format("\"{}\" was skipped: {}", test.name, test.skip_reason));
    }
  }
  if (passed == 0 && findings.errors.empty()) findings.errors.emplace_back("no test passed");
  findings.summary = counted(passed, "test") + " green";
  return findings;
}

std::vector<std::string> long_schedules(const RunResult& run) {
  std::vector<std::string> errors;
  for (const auto& test : run.tests) {
    if (test.schedule.size() <= protocol::kScheduleMax) continue;
    errors.push_back(
        fmt::format("\"{}\" is replayed by {} characters, more than a person copies ({}): {}",
                    test.name, test.schedule.size(), protocol::kScheduleMax, test.schedule));
  }
  return errors;
}

Findings expect_mistake(const RunResult& run, const MistakeHeader& header) {
  Findings findings;
  const auto* named = find_test(run, header.caught_by);
  if (named == nullptr) {
    findings.errors.push_back(
        fmt::format("it shall be caught by \"{}\", but there is no such test; tests:{}",
                    header.caught_by, names_of_tests(run)));
    return findings;
  }
  if (named->passed || named->skipped) {
    findings.errors.push_back(fmt::format("\"{}\" does not catch it: the test {}", named->name,
                                          named->passed ? "passes" : "is skipped"));
  } else if (named->reason() != header.as) {
    findings.errors.push_back(fmt::format("\"{}\" shall catch it as \"{}\", but failed {}",
                                          named->name, header.as, failing_how(*named)));
  }
  for (const auto& test : run.tests) {
    if (!test.failed() || test.step() >= named->step()) continue;
    findings.warnings.push_back(
        fmt::format("\"{}\" of an earlier step fails too, {}", test.name, failing_how(test)));
  }
  findings.summary = fmt::format("caught by \"{}\" as {}", named->name, header.as);
  return findings;
}

Findings expect_step(const RunResult& run, int step, const DeclaredReds& reds) {
  Findings findings;
  std::size_t green = 0;
  std::size_t red = 0;
  for (const auto& test : run.tests) {
    // What an untouched lab does right, a half solved one may do wrong; then it is declared.
    const bool stays_green = test.given() && reds.find(test.name) == reds.end();
    if (test.step() <= step || stays_green) {
      ++green;
      if (!test.failed()) continue;
      findings.errors.push_back(
          fmt::format("\"{}\" of step {} failed {}", test.name, test.step(), failing_how(test)));
    } else if (test.step() == step + 1) {
      const auto declared = reds.find(test.name);
      const std::string wanted = declared == reds.end() ? "todo" : declared->second;
      if (wanted != "green") ++red;
      if ((test.passed ? "green" : test.reason()) == wanted) continue;
      findings.errors.push_back(
          fmt::format("\"{}\" shall fail as \"{}\", but {}", test.name, wanted,
                      test.failed() ? "failed " + failing_how(test) : "is not red"));
    }
  }
  if (red == 0) findings.errors.push_back(fmt::format("no test of step {} is red", step + 1));
  findings.summary =
      fmt::format("{} green, {} of step {} red as declared", counted(green, "test"), red, step + 1);
  return findings;
}

std::string why_skipped(const RunResult& run) {
  std::string why;
  for (const auto& test : run.tests) {
    if (test.failed() || (test.skipped && trimmed(test.skip_reason).empty())) return {};
    if (test.skipped && why.empty()) why = test.skip_reason;
  }
  return run.ended ? why : std::string();
}

Findings expect_same(const RunResult& first, const RunResult& second) {
  Findings findings;
  if (first.tests.size() != second.tests.size()) {
    findings.errors.push_back(fmt::format(
        "one run had {}, another {}", counted(first.tests.size(), "test"), second.tests.size()));
    return findings;
  }
  for (std::size_t i = 0; i < first.tests.size(); ++i) {
    const auto& one = first.tests[i];
    const auto& other = second.tests[i];
    const auto differ = [&](std::string_view what, const std::string& a, const std::string& b) {
      findings.errors.push_back(
          fmt::format("\"{}\" had two {} in two runs: \"{}\" and \"{}\"", one.name, what, a, b));
    };
    if (one.name != other.name) {
      differ("names", one.name, other.name);
    } else if (one.reason() != other.reason()) {
      differ("verdicts", one.passed ? "passed" : one.reason(),
             other.passed ? "passed" : other.reason());
    } else if (one.schedule != other.schedule) {
      differ("schedules", one.schedule, other.schedule);
    } else if (one.explorations != other.explorations) {
      differ("reports", fmt::format("{}", fmt::join(one.explorations, "; ")),
             fmt::format("{}", fmt::join(other.explorations, "; ")));
    }
  }
  return findings;
}

namespace {

/// How the tests of the next step fail: as on the skeleton, but for what lines
/// `next: the test's name=reason` above the diff say; the reason may be `green`.
DeclaredReds reds_of_step(const ExpectOptions& options) {
  constexpr std::string_view kNext = "next: ";
  auto reds = read_reds(options.reds);
  const auto source = read_file(options.source);
  if (!source) throw UserError(fmt::format("{} cannot be read", options.source.string()));
  std::vector<std::string> own;
  for (const auto& line : lines_of(*source)) {
    if (line.starts_with("--- ")) break;
    if (line.starts_with(kNext)) own.push_back(line.substr(kNext.size()));
  }
  for (const auto& [name, reason] : read_reds(own)) reds[name] = reason;
  return reds;
}

Findings compare(const ExpectOptions& options, const MistakeHeader& header, const RunResult& run) {
  switch (options.expectation) {
    case Expectation::skeleton:
      return expect_skeleton(run, read_reds(options.reds));
    case Expectation::solution:
      return expect_solution(run);
    case Expectation::step:
      return expect_step(run, options.step, reds_of_step(options));
    case Expectation::mistake:
      break;
  }
  return expect_mistake(run, header);
}

MistakeHeader header_of(const ExpectOptions& options) {
  if (options.expectation != Expectation::mistake) return {};
  const auto source = read_file(options.source);
  if (!source) throw UserError(fmt::format("{} cannot be read", options.source.string()));
  try {
    return read_mistake_header(*source, header_form_of(options.source));
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", options.source.string(), error.what()));
  }
}

void add(Findings& findings, const std::vector<std::string>& errors) {
  findings.errors.insert(findings.errors.end(), errors.begin(), errors.end());
}

/// A run can be compared if it came to its end; green or red is what the comparison is about.
std::string why_incomparable(const std::string& name, const ProgramRun& run) {
  if (run.results.ended && !run.results.tests.empty() && run.process.signal == 0 &&
      !run.process.timed_out) {
    const bool red = first_failure(run.results) != nullptr;
    if (red || run.process.exit_code == 0) return {};
  }
  return judge(name, run.process, run.results).problem;
}

}  // namespace

int expect(Console& console, const ExpectOptions& options) {
  const auto header = header_of(options);
  if (!std::filesystem::exists(options.program)) {
    throw UserError(fmt::format("there is no program {}", options.program.string()));
  }
  const auto name = options.program.filename().string();
  const auto folder = std::filesystem::absolute(options.program).parent_path() / "expect";
  std::optional<RunResult> before;
  Findings findings;
  for (int i = 0; i < std::max(1, options.runs_count); ++i) {
    ProgramRunOptions how;
    how.time_max = options.time_max;
    how.environment = {{protocol::variable::kPictures, ""}};
    if (options.only_named) how.arguments = {protocol::test_argument(header.caught_by)};
    const auto run = run_lab_program(options.program, folder, name, how);
    if (const auto why = why_skipped(run.results); !why.empty()) {
      console.line(fmt::format("{}: skipped: {}", name, why));
      return protocol::kExitSkipped;
    }
    if (const auto problem = why_incomparable(name, run); !problem.empty()) {
      console.line(problem + "; its output:");
      for (const auto& line : lines_of(run.process.output)) console.line("  " + line);
      return protocol::kExitNotJudged;
    }
    findings = compare(options, header, run.results);
    add(findings, long_schedules(run.results));
    if (i == 0 && findings.errors.empty() && !options.readme.empty()) {
      findings.errors = check_readme(options.readme, run.results);
    }
    if (i == 0 && options.expectation != Expectation::mistake) {
      add(findings, check_replays(options.program, folder, run.results, how));
    }
    if (before) add(findings, expect_same(*before, run.results).errors);
    before = run.results;
    if (!findings.errors.empty()) break;
  }
  for (const auto& warning : findings.warnings) console.line("warning: " + name + ": " + warning);
  for (const auto& error : findings.errors) console.line(name + ": " + error);
  if (!findings.errors.empty()) return protocol::kExitRed;
  const auto runs =
      options.runs_count > 1 ? fmt::format(", {} runs alike", options.runs_count) : "";
  console.line(fmt::format("{}: {}{}", name, findings.summary, runs));
  return protocol::kExitGood;
}

}  // namespace workshop::runner
