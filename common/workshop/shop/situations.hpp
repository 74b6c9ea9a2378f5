#pragma once

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
/// thousandth character, in a NUL, composed and decomposed letters, one inside the other. No
/// handler may take one for the other.
const std::vector<std::pair<std::string, std::string>>& hard_names();

/// What a lab declares of its handler. What is not set does not apply to it.
struct PaymentsHandler {
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
  /// What is left over in a document at rest.
  std::function<std::optional<std::string>(const Document&)> left_over;

  bool orders_appear = true;  ///< a payment of an order that is not there yet makes it
  bool adds_up = true;        ///< an order may be paid in parts; else it is paid once
  bool tells = true;          ///< each payment is told of in one PaymentBooked
};

/// One way in which a handler did wrong.
struct SituationFailure {
  std::string situation;  ///< a sentence: what there was
  std::string expected;   ///< in one line
  std::string got;        ///< in one line
};

/// All situations but the large ones, in milliseconds. Empty: the handler is right in all of them.
/// Rethrows what a skeleton's TODO throws.
std::vector<SituationFailure> everyday_situations(const PaymentsHandler& handler);

/// Those with thousands of messages, in seconds.
std::vector<SituationFailure> large_situations(const PaymentsHandler& handler);

/// The first failure as a text for a test, "" when there is none.
std::string describe(const std::vector<SituationFailure>& failures);

}  // namespace workshop::shop
