#include "workshop/testing/picture_files.hpp"

#include <filesystem>
#include <fstream>

#include "workshop/process/environment.hpp"
#include "workshop/protocol/variables.hpp"

namespace workshop::testing {
namespace fs = std::filesystem;
namespace {

// Written beside and renamed: who looks at the page meanwhile never sees half of it.
bool write(const fs::path& file, const std::string& text) {
  auto beside = file;
  beside += ".part";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(beside, file, error);
  return out && !error;
}

}  // namespace

std::string picture_stem(std::string_view program, std::string_view test_name) {
  constexpr std::size_t kLengthMax = 90;
  std::string words;
  for (const char c : test_name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept) {
      words += static_cast<char>(upper ? c + ('a' - 'A') : c);
    } else if (!words.empty() && words.back() != '-') {
      words += '-';
    }
  }
  if (words.size() > kLengthMax) words.resize(kLengthMax);
  while (!words.empty() && words.back() == '-') words.pop_back();
  return std::string(program) + "." + (words.empty() ? "test" : words);
}

std::string pictures_folder() {
  return process::environment_if_set(protocol::variable::kPictures)
      .value_or(WORKSHOP_PICTURES_FOLDER);
}

std::optional<std::string> write_picture(const std::string& folder, const std::string& stem,
                                         const explore::Trace& trace,
                                         const explore::PictureOptions& options) {
  std::error_code error;
  fs::create_directories(folder, error);
  const auto page = fs::path(folder) / (stem + ".html");
  const bool written = write(page, explore::page_of(trace, options)) &&
                       write(fs::path(folder) / (stem + ".svg"), explore::svg_of(trace, options)) &&
                       write(fs::path(folder) / (stem + ".json"), explore::json_of(trace, options));
  const bool for_slides =
      process::environment_if_set(protocol::variable::kSlidePictures).has_value();
  const bool all_written =
      written && (!for_slides || write(fs::path(folder) / (stem + ".slide.svg"),
                                       explore::slide_svg_of(trace, options)));
  return all_written ? std::optional(page.string()) : std::nullopt;
}

}  // namespace workshop::testing
