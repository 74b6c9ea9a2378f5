#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"

namespace CLI {
class App;
}

namespace workshop::runner {

/// What a command works with: the terminal and the checkout.
class Workspace {
 public:
  explicit Workspace(Console& console) : console_(&console) {}

  Console& console() const { return *console_; }
  /// Looked for when a command first asks. Throws UserError outside of a checkout.
  const Project& project() {
    if (!project_) project_ = Project::find();
    return *project_;
  }

 private:
  Console* console_;
  std::optional<Project> project_;
};

/// What a command does once its words are read. Returns the exit code of the program
/// (protocol/exit_codes.hpp), and throws UserError for what the person can mend.
using Action = std::function<int(Workspace&)>;

/// Who needs a command: --help lists the commands of each under a heading, and hidden ones, which
/// ctest and scripts call, nowhere.
enum class Audience { attendee, instructor, maintainer, hidden };

/// A command of the `workshop` program. Each stands in a file of its own, which ends with it:
///
///     Action add_greet(CLI::App& app) {
///       auto name = std::make_shared<std::string>("world");
///       app.add_option("--name", *name, "Who is greeted (world)");
///       return [name](Workspace& workspace) {
///         workspace.console().line("Hello, " + *name);
///         return protocol::kExitGood;
///       };
///     }
///
///     }  // namespace
///
///     constexpr Command kGreetCommand = {.name = "greet",
///                                        .description = "Say hello",
///                                        .example = "scripts/workshop greet --name Ann",
///                                        .audience = Audience::attendee,
///                                        .add = add_greet};
///
/// and is listed in commands.hpp, commands.cpp and CMakeLists.txt. One that a first `check` need
/// not build stands in more/, its words in more_words.hpp, and is listed in more_commands.hpp. What
/// its options write into lives as long as the action that `add` returns. File-local names differ
/// from those of other commands.
struct Command {
  std::string_view name;
  std::string_view description;  ///< one line
  std::string_view example;      ///< a whole command line, at the end of its --help
  Audience audience = Audience::attendee;
  Action (*add)(CLI::App& app) =
      nullptr;  ///< adds its options; the action runs after they are read. None: these are the
                ///< words of a command whose code is in `workshop-more`
  std::string_view usage = {};  ///< of such words: all options, for its --help before that is built

  /// The same words, with code.
  constexpr Command done_by(Action (*adds)(CLI::App& app)) const {
    Command command = *this;
    command.add = adds;
    return command;
  }
};

}  // namespace workshop::runner
