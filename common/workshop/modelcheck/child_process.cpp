#include "workshop/modelcheck/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

extern char** environ;

namespace workshop::modelcheck {
namespace {

using Clock = std::chrono::steady_clock;

// A started process, or why it was not.
struct Started {
  pid_t child = -1;
  int output = -1;
  std::string error;
};

Started start(const std::vector<std::string>& command, const std::filesystem::path& directory) {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe(ends.data()) != 0) return {-1, -1, std::strerror(errno)};
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

  Started started;
  const int error =
      ::posix_spawnp(&started.child, "sh", &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error == 0) {
    started.output = ends[0];
  } else {
    ::close(ends[0]);
    started.error = std::strerror(error);
  }
  return started;
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& command,
                      const std::filesystem::path& directory, std::chrono::milliseconds time_max) {
  ChildResult result;
  const auto begin = Clock::now();
  const auto started = start(command, directory);
  if (!started.error.empty()) {
    result.start_error = started.error;
    return result;
  }
  std::array<char, 65536> buffer;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(begin + time_max - Clock::now());
    if (left.count() <= 0) {
      result.timed_out = true;
      break;
    }
    pollfd poll = {.fd = started.output, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&poll, 1, static_cast<int>(left.count()));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const auto count = ::read(started.output, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    result.output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(started.output);
  if (result.timed_out) ::kill(started.child, SIGKILL);
  int status = 0;
  while (::waitpid(started.child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (result.exit_code == 127 && result.output.size() < 1000) result.start_error = result.output;
  result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  return result;
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
