#include "workshop/modelcheck/tla_value.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace workshop::modelcheck;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a printed value is read and printed the same") {
  for (const std::string text :
       {"TRUE", "-12", "\"a \\\"b\\\"\"", "m1", "{}", "<< >>", "<<1, \"x\", {TRUE}>>",
        "[a |-> 1, b |-> << >>]", "(1 :> \"a\" @@ 2 :> \"b\")", "(<<\"m\", 1>> :> 2)",
        "{[to |-> \"A\"], [to |-> \"B\"]}"}) {
    CHECK(TlaValue::parse(text).to_string() == text);
  }
}

TEST_CASE("a value is the same in whatever order it was printed") {
  CHECK(TlaValue::parse("{2, 1, 2}") == TlaValue::parse("1..2"));
  CHECK(TlaValue::parse("[b |-> 2, a |-> 1]") == TlaValue::parse("(\"a\" :> 1 @@ \"b\" :> 2)"));
  CHECK(TlaValue::parse("<<1, 2>>") != TlaValue::parse("<<2, 1>>"));
  CHECK(TlaValue::parse("\"a\"") != TlaValue::parse("a"));
  CHECK(TlaValue::parse("1") != TlaValue::parse("TRUE"));
}

TEST_CASE("a value tells its parts and refuses the parts of another kind") {
  const auto record = TlaValue::parse("[sum |-> 3, seen |-> {\"m1\"}, pc |-> <<\"a\", \"b\">>]");
  CHECK(record.at("sum").integer() == 3);
  CHECK(record.at("seen").contains(TlaValue::of("m1")));
  CHECK(record.at("pc").elements()[1].text() == "b");
  CHECK(record.find("nothing") == nullptr);
  CHECK_THROWS_AS(record.at("nothing"), BadValue);
  CHECK_THROWS_WITH(record.at("sum").text(), ContainsSubstring("3 is not a string"));
  CHECK_THROWS_AS(record.integer(), BadValue);
  CHECK(TlaValue::parse("(m1 :> 2)").at("m1").integer() == 2);
  CHECK(TlaValue::parse("<< >>").find("m1") == nullptr);  // the empty bag
}

TEST_CASE("what is no value is refused with its position") {
  CHECK_THROWS_WITH(TlaValue::parse("{1, "), ContainsSubstring("missing at position 5"));
  CHECK_THROWS_WITH(TlaValue::parse("[a = 1]"), ContainsSubstring("'|->' is missing"));
  CHECK_THROWS_WITH(TlaValue::parse("1 2"), ContainsSubstring("more text follows"));
  CHECK_THROWS_WITH(TlaValue::parse("\"open"), ContainsSubstring("closing quote"));
  CHECK_THROWS_AS(TlaValue::parse("99999999999999999999"), BadValue);
}

TEST_CASE("a state is read over several lines and with a single variable") {
  const auto state =
      parse_state("/\\ queue = [ m |-> 1,\n  n |-> 2 ]\n/\\ pc = [A |-> \"Save\"]\n");
  REQUIRE(state.size() == 2);
  CHECK(state.at("queue").at("n").integer() == 2);
  CHECK(state.at("pc").at("A").text() == "Save");
  CHECK(parse_state("x = 0\n").at("x").integer() == 0);
  CHECK_THROWS_AS(parse_state("/\\ x 0"), BadValue);
}
