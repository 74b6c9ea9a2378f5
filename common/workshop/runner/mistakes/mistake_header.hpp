#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace workshop::runner {

/// What a mistake's file begins with, up to an empty line; of one that is a whole file as a
/// comment, with "// " before each line:
///
///     mistake: the processed id is saved in a write of its own
///     why: two small writes read better than one
///       (a line without a key goes on with the one before)
///     ask: what if the process dies between the two writes?
///     answer: the payment is booked, and comes again as one that nobody has seen
///     caught by: a payment is booked once however often it is delivered
///     as: duplicate effect
///
/// `answer` may be left out: then no mob is asked. `as` names the invariant that the test finds
/// broken, or "assertion", "exception" or "not deterministic".
struct MistakeHeader {
  std::string mistake;
  std::string why;        ///< why people write it
  std::string caught_by;  ///< the name of the test
  std::string as;
  std::string ask;     ///< what to ask the person who wrote it
  std::string answer;  ///< to that; empty: nobody has written it, so no room is asked
};

/// How a header is written: as plain lines before a diff, or as a comment before a whole file.
enum class HeaderForm { plain, comment };

/// The form in the mistake's file `name`: plain in NAME.diff.
HeaderForm header_form_of(const std::filesystem::path& name);

/// Reads the header at the beginning of `text`. Throws UserError that says which line is missing,
/// unknown, empty or there twice.
MistakeHeader read_mistake_header(std::string_view text, HeaderForm form);

}  // namespace workshop::runner
