#pragma once

#include <string>

namespace workshop::tests {

/// What an `E` that `operation` throws says; empty when nothing is thrown.
template <class E>
std::string failure_of(const auto& operation) {
  try {
    operation();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

}  // namespace workshop::tests
