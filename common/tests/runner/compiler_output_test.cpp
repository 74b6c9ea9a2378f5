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
