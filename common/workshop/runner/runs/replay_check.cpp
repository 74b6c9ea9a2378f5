#include "workshop/runner/runs/replay_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/protocol/variables.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {

std::vector<std::string> printed_schedules(const RunResult& run) {
  std::vector<std::string> schedules;
  for (const auto& test : run.tests) {
    if (!test.schedule.empty()) schedules.push_back(test.schedule);
    for (const auto& line : test.explorations) {
      if (!line.starts_with(protocol::kReplayCommand)) continue;
      const auto begin = line.find('\'') + 1;
      const auto end = line.find('\'', begin);
      if (begin > 0 && end != std::string::npos)
        schedules.push_back(line.substr(begin, end - begin));
    }
  }
  return schedules;
}

std::vector<std::string> check_replays(const std::filesystem::path& file,
                                       const std::filesystem::path& folder, const RunResult& run,
                                       const ProgramRunOptions& how) {
  std::vector<std::string> errors;
  const auto name = file.filename().string();
  for (const auto& schedule : printed_schedules(run)) {
    auto replaying = how;
    replaying.environment.emplace_back(protocol::variable::kReplay, schedule);
    const auto replay = run_lab_program(file, folder, name + ".replay", replaying);
    const auto& results = replay.results;
    const bool followed =
        std::any_of(results.tests.begin(), results.tests.end(),
                    [](const TestResult& test) { return test.replay.has_value(); });
    std::string wrong;
    if (!results.ended) {
      wrong = judge("it", replay.process, results).problem;
    } else if (!followed) {
      wrong = "no test knows it";
    }
    if (wrong.empty()) continue;
    errors.push_back(fmt::format("its schedule {} cannot be replayed: {}", schedule, wrong));
  }
  return errors;
}

}  // namespace workshop::runner
