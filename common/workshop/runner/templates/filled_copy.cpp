#include "workshop/runner/templates/filled_copy.hpp"

#include <fstream>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

std::string filled(std::string text, const std::map<std::string, std::string>& places) {
  for (const auto& [place, value] : places) {
    text = with_replaced(std::move(text), "@" + place + "@", value);
  }
  return text;
}

}  // namespace

std::string with_replaced(std::string text, std::string_view place, const std::string& value) {
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at)) {
    text.replace(at, place.size(), value);
    at += value.size();
  }
  return text;
}

void copy_filled(const fs::path& from, const fs::path& into,
                 const std::map<std::string, std::string>& places) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) continue;
    const auto text = read_file(entry.path());
    if (!text) throw UserError(entry.path().string() + " cannot be read");
    const auto file = into / filled(entry.path().lexically_relative(from).string(), places);
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    std::ofstream out(file, std::ios::binary);
    out << filled(*text, places);
    out.close();
    if (!out) throw UserError(file.string() + " cannot be written");
  }
}

}  // namespace workshop::runner
