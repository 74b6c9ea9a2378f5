#include "workshop/runner/pages/page.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "workshop/runner/pages/sources.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 &&
                       digit_of(text[i + 2]) >= 0;
    if (coded) {
      plain += static_cast<char>(16 * digit_of(text[i + 1]) + digit_of(text[i + 2]));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

bool ends_with_one_of(const std::string& name, const std::vector<std::string>& endings) {
  return std::ranges::any_of(endings,
                             [&](const std::string& ending) { return name.ends_with(ending); });
}

/// The regular file of this name directly in the folder; a link to elsewhere is none.
std::optional<fs::path> file_in(const fs::path& folder, const std::string& name) {
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos) return {};
  std::error_code error;
  const auto file = fs::canonical(folder / name, error);
  if (error || file.parent_path() != fs::canonical(folder, error) || error) return {};
  if (!fs::is_regular_file(file, error)) return {};
  return file;
}

}  // namespace

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    if (decoded(pair.substr(0, equals)) != name) continue;
    return decoded(pair.substr(std::min(equals + 1, pair.size())));
  }
  return std::nullopt;
}

PageAnswer json_answer(std::string body, int status) {
  return {.status = status, .type = "application/json", .body = std::move(body)};
}

PageAnswer refusal(int status, std::string_view why) {
  return {.status = status, .body = std::string(why) + ".\n"};
}

std::string_view type_of(const fs::path& file) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes = {{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".pdf", "application/pdf"},
  }};
  const auto ending = file.extension().string();
  for (const auto& [known, type] : kTypes) {
    if (ending == known) return type;
  }
  return "text/plain; charset=utf-8";
}

Route page(std::string path, std::string_view name) {
  const auto file = name.empty() ? path.substr(1) : std::string(name);
  PageAnswer answer{.type = std::string(type_of(file)), .body = std::string(source(file))};
  return get(std::move(path), [answer](const PageRequest&) { return answer; });
}

Route get(std::string path, PageHandler handler) {
  return {.path = std::move(path), .handler = std::move(handler)};
}

Route post(std::string path, std::size_t body_bytes_max, PageHandler handler) {
  return {.post = true,
          .path = std::move(path),
          .handler = std::move(handler),
          .body_bytes_max = body_bytes_max};
}

Route events(std::string path, EventHub& hub) { return {.path = std::move(path), .hub = &hub}; }

Route files(std::string path, fs::path folder, std::vector<std::string> endings) {
  const auto prefix_bytes = path.size();
  return get(std::move(path), [folder = std::move(folder), endings = std::move(endings),
                               prefix_bytes](const PageRequest& request) {
    const auto name = request.path.substr(prefix_bytes);
    const auto file = ends_with_one_of(name, endings) ? file_in(folder, name) : std::nullopt;
    if (!file) return refusal(404, "There is no such file");
    auto text = read_file(*file);
    if (!text) return refusal(404, "This file cannot be read");
    return PageAnswer{.type = std::string(type_of(*file)),
                      .body = std::move(*text),
                      .policy = PageAnswer::Policy::self_contained};
  });
}

}  // namespace workshop::runner
