#include "workshop/modelcheck/complaint.hpp"

#include <catch2/matchers/catch_matchers_string.hpp>

#include "modelcheck/specs.hpp"
#include "workshop/modelcheck/tlc_output.hpp"

using namespace workshop::modelcheck;
using Catch::Matchers::ContainsSubstring;

namespace {

struct Slip {
  std::string complaint;
  std::string line;
  std::string mend;
};

}  // namespace

TEST_CASE("what is written as in another language is told with the mend") {
  const std::vector<Slip> slips = {
      {"Expected \":=\" but found \";\" line 1, column 9.", "loaded = db;", "`:=` assigns"},
      {"Expected \":=\" but found \";\"", "load;", "`macro();`"},
      {"Expected \":=\" but found \";\"", "continue;", "`goto`"},
      {"Expected \":=\" but found \";\"", "load();  // it", R"(begins with \*)"},
      {"Expected \":=\" but found \"goto\"", "IF a THEN", "written small"},
      {"Expected \"then\" but found \";\"", "save(x);", "`then` is missing"},
      {"Missing label at the following location:", "publish(x);", "label before this line"},
      {"Missing `;' before line 1, column 5.", "if a then", "semicolon"},
      {"Expected \"if\" but found \"while\"", "end while;", "`elsif`"},
      {"Expression with an unmatched ( followed by `;'", "if (a) {", "no braces"},
      {"Expression with an unmatched ( followed by `;'", "x := (1;", "a bracket is open"},
      {"Expression with an unmatched (", "[x EXCEPT !.a = 1; !.b = 2]", "commas"},
      {"Encountered \"!\" at line 9, column 3 and token \"]\"", "if a != b then", "`#`"},
      {"Encountered \"!\"", "if !(a) then", "`~`"},
      {"Encountered \"Beginning of definition\"", "if a == b then", "one `=`"},
      {"Encountered \"b\"", "[x EXCEPT !.a = 1, b = 2]", "`!.field = value`"},
      {"Encountered \"in\"", "if a in b then", R"(`\in`)"},
      {"Couldn't resolve infix operator symbol `&&'.", "if a && b then", R"(`/\`)"},
      {"Couldn't resolve infix operator symbol `||'.", "if a || b then", R"(`\/`)"},
      {"is an element of the string \"m1\"", "if a \\in b then", R"(`s \union {x}`)"},
      {"Attempted to select nonexistent field \"a\"", "x := y.a;", "how the field is written"},
      {"Macro f undefined", "f();", ""}};
  for (const auto& slip : slips) {
    INFO(slip.complaint << " of " << slip.line);
    const auto mend = mend_of(slip.complaint, slip.line + "\n", 1);
    CHECK_THAT(mend, ContainsSubstring(slip.mend));
    CHECK(mend.empty() == slip.mend.empty());
  }
}

TEST_CASE("a slip that is noticed late is looked for in the lines above") {
  const std::string text = "acknowledge();  // done\n\nAbandon:\nabandon();\n";
  CHECK_THAT(mend_of("Expected \":=\" but found \";\"", text, 4), ContainsSubstring(R"(\*)"));
}

TEST_CASE("a complaint is told without stacks and names of Java and each sentence once") {
  CHECK(plain_words("Was expecting \"= or ,\"\nEncountered \"++\" at line 134, column 73 and token "
                    "\"spent\"\n\nExcept Spec starting at line 134, column 66.") ==
        "\"++\" is not expected here");
  CHECK(plain_words("TLC threw an unexpected exception.\nThis was probably caused by an error in "
                    "the spec or model.\nSee the User Output or TLC Console for clues to what "
                    "happened.\nThe exception was a java.lang.RuntimeException\n: Attempted to "
                    "apply the record") == "Attempted to apply the record");
  CHECK(plain_words("Unknown operator: `a'.\nUnknown operator: `a'.") == "Unknown operator: `a'.");
}

TEST_CASE("a line of the translation is found among the lines after its label") {
  const std::string original =
      "Load:\n  load();\n  if message \\in processed then\n    goto Save;\n  end if;\n"
      "Save:\n  save(processed);\n";
  const std::string translated =
      "Load(self) == /\\ pc[self] = \"Load\"\n  /\\ loaded' = [loaded EXCEPT ![self] = db]\n"
      "  /\\ IF message[self] \\in processed'\n"
      "Save(self) == /\\ pc[self] = \"Save\"\n  /\\ db' = (processed)\nOther == 1\n";
  CHECK(written_line(original, translated, 3) == 3);
  CHECK(written_line(original, translated, 2) == 2);  // nothing in common, so it is the first line
  CHECK(written_line(original, translated, 5) == 7);
  CHECK(written_line(original, translated, 6) == 0);
}

TEST_CASE("a label that is missing is wanted where the macro is called") {
  const auto result = read_translator_output(
      "Unrecoverable error:\n -- Missing label at the following location:\n     line 58, column 3 "
      "of macro called at line 85, column 5.\n");
  CHECK(result.line == 85);
}
