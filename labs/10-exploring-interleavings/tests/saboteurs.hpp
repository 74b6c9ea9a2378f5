#pragma once

#include <string>
#include <vector>

#include "handlers.hpp"

/// Handlers that only the tests know: saboteurs, each of which breaks one promise for one payment,
/// and one handler that is right.
namespace workshop::shop {

/// What a saboteur does to one payment.
enum class Sabotage {
  none,            ///< nothing
  not_booked,      ///< `paid` does not have it
  booked_twice,    ///< `paid` has it twice
  booked_thrice,   ///< `paid` has it three times
  hundred_more,    ///< `paid` has 100 coins besides
  taken_back,      ///< `paid` has lost it
  no_event,        ///< PaymentBooked is not published
  no_receipt,      ///< ReceiptIssued is not published
  event_twice,     ///< PaymentBooked is published under two ids
  receipt_twice,   ///< ReceiptIssued is published under two ids
  new_ids,         ///< an attempt that comes again publishes under other ids
  new_contents,    ///< an attempt that comes again publishes other bytes
  early,           ///< an event is published before it is saved
  early_again,     ///< the same, but only by an attempt that comes again
  told_first,      ///< its events are saved and published, and then it is booked
  in_vain,         ///< an event is published that an attempt has made that saves nothing
  left_behind,     ///< its events stay in the outbox
  event_left,      ///< its PaymentBooked stays in the outbox
  receipt_left,    ///< its receipt stays in the outbox
  entry_left,      ///< its entry stays in the outbox, without an event
  left_elsewhere,  ///< its events stay in the outbox, under a key that is nobody's id
  given_up,        ///< every attempt at it throws
  never_done,      ///< an attempt at it comes to no end
  copy_booked,     ///< a copy of it is booked, one that was delivered by no earlier attempt
};

/// A handler that breaks a promise.
struct Saboteur {
  std::string name;  ///< what it does: "leaves in the outbox the events of m2"
  PaymentsHandler handler;
};

/// The saboteurs of a kind: it is done to the first message, and to the second. The rest of what
/// they do is right.
std::vector<Saboteur> saboteurs(Sabotage sabotage);

/// Saboteurs of both payments, such as those that give to one what the other one lacks, so that
/// counts are right.
std::vector<Saboteur> traders();

/// A handler that keeps all promises: it draws its ids at random and stores them, and it empties
/// the outbox event by event.
Task<void> right_in_another_way(const BookPayment& command, HandlerContext& context);

}  // namespace workshop::shop
