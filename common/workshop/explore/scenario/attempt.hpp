#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace workshop::explore {

/// What a process is at: the n-th attempt at a message in this execution, or, before a message was
/// received, the n-th start of the process, or a request that a server has accepted.
struct Attempt {
  std::string message;  ///< its id, or four digits of its digest when it is long; "": no message
  std::uint32_t number = 0;  ///< from 1; of a request 0
  std::string label;         ///< "m1#2": the second attempt at m1

  /// Whether there was another one before.
  bool comes_again() const noexcept { return number > 1; }

  /// Field by field.
  friend bool operator==(const Attempt&, const Attempt&) = default;
};

/// The n-th attempt at a message.
inline Attempt attempt_at(std::string message, std::uint32_t number) {
  auto label = message + "#" + std::to_string(number);
  return {std::move(message), number, std::move(label)};
}

/// The n-th start of a process.
inline Attempt start_of(const std::string& process, std::uint32_t number) {
  return {"", number, number == 1 ? process : process + "#" + std::to_string(number)};
}

/// An id that an attempt draws is named after the attempt, and so the same one in every run of a
/// schedule: "m1#2.3" is the third id of the attempt "m1#2". Here it is made, and read.
inline std::string id_drawn_by(const std::string& label, std::uint64_t number) {
  return label + "." + std::to_string(number);
}
/// The label of the attempt that has drawn this id.
inline std::string_view attempt_that_drew(std::string_view id) {
  return id.substr(0, id.rfind('.'));
}

}  // namespace workshop::explore
