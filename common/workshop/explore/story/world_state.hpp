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
    std::string type;
    std::string id;
    std::string attempt;  ///< that made it
    int times = 1;
  };
  struct Waiting {
    std::string type;
    std::string id;
    std::uint32_t deliveries = 0;
    std::string status;  ///< "visible", "leased", "delayed" or "dead"
  };
  struct Queue {
    std::string name;
    std::vector<Waiting> messages;  ///< in the order in which they would be received
  };
  struct StoredDocument {
    std::size_t store = 0;
    std::string key;
    std::string body;
    std::string version;  ///< in words, once the story has mentioned it
  };
  /// A request that is under way.
  struct Request {
    std::string what;    ///< "PUT payments/charges/1"
    std::string status;  ///< "waiting", "accepted", "answered", "broken" or "given up"
  };
  /// Anything else: a variable of a model, and its value.
  struct Variable {
    std::string name;
    std::string value;
  };

  std::vector<Effect> effects;
  std::vector<std::string> committed;  ///< attempts that have committed
  std::vector<Sent> sent;
  std::vector<Queue> queues;
  std::vector<StoredDocument> documents;
  std::vector<Request> requests;
  std::vector<Variable> variables;
};

}  // namespace workshop::explore
