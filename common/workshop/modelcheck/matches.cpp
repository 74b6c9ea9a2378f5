#include "workshop/modelcheck/matches.hpp"

#include <map>
#include <mutex>
#include <regex>

namespace workshop::modelcheck {
namespace {

// Compiled patterns are kept: there are few, all in the code, and compiling one takes longer than
// using it.
const std::regex& compiled(const std::string& pattern) {
  static std::mutex mutex;
  static std::map<std::string, std::regex> kept;
  const std::lock_guard lock(mutex);
  const auto found = kept.find(pattern);
  return found != kept.end() ? found->second : kept.emplace(pattern, pattern).first->second;
}

Match match_of(const std::cmatch& found) {
  Match match;
  for (const auto& part : found) match.push_back(part.str());
  return match;
}

}  // namespace

std::vector<Match> matches(std::string_view text, const std::string& pattern) {
  std::vector<Match> all;
  const auto* end = text.data() + text.size();
  for (std::cregex_iterator it(text.data(), end, compiled(pattern)), none; it != none; ++it) {
    all.push_back(match_of(*it));
  }
  return all;
}

Match first_match(std::string_view text, const std::string& pattern) {
  std::cmatch found;
  if (!std::regex_search(text.data(), text.data() + text.size(), found, compiled(pattern))) {
    return {};
  }
  return match_of(found);
}

std::string with_replaced(std::string_view text, const std::string& pattern,
                          const std::string& words) {
  return std::regex_replace(std::string(text), compiled(pattern), words);
}

}  // namespace workshop::modelcheck
