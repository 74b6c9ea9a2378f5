#pragma once

#include <string_view>

namespace workshop::runner {

/// What any failure with a sign ("lost message", "assertion") allows to be asked, whatever the lab,
/// and what holds for each of them.
struct OnAnyFailure {
  std::string_view sign;
  std::string_view question;
  std::string_view answer;
};

/// That of this sign; one without a sign where there is none of its own.
const OnAnyFailure& on_any_failure(std::string_view sign);

}  // namespace workshop::runner
