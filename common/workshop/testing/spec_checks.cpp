#include "workshop/testing/spec_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdio>
#include <regex>
#include <set>

#include "workshop/modelcheck/tlc.hpp"

namespace workshop::testing {
namespace {

using modelcheck::TlcOutcome;
using modelcheck::TlcResult;

modelcheck::Tlc tlc_or_skip() {
  const auto found = modelcheck::find_tlc();
  if (!found.tlc) SKIP(found.missing);
  return *found.tlc;
}

modelcheck::TlcOptions options() {
  modelcheck::TlcOptions options;
  options.time_max = std::chrono::minutes{5};  // a busy machine; what is measured is printed
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
  const std::regex pattern("<<\"" + word + "\", \"(\\w+)\", \"(\\w+)\">>");
  std::set<std::string> found;
  for (auto it = std::sregex_iterator(output.begin(), output.end(), pattern);
       it != std::sregex_iterator(); ++it) {
    found.insert((*it)[1].str() + " violates " + (*it)[2].str());
  }
  return found;
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
  const auto violated = lines_with(result.output, "violated");
  tell(fmt::format("{}: {} mutants, {}", module, expected.size(), result.to_string()), result);

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
