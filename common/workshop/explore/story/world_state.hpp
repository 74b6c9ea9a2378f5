#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace workshop::explore {

/// A world at one moment, as the oracle judges it and as a picture shows it.
struct WorldState {
  /// How often a message has taken effect.
  struct Effect {
    std::string message;  ///< "BookPayment m1"
    std::string name;     ///< "booked"
    int count = 0;        ///< 1 at the end, if all is well
  };
  /// A distinct message that was sent.
  struct Sent {
    std::string type;     ///< "PaymentBooked"
    std::string id;       ///< whole
    std::string attempt;  ///< that made it
    int times = 1;        ///< that it has left under this id
  };
  /// A copy of a message in a queue.
  struct Waiting {
    std::string type;              ///< "BookPayment"
    std::string id;                ///< whole; two copies of a message have one
    std::uint32_t deliveries = 0;  ///< of this copy, the one under way included
    std::string status;            ///< "visible", "leased", "delayed" or "dead"
  };
  /// A queue with all copies that it has not forgotten.
  struct Queue {
    std::string name;               ///< "payments"
    std::vector<Waiting> messages;  ///< in the order in which they would be received
  };
  /// A document as it is stored.
  struct StoredDocument {
    std::size_t store = 0;  ///< which of the world's stores
    std::string key;        ///< "Order order-1"
    std::string body;       ///< JSON
    std::string version;    ///< in words, once the story has mentioned it
  };
  /// A request that is under way.
  struct Request {
    std::string what;    ///< "PUT payments/charges/1"
    std::string status;  ///< "waiting", "accepted", "answered", "broken" or "given up"
  };
  /// Anything else: a variable of a model, and its value.
  struct Variable {
    std::string name;   ///< as the model calls it
    std::string value;  ///< as the model writes it
  };

  std::vector<Effect> effects;            ///< that the scenario counts
  std::vector<std::string> committed;     ///< attempts that have committed
  std::vector<Sent> sent;                 ///< in the order in which they first left
  std::vector<Queue> queues;              ///< of the broker
  std::vector<StoredDocument> documents;  ///< of all stores
  std::vector<Request> requests;          ///< under way, or answered
  std::vector<Variable> variables;        ///< of a model; else none
};

}  // namespace workshop::explore
