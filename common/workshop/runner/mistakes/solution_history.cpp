#include "workshop/runner/mistakes/solution_history.hpp"

#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {

FileHistory::FileHistory(const Project& project, std::string file)
    : root_(project.root()), file_(std::move(file)) {}

std::optional<std::string> FileHistory::git(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command = {"git", "--no-pager"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto result = run_program(
      command,
      {.directory = root_, .environment = {{"LC_ALL", "C"}, {"GIT_LITERAL_PATHSPECS", "1"}}},
      {.time_max = std::chrono::seconds(60)});
  if (!result.succeeded()) return std::nullopt;
  return result.output;
}

void FileHistory::read_versions() {
  read_ = true;
  // Each commit is "commit <id>", an empty line and the file as it was called there.
  const auto log =
      git({"log", "--follow", "--format=commit %H", "--name-only", "--no-color", "--", file_});
  if (!log) return;
  for (const auto& line : lines_of(*log)) {
    if (line.starts_with("commit ")) {
      versions_.push_back({line.substr(7), {}});
    } else if (!line.empty() && !versions_.empty()) {
      versions_.back().path = line;
    }
  }
}

std::optional<std::string> FileHistory::version(std::size_t index) {
  if (!read_) read_versions();
  if (index >= versions_.size()) return std::nullopt;
  if (const auto known = texts_.find(index); known != texts_.end()) return known->second;
  const auto& version = versions_[index];
  auto text = git({"show", "--no-textconv", version.commit + ":" + version.path});
  // A commit that removed the file has no version of it: an empty text, which no diff applies to.
  return texts_.emplace(index, text.value_or("")).first->second;
}

}  // namespace workshop::runner
