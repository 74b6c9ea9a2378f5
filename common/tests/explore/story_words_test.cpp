#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "lines.hpp"
#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/story/narrator.hpp"
#include "workshop/explore/story/story.hpp"
#include "workshop/explore/world/words.hpp"

using namespace workshop;
using namespace workshop::explore;
using Catch::Matchers::ContainsSubstring;

namespace {

std::set<std::string> words_of(const std::string& text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.') {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  return words;
}

}  // namespace

TEST_CASE("a text is cut between its words, and no value stands without its name") {
  CHECK(cut_middle("Porsche: 1, ball: 3, book: 1", 12, false) == "Porsche: 1,…");
  CHECK(cut_middle("load Order order-1 if v1 or none", 20, false) == "load Order … or none");
  CHECK(cut_middle("customer: Ann, total: 12345", 20, false) == "customer: Ann, …");
  CHECK(cut_middle("load Queue → v4 {now: 35 s, m1: night.1 till 70 s #2}", 36, false) ==
        "load Queue → v4 {now: 35 s, m1: …}");
  CHECK(cut_middle("save Order o if absent {a: Ann, lines: {}, facts: {}} → v1", 30, false) ==
        "save Order o if absent … → v1");
  CHECK(cut_middle("save Queue gifts if v2 {now: 0 s→35 s}", 36, false) ==
        "save Queue gifts if v2 {now: 0 s→…}");
  CHECK(cut_middle("receive PaymentBooked m1#1.2 again", 31, false) == "receive … m1#1.2 again");
  CHECK(cut_middle("save b1dfbe3f-872b-532a-83f3-6b4005c9706c now", 20, false) ==
        "save b1dfbe3f…6c now");
}

TEST_CASE("no word of a text is cut, however narrow") {
  std::mt19937 random(11);
  const std::vector<std::string> parts = {
      "save",  "Order",  "order-1", "{customer: ", "Ann, ", "gifts: [",
      "teddy", "train]", "} → v12", "duplicate",   "m1.2",  "Größe"};
  for (int i = 0; i < 5000; ++i) {
    std::string text = "begin ";
    for (auto count = 2 + random() % 12; count > 0; --count) {
      text += parts.at(random() % parts.size()) + " ";
    }
    const std::size_t width = 12 + random() % 40;
    const auto cut = cut_middle(text, width, i % 2 == 0);
    CAPTURE(text, width, cut);
    REQUIRE(columns_of(cut) <= width);
    const auto whole = words_of(text);
    auto left = cut;
    if (const auto mark = left.find("..."); mark != std::string::npos) left.replace(mark, 3, " ");
    for (const auto& word : words_of(left)) REQUIRE(whole.contains(word));
  }
}

TEST_CASE("what a verdict says goes on below, and is not cut") {
  Trace trace;
  trace.processes = {"orders-1"};
  trace.steps.emplace_back().what = "acknowledge";
  trace.violation = Violation{
      "livelock", "after a while nobody has anything left to do, however the steps are chosen",
      "the handlers are busy for ever, and each of them makes the other one begin again"};
  StoryOptions options;
  for (const std::size_t width : {40, 80, 200}) {
    options.width = width;
    const auto story = story_of(trace, options);
    CAPTURE(story);
    CHECK_THAT(story, !ContainsSubstring("…"));
    for (const auto& line : lines_of(story)) CHECK(columns_of(line) <= width);
  }
}

TEST_CASE("a search that was cut short says in whole sentences how to go on") {
  Trace trace;
  trace.processes = {"orders-1"};
  trace.steps.emplace_back().what = "acknowledge";
  trace.not_at_rest_after = 1;
  StoryOptions options;
  options.width = 60;
  const auto story = story_of(trace, options);
  CHECK_THAT(story, ContainsSubstring("let it"));
  CHECK_THAT(story, !ContainsSubstring("…"));
}

TEST_CASE("a process that was started again says so at its first step, and only there") {
  Scenario scenario;
  scenario.processes.push_back({"importer", "importer", "",
                                [](ProcessContext& context) -> Task<void> {
                                  co_await context.point();
                                  co_await context.point();
                                },
                                true});
  const auto trace = follow(scenario, Schedule::parse("beef:0@Ay!y!yy"));
  REQUIRE(trace.left_schedule.empty());
  std::vector<std::string> texts;
  for (const auto& step : trace.steps) texts.push_back(step.text());
  CHECK(texts == std::vector<std::string>{"point", "CRASH before point",
                                          "restarted: CRASH before point", "restarted: point",
                                          "point"});
}
