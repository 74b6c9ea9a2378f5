#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/scenario/attempt.hpp"
#include "workshop/store/store.hpp"

namespace workshop::explore {

/// A document as one operation read it or wanted to write it.
struct DocumentFact {
  std::size_t store = 0;  ///< by its number in the scenario
  Key key;                ///< of the document
  std::string action;     ///< "load", "save" or "erase"
  std::string expects;    ///< "if v1", "if absent", "blindly"; "" for a load
  std::string body;       ///< what was read or shall be written, mostly JSON; "": nothing is there
  std::string version;    ///< that it has then, in words: "v2"; "": none, or not told
};

/// A message as one operation received or sent it.
struct MessageFact {
  std::string type;     ///< the message's
  std::string id;       ///< the message's
  std::string body;     ///< its text, mostly JSON
  std::string place;    ///< the queue or topic it came from or went to
  std::string attempt;  ///< that made it; "": whoever filled the queue
  std::uint32_t deliveries =
      0;  ///< of a received one: how often it was received, this time included
};

/// A request or its answer.
struct HttpFact {
  std::string method;     ///< "POST"
  std::string authority;  ///< the server, as a URL names it
  std::string target;     ///< the path
  int status = 0;         ///< of an answer
  std::string body;       ///< of the request, or of its answer
};

/// What one operation was about, beyond its words.
struct Facts {
  Attempt attempt;                      ///< whose operation it was
  std::vector<DocumentFact> documents;  ///< in the order in which the operation named them
  std::vector<MessageFact> messages;    ///< that it received or sent
  /// Of an operation of the network.
  std::optional<HttpFact> http;
  /// How it failed, in one word: "VersionConflict", "LeaseLost", "Unavailable", "OutcomeUnknown",
  /// "Error"; "" when it did not.
  std::string error;
  /// Of an abandon: why the attempt ended, in the words of what its handler threw; one word of
  /// those of `error` when an operation had failed with it. "": it did not say.
  std::string threw;
};

}  // namespace workshop::explore
