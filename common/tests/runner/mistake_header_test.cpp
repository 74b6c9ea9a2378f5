#include "workshop/runner/mistakes/mistake_header.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "workshop/runner/catalog/catalog.hpp"

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

TEST_CASE("the header of a whole file is a comment, lines that go on included") {
  const auto header = read_mistake_header(
      "// mistake: the id is saved apart\n"
      "// why: two writes\n"
      "//   note: they read better\n"
      "//\n"
      "// ask: what if it dies in between?\n"
      "// caught by: a payment is booked once: always\n"
      "// as: duplicate effect\n"
      "#include <x>\n"
      "// as: another\n",
      HeaderForm::comment);
  CHECK(header.mistake == "the id is saved apart");
  CHECK(header.why == "two writes note: they read better");
  CHECK(header.ask == "what if it dies in between?");
  CHECK(header.answer.empty());
  CHECK(header.caught_by == "a payment is booked once: always");
  CHECK(header.as == "duplicate effect");
}

TEST_CASE("the header of a diff is plain lines up to the first empty one") {
  const auto header = read_mistake_header(
      "mistake: the id is saved apart\n"
      "why: two writes\n"
      "  note: they read better\n"
      "ask: what if it dies in between?\n"
      "answer: it comes again,\n"
      "  and nobody knows it\n"
      "caught by: a payment is booked once: always\n"
      "as: duplicate effect\n"
      "\n"
      "--- a/src/x.cpp\n"
      "+++ b/src/x.cpp\n"
      "@@ -1,2 +1,1 @@\n"
      "as: another\n"
      "-why: is this no header?\n",
      HeaderForm::plain);
  CHECK(header.mistake == "the id is saved apart");
  CHECK(header.why == "two writes note: they read better");
  CHECK(header.ask == "what if it dies in between?");
  CHECK(header.answer == "it comes again, and nobody knows it");
  CHECK(header.caught_by == "a payment is booked once: always");
  CHECK(header.as == "duplicate effect");
}

TEST_CASE("a file's name says how its header is written") {
  CHECK(header_form_of("mistakes/early_return.diff") == HeaderForm::plain);
  CHECK(header_form_of("mistakes/inbox_of_lab_12.cpp") == HeaderForm::comment);
  CHECK(header_form_of("mistakes/one_step.tla") == HeaderForm::comment);
}

TEST_CASE("a header with a missing, unknown, empty or repeated line is refused by name") {
  const auto refuses = [](const std::string& source, HeaderForm form, const std::string& part) {
    CHECK_THROWS_MATCHES(read_mistake_header(source, form), UserError,
                         MessageMatches(ContainsSubstring(part)));
  };
  const auto comment = HeaderForm::comment;
  refuses("// mistake: m\n// why: w\n// ask: q\n// caught by: c\n", comment, "lacks \"// as: ");
  refuses("// mistake: m\n// why:\n// ask: q\n// caught by: c\n// as: a\n", comment,
          "lacks \"// why: ");
  refuses("// mistake: m\n// why: w\n// caught by: c\n// as: a\n", comment, "lacks \"// ask: ");
  refuses("// mistake: m\n// because: w\n", comment, "unknown line \"// because:\"");
  refuses("// mistake: m\n// why: w\n// why: v\n", comment, "two lines \"// why:\"");
  refuses("// A handler.\n// mistake: m\n", comment, "does not begin with // mistake: ");
  refuses("#include <x>\n", comment, "lacks \"// mistake: ");

  const auto plain = HeaderForm::plain;
  refuses("mistake: m\nwhy: w\nask: q\ncaught by: c\n\nas: a\n", plain, "lacks \"as: ");
  refuses("mistake: m\nbecause: w\n", plain, "unknown line \"because:\"");
  refuses("mistake: m\nwhy: w\nwhy: v\n", plain, "two lines \"why:\"");
  refuses("// mistake: m\n", plain, "does not begin with mistake: ");
  refuses("\nmistake: m\n", plain, "lacks \"mistake: ");
}
