#include "workshop/runner/printing/compiler_output.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace workshop::runner;

namespace {

std::string as_it_is(const std::string& file) { return file; }

}  // namespace

TEST_CASE("the first errors are kept with their places and source lines, the rest is counted") {
  std::string output = "[1/2] Building CXX object x.o\nFAILED: x.o \n/usr/bin/clang++ -c x.cpp\n";
  output += "x.cpp:1:2: warning: unused\n    1 | int w;\n";
  for (int i = 1; i <= 5; ++i) {
    output += "x.cpp:" + std::to_string(i) + ":7: error: no member 'y'\n    5 | x.y\n      |   ^\n";
    output += "y.hpp:9:1: note: declared here\n    9 | struct X;\n";
  }
  output += "5 errors generated.\nninja: build stopped: subcommand failed.\n";
  const auto errors = read_compiler_output(output, as_it_is, 2);
  CHECK(errors.errors_count == 5);
  CHECK(errors.first_place == "x.cpp:1");
  CHECK(errors.lines == std::vector<std::string>{"x.cpp:1:7: error: no member 'y'", "    5 | x.y",
                                                 "      |   ^", "x.cpp:2:7: error: no member 'y'",
                                                 "    5 | x.y", "      |   ^"});
  CHECK_FALSE(errors.linking);
}

TEST_CASE("a source line that is too long is cut around its caret, which stays below its place") {
  const std::string source =
      "   15 |   one(two, \"zwölf\"); here.stands(what); " + std::string(60, 'x');
  const auto caret_at = source.find("stands") - std::string("ö").size() + 1;
  const std::vector<std::string> lines = {
      "x.cpp:15:7: error: no member 'stands', " + std::string(50, 'y'), source,
      "      |" + std::string(caret_at - 7, ' ') + "^~~~~~",
      "      |" + std::string(caret_at - 7, ' ') + "sits"};
  CHECK(around_carets(lines, 200) == lines);
  const auto at_end = around_carets(lines, 60);
  CHECK(at_end[0] == lines[0]);
  CHECK(at_end[1] == "   15 |   one(two, \"zwölf\"); here.stands(what); xxxxxxxxxxx…");
  CHECK(at_end[2] == lines[2]);
  const auto cut = around_carets(lines, 30);
  CHECK(cut[1] == "   15 |…f\"); here.stands(what…");
  CHECK(cut[2] == "      |           ^~~~~~");
  CHECK(cut[3] == "      |           sits");
  CHECK(around_carets({"   15 | " + std::string(90, 'x')}, 30).front().size() == 98);
}

TEST_CASE("of the notes below an error the one is kept that says why nothing fits") {
  const auto errors = read_compiler_output(
      "x.cpp:18:29: error: no matching member function for call to 'contains'\n"
      "   18 |   if (ids.contains(id)) return;\n      |       ~~~~^~~~~~~~\n"
      "set.h:700:7: note: candidate function not viable: no known conversion from 'Id' to "
      "'key_type' for 1st argument\n  700 |       contains(const key_type& x) const\n"
      "set.h:705:7: note: candidate template ignored: nothing\n"
      "set.h:709:7: note: candidate function not viable: requires 2 arguments\n"
      "x.cpp:19:3: error: expected ';'\nset.h:1:1: note: declared here\n",
      as_it_is);
  CHECK(errors.lines ==
        std::vector<std::string>{
            "x.cpp:18:29: error: no matching member function for call to 'contains'",
            "   18 |   if (ids.contains(id)) return;", "      |       ~~~~^~~~~~~~",
            "  because: no known conversion from 'Id' to 'key_type' for 1st argument",
            "x.cpp:19:3: error: expected ';'"});
}

TEST_CASE("a fatal error, and one without a column, are errors") {
  CHECK(read_compiler_output("a b.cpp:3:10: fatal error: 'z.hpp' file not found\n", as_it_is)
            .first_place == "a b.cpp:3");
  CHECK(read_compiler_output("x.cpp:3: error: stop\n", as_it_is).first_place == "x.cpp:3");
}

TEST_CASE("a linker's error is told as one") {
  const auto errors = read_compiler_output(
      "mold: error: undefined symbol: book(int)\n>>> referenced by t.cpp\nclang++: error: linker "
      "command failed with exit code 1 (use -v to see invocation)\n",
      as_it_is);
  CHECK(errors.linking);
  CHECK(errors.errors_count == 1);
  CHECK(errors.lines.size() == 2);
}

TEST_CASE("output that is not understood is kept from its end") {
  std::string output;
  for (int i = 0; i < 100; ++i) output += "line " + std::to_string(i) + "\n";
  const auto errors = read_compiler_output(output, as_it_is);
  CHECK(errors.errors_count == 0);
  REQUIRE_FALSE(errors.lines.empty());
  CHECK(errors.lines.back() == "line 99");
  CHECK(errors.lines.size() < 20);
}

TEST_CASE("a build that fails in another part is not blamed on the lab's file") {
  const std::string compiled =
      "[8/24] Building CXX object labs/08-x/CMakeFiles/lab08.dir/a.cpp.o\n";
  const std::string error = "a.cpp:1:2: error: stop\n";
  CHECK_FALSE(is_failure_elsewhere(
      compiled + "FAILED: labs/08-x/CMakeFiles/lab08.dir/a.cpp.o \n" + error, "labs/08-x"));
  CHECK(is_failure_elsewhere(compiled + "FAILED: common/unity_12.cxx.o \n" + error, "labs/08-x"));
  CHECK(is_failure_elsewhere("ninja: error: 'x.cxx', needed by 'y', missing\n", "labs/08-x"));
  CHECK_FALSE(is_failure_elsewhere(error, "labs/08-x"));  // of Make, which does not name it
}

TEST_CASE("an error without a line in a file comes before what the build only counts") {
  const auto errors = read_compiler_output(
      "[1/24] Building CXX object a.o\n[2/24] Building CXX object unity_12.o\nFAILED: unity_12.o\n"
      "clang++: error: no such file or directory: 'unity_12.cxx'\n[3/24] Building CXX object b.o\n"
      "ninja: build stopped: subcommand failed.\n",
      as_it_is);
  CHECK(errors.lines ==
        std::vector<std::string>{"clang++: error: no such file or directory: 'unity_12.cxx'"});
}

TEST_CASE("what fails because of the machine is told as that, with its mend") {
  const auto told = [](const std::string& output) {
    return failure_of_machine(output, "build/dev");
  };
  CHECK(told("ninja: error: opening build log: Permission denied\n")
            .starts_with("build/dev cannot be written to: make it yours by sudo chown -R"));
  CHECK(told("mold: fatal: cannot open build/dev/lab08: Read-only file system\n")
            .starts_with("build/dev cannot be written to"));
  CHECK(told("LLVM ERROR: IO failure on output stream: No space left on device\nfatal error: x\n")
            .empty());  // what is no line of an error may be anything
  CHECK(told("fatal error: error writing to x.s: No space left on device\n")
            .find("its disk is full") != std::string::npos);
  CHECK(told("clang++-19: error: unable to execute command: Killed\n")
            .starts_with("a compiler was killed"));
  CHECK(told("ninja: error: '/usr/lib/libfmt.so', needed by 'lab08', missing and no known rule to "
             "make it\n")
            .starts_with("a file is gone that was there when build/dev was configured"));
  CHECK(told("ninja: error: unknown target 'lab08', did you mean 'lab98'?\n")
            .starts_with("build/dev was configured when there was no such thing"));
  CHECK(told("x.cpp:3:7: error: no member named 'y'\n").empty());
  CHECK(told("  throw std::runtime_error(\"Permission denied\");\n").empty());
}

TEST_CASE("a configuration that fails is no build that fails") {
  CHECK(
      is_configuration_failure("[0/1] Re-running CMake...\nCMake Error at CMakeLists.txt:3 "
                               "(message):\n  No.\nFAILED: build.ninja \nninja: error: "
                               "rebuilding 'build.ninja': subcommand failed\n"));
  CHECK_FALSE(is_configuration_failure("FAILED: x.cpp\nCMake Error at apply.cmake:1 (message):\n"));
  CHECK_FALSE(is_configuration_failure("x.cpp:3:7: error: no\n"));
}

TEST_CASE("a build folder that does not know a target or misses a file is configured again") {
  CHECK(is_configuration_outdated("ninja: error: unknown target 'lab16', did you mean 'lab15'?\n"));
  CHECK(
      is_configuration_outdated("ninja: error: 'mistakes/a.diff', needed by 'a.cpp', missing and "
                                "no known rule to make it\n"));
  CHECK_FALSE(is_configuration_outdated("x.cpp:3:7: error: unknown target 'lab16'\n"));
  CHECK_FALSE(is_configuration_outdated("ninja: error: loading 'build.ninja': Is a directory\n"));
}

TEST_CASE("of what CMake says its first error is kept, in its words") {
  const auto lines = read_cmake_error(
      "-- Found fmt\nCMake Error at cmake/Fetch.cmake:69 (message):\n  fmt is not here.\n\n  "
      "Install "
      "it.\nCall Stack (most recent call first):\n  CMakeLists.txt:21 (include)\n\n\n-- "
      "Configuring "
      "incomplete, errors occurred!\nSee also \"x.log\".\n");
  CHECK(lines == std::vector<std::string>{"fmt is not here.", "Install it."});
  CHECK(read_cmake_error("CMake Error at x.cmake:1 (message):\n  No.\nPreset CMake variables:\n\n  "
                         "A=\"B\"\n") ==
        std::vector<std::string>{"No."});  // as CMake 3.31 mixes it
  CHECK(read_cmake_error("CMake Error: The source directory does not exist.\n") ==
        std::vector<std::string>{"CMake Error: The source directory does not exist."});
  CHECK(read_cmake_error("Segmentation fault\n") == std::vector<std::string>{"Segmentation fault"});
}

TEST_CASE("a precompiled header that the system's headers are newer than is named once") {
  const std::string line =
      "fatal error: file '/usr/include/c++/12/cstddef' has been modified since the precompiled "
      "header '/kit/build/common/cmake_pch.hxx.pch' was built: mtime changed (was 1, now 2)";
  CHECK(outdated_precompiled_headers("a.cpp: " + line + "\nb.cpp: " + line) ==
        std::vector<std::string>{"/kit/build/common/cmake_pch.hxx.pch"});
  CHECK(outdated_precompiled_headers("a.cpp:1:2: error: no such thing").empty());
}
