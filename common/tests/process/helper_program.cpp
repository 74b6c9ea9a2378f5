#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

// Does what its first argument says.

namespace {

[[noreturn]] void hang() {
  while (true) std::this_thread::sleep_for(std::chrono::seconds(1));
}

/// Says so when it is asked to end.
void part(int) {
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, "grace\n", std::strlen("grace\n"));
  ::_exit(1);
}

void print_much(int lines) {
  for (int i = 0; i != lines; ++i) {
    std::puts("out out out out out out out out out");
    std::fputs("err err err\n", stderr);
  }
}

/// Leaves a process behind, and prints its number.
void leave_a_child(bool in_own_session) {
  const auto child = ::fork();
  if (child == 0) {
    if (in_own_session) ::setsid();
    hang();
  }
  std::printf("%d\n", static_cast<int>(child));
  std::fflush(stdout);
}

void print_open_files() {
  bool first = true;
  for (int file = 0; file < 1024; ++file) {
    if (::fcntl(file, F_GETFD) < 0) continue;
    std::printf("%s%d", first ? "" : " ", file);
    first = false;
  }
  std::puts("");
}

/// 3 and 4 are the two ends of one channel.
void talk_to_itself() {
  std::array<char, 1> byte = {'x'};
  const bool heard = ::write(3, byte.data(), 1) == 1 && ::read(4, byte.data(), 1) == 1;
  std::puts(heard ? "heard on 4" : "heard nothing");
}

void print_folder() {
  std::array<char, 4096> folder{};
  std::puts(::getcwd(folder.data(), folder.size()) == nullptr ? "nowhere" : folder.data());
}

void print_variable() {
  const char* value = std::getenv("PROCESS_TEST");
  std::puts(value == nullptr ? "not set" : value);
}

void hang_somehow(const char* how) {
  if (std::strcmp(how, "hang") == 0) {
    std::puts("still here");
    std::fflush(stdout);
  } else if (std::strcmp(how, "hang-politely") == 0) {
    std::signal(SIGTERM, part);
  } else if (std::strcmp(how, "hang-stubbornly") == 0) {
    std::signal(SIGTERM, SIG_IGN);
  } else if (std::strcmp(how, "hang-with-a-child") == 0) {
    leave_a_child(false);
  } else if (std::strcmp(how, "close-and-hang") == 0) {
    ::close(STDOUT_FILENO);
    ::close(STDERR_FILENO);
  } else {
    return;
  }
  hang();
}

}  // namespace

int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "nothing";
  const auto is = [what](const char* name) { return std::strcmp(what, name) == 0; };
  hang_somehow(what);
  if (is("print-much")) print_much(200'000);
  if (is("print-for-ever")) print_much(-1);
  if (is("exit-3")) return 3;
  if (is("abort")) std::abort();
  if (is("leave-a-child")) leave_a_child(false);
  if (is("leave-a-stranger")) leave_a_child(true);
  if (is("read")) std::puts(std::getchar() == EOF ? "nothing to read" : "something to read");
  if (is("variable")) print_variable();
  if (is("folder")) print_folder();
  if (is("group")) std::printf("%d\n", static_cast<int>(::getpgrp()));
  if (is("open-files")) print_open_files();
  if (is("talk-to-itself")) talk_to_itself();
  return 0;
}
