#include "workshop/runner/folders/handed_in.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "workshop/process/descriptor.hpp"
#include "workshop/runner/board/report.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// A file that is taken, refused (`problem`), or not there (neither).
struct Found {
  std::optional<std::string> text;
  std::string problem;
};

std::string read_all(int file, std::size_t bytes_max) {
  std::string text;
  std::array<char, 65536> buffer;
  while (text.size() <= bytes_max) {
    const auto count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

/// Folder by folder, without following a link. A file that is no file (a pipe) is not waited for.
Found read_below(const fs::path& folder, const fs::path& relative) {
  process::Descriptor at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.is_open()) return {std::nullopt, std::strerror(errno)};
  const auto shown = relative.generic_string();
  for (auto part = relative.begin(); part != relative.end(); ++part) {
    const bool last = std::next(part) == relative.end();
    const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (last ? 0 : O_DIRECTORY);
    struct stat found = {};
    if (::fstatat(at.number(), part->c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return {};
    if (S_ISLNK(found.st_mode)) {
      return {std::nullopt, fmt::format("{} is reached by a link, which is not followed", shown)};
    }
    process::Descriptor next(::openat(at.number(), part->c_str(), flags));
    if (!next.is_open()) {
      if (errno == ENOENT || errno == ENOTDIR) return {};
      return {std::nullopt, fmt::format("{} cannot be read: {}", shown, std::strerror(errno))};
    }
    at = std::move(next);
  }
  struct stat found = {};
  if (::fstat(at.number(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return {std::nullopt, shown + " is no file"};
  }
  auto text = read_all(at.number(), HandedIn::kBytesMax);
  if (text.size() > HandedIn::kBytesMax) {
    return {std::nullopt, fmt::format("{} has more than {} KB", shown, HandedIn::kBytesMax / 1024)};
  }
  return {std::move(text), {}};
}

std::vector<fs::path> places_of(const Lab& lab, bool single) {
  const auto name = lab.folder.filename();
  const auto file = lab.sources.front().filename();
  std::vector<fs::path> places = {"labs" / name / "src" / file, name / "src" / file};
  if (single) {
    places.push_back("src" / file);
    places.push_back(file);
  }
  return places;
}

}  // namespace

std::vector<HandedIn> handed_in(const fs::path& folder, const std::vector<Lab>& labs) {
  std::vector<HandedIn> all;
  for (const auto& lab : labs) {
    if (lab.sources.empty()) continue;
    for (const auto& place : places_of(lab, labs.size() == 1)) {
      auto found = read_below(folder, place);
      if (!found.text && found.problem.empty()) continue;
      const bool untouched = found.text && found.text == read_file(lab.sources.front());
      if (!untouched) all.push_back({lab, std::move(found.text).value_or(""), found.problem});
      break;
    }
  }
  return all;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kBytesMax = 200;
  text = text.substr(0, kBytesMax);
  if (is_name(text)) return std::string(text);
  std::string shown;
  for (const char sign : text) shown += sign >= ' ' && sign < '\x7f' ? sign : '?';
  return shown;
}

}  // namespace workshop::runner
