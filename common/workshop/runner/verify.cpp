#include <fmt/core.h>

#include "workshop/runner/builder.hpp"
#include "workshop/runner/commands.hpp"
#include "workshop/runner/process.hpp"

namespace workshop::runner {

int verify(const Project& project, Console& console, const std::string& preset) {
  const ProcessOptions on_terminal{
      .directory = project.root(), .environment = {}, .time_max = {}, .stream = true};
  const auto jobs = std::to_string(build_jobs());
  const auto tests = std::to_string(build_jobs() + 1);  // some wait for processes and sockets
  const std::vector<std::vector<std::string>> commands = {
      {"cmake", "--preset", preset},
      {"cmake", "--build", "--preset", preset, "--parallel", jobs},
      {"ctest", "--preset", preset, "--parallel", tests}};
  for (const auto& command : commands) {
    const auto run = run_process(command, on_terminal);
    if (run.succeeded()) continue;
    // After ctest its own summary stays last: that is what a person and a build server look for.
    const bool is_ctest = &command == &commands.back();
    if (!is_ctest || run.exit_code < 0) {
      console.line(
          fmt::format("verify stopped: {} {} ({})", command[0], command[1], describe_end(run)));
    }
    return run.exit_code > 0 ? run.exit_code : 2;
  }
  return 0;
}

}  // namespace workshop::runner
