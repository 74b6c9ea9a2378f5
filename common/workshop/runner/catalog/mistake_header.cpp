#include "workshop/runner/catalog/mistake_header.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::string_view kWanted =
    "// mistake: …, // why: …, // ask: …, // caught by: …, // as: …";

/// The key of "caught by: a test", or empty if the line has none: a key is one or two lowercase
/// words.
std::string_view key_of(std::string_view line) {
  const auto key = line.substr(0, line.find(':'));
  if (key.size() == line.size() || key.empty()) return {};
  const bool words = std::all_of(key.begin(), key.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
  return words && std::count(key.begin(), key.end(), ' ') <= 1 ? key : std::string_view();
}

}  // namespace

MistakeHeader read_mistake_header(std::string_view source) {
  MistakeHeader header;
  const std::array<std::pair<std::string_view, std::string*>, 5> fields = {{
      {"mistake", &header.mistake},
      {"why", &header.why},
      {"ask", &header.ask},
      {"caught by", &header.caught_by},
      {"as", &header.as},
  }};
  std::string* current = nullptr;
  for (const std::string& whole : lines_of(source)) {
    std::string_view line = whole;
    if (!line.starts_with("//")) break;
    line.remove_prefix(2);
    const bool indented = line.starts_with("  ");
    line = trimmed(line);
    if (line.empty()) continue;
    const auto key = indented ? std::string_view() : key_of(line);
    if (key.empty()) {
      if (current == nullptr) {
        throw UserError(fmt::format("it does not begin with {}", kWanted));
      }
      *current += (current->empty() ? "" : " ") + std::string(line);
      continue;
    }
    const auto* field = std::find_if(fields.begin(), fields.end(),
                                     [key](const auto& known) { return known.first == key; });
    if (field == fields.end()) {
      throw UserError(
          fmt::format("its comment has an unknown line \"// {}:\"; it wants {}", key, kWanted));
    }
    if (!field->second->empty()) {
      throw UserError(fmt::format("its comment has two lines \"// {}:\"", key));
    }
    current = field->second;
    *current = trimmed(line.substr(key.size() + 1));
  }
  for (const auto& [key, value] : fields) {
    if (value->empty()) {
      throw UserError(fmt::format("its comment lacks \"// {}: …\"; it wants {}", key, kWanted));
    }
  }
  return header;
}

}  // namespace workshop::runner
