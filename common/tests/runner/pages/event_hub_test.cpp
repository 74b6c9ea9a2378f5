#include "workshop/runner/pages/event_hub.hpp"

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

using namespace workshop::runner;

namespace {

class Page final : public EventHub::Subscriber {
 public:
  void offer(std::shared_ptr<const std::string> frame) override { seen += *frame; }
  std::string seen;
};

}  // namespace

TEST_CASE("who connects gets the last state of each name, then what is published") {
  EventHub hub;
  hub.publish("clock", "1");
  hub.publish("verdict", R"("red")");
  hub.publish("clock", "2");
  const auto page = std::make_shared<Page>();
  hub.subscribe(page);
  CHECK(page->seen == "event: verdict\ndata: \"red\"\n\nevent: clock\ndata: 2\n\n");
  page->seen.clear();
  hub.publish("clock", "3");
  CHECK(page->seen == "event: clock\ndata: 3\n\n");
}

TEST_CASE("a forgotten event is told to nobody who connects later") {
  EventHub hub;
  hub.publish("people", "[1]");
  hub.forget("people");
  const auto page = std::make_shared<Page>();
  hub.subscribe(page);
  CHECK(page->seen.empty());
}

TEST_CASE("a page that has left is offered nothing, and counts for nothing") {
  EventHub hub;
  auto leaves = std::make_shared<Page>();
  auto vanishes = std::make_shared<Page>();
  hub.subscribe(leaves);
  hub.subscribe(vanishes);
  CHECK(hub.subscribers_count() == 2);
  hub.unsubscribe(*leaves);
  vanishes.reset();
  hub.publish("clock", "1");
  CHECK(leaves->seen.empty());
  CHECK(hub.subscribers_count() == 0);
}

TEST_CASE("a line break in an event's JSON begins another data line, and nothing else") {
  CHECK(event_frame("a", "{\n\"b\":\r\n1}") == "event: a\ndata: {\ndata: \"b\":\ndata: 1}\n\n");
}

TEST_CASE("an event with another name, or of more than a mebibyte, is refused") {
  EventHub hub;
  CHECK_THROWS_AS(hub.publish("a\ndata: 1", "1"), std::invalid_argument);
  CHECK_THROWS_AS(hub.publish("", "1"), std::invalid_argument);
  CHECK_THROWS_AS(hub.publish("a", std::string(EventHub::kEventBytesMax + 1, '1')),
                  std::invalid_argument);
}
