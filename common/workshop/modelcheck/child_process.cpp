#include "workshop/modelcheck/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>

extern char** environ;

namespace workshop::modelcheck {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::milliseconds until(Clock::time_point end) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::filesystem::path& directory) {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe(ends.data()) != 0) {
    error_ = std::strerror(errno);
    return;
  }
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);

  // `env -C` and its like differ between systems; a shell that changes its folder does not.
  std::vector<std::string> words = {"sh", "-c", "cd \"$0\" && exec \"$@\"", directory.string()};
  words.insert(words.end(), command.begin(), command.end());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const int error = ::posix_spawnp(&id_, "sh", &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error == 0) {
    output_ = ends[0];
  } else {
    ::close(ends[0]);
    id_ = -1;
    error_ = std::strerror(error);
  }
}

Child::~Child() {
  if (id_ != -1) reap(true);
}

// Its status, as waitpid gives it.
int Child::reap(bool kill) {
  ::close(output_);
  if (kill) ::kill(id_, SIGKILL);
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = -1;
  return status;
}

ChildResult Child::wait(std::chrono::milliseconds time_max, std::string_view last_words) {
  ChildResult result;
  result.start_error = error_;
  if (id_ == -1) return result;
  bool done = false;
  const auto end = Clock::now() + time_max;
  std::array<char, 65536> buffer;
  while (!done) {
    const auto left = until(end);
    if (left.count() <= 0) {
      result.timed_out = true;
      break;
    }
    pollfd poll = {.fd = output_, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&poll, 1, static_cast<int>(left.count()));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const auto count = ::read(output_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    const auto begin = result.output.size() - std::min(result.output.size(), last_words.size());
    result.output.append(buffer.data(), static_cast<std::size_t>(count));
    done = !last_words.empty() && result.output.find(last_words, begin) != std::string::npos;
  }
  const int status = reap(result.timed_out || done);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (done) result.exit_code = 0;
  if (result.exit_code == 127 && result.output.size() < 1000) result.start_error = result.output;
  result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin_);
  return result;
}

bool Child::feed(const std::filesystem::path& fifo, std::string_view text,
                 std::chrono::milliseconds time_max) {
  const auto end = Clock::now() + time_max;
  while (id_ != -1 && until(end).count() > 0) {
    // Opening it without waiting fails as long as nobody reads. Who has ended never will.
    const int file = ::open(fifo.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (file != -1) {
      ::fcntl(file, F_SETFL, 0);
      const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);  // no SIGPIPE
      const auto written = ::write(file, text.data(), text.size());
      ::close(file);
      ::close(reader);
      return written == static_cast<ssize_t>(text.size());
    }
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(id_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid != 0) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

ChildResult run_child(const std::vector<std::string>& command,
                      const std::filesystem::path& directory, std::chrono::milliseconds time_max,
                      std::string_view last_words) {
  return Child(command, directory).wait(time_max, last_words);
}

TemporaryFolder::TemporaryFolder() {
  auto name = (std::filesystem::temp_directory_path() / "workshop-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::filesystem::filesystem_error("no temporary folder", name,
                                            std::error_code(errno, std::generic_category()));
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace workshop::modelcheck
