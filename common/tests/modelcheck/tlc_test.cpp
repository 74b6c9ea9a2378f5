#include "workshop/modelcheck/tlc.hpp"

#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <iterator>

#include "modelcheck/specs.hpp"
#include "workshop/explore/story/story.hpp"
#include "workshop/modelcheck/counterexample.hpp"
#include "workshop/process/temporary_folder.hpp"

using namespace workshop::modelcheck;
using Catch::Matchers::ContainsSubstring;
using workshop::process::TemporaryFolder;

namespace {

// TLA+ without an algorithm in PlusCal, which saves a run of the translator.
Spec counting(const std::string& config, const std::string& more = "") {
  return {"---- MODULE Counting ----\nEXTENDS Integers\nVARIABLE x\n" + more +
              "\nInit == x = 0\nNext == x < 2 /\\ x' = x + 1\nSpec == Init /\\ [][Next]_x\n====\n",
          "SPECIFICATION Spec\n" + config,
          {}};
}

}  // namespace

TEST_CASE("a model that holds tells how many states it has and what was never taken") {
  const auto tlc = tlc_or_skip();
  const auto result = check(tlc, adding("INVARIANT NeverNegative\nPROPERTY ComesToRest"));
  INFO(result.output);
  REQUIRE(result.outcome == TlcOutcome::holds);
  CHECK(result.distinct_states_count == 16);
  CHECK(result.depth == 7);
  CHECK(result.never_taken().empty());
  CHECK(result.unreached.empty());

  const auto without_crashes =
      check(tlc, adding("PROPERTY ComesToRest", replaced(kAdding, "crashes = 1", "crashes = 0")));
  REQUIRE(without_crashes.holds());
  REQUIRE(without_crashes.unreached.size() == 1);
  CHECK(without_crashes.unreached[0].action == "Save");
  CHECK_THAT(without_crashes.unreached[0].text, ContainsSubstring("crashes"));
}

TEST_CASE("probes tell what was never taken, too") {
  const auto tlc = tlc_or_skip();
  TlcOptions options;
  options.coverage = false;
  options.probes = true;
  const auto result = check(tlc, adding("PROPERTY ComesToRest"), options);
  INFO(result.output);
  REQUIRE(result.holds());
  CHECK(result.distinct_states_count == 16);
  CHECK(result.unreached.empty());

  const auto one_branch =
      check(tlc, adding("PROPERTY ComesToRest", replaced(kAdding, "crashes = 1", "crashes = 0")),
            options);
  REQUIRE(one_branch.holds());
  REQUIRE(one_branch.unreached.size() == 1);
  CHECK(one_branch.unreached[0].action == "Save");
  CHECK(one_branch.unreached[0].text == "crashes > 0");
  CHECK(one_branch.never_taken().empty());

  const auto nothing =
      check(tlc, adding("", replaced(kAdding, "(\"m1\" :> 2)", "EmptyBag")), options);
  CHECK(nothing.never_taken() == std::vector<std::string>{"Receive", "Save"});
  CHECK(nothing.unreached.size() == 2);  // the actions only, not their branches

  const auto wrong = check(tlc, adding("", replaced(kAdding, "sum + 1", "sum + message")), options);
  CHECK(wrong.outcome == TlcOutcome::evaluation_failed);
  CHECK(wrong.line == 21);  // although the probes move the translation's lines
}

TEST_CASE("a run that goes on tells all that is violated, each with its story") {
  const auto tlc = tlc_or_skip();
  TlcOptions options;
  options.go_on = true;
  options.temporal_last = true;
  const std::string once =
      "\nASSUME TLCSet(1, FALSE) /\\ TLCSet(2, FALSE) /\\ TLCSet(3, FALSE)\n"
      "First(i) == ~TLCGet(i) /\\ TLCSet(i, TRUE) /\\ PrintT(<<\"BROKEN\", i>>)\n"
      "Zero == {x < 1 \\/ ~First(1), x + 1 < 2 \\/ ~First(2)} = {TRUE}\n"
      "Steps == [][x' < 2 \\/ ~First(3)]_x\nComesBack == []<>(x = 0)\n";
  auto spec = counting("INVARIANT Zero\nPROPERTIES Steps ComesBack", once);
  spec.module_text = replaced(spec.module_text, "EXTENDS Integers", "EXTENDS Integers, TLC");
  spec.module_text = replaced(spec.module_text, "[][Next]_x\n", "[][Next]_x /\\ WF_x(Next)\n");
  const auto result = check(tlc, spec, options);
  INFO(result.output);
  CHECK(result.outcome == TlcOutcome::invariant_violated);
  CHECK(result.property == "Zero");
  CHECK(result.counterexample.size() == 2);
  CHECK(result.complete);
  CHECK(result.distinct_states_count == 3);
  REQUIRE(result.violations.size() == 3);
  CHECK(result.violations[0].printed == "<<\"BROKEN\", 1>>\n<<\"BROKEN\", 2>>\n");
  CHECK(result.violations[1].outcome == TlcOutcome::action_violated);
  CHECK(result.violations[1].printed == "<<\"BROKEN\", 3>>\n");
  CHECK(result.violations[1].counterexample.size() == 3);
  CHECK(result.violations[2].outcome == TlcOutcome::temporal_violated);
  CHECK(result.violations[2].loops_to == 2);

  // An expression without a value takes precedence over an earlier violation.
  spec.module_text =
      replaced(spec.module_text, "x' = x + 1", "x' = IF x = 1 THEN \"a\" + 1 ELSE 1");
  const auto worthless = check(tlc, spec, options);
  CHECK(worthless.outcome == TlcOutcome::evaluation_failed);
  CHECK_FALSE(worthless.complete);
  CHECK(worthless.violations.size() == 1);
}

TEST_CASE("a run that goes on says when it did not") {
  const auto tlc = tlc_or_skip();
  TlcOptions options;
  options.go_on = true;
  const auto result = check(tlc, counting("INVARIANT Positive", "\nPositive == x > 0\n"), options);
  INFO(result.output);
  CHECK(result.outcome == TlcOutcome::invariant_violated);
  CHECK(result.violations.size() == 1);
  CHECK_FALSE(result.complete);
}

TEST_CASE("a violated invariant is named with the states that lead there") {
  const auto tlc = tlc_or_skip();
  const auto result = check(tlc, adding("INVARIANTS NeverNegative AddedOnce"));
  INFO(result.output);
  REQUIRE(result.outcome == TlcOutcome::invariant_violated);
  CHECK(result.property == "AddedOnce");
  REQUIRE(result.counterexample.size() == 5);
  CHECK(result.counterexample[0].action.empty());
  CHECK(result.counterexample[4].action == "Save");
  CHECK(result.counterexample[0].variables.at("queue").at("m1").integer() == 2);
  CHECK(result.counterexample[4].variables.at("sum").integer() == 2);
  const auto again = check(tlc, adding("INVARIANTS NeverNegative AddedOnce"));
  CHECK(again.counterexample.back().variables == result.counterexample.back().variables);
  CHECK(again.distinct_states_count == result.distinct_states_count);
}

TEST_CASE("a violated temporal property is named with the loop that it ends in") {
  const auto tlc = tlc_or_skip();
  const auto again = replaced(kAdding, "crashes := crashes - 1;", "skip;");
  const auto result = check(tlc, adding("PROPERTY ComesToRest", again));
  INFO(result.output);
  REQUIRE(result.outcome == TlcOutcome::temporal_violated);
  CHECK(result.property == "ComesToRest");
  REQUIRE(result.loops_to.has_value());
  CHECK(*result.loops_to < result.counterexample.size());
}

TEST_CASE("what is no algorithm is told with its line") {
  const auto tlc = tlc_or_skip();
  const auto result = check(tlc, adding("", replaced(kAdding, "goto Receive;", "go to Receive;")));
  CHECK(result.outcome == TlcOutcome::translation_failed);
  CHECK(result.line == 29);
  INFO(result.message);
  CHECK_FALSE(result.message.empty());
}

TEST_CASE("an error in the translation is told with the line of the algorithm") {
  const auto tlc = tlc_or_skip();
  const auto result = check(tlc, adding("", replaced(kAdding, "sum := sum + 1", "sum := sun + 1")));
  INFO(result.output);
  CHECK(result.outcome == TlcOutcome::parse_failed);
  CHECK(result.line == 21);
  CHECK_THAT(result.message, ContainsSubstring("Unknown operator: `sun'"));
}

TEST_CASE("what is no TLA+ is told with the line of the algorithm and the mend") {
  const auto tlc = tlc_or_skip();
  const auto result =
      check(tlc, adding("", replaced(kAdding, "await crashes > 0", "await crashes != 0")));
  INFO(result.output);
  CHECK(result.outcome == TlcOutcome::parse_failed);
  CHECK(result.line == 24);
  CHECK(result.message ==
        "await crashes != 0;\n\"0\" is not expected here\nmend: not equal is `#`");
}

TEST_CASE("a field that is not there is no change in silence") {
  const auto tlc = tlc_or_skip();
  const auto result = check(
      tlc, adding("", replaced(kAdding, "sum := sum + 1", "sum := [[a |-> 1] EXCEPT !.b = 2].a")));
  INFO(result.output);
  CHECK(result.outcome == TlcOutcome::evaluation_failed);
  CHECK(result.line == 21);
  CHECK_THAT(result.message, ContainsSubstring("a field that is not there"));
}

TEST_CASE("an expression without a value is told with the line of the algorithm") {
  const auto tlc = tlc_or_skip();
  const auto result = check(tlc, adding("", replaced(kAdding, "sum + 1", "sum + message")));
  INFO(result.output);
  CHECK(result.outcome == TlcOutcome::evaluation_failed);
  CHECK(result.line == 21);
  CHECK_THAT(result.message, ContainsSubstring("`+` adds numbers only"));
  // When an invariant cannot be evaluated, the line is the one that made the state.
  const auto word = check(tlc, adding("INVARIANT NeverNegative",
                                      replaced(kAdding, "sum := sum + 1", "sum := \"many\"")));
  INFO(word.output);
  CHECK(word.outcome == TlcOutcome::evaluation_failed);
  CHECK(word.line == 21);
}

TEST_CASE("what TLC cannot check is told for what it is") {
  const auto tlc = tlc_or_skip();
  const auto outcome_of = [&](const Spec& spec) { return check(tlc, spec).outcome; };
  CHECK(outcome_of(counting("NONSENSE 1")) == TlcOutcome::configuration_wrong);
  CHECK(outcome_of(counting("", "ASSUME 1 = 2")) == TlcOutcome::assumption_false);
  CHECK(outcome_of(counting("INVARIANT Nothing")) == TlcOutcome::configuration_wrong);
  CHECK(outcome_of(counting("", "CONSTANT N")) == TlcOutcome::configuration_wrong);
  CHECK(outcome_of(counting("INVARIANT Bad", "Bad == x.a = 1")) == TlcOutcome::evaluation_failed);
  CHECK(outcome_of(counting("INVARIANT Bad", "Bad == x >")) == TlcOutcome::parse_failed);
  CHECK(outcome_of(counting("PROPERTY Bad", "Bad == [][FALSE]_x")) == TlcOutcome::action_violated);
  const auto at_once = check(tlc, counting("INVARIANT Bad", "Bad == x > 0"));
  CHECK(at_once.outcome == TlcOutcome::invariant_violated);
  CHECK(at_once.property == "Bad");
  CHECK(at_once.counterexample.size() == 1);
  TlcOptions options;
  options.deadlock = true;
  CHECK(check(tlc, counting(""), options).outcome == TlcOutcome::deadlock);
  CHECK(outcome_of(counting("")) == TlcOutcome::holds);
  CHECK(outcome_of({"no module", "", {}}) == TlcOutcome::parse_failed);
}

TEST_CASE("a model without an end is stopped when its time is over") {
  const auto tlc = tlc_or_skip();
  auto endless = counting("");
  endless.module_text = replaced(endless.module_text, "x < 2", "TRUE");
  TlcOptions options;
  options.time_max = std::chrono::milliseconds(2'000);
  const auto result = check(tlc, endless, options);
  CHECK(result.outcome == TlcOutcome::timed_out);
  CHECK(result.duration < std::chrono::milliseconds(4'000));
}

TEST_CASE("an answer is remembered word by word") {
  const auto tlc = tlc_or_skip();
  const TemporaryFolder folder;
  TlcOptions options;
  options.answers = folder.path();
  const auto spec = adding("INVARIANT AddedOnce");
  const auto first = check(tlc, spec, options);
  const auto second = check(tlc, spec, options);
  CHECK_FALSE(first.remembered);
  CHECK(second.remembered);
  CHECK(second.property == "AddedOnce");
  CHECK(second.counterexample.size() == first.counterexample.size());
  const auto kept_count = [&] {
    const std::filesystem::directory_iterator files(folder.path());
    return std::distance(begin(files), end(files));
  };
  CHECK(kept_count() == 2);  // a translation and a verdict
  CHECK_FALSE(check(tlc, adding("INVARIANT NeverNegative"), options).remembered);
  CHECK(kept_count() == 3);  // the algorithm is the same
  auto other = spec;
  other.module_text += " ";
  CHECK_FALSE(check(tlc, other, options).remembered);
}

TEST_CASE("a counterexample is told step by step with one lane a process") {
  const auto tlc = tlc_or_skip();
  const auto result = check(tlc, adding("INVARIANT AddedOnce"));
  ModelWords words;
  words.hidden_variables = {"crashes"};
  const auto trace = trace_of(result, words, {"duplicate effect", "sum <= 1", "2"}, false);
  REQUIRE(trace.processes == std::vector<std::string>{"handler A", "handler B"});
  REQUIRE(trace.steps.size() == 4);
  CHECK(trace.steps[0].text() == "receive m1");
  CHECK(trace.steps[0].kind == workshop::explore::OperationKind::receive);
  CHECK(trace.steps.back().text() == "save sum {1→2}");
  CHECK(trace.steps.back().deciding);
  CHECK_THAT(workshop::explore::story_of(trace, {}), ContainsSubstring("duplicate effect"));
}

TEST_CASE("a crash in a counterexample is told before the operation that did not happen") {
  const auto tlc = tlc_or_skip();
  const auto never = replaced(kAdding, "NeverNegative == sum >= 0", "NeverNegative == crashes > 0");
  auto spec = adding("INVARIANT NeverNegative", never);
  const auto result = check(tlc, spec);
  ModelWords words;
  words.crash = "Save";  // in this model the crash is a branch of that action
  const auto steps = steps_of(result, words);
  REQUIRE(steps.size() == 2);
  CHECK(steps[1].decision == workshop::explore::Decision::crash);
  CHECK(steps[1].text == "CRASH before save");
}

TEST_CASE("a label stands before the operation that its first word names") {
  using workshop::explore::OperationKind;
  const auto kind_of = [](const std::string& label) {
    const auto state_at = [](const std::string& where) {
      return parse_state("/\\ pc = [A |-> \"" + where + "\"]\n/\\ message = [A |-> \"m1\"]\n");
    };
    TlcResult result;
    result.counterexample = {{"", state_at(label)}, {label, state_at("Done")}};
    return steps_of(result, {}).at(0).kind;
  };
  CHECK(kind_of("Save") == OperationKind::save);
  CHECK(kind_of("SaveReceipt") == OperationKind::save);
  CHECK(kind_of("Load2") == OperationKind::load);
  CHECK(kind_of("Saved") == OperationKind::point);
  CHECK(kind_of("Resave") == OperationKind::point);
}
