#include "workshop/engines/running.hpp"

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "workshop/process/process_state.hpp"

namespace workshop::engines {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr const char* kFile = "running";
constexpr std::chrono::milliseconds kLookPause{20};
constexpr std::chrono::seconds kKilledMax{5};

bool have_ended(const Running& running, std::chrono::milliseconds time_max) {
  const auto until = steady_clock::now() + time_max;
  for (const auto& process : running.processes) {
    while (is_alive(process)) {
      if (steady_clock::now() > until) return false;
      std::this_thread::sleep_for(kLookPause);
    }
  }
  return true;
}

}  // namespace

bool is_alive(const Running::Process& process) {
  if (process.id <= 1 || ::kill(process.id, 0) != 0) return false;
  const auto state = process::state_of(process.id);
  if (!state) return true;  // no procfs: the number is all there is
  return state->sign != 'Z' && state->begun == process.begun;
}

std::optional<Running> running_in(const fs::path& folder) {
  std::ifstream file(folder / kFile);
  Running running;
  if (!(file >> running.port)) return std::nullopt;
  file.ignore();
  std::getline(file, running.address);
  Running::Process process;
  while (file >> process.id >> process.begun) running.processes.push_back(process);
  if (running.processes.empty() || !is_alive(running.processes.back())) return std::nullopt;
  return running;
}

Running release_into(const fs::path& folder, Server& server) {
  Running running{server.port(), server.address(), {}};
  for (const auto id : server.ids()) {
    const auto state = process::state_of(id);
    running.processes.push_back({id, state ? state->begun : 0});
  }
  std::ofstream file(folder / kFile, std::ios::trunc);
  file << running.port << '\n' << running.address << '\n';
  for (const auto& [id, begun] : running.processes) file << id << ' ' << begun << '\n';
  file << std::flush;
  if (!file) throw std::runtime_error("cannot write " + (folder / kFile).string());
  server.release();
  return running;
}

bool stop(Engine engine, const fs::path& folder, const Running& running,
          std::chrono::milliseconds grace) {
  // PostgreSQL waits for its clients after SIGTERM, for ever.
  const int signal = engine == Engine::postgresql ? SIGINT : SIGTERM;
  for (auto process = running.processes.rbegin(); process != running.processes.rend(); ++process) {
    if (!is_alive(*process)) continue;
    ::kill(process->id, signal);
    if (have_ended({0, {}, {*process}}, grace)) continue;
    ::kill(-process->id, SIGKILL);  // each has a group of its own
  }
  if (!have_ended(running, kKilledMax)) return false;
  std::error_code error;
  fs::remove(folder / kFile, error);
  return true;
}

}  // namespace workshop::engines
