#pragma once

#include <boost/describe.hpp>
#include <map>
#include <string>
#include <vector>

#include "participant.hpp"
#include "workshop/endpoint/entity_store.hpp"

namespace workshop {

/// What a customer wants to buy: how many of which gift.
struct Cart {
  std::string order_id;
  std::map<std::string, int> gifts;
};

/// An order that is sold: the entity `Order` under the order's id. It is never changed or erased.
struct Order {
  std::map<std::string, int> gifts;
};
BOOST_DESCRIBE_STRUCT(Order, (), (gifts))

/// How many of a gift lie on the shelf: the entity `Stock` under the gift's name.
struct Stock {
  int left = 0;
};
BOOST_DESCRIBE_STRUCT(Stock, (), (left))

/// What the customer is told.
enum class Answer {
  sold,      ///< the order exists, and its gifts are taken from the shelf
  sold_out,  ///< there are too few of some gift; there is no order, and nothing was taken
};

/// The write that `EntityStore::save(entity)` would do, as one operation of a `Store::batch`.
template <class T>
StoreOperation write_of(const Entity<T>& entity) {
  return StoreOperation::put(
      entity.key, to_json(entity.value),
      entity.version ? Expected::version(*entity.version) : Expected::absent());
}

/// Step 1. Sells a cart: writes its order and takes its gifts from the shelf, both or neither, in
/// the one database `shop`. If the order exists already, it is sold: the customer asks again
/// because an answer was lost, and nothing is taken a second time. (The same order is never
/// requested twice at the same time; the double click is the subject of lab 04.)
///
/// Errors of the database leave the function, and the customer asks again. A VersionConflict never
/// does: another customer was faster, and this one shall not notice it.
Task<Answer> sell(Cart cart, EntityStore& shop);

// ---- step 2: orders and stock lie in two databases --------------------------------------------

/// One database's part of a transaction.
struct Share {
  Participant* participant;
  std::vector<Change> changes;
};

/// What a coordinator has decided: the entity `Decision` under the transaction's name, in the
/// coordinator's own log.
struct Decision {
  bool commit = false;
};
BOOST_DESCRIBE_STRUCT(Decision, (), (commit))

/// Step 2: the coordinator of a two-phase commit. Makes all changes of all shares, or none, and
/// returns whether they were made. It makes none when a participant votes no. When it has returned,
/// the transaction holds no lock.
///
/// After an error, or a crash, any part of the transaction may have been done; `recover` finishes
/// it. Two transactions of one name never run at the same time.
Task<bool> transact(std::string transaction, std::vector<Share> shares, EntityStore& log);

/// Step 2: finishes what an earlier `transact` of this name has left unfinished, if anything, and
/// returns whether the transaction's changes are made. Afterwards the transaction holds no lock. It
/// can be repeated, and it may be called for a transaction that never began: then nothing happens.
Task<bool> recover(std::string transaction, std::vector<Participant*> participants,
                   EntityStore& log);

/// The databases of step 2. Orders and shelf belong to two services, the log to the coordinator.
struct Databases {
  Store& orders;
  Store& warehouse;
  Store& log;
};

/// Sells a cart as `sell` does, with orders and stock in two databases: calls `recover` first, then
/// `transact`. Throws Unavailable when another transaction has locked what it needs; the customer
/// may ask again. Finished; you need not change it.
Task<Answer> sell_across(Cart cart, Databases databases);

}  // namespace workshop

#include "compiled_once.hpp"
