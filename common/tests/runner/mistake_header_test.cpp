#include "workshop/runner/catalog/mistake_header.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "workshop/runner/catalog/catalog.hpp"

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

TEST_CASE("a mistake's comment is read, lines that go on included") {
  const auto header = read_mistake_header(
      "// mistake: the id is saved apart\n"
      "// why: two writes\n"
      "//   note: they read better\n"
      "//\n"
      "// ask: what if it dies in between?\n"
      "// caught by: a payment is booked once: always\n"
      "// as: duplicate effect\n"
      "#include <x>\n"
      "// as: another\n");
  CHECK(header.mistake == "the id is saved apart");
  CHECK(header.why == "two writes note: they read better");
  CHECK(header.ask == "what if it dies in between?");
  CHECK(header.caught_by == "a payment is booked once: always");
  CHECK(header.as == "duplicate effect");
}

TEST_CASE("a comment with a missing, unknown, empty or repeated line is refused by name") {
  const auto refuses = [](const std::string& source, const std::string& part) {
    CHECK_THROWS_MATCHES(read_mistake_header(source), UserError,
                         MessageMatches(ContainsSubstring(part)));
  };
  refuses("// mistake: m\n// why: w\n// ask: q\n// caught by: c\n", "lacks \"// as: ");
  refuses("// mistake: m\n// why:\n// ask: q\n// caught by: c\n// as: a\n", "lacks \"// why: ");
  refuses("// mistake: m\n// why: w\n// caught by: c\n// as: a\n", "lacks \"// ask: ");
  refuses("// mistake: m\n// because: w\n", "unknown line \"// because:\"");
  refuses("// mistake: m\n// why: w\n// why: v\n", "two lines \"// why:\"");
  refuses("// A handler.\n// mistake: m\n", "does not begin with");
  refuses("#include <x>\n", "lacks \"// mistake: ");
}
