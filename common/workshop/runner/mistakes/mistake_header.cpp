#include "workshop/runner/mistakes/mistake_header.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::string_view kSign = "//";

/// "the lines // mistake: …, // why: …", for sentences.
std::string wanted(std::string_view sign) {
  std::string list;
  for (const auto* key : {"mistake", "why", "ask", "caught by", "as"}) {
    list += fmt::format("{}{}{}: …", list.empty() ? "" : ", ", sign, key);
  }
  return list;
}

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

HeaderForm header_form_of(const std::filesystem::path& name) {
  return name.extension() == ".diff" ? HeaderForm::plain : HeaderForm::comment;
}

MistakeHeader read_mistake_header(std::string_view text, HeaderForm form) {
  MistakeHeader header;
  const std::array<std::pair<std::string_view, std::string*>, 6> fields = {{
      {"mistake", &header.mistake},
      {"why", &header.why},
      {"ask", &header.ask},
      {"answer", &header.answer},
      {"caught by", &header.caught_by},
      {"as", &header.as},
  }};
  const std::string sign = form == HeaderForm::comment ? "// " : "";
  std::string* current = nullptr;
  for (const std::string& whole : lines_of(text)) {
    std::string_view line = whole;
    if (form == HeaderForm::comment) {
      if (!line.starts_with(kSign)) break;
      line.remove_prefix(kSign.size());
      if (line.starts_with(' ')) line.remove_prefix(1);
    } else if (trimmed(line).empty()) {
      break;
    }
    const bool indented = line.starts_with(' ');
    line = trimmed(line);
    if (line.empty()) continue;
    const auto key = indented ? std::string_view() : key_of(line);
    if (key.empty()) {
      if (current == nullptr) {
        throw UserError(fmt::format("it does not begin with {}", wanted(sign)));
      }
      *current += (current->empty() ? "" : " ") + std::string(line);
      continue;
    }
    const auto* field = std::find_if(fields.begin(), fields.end(),
                                     [key](const auto& known) { return known.first == key; });
    if (field == fields.end()) {
      throw UserError(fmt::format("its header has an unknown line \"{}{}:\"; it wants {}", sign,
                                  key, wanted(sign)));
    }
    if (!field->second->empty()) {
      throw UserError(fmt::format("its header has two lines \"{}{}:\"", sign, key));
    }
    current = field->second;
    *current = trimmed(line.substr(key.size() + 1));
  }
  for (const auto& [key, value] : fields) {
    if (value->empty() && key != "answer") {
      throw UserError(
          fmt::format("its header lacks \"{}{}: …\"; it wants {}", sign, key, wanted(sign)));
    }
  }
  return header;
}

}  // namespace workshop::runner
