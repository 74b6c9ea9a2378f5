#include "workshop/runner/slides/font.hpp"

#include <fmt/core.h>

#include <cstdint>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= group.size() ? kSigns[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
  return out;
}

std::string embedded_font(const std::filesystem::path& folder) {
  std::string css;
  for (const auto* const style : {"normal", "italic"}) {
    const auto file =
        folder / "files" / fmt::format("atkinson-hyperlegible-next-latin-wght-{}.woff2", style);
    const auto bytes = read_file(file);
    if (!bytes) throw UserError("the slides' type is not here; mend: scripts/setup --slides");
    css += fmt::format(
        "@font-face {{ font-family: \"Deck\"; font-style: {}; font-weight: 200 800; "
        "src: url(data:font/woff2;base64,{}) format(\"woff2\"); }}\n",
        style, base64(*bytes));
  }
  return css;
}

}  // namespace workshop::runner
