#include "workshop/runner/play/play_program.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "workshop/process/spawn.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"

namespace workshop::runner {
namespace {

using SteadyClock = std::chrono::steady_clock;

process::Pipe pipe_or_throw() {
  process::Pipe pipe;
  if (const int error = process::make_pipe(pipe); error != 0) {
    throw std::system_error(error, std::generic_category(), "a pipe");
  }
  return pipe;
}

}  // namespace

PlayProgram::PlayProgram(const LabProgram& program, const std::string& test,
                         const std::string& schedule, const std::filesystem::path& log)
    : label_(program.label), log_(log) {
  std::signal(SIGPIPE, SIG_IGN);  // of a program that has ended, a write says so
  start(program, test, schedule);
  try {
    hello_ = read_line(kHelloMax);
  } catch (const UserError&) {
    throw UserError(
        fmt::format("\"{}\" of {} comes to no exploration that can be played: a TODO before its "
                    "first operation, or a test that explores nothing. What it printed is in {}",
                    test, label_, log_.string()));
  }
}

void PlayProgram::start(const LabProgram& program, const std::string& test,
                        const std::string& schedule) {
  namespace variable = protocol::variable;
  auto commands = pipe_or_throw();
  auto answers = pipe_or_throw();
  std::filesystem::create_directories(log_.parent_path());
  process::Descriptor log(::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  process::Options options;
  options.environment = {
      {variable::kPlay, "3 4"}, {variable::kReplay, schedule}, {variable::kPictures, ""}};
  options.without = {variable::kResultFile, variable::kExplore, variable::kAsTrace,
                     variable::kStopAt, variable::kReplayLoosely};
  options.passed = {commands.read_end.number(), answers.write_end.number()};
  if (log.is_open()) {
    options.output = process::Output::file;
    options.output_file = log.number();
  }
  program_.emplace(std::vector<std::string>{std::filesystem::absolute(program.file).string(),
                                            protocol::test_argument(test)},
                   options);
  if (!program_->start_error().empty()) {
    throw UserError(fmt::format("{} cannot be started: {}", label_, program_->start_error()));
  }
  commands_ = std::move(commands.write_end);
  answers_ = std::move(answers.read_end);
}

void PlayProgram::lost(const std::string& why) {
  commands_.close();
  answers_.close();
  throw UserError(fmt::format("{} {}; what it printed is in {}", label_, why, log_.string()));
}

std::string PlayProgram::read_line(std::chrono::milliseconds time_max) {
  const auto until = SteadyClock::now() + time_max;
  std::array<char, 16 * 1024> bytes{};
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      auto line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - SteadyClock::now());
    if (left.count() <= 0) lost("does not answer");
    pollfd news{answers_.number(), POLLIN, 0};
    const int ready = ::poll(&news, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) lost("cannot be heard");
    if (ready <= 0) continue;
    const auto count = ::read(answers_.number(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) lost("has ended");
    unread_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

void PlayProgram::write_line(std::string_view line) {
  const auto text = std::string(line) + '\n';
  for (std::size_t done = 0; done < text.size();) {
    const auto count = ::write(commands_.number(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) lost("has ended");
    done += static_cast<std::size_t>(count);
  }
}

std::string PlayProgram::ask(std::string_view command) {
  if (!commands_.is_open()) lost("has ended");
  // A command is one line, whatever it contains.
  std::string line(command);
  for (auto& c : line) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  write_line(line);
  return read_line(kAnswerMax);
}

}  // namespace workshop::runner
