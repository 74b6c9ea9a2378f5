#include <exception>
#include <iostream>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/hand_over.hpp"

// The `workshop` program. Its exit codes are those of protocol/exit_codes.hpp; `verify` has
// ctest's.

int main(int argc, char** argv) {
  using namespace workshop;
  runner::remember_script();
  try {
    runner::CommandLine line(runner::commands_and_words(), runner::run_more);
    return line.run({argv + 1, argv + argc}, std::cout, std::cerr);
  } catch (const std::exception& error) {
    std::cerr << "workshop: " << error.what() << '\n';
    return protocol::kExitNotJudged;
  }
}
