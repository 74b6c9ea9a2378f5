#include "workshop/explore/story/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "lines.hpp"
#include "planted.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/oracle/meaning.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;
using Catch::Matchers::ContainsSubstring;

namespace {

// The steps of a story with a violation: the lines between the processes' names and the replay.
std::vector<std::string> step_lines_of(const std::string& story) {
  const auto lines = lines_of(story);
  const auto names = std::find_if(lines.begin() + 3, lines.end(), [](const std::string& line) {
    return line.starts_with("     ") && line[5] != ' ';
  });
  REQUIRE(lines.end() - names >= 2);
  return {names + 1, lines.end() - 1};
}

TraceStep step_of(std::uint32_t process, OperationKind kind, const std::string& text) {
  TraceStep step;
  step.process = process;
  step.kind = kind;
  step.what = text;
  return step;
}

const TraceStep& deciding_step_of(const Trace& trace) {
  const auto found = std::find_if(trace.steps.begin(), trace.steps.end(),
                                  [](const TraceStep& step) { return step.deciding; });
  REQUIRE(found != trace.steps.end());
  return *found;
}

// Takes a conflict for the work of somebody who does the same.
Task<void> conflict_means_done(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  account.value.balance += command.amount;
  account.value.processed.insert(context.message().id.value);
  try {
    co_await context.store().save(account);
  } catch (const VersionConflict&) {
  }
}

// Saves the account, and then once more as it was before.
Task<void> saves_an_old_version(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  co_await context.store().save(account);
  account.version = Version{"another"};
  co_await context.store().save(account);
}

}  // namespace

TEST_CASE(
    "a story has at most 15 lines of steps, no line wider than the terminal but the replay "
    "command") {
  const auto& planted = GENERATE(from_range(planted_handlers().begin(), planted_handlers().end()));
  if (planted.found_as.empty()) return;
  const auto width = GENERATE(std::size_t{60}, std::size_t{80}, std::size_t{160});
  const auto verdict = explore::explore(planted_scenario(planted, 2, true));
  REQUIRE(verdict.failure);
  StoryOptions options;
  options.width = width;
  const auto story = story_of(*verdict.failure, options);
  INFO(story);
  CHECK(step_lines_of(story).size() <= 15);
  auto lines = lines_of(story);
  CHECK(lines.front().substr(0, lines.front().find(": ")) == planted.found_as);
  CHECK_FALSE(meaning_of(planted.found_as).empty());
  CHECK_THAT(lines.back(), ContainsSubstring(verdict.failure->schedule));
  lines.pop_back();
  for (const auto& line : lines) CHECK(columns_of(line) <= width);
  CHECK(std::count_if(lines.begin(), lines.end(),
                      [](const auto& line) { return line.find("►") != std::string::npos; }) == 1);
}

TEST_CASE("a story tells what was read and written, who crashed, and how to replay it") {
  const auto verdict = explore::explore(outbox(1, true, planted_handlers()[1].handle), "beef");
  REQUIRE(verdict.failure);
  StoryOptions options;
  options.width = 120;
  options.replay_command = "scripts/workshop replay 8";
  CHECK(story_of(*verdict.failure, options) ==
        R"(duplicate effect: it has happened twice, or what it causes was sent under two ids
  expected: Deposit m1 is deposited once
  got:      deposited 2 times
     accounts-1
 1   receive Deposit m1
 2   load Account account-1 → none
 3   save Account account-1 if absent {balance: 1, processed: [m1], outbox: {}} → v1
 4   CRASH before publish Deposited d-m1
 5   receive Deposit m1 again
 6   load Account account-1 → v1 {balance: 1, processed: [m1], outbox: {}}
 7 ► save Account account-1 if v1 {balance: 1→2} → v2
replay: scripts/workshop replay 8 'beef:1@Arlc!prlc')");
}

TEST_CASE("what a failure's name means is told behind it, below it, or not at all") {
  Trace trace;
  trace.processes = {"a"};
  trace.violation = Violation{"garbage", "nothing", "something"};
  StoryOptions options;
  CHECK(lines_of(story_of(trace, options)).front() ==
        "garbage: nobody has anything left to do, and something is left that should be gone");
  options.width = 80;
  CHECK(lines_of(story_of(trace, options)).front() == "garbage");
  CHECK(lines_of(story_of(trace, options)).at(1) ==
        "  nobody has anything left to do, and something is left that should be gone");
  trace.violation->name = "half a sale";
  CHECK(lines_of(story_of(trace, options)).front() == "half a sale");
  CHECK(lines_of(story_of(trace, options)).at(1) == "  expected: nothing");
}

TEST_CASE("a long story keeps what decides and says how much it leaves out") {
  Trace trace;
  trace.processes = {"a", "b"};
  trace.violation = Violation{"lost message", "one", "none"};
  for (std::uint32_t i = 0; i < 40; ++i) {
    trace.steps.push_back({i % 2,
                           i == 20 ? OperationKind::save : OperationKind::load,
                           i == 30 ? Decision::crash : Decision::proceed,
                           attempt_at("m" + std::to_string(i / 5), 1),
                           "step " + std::to_string(i),
                           {},
                           i == 35});
  }
  trace.schedule = "beef:1@Ar";
  const auto story = story_of(trace, {});
  INFO(story);
  CHECK(step_lines_of(story).size() == 15);
  CHECK_THAT(story, ContainsSubstring("36 ►"));
  CHECK_THAT(story, ContainsSubstring("31  "));
  CHECK_THAT(story, ContainsSubstring("21  "));
  CHECK_THAT(story, ContainsSubstring(" more"));
}

TEST_CASE("a story tells what the attempt that decided did before how often a message came") {
  // m1 comes ten times; the eighth attempt writes, removes and breaks something.
  Trace trace;
  trace.processes = {"a", "b"};
  trace.violation = Violation{"lost effect", "Deposit m1 is counted once", "m1: counted never"};
  const auto add = [&](std::uint32_t process, int number, OperationKind kind,
                       const std::string& what, const std::string& key = {}) {
    auto step = step_of(process, kind, what);
    step.attempt = attempt_at("m1", static_cast<std::uint32_t>(number));
    if (kind == OperationKind::receive) step.facts.messages = {{"Deposit", "m1", "", "q", "", 1}};
    if (!key.empty()) {
      step.facts.documents = {{0, Key{key, "Account"}, std::string(name_of(kind)), "", "", ""}};
    }
    trace.steps.push_back(step);
  };
  for (int number = 1; number <= 10; ++number) {
    const auto of = " of attempt " + std::to_string(number);
    add(0, number, OperationKind::receive, "receive Deposit m1" + of);
    if (number == 2) {
      add(1, 98, OperationKind::acknowledge, "acknowledge another");
      add(1, 99, OperationKind::receive, "receive by the one who erases");
      add(1, 99, OperationKind::erase, "erase Account x", "x");
    }
    if (number == 8) {
      add(0, 8, OperationKind::load, "load Account x" + of, "x");
      add(0, 8, OperationKind::save, "save Account y" + of, "y");
      add(0, 8, OperationKind::save, "save Account z" + of, "z");
      trace.steps.back().deciding = true;
    }
    add(0, number, OperationKind::abandon, "abandon" + of);
  }
  add(1, 99, OperationKind::acknowledge, "acknowledge");
  StoryOptions options;
  options.lines_max = 13;
  const auto story = story_of(trace, options);
  INFO(story);
  for (const auto* line : {"receive by the one who erases", "erase Account x",
                           "load Account x of attempt 8", "save Account y of attempt 8"}) {
    CHECK_THAT(story, ContainsSubstring(line));
  }
}

TEST_CASE("a dead letter says how its deliveries ended, a livelock who goes round") {
  Trace trace;
  trace.processes = {"a", "b"};
  trace.violation = Violation{"dead letter", "all", "Deposit m1 was given up and moved to q/dead"};
  for (std::uint32_t number = 1; number <= 3; ++number) {
    auto step = step_of(0, OperationKind::receive, "receive Deposit m1");
    step.facts.messages = {{"Deposit", "m1", "", "q", "", number}};
    trace.steps.push_back(step);
    step = step_of(0, OperationKind::save, "save Account x");
    step.facts.documents = {{0, Key{"x", "Account"}, "save", "", "", ""}};
    step.facts.error = "VersionConflict";
    trace.steps.push_back(step);
    step = step_of(0, OperationKind::abandon, "abandon");
    step.facts.threw = number == 1 ? "closed" : "VersionConflict";
    trace.steps.push_back(step);
  }
  CHECK_THAT(story_of(trace, {}),
             ContainsSubstring("\n  because:  2 of its 3 deliveries ended with: save Account x: "
                               "VersionConflict\n"));

  trace.violation = Violation{"livelock", "rest", "busy"};
  trace.goes_on = true;
  CHECK_THAT(story_of(trace, {}),
             ContainsSubstring("\n  because:  a goes round, 3 times: receive Deposit, save Account "
                               "x: VersionConflict, abandon\n"));
  trace.violation.reset();
  trace.not_at_rest_after = trace.steps.size();
  trace.goes_on = false;
  trace.steps.push_back(step_of(1, OperationKind::publish, "publish Deposited"));
  CHECK_THAT(story_of(trace, {}), ContainsSubstring("meanwhile b stood before publish Deposited"));
}

TEST_CASE("without a fault the step that decided is the last change, done or failed") {
  auto scenario = outbox(2, true, &conflict_means_done);
  scenario.expectations.outputs.clear();
  const auto verdict = explore::explore(scenario);
  REQUIRE(verdict.failure);
  CHECK(verdict.failure->violation->name == failure::kLostEffect);
  const auto& decided = deciding_step_of(*verdict.failure);
  CHECK(decided.kind == OperationKind::save);
  CHECK(decided.facts.error == "VersionConflict");
}

TEST_CASE("without a fault a dead letter was decided by its last failure") {
  const auto verdict = explore::explore(outbox(1, true, &saves_an_old_version));
  REQUIRE(verdict.failure);
  CHECK(verdict.failure->violation->name == failure::kDeadLetter);
  const auto& decided = deciding_step_of(*verdict.failure);
  CHECK(decided.kind == OperationKind::save);
  CHECK(decided.facts.error == "VersionConflict");
  CHECK(decided.attempt.number == verdict.failure->steps.back().attempt.number);
}

TEST_CASE("a story of 15 steps is told whole") {
  Trace trace;
  trace.processes = {"a"};
  trace.violation = Violation{"lost message", "one", "none"};
  for (int i = 0; i < 15; ++i) {
    trace.steps.push_back(step_of(0, OperationKind::acknowledge, "acknowledge"));
  }
  trace.schedule = "beef:1@Ar";
  CHECK(step_lines_of(story_of(trace, {})).size() == 15);
  CHECK_THAT(story_of(trace, {}), !ContainsSubstring(" more"));
  trace.steps.push_back(trace.steps.back());
  CHECK_THAT(story_of(trace, {}), ContainsSubstring(" more"));
}

TEST_CASE("a story that leaves steps out keeps a beginning and an end of every column") {
  Trace trace;
  trace.processes = {"a", "b"};
  trace.violation = Violation{"lost message", "one", "none"};
  for (int i = 0; i < 40; ++i) {
    const bool other = i >= 10 && i < 16;
    trace.steps.push_back(other ? step_of(1, OperationKind::acknowledge, fmt::format("b{}.", i))
                                : step_of(0, OperationKind::save, fmt::format("a{}.", i)));
  }
  trace.schedule = "beef:1@Ar";
  const auto story = story_of(trace, {});
  INFO(story);
  CHECK(step_lines_of(story).size() <= 15);
  CHECK_THAT(story, ContainsSubstring("b10.") && ContainsSubstring("b15."));
  CHECK_THAT(story, ContainsSubstring("a0.") && ContainsSubstring("a39."));
}

TEST_CASE("a story that leaves steps out keeps those about what the verdict names") {
  Trace trace;
  trace.processes = {"a"};
  trace.violation = Violation{"dead letter", "every message is handled", "Deposit m7 was given up"};
  for (int i = 0; i < 40; ++i) {
    auto step = step_of(0, OperationKind::save, fmt::format("save {}.", i));
    if (i == 11 || i == 23) {
      step.kind = OperationKind::receive;
      step.what = fmt::format("receive {}.", i);
      step.facts.messages.push_back({"Deposit", i == 11 ? "m7" : "m77", "{}", "deposits", "", 1});
    }
    trace.steps.push_back(step);
  }
  trace.schedule = "beef:1@Ar";
  const auto story = story_of(trace, {});
  INFO(story);
  CHECK_THAT(story, ContainsSubstring("receive 11."));
  CHECK_THAT(story, !ContainsSubstring("receive 23."));
}

TEST_CASE("a story that leaves steps out keeps where the verdict's words were written") {
  Trace trace;
  trace.processes = {"a", "b"};
  trace.violation = Violation{"garbage", "nothing", "the account holds \"receipt 7\" still"};
  for (int i = 0; i < 40; ++i) {
    auto step = step_of(0, OperationKind::save, fmt::format("save {}.", i));
    step.facts.documents.push_back({0, Key{"x", "Account"}, "save", "if v1",
                                    i == 11 ? R"({"answer":"receipt 7"})" : "{}", "v2"});
    if (i == 23) {
      step.facts.documents[0] = {0, Key{"y", "Request"}, "load", "", R"("receipt 7")", "v2"};
    }
    trace.steps.push_back(step);
  }
  trace.schedule = "beef:1@Ar";
  const auto story = story_of(trace, {});
  INFO(story);
  CHECK_THAT(story, ContainsSubstring("save 11.") && !ContainsSubstring("save 23."));
}

TEST_CASE("of the attempt that decided, a story keeps what it changed before what it read") {
  Trace trace;
  trace.processes = {"a"};
  trace.violation = Violation{"lost message", "one", "none"};
  for (int i = 0; i < 16; ++i) {
    const auto kind = i == 0             ? OperationKind::receive
                      : i == 7 || i == 8 ? OperationKind::load
                                         : OperationKind::save;
    trace.steps.push_back(step_of(0, kind, fmt::format("step {}.", i)));
  }
  trace.steps.back().deciding = true;
  trace.schedule = "beef:1@Ar";
  const auto story = story_of(trace, {});
  INFO(story);
  CHECK_THAT(story, ContainsSubstring("… 2 more") && !ContainsSubstring("step 7."));
}

TEST_CASE(
    "a story leaves out time that passes and loads of what is known before it leaves out saves") {
  Trace trace;
  trace.processes = {"a", "b"};
  trace.violation = Violation{"lost message", "one", "none"};
  const auto add = [&trace](const TraceStep& step) { trace.steps.push_back(step); };
  add(step_of(0, OperationKind::receive, "receive"));
  add(step_of(1, OperationKind::receive, "receive"));
  for (int i = 0; i < 10; ++i) add(step_of(0, OperationKind::save, fmt::format("save {}.", i)));
  add(step_of(1, OperationKind::load, "load v1"));
  add(step_of(0, OperationKind::load, "load v1"));
  auto passing = step_of(0, OperationKind::point, "time passes: 30 ms");
  passing.decision = Decision::advance_time;
  add(passing);
  add(step_of(0, OperationKind::save, "save at last"));
  add(step_of(1, OperationKind::send, "send"));
  trace.schedule = "beef:1@Ar";
  const auto story = story_of(trace, {});
  INFO(story);
  CHECK_THAT(story, !ContainsSubstring("time passes") && ContainsSubstring("… 3 more"));
  for (int i = 0; i < 10; ++i) CHECK_THAT(story, ContainsSubstring(fmt::format("save {}.", i)));
}

TEST_CASE("an ASCII story has no character beyond ASCII") {
  const auto verdict = explore::explore(outbox(2, true, planted_handlers()[2].handle));
  REQUIRE(verdict.failure);
  StoryOptions options;
  options.ascii = true;
  options.width = 60;
  const auto story = story_of(*verdict.failure, options);
  INFO(story);
  CHECK(std::all_of(story.begin(), story.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  for (const auto& line : lines_of(story)) {
    if (!line.starts_with("replay")) CHECK(line.size() <= 60);
  }
}

TEST_CASE("on a terminal faults are red and what decides is bold; the text is the same") {
  const auto verdict = explore::explore(outbox(1, true, planted_handlers()[1].handle), "beef");
  REQUIRE(verdict.failure);
  StoryOptions options;
  const auto plain = story_of(*verdict.failure, options);
  options.color = true;
  const auto painted = story_of(*verdict.failure, options);
  CHECK_THAT(plain, !ContainsSubstring("\x1b"));
  CHECK_THAT(painted, ContainsSubstring("\x1b[31m 4   CRASH before publish Deposited d-m1\x1b[0m"));
  CHECK_THAT(painted, ContainsSubstring("\x1b[1m 7 ► save"));
  CHECK_THAT(painted, ContainsSubstring("\x1b[1;31mduplicate effect\x1b[0m"));
  std::string stripped;
  for (std::size_t i = 0; i < painted.size(); ++i) {
    if (painted[i] == '\x1b') {
      i = painted.find('m', i);
    } else {
      stripped += painted[i];
    }
  }
  CHECK(stripped == plain);
}

TEST_CASE("a step may go on below the columns to its right") {
  Trace trace;
  trace.processes = {"a", "b"};
  TraceStep step;
  step.what = std::string(60, 'x');
  trace.steps.push_back(step);
  step.process = 1;
  trace.steps.push_back(step);
  StoryOptions options;
  options.width = 90;
  const auto lines = lines_of(story_of(trace, options));
  REQUIRE(lines.size() >= 4);
  CHECK_THAT(lines[2], ContainsSubstring(std::string(60, 'x')));
  CHECK_THAT(lines[3], ContainsSubstring("…"));
  CHECK(columns_of(lines[3]) == 90);
}

TEST_CASE(
    "what shows the failure, and what a handler has thrown, goes on below where it has no room") {
  Trace trace;
  trace.processes = {"payments-1", "payments-2"};
  trace.violation = Violation{"lost message", "one", "none"};
  for (std::uint32_t i = 0; i < 2; ++i) {
    trace.steps.push_back(step_of(i, OperationKind::receive, "receive BookPayment m1"));
  }
  trace.steps.push_back(step_of(1, OperationKind::abandon,
                                "abandon, the handler threw: message m1#1.2 has no token for "
                                "loyalty"));
  trace.steps.push_back(
      step_of(1, OperationKind::save,
              "save Order order-1 if v1 {paid: 0→1, transaction: m1#1.2, events: [a, b, c, d]}"));
  trace.steps.back().deciding = true;
  StoryOptions options;
  options.width = 72;
  CHECK_THAT(
      story_of(trace, options),
      ContainsSubstring(" 3                                   abandon, the handler threw: message\n"
                        "                                       m1#1.2 has no token for loyalty\n"
                        " 4 ►                                 save Order order-1 if v1\n"
                        "                                       {paid: 0→1, transaction: m1#1.2,\n"
                        "                                       events: [a, b, c, d]}"));
  // Lines are spared for what shows the failure first.
  options.lines_max = 6;
  CHECK_THAT(story_of(trace, options), ContainsSubstring("abandon, the handler threw: …") &&
                                           ContainsSubstring("events: [a, b, c, d]}"));
}

TEST_CASE("what the failing step and a save before it have written is told before what was read") {
  Trace trace;
  trace.processes = {"payments-1"};
  trace.violation = Violation{"lost message", "one", "none"};
  const auto add = [&](OperationKind kind, const std::string& what) {
    trace.steps.push_back(step_of(0, kind, what));
  };
  add(OperationKind::load, "load Order order-1 {paid: 0, processed: []}");
  add(OperationKind::save, "save Order order-1 if v1 {paid: 0→1} → v2");
  add(OperationKind::load, "load Order order-1 {paid: 1, processed: []}");
  add(OperationKind::save, "save Order order-1 if v2 {paid: 1→2, done: {m1: 1, m2: 1}, told: 3}");
  trace.steps.back().deciding = true;
  StoryOptions options;
  options.width = 38;
  const std::string saved = " 2   save Order order-1 if v1\n       {paid: 0→1} → v2\n";
  options.lines_max = 15;
  CHECK_THAT(story_of(trace, options), ContainsSubstring(saved) &&
                                           ContainsSubstring("{paid: 0, processed: []}") &&
                                           ContainsSubstring("told: 3}"));
  options.lines_max = 5;  // one to spare, and all of the failing step takes two
  CHECK_THAT(story_of(trace, options),
             ContainsSubstring(" 4 ► save Order order-1 if v2\n       {") &&
                 !ContainsSubstring("processed: []}") && !ContainsSubstring(saved));
  options.lines_max = 7;
  CHECK_THAT(story_of(trace, options), ContainsSubstring(saved) && ContainsSubstring("told: 3}") &&
                                           !ContainsSubstring("processed: []}"));
}

TEST_CASE("a text is cut in its middle, at whole characters") {
  CHECK(cut_middle("short", 10, false) == "short");
  CHECK(cut_middle("abcdefghijklmnop", 10, false) == "abcdef…nop");
  CHECK(cut_middle("abcdefghijklmnop", 10, true) == "abcde...op");
  CHECK(cut_middle("ääääääääää", 5, false) == "äää…ä");
}

TEST_CASE("an empty string is told as one, and a message that holds nothing as well") {
  CHECK(Words::of_json(R"({"state":"","lines":["",1]})") == R"({state: "", lines: ["", 1]})");
  CHECK(Words::of_json(R"({"value":""})") == R"("")");
  CHECK(Words::of_json(R"({"id":{"value":""},"type":"","body":"","headers":[]})") == R"("")");
}

TEST_CASE("of two messages of one id the story shows in what they differ") {
  CHECK(Words::of_difference(R"({"a":1,"b":"x"})", R"({"a":1,"b":"y"})") == "{…, b: x}");
  CHECK(Words::of_difference(R"({"a":1})", R"({"a":1,"b":"y"})") == "{…}");
  CHECK(Words::of_difference("text", R"({"a":1})") == "text");
}
