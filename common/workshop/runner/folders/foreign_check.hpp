#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/folders/handed_in.hpp"
#include "workshop/runner/folders/sandbox.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/progress/progress.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {

/// What was found of one file that was handed in.
struct ForeignVerdict {
  Judgement judgement = Judgement::unjudged;
  std::string problem;           ///< why it could not be judged, as a sentence; else empty
  std::vector<TestState> tests;  ///< under the names that this checkout's tests have
  std::chrono::milliseconds duration{0};
};

/// Compiles files that were handed in, in place of a lab's file to edit, and runs the tests of this
/// checkout on them, all of it in a sandbox.
///
/// Handed-in code runs in the program that judges it, so it could make itself green. What keeps it
/// from doing so by simple means: its output is not believed; its verdict has to be of exactly the
/// tests that the lab has; the solution is not in the sandbox; and a file that calls what no
/// handler needs, such as getenv, open or fork, or has inline assembly, is not judged, but named
/// for a person to read. (No more can be promised of code that runs in the program that judges it.)
class ForeignCheck {
 public:
  /// Throws UserError where there is no sandbox.
  ForeignCheck(const Project& project, Console& console, std::string preset,
               std::chrono::seconds time_max);
  ~ForeignCheck();

  /// Blocks until it is judged. Throws UserError when this checkout's own program of the lab does
  /// not build.
  ForeignVerdict check(const HandedIn& file);

 private:
  struct Recipe;

  const Recipe& recipe_of(const Lab& lab);
  void find_commands(Recipe& recipe) const;
  void learn_from_own(Recipe& recipe, Builder& builder) const;
  SandboxView view_of(const Recipe& recipe, const std::filesystem::path& file) const;
  std::string compile(const Recipe& recipe, const std::filesystem::path& file,
                      const std::filesystem::path& folder) const;
  std::string forbidden_calls(const Recipe& recipe, const std::filesystem::path& object) const;
  ForeignVerdict run(const Recipe& recipe, const std::filesystem::path& program,
                     const std::filesystem::path& file, const std::filesystem::path& results) const;

  const Project& project_;
  Console& console_;
  std::string preset_;
  SandboxLimits limits_;
  Sandbox sandbox_;
  std::vector<std::unique_ptr<Recipe>> recipes_;
};

/// The names of `symbols` (as nm prints them, a line each) that a handler needs for nothing good:
/// files, programs, the network, the environment, the end of the program, the tests' own machinery;
/// or that it puts in the place of the C library's. `usual`: those of the lab's solution, which are
/// left out.
std::vector<std::string> suspicious_symbols(std::string_view symbols, std::string_view usual);

/// Whether what a compiler made of a file has assembly that stands in the file: in LLVM's language,
/// or as GCC marks it in its own assembly.
bool has_inline_assembly(std::string_view text, bool llvm);

}  // namespace workshop::runner
