#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop {

using shop::BookPayment;
using shop::PaymentBooked;

/// An order, as the endpoint `payments` keeps it: entity `Order` under the order's id. Its payment
/// is booked once, or it is cancelled; never both. It has one payment, of one amount, however many
/// messages tell of it.
struct Order {
  int paid = 0;  ///< whole coins; an order is paid at once
  bool wrapped = false;
  bool cancelled = false;

  bool booked() const { return paid > 0; }
};
BOOST_DESCRIBE_STRUCT(Order, (), (paid, wrapped, cancelled))

/// The customer changes their mind: the order is cancelled, unless its payment is booked already.
struct CancelOrder {
  std::string order_id;
};
BOOST_DESCRIBE_STRUCT(CancelOrder, (), (order_id))

/// The customer wants the gifts wrapped: the order records it.
struct WrapGifts {
  std::string order_id;
};
BOOST_DESCRIBE_STRUCT(WrapGifts, (), (order_id))

/// The id of the event about this payment. Every attempt computes the same id, and so does the
/// handler of another message with this payment. So a receiver of two copies recognises the second
/// one.
inline MessageId event_id(const BookPayment& command) {
  return MessageId::from_name("PaymentBooked of " + command.order_id);
}

/// Handles `BookPayment`: books the payment of an order and publishes `PaymentBooked` under
/// `event_id(command)`. A cancelled order stays as it is, and nothing is published.
///
/// The endpoint acknowledges the message when the handler returns. When it throws (a
/// VersionConflict, say) or the process crashes, the message is delivered again.
Task<void> handle(const BookPayment& command, HandlerContext& context);

/// Handles `CancelOrder`. Finished; you need not change it.
Task<void> cancel(const CancelOrder& command, HandlerContext& context);

/// Handles `WrapGifts`. Finished; you need not change it.
Task<void> wrap(const WrapGifts& command, HandlerContext& context);

/// One line of the partner's file of payments: an entity under the record's own id, "record-1".
struct PaymentRecord {
  std::string order_id;
  int amount = 0;  ///< whole coins
  bool imported = false;
};
BOOST_DESCRIBE_STRUCT(PaymentRecord, (), (order_id, amount, imported))

/// The partner's file: an entity under the id `kPartnerFile`. It does not change.
struct PartnerFile {
  std::vector<std::string> record_ids;
};
BOOST_DESCRIBE_STRUCT(PartnerFile, (), (record_ids))
inline constexpr const char* kPartnerFile = "partner-file";

/// Sends a `BookPayment` for each record of the partner's file to the queue "payments", and marks
/// the record as imported. Each record is a message of its own, even if it looks like another one.
/// InvalidRequest when the file names a record that is not there: nothing is sent for it.
///
/// Runs alone: no other process writes the records meanwhile. After a crash or an exception it is
/// started again and runs from its beginning, until one run has come to its end.
Task<void> import_payments(EntityStore& records, Broker& broker);

}  // namespace workshop
