#include "workshop/runner/catalog/readme_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "workshop/process/environment.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::string_view kHeading = "## What green looks like";
constexpr std::string_view kIndent = "    ";  // of a block in Markdown
constexpr std::string_view kLeftOut = "…";
constexpr std::size_t kWidth = 120;  // a README breaks no line of the list
constexpr std::string_view kTest = "✓ ";

std::vector<std::string> printed(const RunResult& run) {
  std::ostringstream out;
  Console console(out, {.width = kWidth});
  print_tests(run, console);
  return lines_of(out.str());
}

/// The lines of a README that list the tests: those of the block between its two empty ones.
struct Block {
  std::vector<std::string> before;
  std::vector<std::string> list;  // without the block's indent
  std::vector<std::string> after;
};

std::string without_indent(const std::string& line) {
  return line.starts_with(kIndent) ? line.substr(kIndent.size()) : line;
}

Block block_of(std::string_view readme) {
  Block block;
  enum class At { before, heading, first_line, list, after } at = At::before;
  for (auto& line : lines_of(readme)) {
    const bool empty = trimmed(line).empty();
    if (at == At::first_line && !empty && line.starts_with(kIndent)) at = At::list;
    if (at == At::list && empty) at = At::after;
    if (at == At::list) {
      block.list.push_back(without_indent(line));
    } else if (at == At::after) {
      block.after.push_back(std::move(line));
    } else {
      if (at == At::heading && !empty) at = At::first_line;  // "Lab 04, …: 9 of 9 tests pass"
      if (line == kHeading) at = At::heading;
      block.before.push_back(std::move(line));
    }
  }
  return block;
}

bool is_test(std::string_view line) { return trimmed(line).starts_with(kTest); }

std::string count_line(const RunResult& run) {
  return fmt::format("{0} of {0} tests pass", run.tests.size());
}

// The lines under the test that stands at `at`, and that one.
std::vector<std::string> entry_at(const std::vector<std::string>& lines, std::size_t at) {
  std::vector<std::string> entry{lines[at]};
  for (auto i = at + 1; i < lines.size() && lines[i].starts_with("    "); ++i) {
    entry.push_back(lines[i]);
  }
  return entry;
}

std::string said_of(std::string_view what, const std::string& readme, const std::string& program) {
  return fmt::format("README.md shows {}\n    {}\n  where the program prints\n    {}", what,
                     trimmed(readme), trimmed(program));
}

}  // namespace

std::vector<std::string> differences_from_readme(std::string_view readme, const RunResult& run) {
  const auto block = block_of(readme);
  if (block.list.empty()) {
    return {fmt::format("README.md has no list of tests under \"{}\"", kHeading)};
  }
  std::vector<std::string> differences;
  const auto count = count_line(run);
  if (std::none_of(block.before.begin(), block.before.end(),
                   [&](const auto& line) { return line.find(count) != std::string::npos; })) {
    differences.push_back(fmt::format("README.md does not say \"{}\"", count));
  }
  const auto lines = printed(run);
  std::size_t at = 0;
  bool left_out = false;
  for (const auto& line : block.list) {
    if (trimmed(line) == kLeftOut) {
      left_out = true;
      continue;
    }
    const auto found =
        std::find(lines.begin() + static_cast<std::ptrdiff_t>(at), lines.end(), line);
    const bool next = at < lines.size() && lines[at] == line;
    if (next || (left_out && found != lines.end())) {
      at = static_cast<std::size_t>(found - lines.begin()) + 1;
    } else {
      differences.push_back(said_of("", line, at < lines.size() ? lines[at] : "nothing more"));
      ++at;
    }
    left_out = false;
  }
  if (at < lines.size() && !left_out) {
    differences.push_back(said_of("nothing more", "", lines[at]));
  }
  return differences;
}

std::string renewed_readme(std::string_view readme, const RunResult& run) {
  const auto block = block_of(readme);
  const auto lines = printed(run);
  std::vector<std::string> list = lines;
  const auto left_out = std::any_of(block.list.begin(), block.list.end(),
                                    [](const auto& line) { return trimmed(line) == kLeftOut; });
  if (left_out) {
    list.clear();
    for (std::size_t i = 0; i < block.list.size(); ++i) {
      if (!is_test(block.list[i])) {
        list.push_back(block.list[i]);
        continue;
      }
      const auto old = entry_at(block.list, i);
      const auto found = std::find(lines.begin(), lines.end(), block.list[i]);
      const auto shortened = std::any_of(
          old.begin(), old.end(), [](const auto& line) { return trimmed(line) == kLeftOut; });
      const auto now = shortened || found == lines.end()
                           ? old
                           : entry_at(lines, static_cast<std::size_t>(found - lines.begin()));
      list.insert(list.end(), now.begin(), now.end());
      i += old.size() - 1;
    }
  }
  std::string text;
  for (const auto& line : block.before) text += line + "\n";
  for (const auto& line : list) text += fmt::format("{}{}\n", kIndent, line);
  for (const auto& line : block.after) text += line + "\n";
  return text;
}

std::vector<std::string> check_readme(const std::filesystem::path& file, const RunResult& run) {
  const auto readme = read_file(file);
  if (!readme) throw UserError(fmt::format("{} cannot be read", file.string()));
  if (process::environment_if_set(protocol::variable::kUpdateReadmes)) {
    const auto text = renewed_readme(*readme, run);
    std::ofstream(file, std::ios::binary) << text;
    return differences_from_readme(text, run);
  }
  auto differences = differences_from_readme(*readme, run);
  if (!differences.empty()) {
    differences.push_back(
        fmt::format("if that is meant: {}=1 ctest --preset kit -R '^solution' renews it",
                    protocol::variable::kUpdateReadmes));
  }
  return differences;
}

}  // namespace workshop::runner
