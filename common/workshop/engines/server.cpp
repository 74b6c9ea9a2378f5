#include "workshop/engines/server.hpp"

#include <fcntl.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "workshop/engines/loopback.hpp"
#include "workshop/process/find_program.hpp"

namespace workshop::engines {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{50};
constexpr std::size_t kWordsMax = 2'000;
/// What PostgreSQL says while processes of a killed one are there.
constexpr const char* kStillInUse = "pre-existing shared memory block";

/// Checked before a plan is made, because a plan writes files.
Engine there(Engine engine, const Places& places) {
  const auto why = missing(engine, places);
  if (!why.empty()) throw std::runtime_error(why);
  return engine;
}

fs::path created(fs::path folder) {
  fs::create_directories(folder);
  return fs::absolute(folder);
}

/// Dies with us, also when we are killed. It goes innermost, because changing the user resets it.
std::vector<std::string> dying_with_us(std::vector<std::string> command) {
  if (process::find_program("setpriv").empty()) return command;
  const std::vector<std::string> dies = {"--pdeathsig", "KILL"};
  if (command.front() == "setpriv") {
    command.insert(command.begin() + 1, dies.begin(), dies.end());
    return command;
  }
  command.insert(command.begin(), {"setpriv", "--pdeathsig", "KILL", "--"});
  return command;
}

}  // namespace

Server::Server(Engine engine, Places places, fs::path folder, Life life,
               std::chrono::seconds time_max)
    : engine_(there(engine, places)),
      folder_(created(std::move(folder))),
      life_(life),
      time_max_(time_max),
      port_(free_port()),
      plan_(plan_for(engine, places, folder_, port_)) {
  prepare();
  start();
}

Server::~Server() { kill(); }

void Server::prepare() {
  for (const auto& [command, environment] : plan_.preparations) {
    const auto result =
        process::run(command, {.environment = environment}, {.time_max = time_max_});
    if (result.succeeded()) continue;
    throw std::runtime_error(command.front() + ": " + describe_end(result) + "\n" + result.output);
  }
}

void Server::start() {
  const auto until = steady_clock::now() + time_max_;
  while (!is_started(until)) std::this_thread::sleep_for(kPause);
}

/// The processes that a killed PostgreSQL has started see its end a moment later. Until then
/// another one refuses to start beside them: false.
bool Server::is_started(steady_clock::time_point until) {
  std::error_code error;
  const auto said_before = fs::file_size(folder_ / "log", error);
  const process::Descriptor log(
      ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const auto name = std::string(name_of(engine_));
  for (const auto& [command, environment] : plan_.programs) {
    programs_.push_back(std::make_unique<process::Program>(
        life_ == Life::this_object ? dying_with_us(command) : command,
        process::Options{.environment = environment,
                         .output = process::Output::file,
                         .output_file = log.number()}));
    if (!programs_.back()->start_error().empty()) {
      throw std::runtime_error(name + ": " + command.front() +
                               " cannot be started: " + programs_.back()->start_error());
    }
  }
  while (!plan_.is_ready()) {
    const bool has_ended = !programs_.back()->running();
    if (has_ended || steady_clock::now() > until) {
      kill();
      const auto said = words_from(error ? 0 : said_before);
      if (steady_clock::now() < until && said.find(kStillInUse) != std::string::npos) return false;
      throw std::runtime_error(
          name +
          (has_ended ? " does not start"
                     : " does not answer within " + std::to_string(time_max_.count()) + " s") +
          ": " + last_words());
    }
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

void Server::kill() {
  while (!programs_.empty()) {
    programs_.back()->kill();
    programs_.pop_back();
  }
  // A PostgreSQL that is killed leaves its lock, which names its process.
  std::error_code error;
  fs::remove(folder_ / "data/postmaster.pid", error);
}

std::vector<pid_t> Server::ids() const {
  std::vector<pid_t> ids;
  for (const auto& program : programs_) ids.push_back(program->id());
  return ids;
}

void Server::release() {
  for (auto& program : programs_) program->release();
  programs_.clear();
}

std::string Server::words_from(std::uintmax_t place) const {
  std::ifstream file(folder_ / "log");
  file.seekg(static_cast<std::streamoff>(place));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Server::last_words() const {
  const auto all = words_from(0);
  return all.size() <= kWordsMax ? all : "…" + all.substr(all.size() - kWordsMax);
}

}  // namespace workshop::engines
