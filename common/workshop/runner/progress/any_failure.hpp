#pragma once

#include <string_view>

namespace workshop::runner {

/// What any failure with a sign ("lost message", "assertion") allows to be asked, whatever the lab,
/// and what holds for each of them.
struct OnAnyFailure {
  std::string_view sign;
  std::string_view phrase;  ///< of its story, for one way to break among several; empty: any
  std::string_view question;
  std::string_view answer;
};

/// That of this sign, and of the way in which it broke, as its story (which may be wrapped) says;
/// one without a sign where there is none of its own. With no story: what holds for each way.
const OnAnyFailure& on_any_failure(std::string_view sign, std::string_view story);

}  // namespace workshop::runner
