#include "workshop/process/spawn.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <string_view>

extern char** environ;

// posix_spawn, because a fork of a program with threads may run little before it execs, and copies
// the page tables of all that the caller has in memory.

namespace workshop::process {
namespace {

constexpr int kFirstPassed = 3;

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class Attributes {
 public:
  Attributes() { ::posix_spawnattr_init(&attributes_); }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

std::vector<std::string> environment_for(const Options& options) {
  std::map<std::string, std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  // As a shell says it: whoever is started in a symbolic link may keep the name (CMake does).
  if (options.directory.is_absolute()) variables.insert_or_assign("PWD", options.directory);
  for (const auto& name : options.without) variables.erase(name);
  for (const auto& [name, value] : options.environment) variables.insert_or_assign(name, value);
  std::vector<std::string> list;
  list.reserve(variables.size());
  for (const auto& [name, value] : variables) list.push_back(name + "=" + value);
  return list;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Copies with numbers above all that the program shall have, so that one is not overwritten by
/// the descriptor that is put where it stands.
std::vector<Descriptor> moved_up(const std::vector<int>& numbers) {
  const int above = kFirstPassed + static_cast<int>(numbers.size());
  std::vector<Descriptor> copies;
  for (const int number : numbers) {
    copies.emplace_back(::fcntl(number, F_DUPFD_CLOEXEC, above));
  }
  return copies;
}

void add_streams(FileActions& actions, int output) {
  ::posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    if (output >= 0) {
      ::posix_spawn_file_actions_adddup2(actions.get(), output, stream);
    } else {
#ifdef __APPLE__
      ::posix_spawn_file_actions_addinherit_np(actions.get(), stream);
#endif
    }
  }
}

#ifdef __GLIBC__
#define WORKSHOP_HAS_CLOSEFROM __GLIBC_PREREQ(2, 34)
#else
#define WORKSHOP_HAS_CLOSEFROM 0
#endif

/// What the caller has open from `first` on is not the program's business.
void close_others([[maybe_unused]] FileActions& actions, [[maybe_unused]] short& flags,
                  [[maybe_unused]] int first) {
#if defined(__APPLE__)
  flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#elif WORKSHOP_HAS_CLOSEFROM
  ::posix_spawn_file_actions_addclosefrom_np(actions.get(), first);
#endif
}

/// No signal is blocked. In a group of its own none is ignored because the caller ignores it.
void set_signals(Attributes& attributes, short& flags, Group group) {
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(attributes.get(), &none);
  sigset_t defaults;
  ::sigemptyset(&defaults);
  ::sigaddset(&defaults, SIGPIPE);
  if (group == Group::own) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&defaults, signal);
    ::posix_spawnattr_setpgroup(attributes.get(), 0);
    flags |= POSIX_SPAWN_SETPGROUP;
  }
  ::posix_spawnattr_setsigdefault(attributes.get(), &defaults);
  flags |= POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
}

}  // namespace

int make_pipe(Pipe& pipe) {
  std::array<int, 2> ends = {-1, -1};
#ifdef __linux__
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
#else
  if (::pipe(ends.data()) != 0) return errno;  // spawn closes what it does not pass
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
  pipe = {Descriptor(ends[0]), Descriptor(ends[1])};
  return 0;
}

int spawn(const std::vector<std::string>& command, const Options& options, int output, pid_t& id) {
  auto wanted = options.passed;
  if (output >= 0) wanted.push_back(output);
  const auto copies = moved_up(wanted);
  if (std::any_of(copies.begin(), copies.end(), [](const auto& copy) { return !copy.is_open(); })) {
    return errno;
  }
  FileActions actions;
  Attributes attributes;
  short flags = 0;
  add_streams(actions, output >= 0 ? copies.back().number() : -1);
  for (std::size_t i = 0; i < options.passed.size(); ++i) {
    ::posix_spawn_file_actions_adddup2(actions.get(), copies[i].number(),
                                       kFirstPassed + static_cast<int>(i));
  }
  close_others(actions, flags, kFirstPassed + static_cast<int>(options.passed.size()));
  if (!options.directory.empty()) {
    ::posix_spawn_file_actions_addchdir_np(actions.get(), options.directory.c_str());
  }
  set_signals(attributes, flags, options.group);
  ::posix_spawnattr_setflags(attributes.get(), flags);

  auto words = command;
  auto variables = environment_for(options);
  return ::posix_spawnp(&id, words.front().c_str(), actions.get(), attributes.get(),
                        pointers_to(words).data(), pointers_to(variables).data());
}

}  // namespace workshop::process
