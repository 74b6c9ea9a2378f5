#include <initializer_list>

#include "judged.hpp"
#include "saboteurs.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Each kind of sabotage must be found, whichever of the two payments it is done to.
void require_all_found(std::initializer_list<Sabotage> kinds) {
  for (const auto kind : kinds) {
    for (const auto& saboteur : saboteurs(kind)) require_found(saboteur.handler, saboteur.name);
  }
  SUCCEED("all found");
}

}  // namespace

TEST_CASE("planted bug 1 which needs a crash is found", "[step1]") {
  require_planted_found(&planted_bug_1, "breaks a promise after a crash");
}

TEST_CASE("planted bug 2 which needs two handlers at once is found", "[step1]") {
  require_planted_found(&planted_bug_2, "breaks a promise when another handler runs in between");
}

TEST_CASE("planted bug 3 which needs a duplicate is found", "[step1]") {
  require_planted_found(&planted_bug_3,
                        "breaks a promise when a message stands in the queue twice");
}

TEST_CASE("planted bug 4 which harms only the second of two payments is found", "[step1]") {
  require_planted_found(&planted_bug_4,
                        "breaks a promise to the second of two payments of one order");
}

TEST_CASE("planted bug 5 which cannot be seen any more when all is quiet is found", "[step1]") {
  require_planted_found(&planted_bug_5, "breaks a promise for a moment only");
}

TEST_CASE("the correct handler passes a search that is worth to be called a proof", "[step1]") {
  require_proof(&correct_handler);
}

TEST_CASE("a handler that keeps its promises in another way passes as well", "[step1]") {
  require_proof(&right_in_another_way);
}

TEST_CASE("a payment booked twice or never is found whichever payment it is", "[step1]") {
  require_all_found({Sabotage::not_booked, Sabotage::booked_twice});
}

TEST_CASE("a lost event is found whichever event of whichever payment it is", "[step1]") {
  require_all_found({Sabotage::no_event, Sabotage::no_receipt});
}

TEST_CASE("an event that comes again under another id or made anew is found", "[step1]") {
  require_all_found({Sabotage::new_ids, Sabotage::new_contents});
}

TEST_CASE("an event ahead of its payment is found whichever payment it is", "[step1]") {
  require_all_found({Sabotage::early, Sabotage::in_vain});
}

TEST_CASE("an event left behind in the outbox is found whichever payment it is", "[step1]") {
  require_all_found({Sabotage::left_behind});
}

TEST_CASE("what is left, copied or told of in place of another is found", "[step1]") {
  require_all_found({Sabotage::event_left, Sabotage::receipt_left, Sabotage::copy_booked});
  const auto some = traders();
  for (std::size_t i = 0; i < 4; i += 3) require_found(some[i].handler, some[i].name);
}

TEST_CASE("whoever gives to one payment what another one lacks is found", "[.exam]") {
  for (const auto& trader : traders()) require_found(trader.handler, trader.name);
}

TEST_CASE("whoever books three times, pays back, or is early at a second attempt, is found",
          "[.exam]") {
  require_all_found({Sabotage::booked_thrice, Sabotage::taken_back, Sabotage::early_again});
  require_all_found({Sabotage::hundred_more});
  require_all_found({Sabotage::event_twice, Sabotage::receipt_twice});
}

TEST_CASE("an event that is saved and published before its payment is booked is found", "[.exam]") {
  require_all_found({Sabotage::told_first});
}

TEST_CASE("whatever is left behind is found, also without an event or under another name",
          "[.exam]") {
  require_all_found({Sabotage::entry_left, Sabotage::left_elsewhere});
}

TEST_CASE("a payment that never comes to its end is found", "[.exam]") {
  require_all_found({Sabotage::given_up, Sabotage::never_done});
}
