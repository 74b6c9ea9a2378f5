#include <exception>
#include <iostream>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/hand_over.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"

// The `workshop-more` program: all commands. `workshop` starts it for those whose code it does not
// have.

int main(int argc, char** argv) {
  using namespace workshop;
  runner::remember_script();
  try {
    runner::CommandLine line(runner::all_commands());
    return line.run({argv + 1, argv + argc}, std::cout, std::cerr);
  } catch (const std::exception& error) {
    std::cerr << "workshop: " << error.what() << '\n';
    return protocol::kExitNotJudged;
  }
}
