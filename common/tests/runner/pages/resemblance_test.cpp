#include "workshop/runner/board/resemblance.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace workshop::runner;

namespace {

TestState red(std::string name, int step, std::string reason, std::string schedule = "a1:1@Alc") {
  return {std::move(name), step, "red", std::move(reason), std::move(schedule)};
}

KnownMistake mistake(std::string name, std::vector<TestState> tests) {
  return {std::move(name), {}, std::move(tests)};
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
  const Resemblance all({mistake("rare", {red("rare", 1, "garbage"), red("common", 1, "garbage")}),
                         common("first"), common("second"),
                         mistake("other", {red("other", 1, "garbage")})});
  const auto same = all.nearest({red("rare", 1, "garbage"), red("common", 1, "garbage")});
  const auto differs = all.nearest({red("rare", 1, "garbage"), red("common", 1, "lost effect")});
  REQUIRE(same);
  CHECK(same->likeness == 1);
  REQUIRE(differs);
  CHECK(differs->likeness < 0.8);
  CHECK_FALSE(all.nearest({red("rare", 1, "lost effect"), red("common", 1, "garbage")}));
}

TEST_CASE(
    "an answer that fails in fewer tests than a mistake is near it, one that fails in more is "
    "not") {
  const Resemblance all(
      {mistake("never tried",
               {red("once", 1, "lost message", "a1:1@Arlcxpa"), red("twice", 1, "lost message"),
                red("for long", 1, "lost message", "a1:1@Arlc=1pa")}),
       mistake("other", {red("else", 1, "garbage")})});
  const auto gives_up = all.nearest({red("for long", 1, "lost message", "b1:1@Arlc=1pppa")});
  REQUIRE(gives_up);
  CHECK(gives_up->mistake->name == "never tried");
  CHECK_FALSE(all.nearest({red("for long", 1, "lost message", "b1:1@Arlc=1pppa"),
                           red("a", 1, "garbage"), red("b", 1, "garbage")}));
}

TEST_CASE("a less near mistake is named when it stands alone, or is seconded by one of its kind") {
  const auto known = [](std::string name, std::string caught_by) {
    auto one = mistake(std::move(name), {red("a", 1, "garbage"), red("b", 1, "garbage")});
    one.header.caught_by = std::move(caught_by);
    return one;
  };
  const std::vector<TestState> half = {red("a", 1, "garbage"), red("b", 1, "lost effect")};
  CHECK(Resemblance({known("one", "a")}).nearest(half));
  CHECK(Resemblance({known("one", "a"), known("two", "a")}).nearest(half));
  CHECK_FALSE(Resemblance({known("one", "a"), known("two", "b")}).nearest(half));
}

TEST_CASE("an assertion at which many mistakes fail says little") {
  auto test = red("situations", 1, "assertion", "");
  test.line = 10;
  std::vector<KnownMistake> known;
  for (int i = 0; i < 8; ++i) {
    known.push_back(mistake("m" + std::to_string(i), {test}));
    known.back().header.caught_by = std::to_string(i);
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
  auto caught = mistake("caught", at(10));
  caught.header.caught_by = "looks";
  CHECK(Resemblance({caught}).nearest(at(10)));
  CHECK_FALSE(Resemblance({caught}).nearest(at(30)));  // the test alone is no reason
}

TEST_CASE("a mistake is nearer when the answer fails as it does where it is caught") {
  auto swallowed = mistake("swallowed", {red("caught", 1, "lost message", "a1:1@Arlcxpa"),
                                         red("for long", 1, "lost message", "a1:1@Arlc=1pa")});
  swallowed.header.caught_by = "caught";
  auto early = mistake("early", {red("caught too", 1, "lost message", "a1:1@Arlc!prla"),
                                 red("for long", 1, "lost message", "a1:1@Arlc=1pa")});
  early.header.caught_by = "caught too";
  const auto found = Resemblance({early, swallowed})
                         .nearest({red("for long", 1, "lost message", "b1:1@Arlc=1pa")});
  CHECK_FALSE(found);  // near, but not apart, and of another kind
  auto like = swallowed;
  like.name = "swallowed too";
  const Resemblance all({early, swallowed, like});
  const auto seconded = all.nearest({red("for long", 1, "lost message", "b1:1@Arlc=1pa")});
  REQUIRE(seconded);
  CHECK(seconded->mistake->name == "swallowed");
}
