#include "workshop/process/together.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <thread>

namespace workshop::process {

std::vector<Result> run_together(const std::vector<Command>& commands, const Limits& limits,
                                 const std::function<void(const std::vector<pid_t>&)>& started) {
  std::deque<Program> programs;
  std::vector<pid_t> processes;
  for (const auto& command : commands) {
    const auto& program = programs.emplace_back(command.words, command.options);
    if (program.id() > 0) processes.push_back(program.id());
  }
  if (started) started(processes);

  // A thread for each, because each has output to be read and limits to be kept.
  std::atomic<bool> stopped = false;
  std::atomic<std::size_t> running = programs.size();
  auto own = limits;
  own.stop_when = [&](pid_t) { return stopped.load(); };
  std::vector<Result> results(programs.size());
  std::vector<std::jthread> waiting;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    waiting.emplace_back([&, i] {
      results[i] = programs[i].wait(own);
      --running;
    });
  }
  if (limits.stop_when) {
    constexpr std::chrono::milliseconds kBetweenLooks{10};
    while (running > 0 && !stopped) {
      if (limits.stop_when(processes.empty() ? -1 : processes.front())) stopped = true;
      if (!stopped) std::this_thread::sleep_for(kBetweenLooks);
    }
  }
  waiting.clear();
  return results;
}

}  // namespace workshop::process
