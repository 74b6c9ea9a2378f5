#include "workshop/shop/try_save.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace try_save_test {

struct Note {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (text))

struct Desk {
  SimulatedClock clock;
  SqliteStore store{{.profile = Profile::dynamodb()}};
  InProcessBroker broker{clock};
  HandlerContext context{"desk", Delivery{}, store, broker};

  Entity<Note> load() { return run_inline(context.store().load<Note>("note-1")); }
};

}  // namespace try_save_test

using try_save_test::Desk;

TEST_CASE("try_save saves, and gives the entity its new version") {
  Desk desk;
  auto note = desk.load();
  note.value.text = "first";
  REQUIRE(run_inline(try_save(note, desk.context)));
  note.value.text = "second";
  REQUIRE(run_inline(try_save(note, desk.context)));

  REQUIRE(desk.load().value.text == "second");
}

TEST_CASE("try_save returns false when another one was quicker, and writes nothing") {
  Desk desk;
  auto slow = desk.load();
  auto quick = desk.load();
  quick.value.text = "quick";
  REQUIRE(run_inline(try_save(quick, desk.context)));

  slow.value.text = "slow";
  REQUIRE_FALSE(run_inline(try_save(slow, desk.context)));
  REQUIRE(desk.load().value.text == "quick");
}

TEST_CASE("try_save throws what is no conflict") {
  Desk desk;
  auto note = desk.load();
  note.value.text = std::string(500'000, 'x');

  REQUIRE_THROWS_AS(run_inline(try_save(note, desk.context)), EntityTooLarge);
}
