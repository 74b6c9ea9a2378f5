#include "workshop/runner/printing/text.hpp"

#include <array>
#include <fstream>
#include <utility>

#include "workshop/protocol/numbers.hpp"

namespace workshop::runner {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 40> kAscii = {{
    {"✓", "ok"}, {"✗", "x"}, {"→", "->"}, {"←", "<-"}, {"↑", "^"},  {"↓", "v"},  {"…", "..."},
    {"·", "-"},  {"–", "-"}, {"—", "--"}, {"•", "*"},  {"≤", "<="}, {"≥", ">="}, {"×", "x"},
    {"│", "|"},  {"┃", "|"}, {"║", "|"},  {"─", "-"},  {"━", "-"},  {"═", "="},  {"┌", "+"},
    {"┐", "+"},  {"└", "+"}, {"┘", "+"},  {"├", "+"},  {"┤", "+"},  {"┼", "+"},  {"“", "\""},
    {"”", "\""}, {"’", "'"}, {"►", ">"},  {"◄", "<"},  {"▶", ">"},  {"▸", ">"},  {"●", "*"},
    {"✔", "ok"}, {"✘", "x"}, {"⚡", "!"}, {"▲", "^"},  {"█", "#"},
}};

/// `word` in parts that end with `sign`.
std::vector<std::string_view> parts_at(std::string_view word, char sign) {
  std::vector<std::string_view> parts;
  while (!word.empty()) {
    const auto end = word.find(sign);
    const auto size = end == std::string_view::npos ? word.size() : end + 1;
    parts.push_back(word.substr(0, size));
    word.remove_prefix(size);
  }
  return parts;
}

/// The parts of a word between which a line of `width` columns may end.
std::vector<std::string_view> breakable(std::string_view word, std::size_t width) {
  const bool is_path =
      word.find('/') != std::string_view::npos && word.find("://") == std::string_view::npos;
  if (!is_path || columns_of(word) <= width) return {word};
  std::vector<std::string_view> parts;
  for (const auto part : parts_at(word, '/')) {
    const auto smaller = columns_of(part) <= width ? std::vector{part} : parts_at(part, '-');
    parts.insert(parts.end(), smaller.begin(), smaller.end());
  }
  return parts;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  bool is_colour = false;
  for (const char byte : text) {
    if (byte == '\x1b') is_colour = true;
    if (!is_colour && !is_continuation(byte)) ++columns;
    if (byte == 'm') is_colour = false;
  }
  return columns;
}

std::string passing_of(std::size_t passed, std::size_t all) {
  return std::to_string(passed) + " of " + protocol::counted(all, "test") +
         (passed == 1 || all == 1 ? " passes" : " pass");
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  text = trimmed(text);
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    std::string_view space = line.empty() ? "" : " ";
    for (const auto part : breakable(word, width)) {
      if (!line.empty() && columns_of(line) + space.size() + columns_of(part) > width) {
        lines.push_back(std::exchange(line, {}));
        space = "";
      }
      line.append(std::exchange(space, "")).append(part);
    }
    text = trimmed(text.substr(word.size()));
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string to_ascii(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80U) {
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    std::size_t length = 1;
    while (length < text.size() && is_continuation(text[length])) ++length;
    const auto sign = text.substr(0, length);
    std::string_view replacement = "?";
    for (const auto& [from, to] : kAscii) {
      if (from == sign) replacement = to;
    }
    result += replacement;
    text.remove_prefix(length);
  }
  return result;
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 16384> buffer;
  while (file) {  // of a folder, say, read() tells that it is bad; its buffer alone would throw
    file.read(buffer.data(), buffer.size());
    text.append(buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
  return file.bad() ? std::nullopt : std::optional(std::move(text));
}

}  // namespace workshop::runner
