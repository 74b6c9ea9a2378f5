#pragma once

#include <string>
#include <vector>

namespace workshop {

/// One property of a contract that an implementation does not have.
struct ConformanceFailure {
  std::string property;  ///< the name of the property: a sentence
  std::string what;      ///< what was expected, and what happened
};

/// The failures, one on a line; "" when there is none.
inline std::string describe(const std::vector<ConformanceFailure>& failures) {
  std::string text;
  for (const auto& failure : failures) text += failure.property + ": " + failure.what + "\n";
  return text;
}

}  // namespace workshop
