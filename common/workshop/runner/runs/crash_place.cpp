#include "workshop/runner/runs/crash_place.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <mutex>
#include <string_view>

#include "workshop/process/program.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::milliseconds kTimeMax{5'000};

bool is_address(const std::string& text) {
  return !text.empty() && text.size() <= 16 &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_below(const fs::path& file, const fs::path& folder) {
  const auto whole = folder.lexically_normal();
  const auto inner = file.lexically_normal();
  return std::mismatch(whole.begin(), whole.end(), inner.begin(), inner.end()).first == whole.end();
}

/// "/kit/labs/08/src/handler.cpp:31 (discriminator 2)"; nothing for "??:0".
std::optional<SourcePlace> read_place(std::string_view line) {
  if (const auto end = line.find(" (discriminator"); end != std::string_view::npos) {
    line = line.substr(0, end);
  }
  const auto colon = line.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  SourcePlace place;
  place.file = std::string(line.substr(0, colon));
  std::from_chars(line.data() + colon + 1, line.data() + line.size(), place.line);
  if (place.line <= 0 || !place.file.is_absolute()) return std::nullopt;
  return place;
}

/// What a symbolizer says, which takes it a quarter of a second: a terminal and a page ask the
/// same.
std::optional<std::string> symbolized(const std::vector<std::string>& command,
                                      const fs::path& program) {
  struct Answer {
    std::vector<std::string> command;
    fs::file_time_type built;
    std::string output;
  };
  static std::mutex mutex;
  static std::optional<Answer> last;
  std::error_code error;
  const auto built = fs::last_write_time(program, error);
  const std::lock_guard lock(mutex);
  if (!error && last && last->command == command && last->built == built) return last->output;
  const auto result = process::run(command, {}, {.time_max = kTimeMax});
  if (!result.succeeded()) return std::nullopt;
  last = {command, built, result.output};
  return result.output;
}

std::string text_of_line(const fs::path& file, int number) {
  const auto text = read_file(file);
  if (!text) return {};
  const auto lines = lines_of(*text);
  if (static_cast<std::size_t>(number) > lines.size()) return {};
  return std::string(trimmed(lines[static_cast<std::size_t>(number) - 1]));
}

}  // namespace

std::optional<SourcePlace> place_of_crash(const fs::path& program,
                                          const std::vector<std::string>& frames,
                                          const std::vector<fs::path>& folders) {
  std::vector<std::string> arguments = {"-i", "-e", program.string()};
  for (const auto& frame : frames) {
    if (is_address(frame)) arguments.push_back("0x" + frame);
  }
  if (arguments.size() == 3) return std::nullopt;
  for (const char* name : {"addr2line", "llvm-addr2line"}) {
    auto command = arguments;
    command.insert(command.begin(), name);
    const auto output = symbolized(command, program);
    if (!output) continue;
    for (const auto& line : lines_of(*output)) {
      auto place = read_place(line);
      if (!place) continue;
      const bool theirs = std::any_of(folders.begin(), folders.end(), [&](const auto& folder) {
        return is_below(place->file, folder);
      });
      if (!theirs) continue;
      place->text = text_of_line(place->file, place->line);
      return place;
    }
  }
  return std::nullopt;
}

}  // namespace workshop::runner
