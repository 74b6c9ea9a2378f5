#pragma once

#include <map>
#include <string>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// The gifts in a cart or an order: how many of each.
using Gifts = std::map<std::string, int>;

/// How far a cart has come on its way to become an order.
inline constexpr const char* kOpen = "";
inline constexpr const char* kAccepted = "accepted";    ///< what is ordered stands in `ordered`
inline constexpr const char* kSubmitted = "submitted";  ///< nothing is left to do

/// A customer's cart.
struct Cart {
  Gifts gifts;        ///< what lies in it; the customer may change that at any time
  std::string state;  ///< kOpen, kAccepted or kSubmitted
  Gifts ordered;      ///< step 2: what lay in it when it was accepted
};

/// An order that somebody will pack.
struct Order {
  Gifts gifts;
  bool contradicted = false;  ///< a second SubmitOrder came under the same id, with other contents
  std::string cart_id;        ///< step 2: as SubmitOrder says
};

/// The submit button was pressed: the shop's front sends this to the shop's own queue, does nothing
/// else, and answers "thank you". Two clicks are two messages with ids of their own.
struct SendSubmitOrder {
  std::string cart_id;
};
/// From the shop to "orders": order these gifts. "orders" knows a repeated one by its id.
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
/// When it returns, the cart is submitted and there is one order, with the gifts that lie in the
/// cart; however many requests there are, at once or later. When it throws, the customer clicks
/// again. Errors are those of the store.
Task<void> submit(std::string cart_id, EntityStore& shop);

/// Step 2, orders are somebody else's: sends SubmitOrder to the queue "orders".
///
/// However many SendSubmitOrder there are for a cart, and wherever an attempt at one of them ends:
/// SubmitOrder is sent, always with the same id and the same contents, the gifts those that lay in
/// the cart when it was accepted. It is never sent for a cart that is not accepted. In the end the
/// cart is submitted. Errors are those of store and broker; after any of them the message is
/// delivered again.
Task<void> handle(const SendSubmitOrder& command, HandlerContext& context);

/// The customer puts one more of a gift into the cart. In step 1 a cart that is submitted takes
/// nothing more, and false is returned; in step 2 (`wishes`) it is for the next order.
Task<bool> add_gift(std::string cart_id, std::string gift, EntityStore& shop);
Task<void> wish(std::string cart_id, std::string gift, EntityStore& shop);

/// What "orders" does: the order lies under the id of the message that it came with.
Task<void> place(const SubmitOrder& command, HandlerContext& context);

}  // namespace workshop::shop
