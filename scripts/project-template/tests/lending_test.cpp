#include <catch2/catch_test_macros.hpp>

#include "lending_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop::shop;  // the scenario as a sentence, its faults and its invariants
using namespace lending;

namespace {

/// How often the state shows the effect of the command: whether its reader has the book.
int times_lent(const StoreView& library, const LendBook& command) {
  const auto book = library.entity<Book>(command.book_id);
  return book && book->reader == command.reader ? 1 : 0;
}

}  // namespace

TEST_CASE("a reader who gets the book is told so, whatever happens") {
  auto scenario = gift_shop("lending")
                      .handles<LendBook>(&handle)
                      .with("book-1", Book{})
                      .deliver(LendBook{"book-1", "ada"}, to_handlers(2))
                      .effect<LendBook>("lent", times_lent)
                      .emits<BookLent, LendBook>()
                      .with_faults({Fault::crash, Fault::duplicate})
                      .up_to(2, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message, no_ghost_message));
}

TEST_CASE("a book is lent to one of two readers, and both are answered") {
  auto scenario = gift_shop("lending")
                      .handles<LendBook>(&handle)
                      .with("book-1", Book{})
                      .deliver(LendBook{"book-1", "ada"}, to_handlers(2))
                      .deliver(LendBook{"book-1", "grace"})
                      .all_messages_at_once()
                      .emits_in_all<BookLent>(1)
                      .emits_in_all<BookRefused>(1)
                      .with_faults({})
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds(no_lost_message));
}
