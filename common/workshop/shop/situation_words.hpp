#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// How situations of situations.hpp tell what they have found, and read what handlers store.
namespace workshop::shop::detail {

// A name as a person can read it in a failure.
inline std::string shown(const std::string& name) {
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    text += byte < 32 || byte > 126 ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  constexpr std::size_t kMost = 80;
  if (text.size() > kMost) {
    text = fmt::format("{}… ({} characters)", text.substr(0, kMost / 2), name.size());
  }
  return "\"" + text + "\"";
}

// "2nd", of 2.
inline std::string ordinal(std::uint32_t number) {
  const auto last = number % 100 / 10 == 1 ? 0 : number % 10;
  return fmt::format("{}{}", number, last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

// Two names that differ, each with its part around the first difference.
inline std::pair<std::string, std::string> shown_apart(const std::string& one,
                                                       const std::string& other) {
  constexpr std::size_t kBefore = 24;
  constexpr std::size_t kMost = 80;
  const auto same = static_cast<std::size_t>(std::ranges::mismatch(one, other).in1 - one.begin());
  if (std::max(one.size(), other.size()) <= kMost || same <= kBefore) {
    return {shown(one), shown(other)};
  }
  const auto from = same - kBefore;
  return {"…" + shown(one.substr(from)), "…" + shown(other.substr(from))};
}

// The texts in a JSON document: its keys and its strings. An escaped character is left as it is.
inline std::vector<std::string> quoted_in(const std::string& body) {
  std::vector<std::string> texts;
  std::size_t begin = std::string::npos;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\') {
      ++i;
    } else if (body[i] == '"' && begin == std::string::npos) {
      begin = i + 1;
    } else if (body[i] == '"') {
      texts.push_back(body.substr(begin, i - begin));
      begin = std::string::npos;
    }
  }
  return texts;
}

}  // namespace workshop::shop::detail
