#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/explore/world/world.hpp"

namespace workshop::explore {

/// One recorded choice: what a schedule asks for.
struct ScheduledStep {
  char process = 'A';                         ///< 'A' is the first process; '-' for the clock
  OperationKind kind = OperationKind::point;  ///< what it is about to do
  Decision decision = Decision::proceed;      ///< what happens to it
  std::uint32_t index = 0;                    ///< of the decisions that count: `^2`, `=9`; else 0

  /// Equal in all members.
  friend bool operator==(const ScheduledStep&, const ScheduledStep&) = default;
};

/// An execution as a string that a person can copy: `3f9a:2@ArlcBrl!Alcpa`.
///
/// Before the colon the test's tag, then the number of messages, after the `@` the steps. A capital
/// letter says which process goes on, a small letter is an operation (r receive, l load, c save, p
/// publish, s send, a acknowledge, n abandon, w renew, v redrive, e erase, b batch, h request, i
/// reply, j accept, k respond, y point), and a mark before an operation is what happens to it: `!`
/// crash, `+` duplicated, `^2` the second visible message after the first, `~` the lease expires,
/// `x` refused, `?` done but the answer lost, `%` not done and the answer lost, `=1` refused from
/// here on and `/1` without an answer (`=9`, `/9`: until the ninth delivery), `*1` and `*9`
/// somebody else faster from here on, `@` time passes. In a long one `(lc)98` stands for `lc` 98
/// times.
struct Schedule {
  std::string tag;                   ///< of the test: schedule_tag
  std::uint32_t messages_count = 0;  ///< that the scenario begins with
  std::vector<ScheduledStep> steps;  ///< in their order

  /// As described above; `parse` reads it again.
  std::string to_string() const;
  /// Throws InvalidRequest that names the position of what is wrong.
  static Schedule parse(std::string_view text);
  /// The steps a world has taken.
  static Schedule of(const World& world, std::string tag);

  /// Equal in all members.
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// Four hexadecimal digits that name a test within its program.
std::string schedule_tag(std::string_view test_name);

}  // namespace workshop::explore
