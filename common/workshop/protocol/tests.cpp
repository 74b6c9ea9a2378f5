#include "workshop/protocol/tests.hpp"

namespace workshop::protocol {

std::string test_argument(std::string_view test_name) {
  constexpr std::string_view kMeansSomethingToCatch2 = "\\,[]*\"~";
  std::string argument;
  for (const char letter : test_name) {
    if (kMeansSomethingToCatch2.find(letter) != std::string_view::npos) argument += '\\';
    argument += letter;
  }
  return argument;
}

}  // namespace workshop::protocol
