#include "workshop/testing/spec_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>

#include "workshop/modelcheck/matches.hpp"
#include "workshop/modelcheck/tlc.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/protocol/phrases.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/testing/report.hpp"

namespace workshop::testing {
namespace {

using modelcheck::TlcOutcome;
using modelcheck::TlcResult;
using process::environment;

modelcheck::Tlc tlc_or_skip() {
  const auto found = modelcheck::find_tlc();
  if (!found.tlc) SKIP(found.missing);
  return *found.tlc;
}

modelcheck::TlcOptions options() {
  modelcheck::TlcOptions options;
  options.time_max = std::chrono::minutes{9};  // a busy machine; what is measured is printed
  options.heap_mib = 1024;
  options.answers = modelcheck::answers_folder();
  return options;
}

void tell(const std::string& what, const TlcResult& result) {
  fmt::print("{} ({:.1f} s{})\n", what, static_cast<double>(result.duration.count()) / 1000.0,
             result.remembered ? ", an answer that was kept" : "");
  std::fflush(stdout);
}

std::set<std::string> lines_with(const std::string& output, const std::string& word) {
  std::set<std::string> found;
  for (const auto& match :
       modelcheck::matches(output, "<<\"" + word + "\", \"(\\w+)\", \"(\\w+)\">>")) {
    found.insert(match[1] + " violates " + match[2]);
  }
  return found;
}

// The words after INVARIANTS and PROPERTY of a .cfg file whose statements begin their lines.
std::set<std::string> properties_in(const std::string& config) {
  std::set<std::string> names;
  bool listed = false;
  std::istringstream lines(config);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      const bool keyword = std::all_of(word.begin(), word.end(),
                                       [](char c) { return c == '_' || (c >= 'A' && c <= 'Z'); });
      if (keyword) {
        listed = word.starts_with("INVARIANT") || word.starts_with("PROPERT");
      } else if (listed) {
        names.insert(word);
      }
    }
  }
  return names;
}

modelcheck::TraceVerdict validated(const std::filesystem::path& folder, const std::string& module,
                                   const explore::Scenario& scenario,
                                   const modelcheck::ExecutionsOptions& executions) {
  const auto tlc = tlc_or_skip();
  const auto drawn = modelcheck::sample_executions(scenario, executions);
  auto verdict = modelcheck::validate(tlc, drawn, folder, module, options());
  tell(verdict.text, verdict.result);
  return verdict;
}

// The name of the algorithm's module: "Inbox" of "InboxTrace".
std::string algorithm_of(const std::string& module) {
  return module.ends_with("Trace") ? module.substr(0, module.size() - 5) : module;
}

// A line for `workshop explore --as-trace`, and for who runs the program by hand.
void note(const std::string& line) {
  report_exploration_note(line);
  fmt::print("{}\n", line);
}

// An execution up to where it left the specification, the last steps of it, for who looks for why.
void note_rejected(const modelcheck::Executions& drawn, const modelcheck::TraceVerdict& verdict,
                   const std::string& module) {
  note(fmt::format("{}: execution {} of {} is no behaviour of {}, which does not allow step {}",
                   protocol::phrase::kRejected, verdict.execution, drawn.schedules.size(),
                   algorithm_of(module), verdict.step));
  constexpr std::size_t kStepsMax = 12;
  const auto& in_words = drawn.events_in_words.at(verdict.execution - 1);
  for (auto i = verdict.step > kStepsMax ? verdict.step - kStepsMax : 0; i < verdict.step; ++i) {
    note(fmt::format("{}{:>4}  {}", i + 1 == verdict.step ? ">" : " ", i + 1, in_words.at(i)));
  }
  note("its schedule: " + drawn.schedules.at(verdict.execution - 1));
  if (verdict.result.outcome == TlcOutcome::evaluation_failed) {
    note("it writes what the specification cannot read: " + verdict.result.message);
  }
}

// What `workshop explore --as-trace` asks for: the executions in a folder, and TLC's verdict when
// TLC is there.
void write_and_validate(const std::filesystem::path& into, const std::filesystem::path& folder,
                        const std::string& module, const explore::Scenario& scenario,
                        modelcheck::ExecutionsOptions executions) {
  const auto count =
      std::strtoull(environment(protocol::variable::kTraceCount).c_str(), nullptr, 10);
  if (count > 0) executions.executions_count = count;
  const auto seed = environment(protocol::variable::kTraceSeed);
  if (!seed.empty()) executions.seed = std::strtoull(seed.c_str(), nullptr, 10);
  const auto drawn = modelcheck::sample_executions(scenario, executions);
  modelcheck::write_trace(drawn, folder, module, into);
  note(fmt::format("{} executions with {} steps are in {}", drawn.schedules.size(),
                   drawn.steps_count, (into / "Executions.tla").string()));
  const auto found = modelcheck::find_tlc();
  note(fmt::format("to check them: cd {} && {} -cp {} tlc2.TLC {}", into.string(),
                   found.tlc ? found.tlc->java.string() : "java",
                   found.tlc ? found.tlc->jar.string() : "tla2tools.jar", module));
  if (!found.tlc) return note("not checked: " + found.missing);
  const auto verdict = modelcheck::validate(*found.tlc, drawn, folder, module, options());
  if (verdict.accepted) {
    return note(fmt::format("{}: {} executions are behaviours of {}", protocol::phrase::kAccepted,
                            drawn.schedules.size(), algorithm_of(module)));
  }
  if (verdict.execution > 0) note_rejected(drawn, verdict, module);
  INFO(verdict.text);
  REQUIRE(verdict.accepted);
}

}  // namespace

void require_spec_holds(const std::filesystem::path& folder, const std::string& module,
                        std::uint64_t states_count) {
  const auto tlc = tlc_or_skip();
  auto with_deadlock = options();
  with_deadlock.workers_count = 2;  // counts do not depend on it
  with_deadlock.deadlock = true;
  const auto result =
      modelcheck::check(tlc, modelcheck::read_spec_in(folder, module), with_deadlock);
  tell(fmt::format("{}: {}", module, result.to_string()), result);
  INFO(result.message);
  INFO((result.holds() ? std::string() : result.output));
  REQUIRE(result.outcome == TlcOutcome::holds);
  INFO(fmt::format("never taken: {}", fmt::join(result.never_taken(), ", ")));
  CHECK_FALSE(result.actions.empty());
  CHECK(result.never_taken().empty());
  CHECK(result.distinct_states_count == states_count);
}

void require_mutants_caught(const std::filesystem::path& folder, const std::string& module) {
  const auto tlc = tlc_or_skip();
  auto once = options();
  once.coverage = false;
  once.temporal_last = true;  // a violation would end the search before all mutants are caught
  const auto result = modelcheck::check(tlc, modelcheck::read_spec_in(folder, module), once);
  auto expected = lines_with(result.output, "expected");
  // A property that no mutant is meant for may be vacuous.
  const auto algorithm = module.substr(0, module.size() - std::string("Mutants").size());
  auto untested = properties_in(
      modelcheck::read_spec(folder / (algorithm + ".tla"), folder / (algorithm + ".cfg")).config);
  CHECK(untested.size() > 1);
  std::erase_if(untested, [&](const std::string& property) {
    return std::any_of(expected.begin(), expected.end(), [&](const std::string& line) {
      return line.ends_with(" violates " + property);
    });
  });
  const auto violated = lines_with(result.output, "violated");
  tell(fmt::format("{}: {} mutants, {}", module, expected.size(), result.to_string()), result);

  INFO("no mutant is meant for these properties: " << fmt::format("{}", fmt::join(untested, ", ")));
  CHECK(untested.empty());
  INFO(result.message);
  INFO((result.outcome == TlcOutcome::temporal_violated ? std::string() : result.output));
  CHECK(result.outcome == TlcOutcome::temporal_violated);
  CHECK(result.property == "QuiescenceOfEndless");
  CHECK(std::erase_if(expected, [](const std::string& line) {
          return line.ends_with(" violates Quiescence");
        }) == 1);
  REQUIRE_FALSE(expected.empty());
  std::erase_if(expected, [&](const std::string& line) { return violated.contains(line); });
  INFO("TLC found these: " << fmt::format("{}", fmt::join(violated, "; ")));
  INFO("and should have found these: " << fmt::format("{}", fmt::join(expected, "; ")));
  CHECK(expected.empty());
}

void require_executions_accepted(const std::filesystem::path& folder, const std::string& module,
                                 const explore::Scenario& scenario,
                                 const modelcheck::ExecutionsOptions& executions) {
  if (const auto into = environment(protocol::variable::kAsTrace); !into.empty()) {
    return write_and_validate(into, folder, module, scenario, executions);
  }
  const auto verdict = validated(folder, module, scenario, executions);
  INFO(verdict.text);
  REQUIRE(verdict.accepted);
}

void require_execution_rejected(const std::filesystem::path& folder, const std::string& module,
                                const explore::Scenario& scenario,
                                const modelcheck::ExecutionsOptions& executions) {
  const auto verdict = validated(folder, module, scenario, executions);
  INFO(verdict.text);
  REQUIRE_FALSE(verdict.accepted);
  REQUIRE(verdict.execution > 0);
}

}  // namespace workshop::testing
