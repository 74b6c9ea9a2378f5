#pragma once

#include <map>
#include <string>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// The gifts in a cart or an order: how many of each.
using Gifts = std::map<std::string, int>;

/// How far a cart has come on its way to become an order.
inline constexpr const char* kOpen = "";
inline constexpr const char* kAccepted = "accepted";    ///< `ordered` holds what is ordered
inline constexpr const char* kSubmitted = "submitted";  ///< nothing is left to do

/// A customer's cart.
struct Cart {
  Gifts gifts;        ///< its content; the customer may change it at any time
  std::string state;  ///< kOpen, kAccepted or kSubmitted
  Gifts ordered;      ///< step 2: its content when it was accepted
};

/// An order that will be packed.
struct Order {
  Gifts gifts;
  bool contradicted = false;  ///< a second SubmitOrder came under the same id, with other contents
  std::string cart_id;        ///< step 2: as SubmitOrder says
};

/// The submit button was pressed. The shop's front end only sends this to the shop's own queue and
/// answers "thank you". Two clicks are two messages with ids of their own.
struct SendSubmitOrder {
  std::string cart_id;
};
/// From the shop to "orders": order these gifts. "orders" recognises a repeated message by its id.
struct SubmitOrder {
  std::string cart_id;
  Gifts gifts;
};

BOOST_DESCRIBE_STRUCT(Cart, (), (gifts, state, ordered))
BOOST_DESCRIBE_STRUCT(Order, (), (gifts, contradicted, cart_id))
BOOST_DESCRIBE_STRUCT(SendSubmitOrder, (), (cart_id))
BOOST_DESCRIBE_STRUCT(SubmitOrder, (), (cart_id, gifts))

/// Step 1, orders and carts in one database: a request makes an order of the cart.
///
/// When it returns, the cart is submitted and there is one order, with the gifts in the cart,
/// however many requests there are, at once or later. When it throws, the customer clicks again.
/// Errors are those of the store, and InvalidRequest when there is no such cart: then nothing is
/// written. (`cart.exists()` says whether there was one; if so, `*cart.version` is the version that
/// was loaded.)
Task<void> submit(std::string cart_id, EntityStore& shop);

/// Step 2, orders in another service: sends SubmitOrder to the queue "orders". The cart exists: the
/// front end shows it before it can be submitted.
///
/// However many SendSubmitOrder there are for a cart, and wherever an attempt at one of them ends,
/// SubmitOrder is sent, always with the same id and the same contents: the gifts that were in the
/// cart when it was accepted. It is never sent for a cart that is not accepted. At rest the cart is
/// submitted. Errors are those of store and broker; after any of them the message is delivered
/// again.
Task<void> handle(const SendSubmitOrder& command, HandlerContext& context);

/// The customer puts one more of a gift into the cart. In step 1 a submitted cart accepts no gift,
/// and the function returns false; in step 2 the gift is for the next order.
Task<bool> add_gift(std::string cart_id, std::string gift, EntityStore& shop);
Task<void> wish(std::string cart_id, std::string gift, EntityStore& shop);

/// The handler of "orders": stores the order under the id of the message.
Task<void> place(const SubmitOrder& command, HandlerContext& context);

}  // namespace workshop::shop
