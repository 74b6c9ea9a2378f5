#include "workshop/runner/board/board.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include "workshop/runner/board/report.hpp"

using namespace workshop::runner;
using namespace std::chrono_literals;
using Taken = Board::Taken;

namespace {

const std::string kAnn(32, 'a');
const std::string kBea(32, 'b');
const std::string kCem(32, 'c');

TestState test(std::string name, int step, std::string verdict, std::string reason = {},
               std::string schedule = {}) {
  return {std::move(name), step, std::move(verdict), std::move(reason), std::move(schedule)};
}

Report red(std::string reason = "lost message", std::string schedule = "a1b2:1@Al") {
  return {.lab = 8,
          .tests = {test("booked once", 1, "green"),
                    test("announced", 1, "red", std::move(reason), std::move(schedule)),
                    test("same id", 2, "red", "todo")},
          .hints_taken = 1,
          .checked_at = 1'700'000'000};
}

Report green() {
  auto report = red();
  for (auto& each : report.tests) each = test(each.name, each.step, "green");
  return report;
}

}  // namespace

TEST_CASE("a report comes back as it was sent, and has nothing of the code") {
  const auto text = to_json(red(), kAnn);
  const auto read = read_report(text);
  REQUIRE(read);
  CHECK(read->token == kAnn);
  CHECK(read->report == red());
  CHECK(
      text ==
      R"({"format":1,"token":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","lab":8,"checked_at":1700000000,)"
      R"("hints_taken":1,"tests":[)"
      R"({"name":"booked once","step":1,"verdict":"green","reason":"","schedule":""},)"
      R"({"name":"announced","step":1,"verdict":"red","reason":"lost message","schedule":"a1b2:1@Al"},)"
      R"({"name":"same id","step":2,"verdict":"red","reason":"todo","schedule":""}]})");
}

TEST_CASE("a report keeps back the digest of what a red test said") {
  auto report = red();
  const auto without = to_json(report, kAnn);
  report.tests[1].said = "0123456789abcdef";
  CHECK(to_json(report, kAnn) == without);
}

TEST_CASE("of an assertion a report has the line in the kit's test") {
  auto report = red("assertion", "");
  report.tests[1].line = 119;
  const auto text = to_json(report, kAnn);
  CHECK(text.find(R"("schedule":"","line":119})") != std::string::npos);
  const auto read = read_report(text);
  REQUIRE(read);
  CHECK(read->report.tests[1].line == 119);
  report.tests[1].line = -1;
  CHECK_FALSE(read_report(to_json(report, kAnn)));
}

TEST_CASE("what is no report is refused whole") {
  const auto refused = [](Report report) {
    return !read_report(to_json(report, kAnn)).has_value();
  };
  CHECK(refused({.lab = 0}));
  CHECK(refused({.lab = 100}));
  auto markup = red();
  markup.tests[0].name = "<script>alert(1)</script>";
  CHECK(refused(markup));
  auto line_break = red();
  line_break.tests[0].name = "a\nb";
  CHECK(refused(line_break));
  auto long_name = red();
  long_name.tests[0].name = std::string(201, 'a');
  CHECK(refused(long_name));
  auto backwards = red();
  backwards.tests[0].name =
      "a\xe2\x80\xae"
      "b";  // U+202E turns the direction of writing
  CHECK(refused(backwards));
  auto no_utf8 = red();
  no_utf8.tests[0].name = "a\xff";
  CHECK(refused(no_utf8));
  CHECK(refused(red("Lost <b>")));
  CHECK(refused(red("lost message", "a'; rm -rf")));
  auto verdict = red();
  verdict.tests[0].verdict = "blue";
  CHECK(refused(verdict));
  auto many = red();
  many.tests.resize(81, many.tests[0]);
  CHECK(refused(many));
  CHECK_FALSE(read_report(to_json(red(), "no-token")));
  CHECK_FALSE(read_report("{}"));
  CHECK_FALSE(read_report("[1]"));
  CHECK_FALSE(read_report(std::string(40'000, ' ') + to_json(red(), kAnn)));
}

TEST_CASE("a failure that the kit has no word for is shown as another failure") {
  const auto read = read_report(to_json(red("my own words"), kAnn));
  REQUIRE(read);
  CHECK(read->report.tests[1].reason == "another failure");
}

TEST_CASE("a name is what can be shown, and no markup") {
  for (const char* name : {"Ann", "Ann-Marie O'Neil", "José 2", "明子", "a.b_c"})
    CHECK(is_name(name));
  for (const char* name : {"", " Ann", "Ann ", "<b>Ann</b>", "a&b", "a\"b", "a\nb", "a\xff",
                           "a\xe2\x80\xae"
                           "b"}) {
    CAPTURE(name);
    CHECK_FALSE(is_name(name));
  }
  CHECK_FALSE(is_name(std::string(41, 'a')));
}

TEST_CASE("a cell shows the step to work on, its failure, and since when nothing is new") {
  Board board;
  Board::Time now{1h};
  CHECK(board.join("Ann", kAnn, now) == "Ann");
  REQUIRE(board.take({kAnn, red()}, now) == Taken::yes);
  const auto cell = [&]() -> const Board::Cell& { return board.people().at(kAnn).labs.at(8); };
  CHECK(cell().step() == 1);
  CHECK(cell().failure()->name == "announced");
  CHECK(cell().since == now);
  const auto first = now;
  now += 3min;
  board.take({kAnn, red()}, now);
  CHECK(cell().since == first);
  now += 1min;
  board.take({kAnn, red("duplicate effect", "a1b2:1@Alx")}, now);  // another failure is news
  CHECK(cell().since == now);
  const auto second = now;
  now += 1min;
  board.take({kAnn, red()}, now);  // one that there has been is none
  CHECK(cell().since == second);
  board.take({kAnn, green()}, now);
  CHECK(cell().since == now);
  CHECK(cell().step() == 0);
}

TEST_CASE("who is quiet for much longer than the class is marked, and who is done is not") {
  Board board;
  const Board::Time begin{1h};
  for (const auto& token : {kAnn, kBea, kCem}) board.join("x", token, begin);
  board.take({kAnn, red()}, begin);
  board.take({kBea, red()}, begin + 9min);
  board.take({kCem, red()}, begin + 9min);
  const auto cell = [&](const std::string& token) -> const Board::Cell& {
    return board.people().at(token).labs.at(8);
  };
  const auto is_quiet = [&](const Board::Cell& each, Board::Time now) {
    return Board::is_quiet(each, board.middle_since_news(8, now), now);
  };
  CHECK(board.middle_since_news(8, begin + 11min) == 2min);
  CHECK(is_quiet(cell(kAnn), begin + 11min));
  CHECK_FALSE(is_quiet(cell(kBea), begin + 11min));
  CHECK_FALSE(is_quiet(cell(kAnn), begin + 60min));  // all are quiet by then
  board.take({kAnn, green()}, begin + 11min);
  CHECK_FALSE(is_quiet(cell(kAnn), begin + 30min));
  CHECK(board.middle_since_news(9, begin) == std::nullopt);
}

TEST_CASE("people with the same failure are a group, the largest first") {
  Board board;
  const Board::Time now{1h};
  for (const auto& token : {kAnn, kBea, kCem}) board.join("x", token, now);
  board.take({kAnn, red("todo", "")}, now);
  board.take({kBea, red("lost message", "long-schedule")}, now);
  board.take({kCem, red("lost message", "short")}, now);
  const auto groups = board.groups();
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].tokens.size() == 2);
  CHECK(groups[0].reason == "lost message");
  CHECK(groups[0].schedule == "short");
  CHECK(groups[1].reason == "todo");
}

TEST_CASE("hands wait in the order in which they were raised") {
  Board board;
  const Board::Time now{1h};
  for (const auto& token : {kAnn, kBea}) board.join("x", token, now);
  CHECK(board.hand(kBea, true, now));
  CHECK(board.hand(kAnn, true, now + 1s));
  CHECK(board.hand(kBea, true, now + 2s));  // is up already
  CHECK(board.hands() == std::vector{kBea, kAnn});
  board.next_hand();
  CHECK(board.hands() == std::vector{kAnn});
  CHECK(board.hand(kAnn, false, now));
  CHECK(board.hands().empty());
  board.next_hand();
  CHECK_FALSE(board.hand(kCem, true, now));
}

TEST_CASE("names are told apart, and who leaves is forgotten") {
  Board board;
  const Board::Time now{1h};
  CHECK(board.join("Ann", kAnn, now) == "Ann");
  CHECK(board.join("Ann", kBea, now) == "Ann 2");
  CHECK(board.leave(kAnn));
  CHECK_FALSE(board.leave(kAnn));
  CHECK(board.take({kAnn, red()}, now) == Taken::unknown_person);
  board.forget();
  CHECK(board.people().empty());
}

TEST_CASE("a board has bounds: people, and reports of each") {
  Board board;
  Board::Time now{1h};
  for (std::size_t i = 0; i < Board::kPeopleMax; ++i) {
    REQUIRE(board.join("x", std::to_string(i), now));
  }
  CHECK_FALSE(board.join("x", "one more", now));
  int taken = 0;
  while (board.take({"0", red()}, now) == Taken::yes) ++taken;
  CHECK(taken == Board::kReportsAtOnce);
  CHECK(board.take({"0", red()}, now) == Taken::too_often);
  CHECK(board.take({"1", red()}, now) == Taken::yes);
  now += 3s;
  CHECK(board.take({"0", red()}, now) == Taken::yes);
}

TEST_CASE("of a lab's failures it is counted at which operation they are decided, and by what") {
  Board board;
  const Board::Time now{};
  CHECK(board.class_execution(8).empty());
  int people = 0;
  const auto breaks = [&](const std::string& schedule) {
    const auto token = fmt::format("{:032}", ++people);
    REQUIRE(board.join("P", token, now));
    REQUIRE(board.take({token, red("lost message", schedule)}, now) == Taken::yes);
  };
  breaks("a1b2:1@Arlc!p");
  breaks("a1b2:1@Arlc!parlc");
  breaks("a1b2:1@Arlc");
  breaks("a1b2:1@Ar<img>");
  breaks("a1b2:1@A!e");
  const auto places = board.class_execution(8);
  std::string shown;
  for (const auto& place : places) shown += fmt::format("{} {} ", place.operation, place.count);
  // On the shortest one of the largest group; what it does not have stands behind it.
  CHECK(shown == "erase 1 publish 2 save 1 reply 1 ");
  CHECK(places[1].faults == std::map<std::string, int>{{"crash", 2}});
  CHECK(places[2].faults == std::map<std::string, int>{{"", 1}});
  CHECK(places[0].fault == "crash");
  CHECK_FALSE(places[0].elsewhere);
  CHECK(places[3].elsewhere);
  CHECK(board.class_execution(9).empty());
}
