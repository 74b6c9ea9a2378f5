#include "workshop/testing/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <semaphore>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "workshop/core/saturating.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

namespace workshop::testing {
namespace {

using process::Descriptor;
using Clock = std::chrono::steady_clock;

constexpr long long kPollMax =
    60'000;                  // poll counts milliseconds in an int; the deadline is looked at again
constexpr int kChannel = 3;  ///< the child's end of it: the first descriptor that is passed
constexpr std::string_view kAt = "at ";
constexpr std::string_view kTodo = "todo ";
constexpr std::string_view kFailed = "failed ";

std::string own_program() {
#ifdef __APPLE__
  std::array<char, 4096> path{};
  auto size = static_cast<std::uint32_t>(path.size());
  if (_NSGetExecutablePath(path.data(), &size) == 0) return path.data();
  throw std::runtime_error("this program does not find its own file");
#else
  return std::filesystem::read_symlink("/proc/self/exe").string();
#endif
}

/// An open file that no folder shows.
Descriptor nameless_file() {
  auto path = (std::filesystem::temp_directory_path() / "workshop-child-XXXXXX").string();
  Descriptor file(::mkstemp(path.data()));
  if (!file.is_open()) throw std::runtime_error("no temporary file for a child's output");
  ::fcntl(file.number(), F_SETFD, FD_CLOEXEC);
  ::unlink(path.c_str());
  return file;
}

/// Both ends of a channel between parent and child.
std::pair<Descriptor, Descriptor> new_channel() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) {
    throw std::runtime_error("no channel to a child: too many files are open");
  }
  for (const int end : ends) {
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
    const int on = 1;
    ::setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on));
#endif
  }
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

process::Options options_of(const std::map<std::string, std::string>& environment, int channel,
                            int output) {
  process::Options options;
  options.environment = {environment.begin(), environment.end()};
  options.environment.emplace_back(protocol::variable::kChildOfTest, "1");
  options.without = {protocol::variable::kResultFile, protocol::variable::kReplay};
  options.group = process::Group::callers;
  options.output = process::Output::file;
  options.output_file = output;
  options.passed = {channel};
  return options;
}

bool send_all(int channel, std::string_view text) {
#ifdef MSG_NOSIGNAL
  constexpr int kFlags = MSG_NOSIGNAL;  // who writes to a dead process gets an error, no signal
#else
  constexpr int kFlags = 0;
#endif
  while (!text.empty()) {
    const auto count = ::send(channel, text.data(), text.size(), kFlags);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

ChildProcess::ChildProcess(const std::string& test_name,
                           const std::map<std::string, std::string>& environment)
    : test_name_(test_name), output_(nameless_file()) {
  auto [ours, childs] = new_channel();
  channel_ = std::move(ours);
  const std::vector<std::string> command = {own_program(), protocol::test_argument(test_name)};
  program_ = std::make_unique<process::Program>(
      command, options_of(environment, childs.number(), output_.number()));
  if (!program_->start_error().empty()) {
    throw std::runtime_error(command.front() +
                             " cannot be started again: " + program_->start_error());
  }
}

ChildProcess::~ChildProcess() = default;

std::string ChildProcess::output() {
  constexpr off_t kBytesMax = 4000;  // the end of it tells what went wrong
  const auto size = ::lseek(output_.number(), 0, SEEK_END);
  const auto from = std::max<off_t>(0, size - kBytesMax);
  std::string text(static_cast<std::size_t>(size - from), '\0');
  const auto count = ::pread(output_.number(), text.data(), text.size(), from);
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

void ChildProcess::fail(const std::string& what) {
  if (rethrow_) rethrow_();
  throw std::runtime_error("the child process \"" + test_name_ + "\" " + what +
                           "; what it printed:\n" + output());
}

void ChildProcess::keep(const std::string& line) {
  const std::string_view text = line;
  if (text.starts_with(kAt)) {
    announced_.emplace(text.substr(kAt.size()));
  } else if (text.starts_with(kTodo)) {
    char* end = nullptr;
    const auto step = static_cast<int>(std::strtol(line.c_str() + kTodo.size(), &end, 10));
    rethrow_ = [todo = Todo(step, end + 1)] { throw todo; };
  } else if (text.starts_with(kFailed)) {
    rethrow_ = [what = "in the child process \"" + test_name_ +
                       "\": " + line.substr(kFailed.size())] { throw std::runtime_error(what); };
  }
}

/// One line of the child; false when it has ended or failed. What it told before is still read.
bool ChildProcess::read_line(std::string& line, Deadline deadline) {
  while (true) {
    const auto end = buffer_.find('\n');
    if (end != std::string::npos) {
      line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return true;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd poll = {.fd = channel_.number(), .events = POLLIN, .revents = 0};
    const int ready =
        ::poll(&poll, 1, static_cast<int>(std::clamp<long long>(left.count(), 0, kPollMax)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0 && Clock::now() < deadline) continue;
    if (ready == 0) fail("took too long");
    std::array<char, 4096> bytes{};
    const auto count = ::recv(channel_.number(), bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

void ChildProcess::wait_for(const std::string& point, std::chrono::milliseconds time_max) {
  const auto deadline = deadline_after(time_max);
  std::string line;
  while (true) {
    if (const auto found = announced_.find(point); found != announced_.end()) {
      announced_.erase(found);
      return;
    }
    if (!read_line(line, deadline)) fail("ended before it came to \"" + point + "\"");
    keep(line);
    if (rethrow_) rethrow_();
  }
}

void ChildProcess::let_go() {
  if (!send_all(channel_.number(), "g")) fail("had ended when it was let go");
}

void ChildProcess::kill() {
  if (program_->id() == -1) fail("was gone before");
  if (program_->kill().signal == SIGKILL) return;
  std::string line;
  while (read_line(line, deadline_after(std::chrono::seconds(1)))) keep(line);
  fail("had ended by itself before it was killed");
}

void ChildProcess::wait_for_end(std::chrono::milliseconds time_max) {
  const auto deadline = deadline_after(time_max);
  std::string line;
  while (read_line(line, deadline)) keep(line);
  // Its end of the channel is closed: only its exit handlers are left.
  const auto ended = program_->wait();
  if (rethrow_) rethrow_();
  if (!ended.succeeded()) fail("failed");
}

struct Parent::State {
  std::counting_semaphore<> let_go{0};
};

void Parent::tell(const std::string& line) {
  auto text = line;
  std::replace(text.begin(), text.end(), '\n', ' ');
  // Nobody is there to wait for a child without a parent, and it shall not go on without one.
  if (!send_all(kChannel, text + "\n")) ::_exit(1);
}

void Parent::announce(const std::string& point) { tell(std::string(kAt) + point); }

void Parent::hold_at(const std::string& point) {
  announce(point);
  state_->let_go.acquire();
}

void as_child(const std::function<void(Parent&)>& body) {
  if (!process::environment_if_set(protocol::variable::kChildOfTest)) {
    throw std::logic_error("this test case runs in a process that a ChildProcess has started");
  }
  ::fcntl(kChannel, F_SETFD, FD_CLOEXEC);
  const auto state = std::make_shared<Parent::State>();
  // Detached: it waits for the parent for as long as this process lives, and ends it with the
  // parent.
  std::thread([state] {
    while (true) {
      char byte = 0;
      const auto count = ::recv(kChannel, &byte, 1, 0);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) ::_exit(1);
      state->let_go.release();
    }
  }).detach();

  Parent parent(state);
  try {
    body(parent);
  } catch (const Todo& todo) {
    parent.tell(std::string(kTodo) + std::to_string(todo.step()) + " " + todo.what());
    throw;
  } catch (const std::exception& error) {
    parent.tell(std::string(kFailed) + error.what());
    throw;
  }
}

}  // namespace workshop::testing
