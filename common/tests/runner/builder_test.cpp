#include "workshop/runner/runs/builder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <sstream>

#include "text_folder.hpp"
#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kCompiler = WORKSHOP_TEST_COMPILER;

/// A checkout whose only program is compiled with a header of the system, precompiled, of which the
/// build knows nothing.
void write_checkout(const fs::path& root, const fs::path& build) {
  write(root / "sys" / "system.hpp", "inline int number() { return 1; }\n");
  write(root / "all.hpp", "#include <system.hpp>\n");
  write(root / "a.cpp", "int twice() { return 2 * number(); }\n");
  const auto with = std::string(kCompiler) + " -g -isystem " + (root / "sys").string();
  write(build / "build.ninja",
        "rule precompile\n command = " + with + " -x c++-header $in -o $out\n" +
            "rule compile\n command = " + with + " -include-pch all.pch -c $in -o $out\n" +
            "build all.pch: precompile " + (root / "all.hpp").string() + "\n" +
            "build a.o: compile " + (root / "a.cpp").string() + " | all.pch\n" +
            "build lab01: phony a.o\n");
  write(build / "CMakeCache.txt",
        "CMAKE_GENERATOR:INTERNAL=Ninja\nCMAKE_MAKE_PROGRAM:FILEPATH=ninja\n"
        "CMAKE_HOME_DIRECTORY:INTERNAL=" +
            root.string() + "\nCMAKE_PROJECT_NAME:STATIC=a\n");
}

}  // namespace

TEST_CASE("a header of the system that was upgraded is no error: it is precompiled anew") {
  const auto version = process::run({std::string(kCompiler), "--version"}).output;
  if (version.find("clang") == std::string::npos) SKIP("the compiler is no Clang");
  if (!process::run({"ninja", "--version"}).succeeded()) SKIP("Ninja is not installed");
  const process::TemporaryFolder folder;
  const Project project(folder.path());
  const auto build = project.build_folder("dev");
  write_checkout(folder.path(), build);
  std::ostringstream out;
  Console console(out);
  Builder builder(project, "dev", console);
  std::size_t parts = 0;
  builder.tell_progress([&](std::size_t, std::size_t all) { parts = all; });
  REQUIRE(builder.build("lab01", "").built);
  CHECK(parts == 2);

  const auto header = folder.path() / "sys" / "system.hpp";
  write(header, "inline int number() { return 3; }  // another size\n");
  fs::last_write_time(header, fs::last_write_time(header) + std::chrono::hours(1));
  write(folder.path() / "a.cpp", "int thrice() { return 3 * number(); }\n");
  const auto again = builder.build("lab01", "");
  CAPTURE(again.output);
  CHECK(again.built);
  CHECK_THAT(out.str(), ContainsSubstring("Headers of the system have changed since"));

  out.str("");
  write(folder.path() / "a.cpp", "int wrong() { return 3 * numbers(); }\n");
  CHECK_FALSE(builder.build("lab01", "").built);
  CHECK(out.str().empty());
}
