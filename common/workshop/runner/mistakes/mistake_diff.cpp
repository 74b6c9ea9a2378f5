#include "workshop/runner/mistakes/mistake_diff.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kOld = "--- a/";
constexpr std::string_view kNew = "+++ b/";

/// A hook's variables would lead git elsewhere.
constexpr const char* kForeignVariables[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"};

}  // namespace

MistakeDiff read_mistake_diff(std::string_view text) {
  MistakeDiff diff;
  const auto begin = text.find("\n\n" + std::string(kOld));
  if (begin == std::string_view::npos) {
    throw UserError(
        fmt::format("it has no diff: after the header it wants an empty line and {}src/…", kOld));
  }
  diff.header = text.substr(0, begin + 1);
  const auto rest = text.substr(begin + 2);
  const auto lines = lines_of(rest.substr(0, rest.find("\n@@ ")));
  diff.path = lines.front().substr(kOld.size());
  if (lines.size() != 2 || lines[1] != std::string(kNew) + diff.path) {
    throw UserError(
        fmt::format("after {} it wants {}{} and the first @@", lines.front(), kNew, diff.path));
  }
  if (diff.path.starts_with('/') || diff.path.find("..") != std::string::npos) {
    throw UserError(diff.path + " is no file in the solution's folder");
  }
  diff.hunks = rest.substr(rest.find("\n@@ ") + 1);
  return diff;
}

std::set<int> changed_lines(std::string_view hunks) {
  constexpr std::string_view kHunk = "@@ -";
  std::set<int> changed;
  int at = 0;
  for (const auto& line : lines_of(hunks)) {
    if (line.starts_with(kHunk)) {
      at = std::atoi(line.c_str() + kHunk.size());
    } else if (line.starts_with('-')) {
      changed.insert(at++);
    } else if (line.starts_with('+')) {
      changed.insert({at - 1, at});
    } else {
      ++at;
    }
  }
  return changed;
}

std::string to_text(const MistakeDiff& diff) {
  return fmt::format("{}\n{}{}\n{}{}\n{}", diff.header, kOld, diff.path, kNew, diff.path,
                     diff.hunks);
}

DiffTool::DiffTool() {
  for (const auto* variable : kForeignVariables) ::unsetenv(variable);
  auto name = (fs::temp_directory_path() / "workshop-diff.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw UserError("no folder can be made in " + fs::temp_directory_path().string());
  }
  folder_ = name;
}

DiffTool::~DiffTool() {
  std::error_code error;
  fs::remove_all(folder_, error);
}

void DiffTool::write(const std::string& name, const std::string& text) const {
  const auto file = folder_ / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

process::Result DiffTool::git(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "git");
  auto result =
      run_program(arguments,
                  {.directory = folder_,
                   .environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"},
                                   {"GIT_CONFIG_NOSYSTEM", "1"},
                                   {"GIT_CEILING_DIRECTORIES", folder_.parent_path().string()},
                                   {"LC_ALL", "C"}}},
                  {.time_max = std::chrono::seconds(60)});
  if (!result.start_error.empty() || result.timed_out || result.signal != 0) {
    throw UserError("git " + process::describe_end(result) + "; mend: scripts/setup");
  }
  return result;
}

std::string DiffTool::hunks_between(const std::string& before, const std::string& after) {
  write("before", before);
  write("after", after);
  // Without suppressBlankEmpty an empty line of context would be a space, which editors take away.
  const auto result =
      git({"-c", "diff.suppressBlankEmpty=true", "diff", "--no-index", "--no-color",
           "--no-ext-diff", "--no-textconv", "--text", "--diff-algorithm=histogram",
           "--indent-heuristic", "--unified=3", "--inter-hunk-context=0", "before", "after"});
  if (result.exit_code == 0) return {};
  const auto begin = result.output.find("\n@@ ");
  if (result.exit_code != 1 || begin == std::string::npos) {
    throw UserError("git cannot compare two texts: " + result.output);
  }
  return result.output.substr(begin + 1);
}

std::optional<std::string> DiffTool::applied(const MistakeDiff& diff, const std::string& base) {
  const auto name = "tree/" + diff.path;
  write(name, base);
  write("diff", to_text(diff));
  const auto result = git({"apply", "--whitespace=nowarn", "--directory=tree", "diff"});
  if (result.exit_code != 0) return std::nullopt;
  return read_file(folder_ / name);
}

std::optional<std::string> DiffTool::applied_exactly(const MistakeDiff& diff,
                                                     const std::string& base) {
  auto text = applied(diff, base);
  if (text && hunks_between(base, *text) != diff.hunks) text.reset();
  return text;
}

MergedText DiffTool::merged(const std::string& ours, const std::string& base,
                            const std::string& theirs, const std::vector<std::string>& names) {
  write("ours", ours);
  write("base", base);
  write("theirs", theirs);
  std::vector<std::string> arguments = {"merge-file", "-p", "--diff3"};
  for (const auto& name : names) {
    arguments.emplace_back("-L");
    arguments.push_back(name);
  }
  arguments.insert(arguments.end(), {"ours", "base", "theirs"});
  const auto result = git(std::move(arguments));
  // The exit code is the number of conflicts, at most 127.
  if (result.exit_code > 127) throw UserError("git cannot merge two texts: " + result.output);
  return {result.output, result.exit_code != 0};
}

}  // namespace workshop::runner
