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
  CHECK(all.nearest({red("rare", 1, "garbage"), red("common", 1, "garbage")}));
  CHECK_FALSE(all.nearest({red("rare", 1, "garbage"), red("common", 1, "lost effect")}));
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
}
