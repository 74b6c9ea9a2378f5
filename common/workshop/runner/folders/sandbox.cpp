#include "workshop/runner/folders/sandbox.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <map>
#include <sstream>

#include "workshop/process/descriptor.hpp"
#include "workshop/process/find_program.hpp"
#include "workshop/process/process_state.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhy =
    "Folders that were handed in are foreign code, and run only in a sandbox. ";
constexpr std::size_t kMegabyte = std::size_t{1} << 20;

struct Usage {
  std::size_t threads = 0;
  std::size_t memory = 0;  ///< bytes
};

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

/// What /proc has in a file, or as much as there was before its process was gone.
std::string read_state(const fs::path& file) {
  const process::Descriptor from(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t count = 0; (count = ::read(from.number(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

/// The bytes that a process has in memory: the second number of statm, in pages.
std::size_t memory_of(const fs::path& process) {
  std::istringstream words(read_state(process / "statm"));
  std::size_t all = 0;
  std::size_t resident = 0;
  words >> all >> resident;
  return resident * page_size();
}

/// What `root` and all that it has started use; of more than `threads_max` threads no more is
/// counted, because they may become more faster than they are. Whoever is left without a parent in
/// the sandbox is given to its first process, so nobody is missed.
Usage usage_of(pid_t root, std::size_t threads_max) {
  Usage sum;
  std::vector<std::string> left = {std::to_string(root)};
  while (!left.empty() && sum.threads <= threads_max) {
    const auto process = fs::path("/proc") / left.back();
    left.pop_back();
    sum.memory += memory_of(process);
    std::error_code error;
    for (fs::directory_iterator thread(process / "task", error), end; !error && thread != end;
         thread.increment(error)) {
      ++sum.threads;
      std::istringstream children(read_state(thread->path() / "children"));
      for (std::string child; children >> child;) left.push_back(child);
    }
  }
  return sum;
}

/// The first process of a sandbox, with which all others in it end. Bubblewrap asks that this one
/// ends with bubblewrap, but for a moment after its start it has not asked yet, and on a busy
/// machine that moment is long. So it is noted while it runs, and killed at the end.
class FirstProcess {
 public:
  /// Looks for it once more among the children of bubblewrap.
  void look(pid_t bubblewrap) {
    const auto id = std::to_string(bubblewrap);
    std::istringstream children(read_state(fs::path("/proc") / id / "task" / id / "children"));
    for (pid_t child = 0; children >> child;) {
      if (const auto state = process::state_of(child)) seen_[child] = state->begun;
    }
  }

  /// Only what it has seen, and no process that has its number now.
  void kill() const {
    for (const auto& [id, begun] : seen_) {
      const auto state = process::state_of(id);
      if (id > 1 && state && state->begun == begun) ::kill(id, SIGKILL);
    }
  }

 private:
  std::map<pid_t, std::uint64_t> seen_;  // when it began, by its number
};

void add(std::vector<std::string>& words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
}

/// The programs and libraries of this machine, without its settings and people.
void add_system(std::vector<std::string>& words) {
  add(words, {"--ro-bind", "/usr", "/usr"});
  for (const fs::path folder : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code error;
    if (fs::is_symlink(folder, error)) {
      add(words, {"--symlink", fs::read_symlink(folder, error).string(), folder.string()});
    } else if (fs::exists(folder, error)) {
      add(words, {"--ro-bind", folder.string(), folder.string()});
    }
  }
  std::vector<std::string> settings = {"/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf",
                                       "/etc/ld.so.conf.d"};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/etc", error)) {
    if (entry.path().filename().string().starts_with("java")) settings.push_back(entry.path());
  }
  for (const auto& file : settings) add(words, {"--ro-bind-try", file, file});
}

}  // namespace

Sandbox::Sandbox()
    : bubblewrap_(process::find_program("bwrap").string()),
      prlimit_(process::find_program("prlimit").string()) {
#ifndef __linux__
  throw UserError(std::string(kWhy) +
                  "There is one only on Linux (bubblewrap): use a machine or a container with it.");
#else
  if (bubblewrap_.empty()) {
    throw UserError(std::string(kWhy) +
                    "bubblewrap is not installed: sudo apt-get install bubblewrap, or sudo dnf "
                    "install bubblewrap.");
  }
  if (prlimit_.empty()) {
    throw UserError(std::string(kWhy) +
                    "prlimit is not installed: sudo apt-get install util-linux.");
  }
  const auto tried = run({"true"}, {.shown = {}, .placed = {}, .written = {}, .directory = "/"},
                         {.time_max = std::chrono::seconds(10)});
  if (tried.process.succeeded()) return;
  throw UserError(fmt::format(
      "{}bubblewrap starts no program here: {} Containers have to allow user namespaces; on Ubuntu "
      "24.04 and later: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
      kWhy,
      trimmed(tried.process.output).empty() ? process::describe_end(tried.process) + "."
                                            : std::string(trimmed(tried.process.output)) + "."));
#endif
}

std::vector<std::string> Sandbox::around(const SandboxView& view,
                                         const SandboxLimits& limits) const {
  std::vector<std::string> words = {"nice",  // whoever looks how much it uses comes first
                                    "-n",
                                    "19",
                                    prlimit_,
                                    "--core=0",
                                    fmt::format("--fsize={}", limits.file_max),
                                    fmt::format("--data={}", limits.memory_max),
                                    "--nofile=256",
                                    "--",
                                    bubblewrap_};
  add(words, {"--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent",
              "--new-session", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534",
              "--hostname", "sandbox", "--clearenv"});
  for (const auto& [name, value] : view.environment) add(words, {"--setenv", name, value});
  add(words, {"--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/tmp", "--setenv", "TMPDIR",
              "/tmp", "--setenv", "LANG", "C.UTF-8"});
  add_system(words);
  add(words, {"--proc", "/proc", "--dev", "/dev"});
  add(words, {"--size", std::to_string(limits.disk_max), "--tmpfs", "/tmp"});
  for (const auto& path : view.shown) {
    if (!path.has_filename())
      throw UserError("a sandbox that shows " + path.string() + " hides nothing");
    add(words, {"--ro-bind-try", path.string(), path.string()});
  }
  for (const auto& [from, to] : view.placed) {
    add(words, {"--ro-bind", from.string(), to.string()});
  }
  if (!view.written.empty()) {
    add(words, {"--bind", view.written.string(), view.written.string()});
  }
  add(words,
      {"--remount-ro", "/dev", "--remount-ro", "/", "--chdir", view.directory.string(), "--"});
  // In there, because it counts what runs in the sandbox alone. Not of root's: those are counted
  // from outside.
  add(words, {"prlimit", fmt::format("--nproc={}", limits.threads_max), "--"});
  return words;
}

SandboxResult Sandbox::run(const std::vector<std::string>& command, const SandboxView& view,
                           const SandboxLimits& limits) const {
  auto words = around(view, limits);
  words.insert(words.end(), command.begin(), command.end());
  SandboxResult result;
  process::Limits until{.time_max = limits.time_max,
                        .grace = std::chrono::milliseconds(0),
                        .output_max = limits.output_max};
  until.is_done = [&](std::string_view output) {
    if (output.size() < limits.output_max) return false;
    result.stopped =
        fmt::format("printed more than {}", protocol::counted(limits.output_max, "byte"));
    return true;
  };
  FirstProcess first;
  until.stop_when = [&](pid_t id) {
    first.look(id);
    const auto usage = usage_of(id, limits.threads_max);
    if (usage.threads > limits.threads_max) {
      result.stopped =
          fmt::format("ran more than {} processes and threads at once", limits.threads_max);
    } else if (usage.memory > limits.memory_max) {
      result.stopped = fmt::format("used more than {} MB of memory", limits.memory_max / kMegabyte);
    }
    return !result.stopped.empty();
  };
  result.process = run_program(words, {.directory = "/"}, until);
  first.kill();
  if (result.process.timed_out) {
    result.stopped = fmt::format("was not done after {} s", limits.time_max.count() / 1000);
  }
  return result;
}

}  // namespace workshop::runner
