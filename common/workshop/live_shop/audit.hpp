#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/store/store.hpp"

namespace workshop::live_shop {

/// What an audit found wrong.
enum class Wrong {
  lost,      ///< an order, a payment, points or a parcel that should be there
  doubled,   ///< one that is there more than once, or of more coins
  untrue,    ///< somebody was told of what is not so
  left_over  ///< what should not be there when all is done
};

/// The findings of one kind and subject, such as "payments not booked".
struct Finding {
  Wrong wrong = Wrong::lost;          ///< of which kind
  std::string what;                   ///< "payments were not booked"
  std::uint64_t count = 0;            ///< how many
  std::vector<std::string> examples;  ///< three at most
};

/// What an audit counted, and found.
struct AuditReport {
  std::uint64_t placed = 0;           ///< orders
  std::uint64_t booked_payments = 0;  ///< orders whose coins are right count with all of theirs
  std::uint64_t points = 0;           ///< payments that loyalty knows
  std::uint64_t shipped = 0;          ///< orders
  long long coins_booked = 0;         ///< of all orders
  long long coins_told = 0;           ///< of all events
  std::vector<Finding> findings;      ///< empty: all is right

  /// Whether nothing was found.
  bool holds() const { return findings.empty(); }
  /// How many findings of this kind, each counted as often as it was found.
  std::uint64_t count(Wrong wrong) const;
};

/// Messages that are still in a queue: its name, and what is there.
using LeftInQueues = std::map<std::string, std::vector<Message>>;

/// Judges what the shop has left behind: every order placed, booked, told of and shipped exactly
/// once, every coin accounted for, and nothing else there. It looks at all documents, and trusts no
/// figure that a service has counted.
AuditReport audit(int orders, const std::vector<Document>& documents, const LeftInQueues& queues);

/// Takes what is in the shop's queues and their dead-letter queues: at most `messages_max` of each.
/// Throws what the broker throws.
LeftInQueues take_what_is_left(Broker& broker, std::size_t messages_max = 1'000);

/// The report as a person reads it.
std::string in_words(int orders, const AuditReport& report);

}  // namespace workshop::live_shop
