#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "workshop/process/descriptor.hpp"
#include "workshop/process/program.hpp"
#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// A lab's program in a play session (protocol/play.hpp): it runs one test, whose exploration a
/// person plays. One thread.
class PlayProgram {
 public:
  /// Starts `program` with the test of this name and waits for where the session begins. With a
  /// `schedule` it is the exploration that the schedule belongs to, else the test's first. What the
  /// program prints goes to `log`. Throws UserError when it does not come to an exploration.
  PlayProgram(const LabProgram& program, const std::string& test, const std::string& schedule,
              const std::filesystem::path& log);

  /// The first answer.
  const std::string& hello() const noexcept { return hello_; }
  /// The answer to a command, a line without its newline. Throws UserError when the program has
  /// ended, or does not answer for `kAnswerMax`; from then on always.
  std::string ask(std::string_view command);

  static constexpr std::chrono::seconds kHelloMax{120};  ///< it explores the test first
  static constexpr std::chrono::seconds kAnswerMax{20};

 private:
  void start(const LabProgram& program, const std::string& test, const std::string& schedule);
  std::string read_line(std::chrono::milliseconds time_max);
  void write_line(std::string_view line);
  [[noreturn]] void lost(const std::string& why);

  std::string label_;
  std::filesystem::path log_;
  process::Descriptor commands_;  // its writing end
  process::Descriptor answers_;   // its reading end
  std::string unread_;
  std::string hello_;
  std::optional<process::Program> program_;  // goes first: it ends when the pipes are closed
};

}  // namespace workshop::runner
