#pragma once

#include <cstddef>
#include <optional>

#include "workshop/explore/story/narrator.hpp"

namespace workshop::shop {

/// What an auditor finds in an execution.
struct Finding {
  explore::Violation violation;
  std::size_t deciding = 0;  ///< the step that is the cause, from 0
  std::size_t seen_at = 0;   ///< the step at which it shows; the same or a later one
};

/// Reads an execution of the C++ handlers from its start, and finds the first place where one of
/// the model's properties is broken that the explorer's oracle does not know.
using Audit = std::optional<Finding> (*)(const explore::Trace& trace);

/// `SaysWhatWasSaved`: keeps the model's `changes`, that is, the sum that was saved with each
/// payment, and compares the receipts with it.
std::optional<Finding> says_what_was_saved(const explore::Trace& trace);

/// `SavesWhatItLoaded`: remembers what each handler has loaded of a document, and compares it with
/// the document when the handler saves.
std::optional<Finding> saves_what_it_loaded(const explore::Trace& trace);

/// `NothingHeld`: a handler that receives again has settled its message, or has crashed meanwhile.
/// In the model nothing ends a lease; here it expires, and the message is received again.
std::optional<Finding> nothing_held(const explore::Trace& trace);

}  // namespace workshop::shop
