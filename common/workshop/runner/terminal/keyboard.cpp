#include "workshop/runner/terminal/keyboard.hpp"

#include <signal.h>  // sigaction
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>

#include "workshop/process/environment.hpp"

namespace workshop::runner {
namespace {

// What the signal handlers put back; both are set before a handler is.
termios terminal_before = {};
termios terminal_raw = {};

constexpr std::array kEndings = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
std::array<struct sigaction, kEndings.size()> before_endings = {};

void put_back() { ::tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before); }

void on_ending(int signal) {
  put_back();
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

void on_stop(int /*signal*/) {
  put_back();
  ::kill(0, SIGSTOP);  // SIGTSTP is blocked in its own handler
}

void on_continue(int /*signal*/) { ::tcsetattr(STDIN_FILENO, TCSANOW, &terminal_raw); }

void handle(int signal, void (*handler)(int), struct sigaction* before) {
  struct sigaction action = {};
  action.sa_handler = handler;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, before);
}

}  // namespace

bool terminal_is_interactive() {
  const auto terminal = process::environment("TERM");
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0 && !terminal.empty() &&
         terminal != "dumb";
}

Keyboard::Keyboard() {
  ::tcgetattr(STDIN_FILENO, &terminal_before);
  terminal_raw = terminal_before;
  terminal_raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  terminal_raw.c_cc[VMIN] = 0;
  terminal_raw.c_cc[VTIME] = 0;
  for (std::size_t i = 0; i < kEndings.size(); ++i) {
    handle(kEndings[i], on_ending, &before_endings[i]);
  }
  handle(SIGTSTP, on_stop, nullptr);
  handle(SIGCONT, on_continue, nullptr);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &terminal_raw);
}

Keyboard::~Keyboard() {
  put_back();
  for (std::size_t i = 0; i < kEndings.size(); ++i) {
    ::sigaction(kEndings[i], &before_endings[i], nullptr);
  }
  std::signal(SIGTSTP, SIG_DFL);
  std::signal(SIGCONT, SIG_DFL);
}

int Keyboard::descriptor() const noexcept { return STDIN_FILENO; }

std::optional<char> Keyboard::key() {
  std::array<char, 64> bytes;
  char first = 0;
  if (::read(STDIN_FILENO, &first, 1) != 1) return std::nullopt;
  if (first == '\x04') closed_ = true;  // Ctrl-D
  if (first != '\x1b') return first;
  while (::read(STDIN_FILENO, bytes.data(), bytes.size()) > 0) {  // the rest of an arrow
  }
  return std::nullopt;
}

}  // namespace workshop::runner
