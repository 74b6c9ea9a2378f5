#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/endpoint/endpoint.hpp"
#include "workshop/store/sqlite_store.hpp"

/// Situations that every handler of payments goes through, as brokers and stores have their
/// conformance suites: what is there, what arrives, and what it is called. Their worlds are quiet
/// (one handler, no fault), and so they take milliseconds; what may go wrong is explored.
namespace workshop::shop {

/// Pairs of names that are different and look alike: in capitals, in a blank at the end, in the
/// five thousandth character, in a NUL, composed and decomposed letters, one inside the other; each
/// pair in both orders; one in which signs are escaped, or others put in their place, and one in
/// which they are not. No handler may take one for the other.
const std::vector<std::pair<std::string, std::string>>& hard_names();

/// Names that are alike but for a sign in the middle: each sign there is, and signs that are
/// escaped. Whoever takes some signs for one has two of these for one.
const std::vector<std::string>& names_of_signs();

/// A few of them, for situations that are tried at each operation: one inside the other, in front
/// and behind, in both orders; two that begin alike; two that differ in capitals.
const std::vector<std::pair<std::string, std::string>>& names_within_names();

/// Amounts and counts at which a handler may change its mind: around each power of ten, and large
/// ones, of which one is no float. Two of them add up to an int.
const std::vector<int>& hard_amounts();
/// Each power of two and of ten, from 100 on, with its neighbours.
const std::vector<int>& amounts_near_powers();

/// Numbers of a delivery: each up to 130, and larger ones at which a handler may change its mind.
/// As often may a message come that is put back from the dead letters, or has leases that are lost.
const std::vector<std::uint32_t>& delivery_counts();

/// More than any constant that a handler may count to. What is there in such numbers is prepared,
/// so that it costs one attempt and not thousands.
inline constexpr int kMoreThanAnybodyCounts = 5'000;
/// Some of these constants, and that number: powers of ten and of two.
const std::vector<int>& limits_of_counts();

/// An event that a payment causes: its type, and its body.
struct ExpectedEvent {
  std::string type;  ///< its message's type
  std::string body;  ///< JSON
};

/// A payment at which so many attempts have begun and died, such as those that have registered.
struct BegunPayment {
  std::string id;          ///< its message's id
  int amount = 0;          ///< whole coins
  int attempts_count = 1;  ///< that have begun and died
};

/// Keys of documents, and their bodies.
using StoredDocuments = std::vector<std::pair<Key, std::string>>;

/// What a lab declares of its handler. What is not set does not apply to it.
struct BookingHandler {
  /// Adds the lab's handlers to the endpoint "payments".
  std::function<void(Endpoint&)> handlers;
  /// The limits of the store that the handler gets.
  Profile profile = Profile::relational();
  /// A payment's message; a BookPayment if not set.
  std::function<Message(const std::string& id, const std::string& order, int amount)> message;
  /// What is stored before the message arrives, such as its token.
  std::function<void(Store&, const Message&)> arrives_with;
  /// The sum that is paid of an order. It has no document yet when there is none.
  std::function<int(const Document&)> paid;
  /// The key of an order's document.
  std::function<Key(const std::string& order)> key_of;
  /// An empty order's document.
  std::string empty_order;
  /// The document of an order of whose first payment nobody is told; "": there is none.
  std::string silent_order;
  /// What is left over in a document at rest.
  std::function<std::optional<std::string>(const Document&)> left_over;
  /// What is wrong at rest with all documents together, when these messages were sent; an event
  /// that was sent twice is there twice.
  std::function<std::optional<std::string>(const std::vector<Document>&,
                                           const std::vector<Message>& sent)>
      left_beside;

  /// The documents that an attempt at this payment of an order has left that died when it had
  /// booked it and was about to send `messages`, several of them.
  std::function<StoredDocuments(const std::string& id, const std::string& order, int amount,
                                std::vector<Message> messages)>
      left_unsent;

  /// The documents of an order whose payments with these ids, of one coin each, are handled.
  std::function<StoredDocuments(const std::string& order, const std::vector<std::string>& ids)>
      left_handled;
  /// The documents of an order whose payments with these ids, of one coin each, are booked, while
  /// the message beside each id is still to be sent.
  std::function<StoredDocuments(const std::string& order,
                                const std::vector<std::pair<std::string, Message>>& waiting)>
      left_waiting;
  /// The documents of an order, and what attempts at these payments of it have left beside it that
  /// died when they had begun: when they had registered, and created what they registered for.
  std::function<StoredDocuments(const std::string& order, const std::vector<BegunPayment>& begun)>
      left_begun;

  /// Whether an attempt at the message with this id is registered in an order's document, and none
  /// has done yet what it registered for. From there on an attempt goes on whoever else saves. Not
  /// set: it may begin anew.
  std::function<bool(const Document&, const std::string& id)> is_registered;

  bool orders_appear = true;   ///< a payment of an order that is not there yet makes it
  bool documents_grow = true;  ///< the more is handled, the more there is in some document
  bool adds_up = true;         ///< an order may be paid in parts; else it is paid once
  bool stores_events = false;  ///< an event that is sent again has the same bytes, headers too
  /// The events of a payment of an order that had paid this sum before; one PaymentBooked if not
  /// set. Each is told of under an id of its own.
  std::function<std::vector<ExpectedEvent>(const std::string& order, int amount, int paid_before)>
      events;
  /// The types of all events that there may be.
  std::vector<std::string> event_types = {"PaymentBooked"};

  /// The message of a payment, with what has no value above filled in.
  Message message_of(const std::string& id, const std::string& order, int amount) const;
  /// The events of a payment, with what has no value above filled in.
  std::vector<ExpectedEvent> events_of(const std::string& order, int amount, int paid_before) const;
};

/// One way in which a handler did wrong.
struct SituationFailure {
  std::string situation;  ///< a sentence: what there was
  std::string expected;   ///< in one line
  std::string got;        ///< in one line
};

/// All situations but the large ones, in milliseconds. Empty: the handler is right in all of them.
/// Rethrows what a skeleton's TODO throws.
std::vector<SituationFailure> everyday_situations(const BookingHandler& handler);

/// Those with thousands of messages, and errors of every kind at each operation, in seconds.
std::vector<SituationFailure> large_situations(const BookingHandler& handler);

/// The first failure in either, where nothing is tried after it.
std::optional<SituationFailure> first_failure(const BookingHandler& handler);

/// The first failure as a text for a test, "" when there is none.
std::string describe(const std::vector<SituationFailure>& failures);

}  // namespace workshop::shop
