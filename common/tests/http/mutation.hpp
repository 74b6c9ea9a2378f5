#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace workshop::tests {

/// Makes messages that are almost right. The same seed makes the same messages, on every machine.
class Mutator {
 public:
  /// `corpus` is where it begins: messages that are right.
  Mutator(std::vector<std::string> corpus, std::uint64_t seed);

  /// The next message: one of the corpus, changed in one to four places.
  std::string next();
  /// A number from 0 up to, not including, `end`.
  std::size_t below(std::size_t end);
  /// True in `percent` of a hundred calls.
  bool chance(std::size_t percent) { return below(100) < percent; }

 private:
  void change(std::string& message);

  std::vector<std::string> corpus_;
  std::mt19937_64 random_;
};

/// Requests, and answers, that are right: of every method, framing and form that is known here.
std::vector<std::string> right_requests();
std::vector<std::string> right_answers();

}  // namespace workshop::tests
