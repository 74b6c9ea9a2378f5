#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {

/// What a checkout tells a board of one lab after a check: verdicts, and nothing of the code.
struct Report {
  static constexpr std::size_t kBytesMax = 32 * 1024;
  static constexpr std::size_t kTestsMax = 80;

  int lab = 0;
  std::vector<TestState> tests;
  int hints_taken = 0;
  std::int64_t checked_at = 0;  ///< seconds since 1970, by the clock of who reports

  friend bool operator==(const Report&, const Report&) = default;
};

/// What is known of a lab, as a report.
Report report_of(int lab, const LabState& state);

/// The body that is sent: all that a board learns. `token` says who it is from.
std::string to_json(const Report& report, std::string_view token);

/// A report that has come, and who says it is from them.
struct ReportRead {
  std::string token;
  Report report;
};

/// Reads what anybody may have sent. Nothing when it is no report, has more or longer parts than
/// one can have, or signs that no name of a test and no schedule has.
std::optional<ReportRead> read_report(std::string_view body);

/// Whether `name` can be shown: 1 to 40 bytes of UTF-8, letters, digits, blanks and - ' . _ only.
bool is_name(std::string_view name);

}  // namespace workshop::runner
