#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

/// Mutates in place; defined by libFuzzer.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

namespace workshop::tests {

/// Ends the program when something does not hold: libFuzzer keeps the input.
inline void require(bool holds, const char* what, std::string_view detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n%.*s\n", what, static_cast<int>(detail.size()),
               detail.data());
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline std::string bytes_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Bytes that are written over a right file: for each three bytes of `changes`, one byte at a place
/// from 0 to 65,535. Short inputs, of which each byte counts, reach further than whole files.
inline std::string changed(std::string bytes, std::string_view changes) {
  for (std::size_t i = 0; i + 3 <= changes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(changes[at]); };
    const std::size_t at = byte(i) * 256U + byte(i + 1);
    if (at < bytes.size()) bytes[at] = changes[i + 2];
  }
  return bytes;
}

}  // namespace workshop::tests
