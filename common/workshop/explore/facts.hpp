#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace workshop::explore {

/// A document as one operation read it or wanted to write it.
struct DocumentFact {
  std::size_t store = 0;
  std::string key;      ///< in words: "Order order-1"
  std::string action;   ///< "load", "save" or "erase"
  std::string expects;  ///< "if v1", "if absent", "blindly"; "" for a load
  std::string body;     ///< what was read or shall be written, mostly JSON; "": nothing is there
  std::string version;  ///< that it has then, in words: "v2"; "": none, or not told
};

/// A message as one operation received or sent it.
struct MessageFact {
  std::string type;
  std::string id;
  std::string body;
  std::string place;    ///< the queue or topic it came from or went to
  std::string attempt;  ///< that made it; "": whoever filled the queue
  std::uint32_t deliveries =
      0;  ///< of a received one: how often it was received, this time included
};

/// A request or its answer.
struct HttpFact {
  std::string method;
  std::string url;
  int status = 0;  ///< of an answer
  std::string body;
};

/// What one operation was about, beyond its words.
struct Facts {
  std::string attempt;  ///< whose operation it was: "m1#2"
  std::vector<DocumentFact> documents;
  std::vector<MessageFact> messages;
  std::optional<HttpFact> http;
  /// How it failed, in one word: "VersionConflict", "LeaseLost", "Unavailable", "OutcomeUnknown",
  /// "Error"; "" when it did not.
  std::string error;
};

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
