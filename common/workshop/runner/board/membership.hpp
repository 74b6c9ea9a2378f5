#pragma once

#include <optional>
#include <string>

#include "workshop/runner/board/report.hpp"
#include "workshop/runner/pages/page_client.hpp"
#include "workshop/runner/printing/console.hpp"

namespace workshop::runner {

/// The board that this checkout has joined: a file in the ignored folder of progress, until
/// `leave`.
struct Membership {
  PageAddress address;
  std::string name;   ///< as the board shows it
  std::string token;  ///< what the board knows this checkout by

  /// Nothing when no board was joined, or the file cannot be read.
  static std::optional<Membership> load(const Project& project);
  /// Throws UserError when it cannot be written.
  void save(const Project& project) const;
  static void remove(const Project& project);
};

/// Joins, and leaves the board that was joined before. Throws UserError with the mend when the
/// board does not answer, or does not take the code or the name.
Membership join_board(const Project& project, const PageAddress& address, const std::string& code,
                      const std::string& name);

/// Tells the board, when one is joined, what is known of a lab, and says so in a dim line. It takes
/// a second at most and changes no verdict: what goes wrong is said, and that is all.
void tell_board(const Project& project, Console& console, const Lab& lab);

}  // namespace workshop::runner
