#pragma once

#include <array>
#include <string_view>

#include "handlers.hpp"

/// Handlers that only the tests know: saboteurs, each of which breaks one promise for one payment,
/// and one handler that is right.
namespace workshop::shop {

/// What a saboteur does to one payment.
enum class Sabotage {
  none,           ///< nothing
  not_booked,     ///< `paid` does not have it
  booked_twice,   ///< `paid` has it twice
  booked_thrice,  ///< `paid` has it three times
  no_event,       ///< PaymentBooked is not published
  no_receipt,     ///< ReceiptIssued is not published
  new_ids,        ///< an attempt that comes again publishes under other ids
  new_contents,   ///< an attempt that comes again publishes other bytes
  early,          ///< an event is published before it is saved
  early_again,    ///< the same, but only by an attempt that comes again
  in_vain,        ///< an event is published that an attempt has made that saves nothing
  left_behind,    ///< its events stay in the outbox
  receipt_left,   ///< its receipt stays in the outbox
  entry_left,     ///< its entry stays in the outbox, without an event
  copy_booked,    ///< a copy of it is booked, one that was delivered by no earlier attempt
};

/// A handler that does this to the message number `message` (1: m1) and is right otherwise.
struct Saboteur {
  std::string_view name;  ///< "leaves events of m2 in the outbox"
  PaymentsHandler handler;
};

/// The two saboteurs of a kind: of the first message, and of the second.
std::array<Saboteur, 2> saboteurs(Sabotage sabotage);

/// A handler that tells of m1 under two ids and of m2 never: as many events as payments.
Task<void> tells_of_one_twice(const BookPayment& command, HandlerContext& context);

/// A handler that keeps all promises: it draws its ids at random and stores them, and it empties
/// the outbox event by event.
Task<void> right_in_another_way(const BookPayment& command, HandlerContext& context);

}  // namespace workshop::shop
