#pragma once

#include <string>
#include <string_view>

namespace workshop::runner {

/// The comment that a mistake's source begins with:
///
///     // mistake: the processed id is saved in a write of its own
///     // why: two small writes read better than one
///     //   (a line without a key goes on with the one before)
///     // ask: what if the process dies between the two writes?
///     // caught by: a payment is booked once however often it is delivered
///     // as: duplicate effect
///
/// `as` names the invariant that the test finds broken, or "assertion" or "exception".
struct MistakeHeader {
  std::string mistake;
  std::string why;        ///< why people write it
  std::string caught_by;  ///< the name of the test
  std::string as;
  std::string ask;  ///< what to ask the person who wrote it
};

/// Reads the leading comment of `source`. Throws UserError that says which line is missing,
/// unknown, empty or there twice.
MistakeHeader read_mistake_header(std::string_view source);

}  // namespace workshop::runner
