#include "workshop/runner/board/resemblance.hpp"

#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace workshop::runner;

namespace {

TestState red(std::string name, int step, std::string reason, std::string schedule = "a1:1@Alc") {
  return {std::move(name), step, "red", std::move(reason), std::move(schedule)};
}

/// One that its first red test catches.
KnownMistake mistake(std::string name, std::vector<TestState> tests) {
  KnownMistake known{std::move(name), {}, std::move(tests)};
  known.header.caught_by = known.tests.front().name;
  known.header.as = known.tests.front().reason;
  return known;
}

const std::vector<KnownMistake> kKnown = {
    mistake("early_return",
            {red("announced", 1, "lost message", "a1:1@Alc1"), red("retry", 2, "lost message")}),
    mistake("blind_save", {red("booked", 1, "lost update"), red("two payments", 1, "lost update")}),
    mistake("random_ids", {red("retry", 2, "duplicate effect")}),
};

std::string nearest(const std::vector<TestState>& tests, const std::string& without = {}) {
  const Resemblance all(kKnown);
  const auto found = all.nearest(tests, without);
  return found ? found->mistake->name : std::string();
}

}  // namespace

TEST_CASE("an answer whose tests fail as a stored mistake's do resembles it") {
  CHECK(nearest({red("announced", 1, "lost message", "b2:1@Alc1")}) == "early_return");
  CHECK(nearest({red("booked", 1, "lost update"), red("two payments", 1, "lost update")}) ==
        "blind_save");
}

TEST_CASE("tests of later steps do not count, because nobody has come to them") {
  CHECK(nearest({red("announced", 1, "lost message", "b2:1@Alc1"),
                 red("retry", 2, "duplicate effect"), red("endpoint", 2, "assertion")}) ==
        "early_return");
}

TEST_CASE("nothing is named when none is near") {
  CHECK(nearest({}).empty());
  CHECK(nearest({red("announced", 1, "todo", "")}).empty());
  CHECK(nearest({red("announced", 1, "ghost message")}).empty());
  CHECK(nearest({red("announced", 1, "lost message", "b2:1@Alc1"), red("booked", 1, "lost effect"),
                 red("two payments", 1, "lost effect")})
            .empty());
  CHECK(nearest({red("unknown test", 1, "lost message")}).empty());
  const Resemblance nothing;
  CHECK_FALSE(nothing.nearest({red("announced", 1, "lost message")}));
}

TEST_CASE("a mistake that does not count is not named") {
  CHECK(nearest(kKnown[2].tests) == "random_ids");
  CHECK(nearest(kKnown[2].tests, "random_ids").empty());
}

TEST_CASE("a test that fails for another reason speaks against a mistake") {
  const auto common = [](std::string name) {
    return mistake(std::move(name), {red("common", 1, "lost message")});
  };
  const Resemblance all({mistake("rare", {red("rare", 1, "garbage"), red("rare too", 1, "garbage"),
                                          red("common", 1, "garbage")}),
                         common("first"), common("second"),
                         mistake("other", {red("other", 1, "garbage")})});
  const auto failing = [](std::string rare_too, std::string common) {
    return std::vector<TestState>{red("rare", 1, "garbage"),
                                  red("rare too", 1, std::move(rare_too)),
                                  red("common", 1, std::move(common))};
  };
  const auto same = all.nearest(failing("garbage", "garbage"));
  const auto differs = all.nearest(failing("garbage", "lost effect"));
  REQUIRE(same);
  CHECK(same->likeness == 1);
  REQUIRE(differs);
  CHECK(differs->likeness < 0.9);
  CHECK_FALSE(all.nearest(failing("lost effect", "garbage")));  // one that few mistakes fail
  // Not even where one of its kind seconds it.
  const Resemblance two({mistake("one", failing("garbage", "garbage")),
                         mistake("two", failing("garbage", "garbage"))});
  CHECK(two.nearest(failing("garbage", "garbage")));
  CHECK_FALSE(two.nearest(failing("garbage", "lost effect")));
}

TEST_CASE("a mistake is not named where the test that catches it fails otherwise, or is green") {
  const auto failing = [](std::vector<TestState> caught) {
    for (const auto* name : {"a", "b", "c", "d", "e"}) {
      caught.push_back(red(name, 1, "lost effect"));
    }
    return caught;
  };
  const Resemblance all({mistake("one", failing({red("caught", 1, "garbage")}))});
  CHECK(all.nearest(failing({red("caught", 1, "garbage")})));
  CHECK_FALSE(all.nearest(failing({})));
  CHECK_FALSE(all.nearest(failing({red("caught", 1, "livelock")})));
}

TEST_CASE(
    "an answer that fails in fewer tests than a mistake is near it, one that fails in more is "
    "not") {
  const auto never_tried = [](std::string name) {
    return mistake(std::move(name), {red("for long", 1, "lost message", "a1:1@Arlc=1pa"),
                                     red("once", 1, "lost message", "a1:1@Arlcxpa"),
                                     red("twice", 1, "lost message")});
  };
  const Resemblance all({never_tried("never tried"), never_tried("never tried either"),
                         mistake("other", {red("else", 1, "garbage")})});
  const auto gives_up = all.nearest({red("for long", 1, "lost message", "b1:1@Arlc=1pppa")});
  REQUIRE(gives_up);
  CHECK(gives_up->mistake->name == "never tried");
  CHECK_FALSE(all.nearest({red("for long", 1, "lost message", "b1:1@Arlc=1pppa"),
                           red("a", 1, "garbage"), red("b", 1, "garbage")}));
}

TEST_CASE("one of another kind that is as near makes it say nothing, one of its kind seconds it") {
  const auto known = [](std::string name, std::string other, std::set<int> lines) {
    auto one = mistake(std::move(name), {red("a", 1, "garbage"), red(std::move(other), 1, "lost")});
    one.lines = std::move(lines);
    return one;
  };
  const std::vector<TestState> half = {red("a", 1, "garbage")};
  const auto one = known("one", "b", {4, 5});
  CHECK_FALSE(Resemblance({one}).nearest(half));  // not near enough to stand alone
  CHECK(Resemblance({one, known("two", "c", {5, 6})}).nearest(half));
  CHECK(Resemblance({one, known("whole file", "c", {})}).nearest(half));
  CHECK_FALSE(Resemblance({one, known("elsewhere", "c", {6})}).nearest(half));
  auto otherwise = known("otherwise", "c", {5, 6});
  otherwise.header.caught_by = "c";
  otherwise.header.as = "lost";
  const auto both = std::vector<TestState>{half[0], red("c", 1, "lost", "a1:1@Arlcxpa")};
  CHECK_FALSE(Resemblance({known("c as well", "c", {5}), otherwise}).nearest(both));
  CHECK_FALSE(
      Resemblance({one, known("two", "c", {5, 6}), known("three", "d", {9})}).nearest(half));
}

TEST_CASE("where all is the same only what is the same as well speaks against it") {
  const std::vector<TestState> both = {red("a", 1, "garbage"), red("b", 1, "lost effect")};
  auto more = both;
  more.push_back(red("c", 1, "livelock"));
  const auto at = [](std::string name, std::vector<TestState> tests, int line) {
    auto one = mistake(std::move(name), std::move(tests));
    one.lines = {line};
    return one;
  };
  const Resemblance further({at("one", both, 4), at("with more", more, 9)});
  const auto found = further.nearest(both);
  REQUIRE(found);
  CHECK(found->mistake->name == "one");
  CHECK_FALSE(Resemblance({at("one", both, 4), at("elsewhere", both, 9)}).nearest(both));
  CHECK(Resemblance({at("one", both, 4), at("at the same place", both, 4)}).nearest(both));
}

TEST_CASE("an assertion at which many mistakes fail says little") {
  auto test = red("situations", 1, "assertion", "");
  test.line = 10;
  std::vector<KnownMistake> known;
  for (int i = 0; i < 8; ++i) {
    known.push_back(mistake("m" + std::to_string(i), {test}));
    known.back().lines = {10 * i};
  }
  CHECK_FALSE(Resemblance(known).nearest({test}));
  known.resize(1);
  CHECK(Resemblance(known).nearest({test}));
}

TEST_CASE("of tests that fail without a schedule it is the assertion that tells mistakes apart") {
  const auto at = [](int line) {
    auto test = red("looks", 1, "assertion", "");
    test.line = line;
    return std::vector<TestState>{test};
  };
  const Resemblance all({mistake("first", at(10)), mistake("second", at(20))});
  REQUIRE(all.nearest(at(20)));
  CHECK(all.nearest(at(20))->mistake->name == "second");
  CHECK_FALSE(all.nearest(at(30)));
  CHECK_FALSE(Resemblance({mistake("alone", at(10))}).nearest(at(30)));
}

TEST_CASE("a mistake is nearer when the answer fails as it does where it is caught") {
  const auto known = [](std::string name, std::string schedule) {
    return mistake(std::move(name), {red("caught", 1, "lost message", std::move(schedule)),
                                     red("for long", 1, "lost message", "a1:1@Arlc=1pa")});
  };
  const Resemblance all({known("crash", "a1:1@Arlc!prla"), known("refused", "a1:1@Arlcxpa")});
  const std::vector<TestState> refused = {red("caught", 1, "lost message", "b1:1@Arlcxppa"),
                                          red("for long", 1, "lost message", "b1:1@Arlc=1pa")};
  const auto found = all.nearest(refused);
  REQUIRE(found);
  CHECK(found->mistake->name == "refused");
}
