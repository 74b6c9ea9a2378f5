#pragma once

#include <string>
#include <vector>

#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/situations.hpp"

/// The situations of a handler that need more than one process: who else is there, and who has died
/// where. Each is a world of the explorer.
namespace workshop::shop {

/// A world, and what there is in it in a sentence. Its expectations and bounds are set: explore it
/// by `shop.holds()`.
struct ExploredSituation {
  std::string situation;  ///< the sentence
  GiftShop shop;          ///< the world
};

/// Worlds in which a payment is booked and told of once if the handler is right. Attempts that die
/// in them are the handler's own, stopped after each number of operations; they cost no fault.
std::vector<ExploredSituation> explored_situations(const BookingHandler& handler);

}  // namespace workshop::shop
