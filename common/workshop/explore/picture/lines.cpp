#include "workshop/explore/picture/lines.hpp"

#include "workshop/explore/world/words.hpp"

namespace workshop::explore {

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  text.erase(0, text.find_first_not_of(' '));
  return text;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string rest = text;
  while (columns_of(rest) > columns) {
    std::size_t end = 0;    // behind the last blank that fits
    std::size_t count = 0;  // characters before `i`
    std::size_t i = 0;
    for (; i < rest.size() && count <= columns; ++i) {
      if (rest[i] == ' ') end = i + 1;
      if (i + 1 == rest.size() || (static_cast<unsigned char>(rest[i + 1]) & 0xc0) != 0x80) ++count;
    }
    if (end == 0) end = i - 1;
    lines.push_back(trimmed(rest.substr(0, end)));
    rest = trimmed(rest.substr(end));
  }
  if (!rest.empty()) lines.push_back(rest);
  return lines;
}

}  // namespace workshop::explore
