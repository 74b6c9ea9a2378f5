#include <unistd.h>

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
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, "farewell\n", 9);
  ::_exit(1);
}

void print_much() {
  for (int i = 0; i < 200'000; ++i) {
    std::puts("out out out out out out out out out");
    std::fputs("err err err\n", stderr);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto is = [&](const char* what) { return argc > 1 && std::strcmp(argv[1], what) == 0; };
  if (is("print-much")) print_much();
  if (is("exit-3")) return 3;
  if (is("abort")) std::abort();
  if (is("hang")) {
    std::puts("still here");
    std::fflush(stdout);
    hang();
  }
  if (is("hang-politely")) {
    std::signal(SIGTERM, part);
    hang();
  }
  if (is("hang-stubbornly")) {
    std::signal(SIGTERM, SIG_IGN);
    hang();
  }
  if (is("close-and-hang")) {
    ::close(STDOUT_FILENO);
    ::close(STDERR_FILENO);
    hang();
  }
  if (is("leave-a-child")) {
    const auto child = ::fork();
    if (child == 0) hang();
    std::printf("%d\n", static_cast<int>(child));
  }
  if (is("read")) std::puts(std::getchar() == EOF ? "nothing to read" : "something to read");
  if (is("variable")) std::puts(std::getenv("RUNNER_TEST"));
  return 0;
}
