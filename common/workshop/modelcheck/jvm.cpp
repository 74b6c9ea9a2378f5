#include "workshop/modelcheck/jvm.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <thread>

#include "workshop/core/saturating.hpp"

namespace workshop::modelcheck {

using process::Descriptor;
using process::Program;
using process::Result;
using std::chrono::milliseconds;

process::Options in_folder(const std::filesystem::path& folder) {
  process::Options options;
  options.directory = folder;
  options.group = process::Group::callers;
  return options;
}

Result wait_for_end(Program& program, milliseconds time_max, std::string_view last_words) {
  process::Limits limits;
  limits.time_max = time_max;
  limits.grace = milliseconds(0);
  limits.output_max = SIZE_MAX;
  if (!last_words.empty()) {
    limits.is_done = [last_words, searched = std::size_t{0}](std::string_view output) mutable {
      const auto found = output.find(last_words, searched);
      searched = output.size() - std::min(output.size(), last_words.size());
      return found != std::string_view::npos;
    };
  }
  return program.wait(limits);
}

Result run_in(const std::filesystem::path& folder, const std::vector<std::string>& command,
              milliseconds time_max, std::string_view last_words) {
  Program program(command, in_folder(folder));
  return wait_for_end(program, time_max, last_words);
}

bool feed(Program& program, const std::filesystem::path& fifo, std::string_view text,
          milliseconds time_max) {
  const auto end = deadline_after(time_max);
  while (program.running() && std::chrono::steady_clock::now() < end) {
    // Opening it without waiting fails as long as nobody reads. Who has ended never will.
    const Descriptor file(::open(fifo.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (file.is_open()) {
      ::fcntl(file.number(), F_SETFL, 0);
      // A reader of our own: if the program ends now, writing raises no SIGPIPE.
      const Descriptor reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
      return ::write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
  return false;
}

}  // namespace workshop::modelcheck
