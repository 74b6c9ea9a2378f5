#include "properties.hpp"

#include <algorithm>

#include "workshop/shop/gift_shop.hpp"

namespace workshop::shop {

const std::vector<Property>& properties() {
  static const std::vector<Property> all = {
      {.name = "NoGhostMessage",
       .broken = "ghost message",
       .expected = "a receipt is sent only if its payment is saved",
       .in_cpp = {no_ghost_message}},
      {.name = "NoLostMessage",
       .broken = "lost message",
       .expected = "at rest, each payment that was saved has its receipt sent",
       .at_rest = true,
       .in_cpp = {no_lost_message}},
      {.name = "NoLostEffect",
       .broken = "lost effect",
       .expected = "at rest, the customer has spent one coin for each payment",
       .at_rest = true,
       .in_cpp = {exactly_one_effect}},
      {.name = "NoDuplicateEffect",
       .step = 2,
       .broken = "duplicate effect",
       .expected = "each payment is added once",
       .in_cpp = {exactly_one_effect}},
      {.name = "ConsistentOutput",
       .step = 3,
       .broken = "inconsistent output",
       .expected = "all receipts for one payment say the same",
       .in_cpp = {consistent_output}},
      {.name = "SaysWhatWasSaved",
       .step = 3,
       .broken = "inconsistent output",
       .expected = "a receipt says the sum that was saved with its payment",
       .audit = &says_what_was_saved},
      {.name = "NothingHeld",
       .broken = "garbage",
       .expected =
           "at rest, no handler has the lease of a message: each was acknowledged or abandoned",
       .at_rest = true,
       .audit = &nothing_held,
       .oracle_says = "livelock"},
      {.name = "ComesToRest",
       .broken = "livelock",
       .expected = "in the end the queue is empty, and stays so",
       .temporal = true},
      {.name = "OneAtATime",
       .broken = "two at once",
       .expected = "each operation is a step of its own: a handler can die in between",
       .temporal = true,
       .of_steps = "ChangesOneThing",
       .in_cpp = {no_ghost_message, no_lost_message, exactly_one_effect, consistent_output},
       .torn = true},
      {.name = "SavesWhatItLoaded",
       .broken = "lost update",
       .expected = "a handler saves only when the customer is still as it was loaded",
       .temporal = true,
       .of_steps = "ChangesWhatItLoaded",
       .audit = &saves_what_it_loaded,
       .oracle_says = "lost effect"}};
  return all;
}

const Property& property(const std::string& name) {
  return *std::find_if(properties().begin(), properties().end(),
                       [&](const Property& property) { return property.name == name; });
}

}  // namespace workshop::shop
