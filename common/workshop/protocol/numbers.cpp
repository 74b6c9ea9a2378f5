#include "workshop/protocol/numbers.hpp"

#include <cstddef>

namespace workshop::protocol {

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  auto text = grouped(count).append(" ").append(noun);
  if (count != 1) text += 's';
  return text;
}

}  // namespace workshop::protocol
