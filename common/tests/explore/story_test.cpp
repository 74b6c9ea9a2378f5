#include "workshop/explore/story/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <sstream>

#include "planted.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/oracle/meaning.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The steps of a story with a violation: the lines between the processes' names and the replay.
std::vector<std::string> step_lines_of(const std::string& story) {
  auto lines = lines_of(story);
  const auto got = std::find_if(lines.begin(), lines.end(),
                                [](const auto& line) { return line.starts_with("  got: "); });
  REQUIRE(lines.end() - got >= 3);
  return {got + 2, lines.end() - 1};
}

TraceStep step_of(std::uint32_t process, OperationKind kind, const std::string& text) {
  TraceStep step;
  step.process = process;
  step.kind = kind;
  step.what = text;
  return step;
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
                           {},
                           "step",
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
