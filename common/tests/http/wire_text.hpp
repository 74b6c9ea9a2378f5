#pragma once

#include <string>
#include <string_view>

namespace workshop::tests {

/// A message as it stands on the wire, with '|' for each CR LF.
inline std::string wire(std::string_view text) {
  std::string bytes;
  for (const char c : text) {
    if (c == '|') {
      bytes += "\r\n";
    } else {
      bytes += c;
    }
  }
  return bytes;
}

inline std::string times(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace workshop::tests
