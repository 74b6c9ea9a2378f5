#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace workshop {

/// Mixes 64 bits well (the finaliser of SplitMix64, Steele, Lea and Flood, 2014).
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// A 64-bit digest, fed part by part; the length of each part counts, so ("ab","c") differs from
/// ("a","bc"). Fast and well distributed, not cryptographic: it compares the states of one search.
class Digest {
 public:
  /// Feeds a number.
  Digest& add(std::uint64_t value) noexcept {
    state_ = mix(state_ ^ value);
    return *this;
  }
  /// Feeds a text: its length, and its bytes.
  Digest& add(std::string_view text) noexcept {
    add(static_cast<std::uint64_t>(text.size()));
    while (text.size() >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), 8);
      add(word);
      text.remove_prefix(8);
    }
    std::uint64_t rest = 0;
    if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
    return add(rest);
  }
  /// The digest of what was fed so far.
  std::uint64_t value() const noexcept { return state_; }

 private:
  std::uint64_t state_ = 0x243f6a8885a308d3ULL;
};

}  // namespace workshop
