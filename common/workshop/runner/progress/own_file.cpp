#include "workshop/runner/progress/own_file.hpp"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <fstream>

#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/progress.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

const fs::path& file_of(const Lab& lab) {
  if (lab.sources.empty()) {
    throw UserError(fmt::format("lab {} has no file to edit", lab.padded_number()));
  }
  return lab.sources.front();
}

process::Result git(const Project& project, std::vector<std::string> words) {
  words.insert(words.begin(), {"git", "-C", project.root().string()});
  return run_program(words, {}, {.time_max = std::chrono::seconds(20)});
}

fs::path copies_of(const Project& project, const Lab& lab) {
  return progress_folder(project) / "copies" / lab.padded_number();
}

bool is_skeleton(const std::string& text, int steps) {
  for (int step = 1; step <= steps; ++step) {
    const auto has = [&](const std::string& sign) { return text.find(sign) != std::string::npos; };
    if (!has(fmt::format("TODO(step {})", step)) && !has(fmt::format("todo({},", step))) {
      return false;
    }
  }
  return true;
}

void write_whole(const Project& project, const fs::path& file, const std::string& text) {
  auto written = file;
  written += ".new";
  std::ofstream out(written, std::ios::binary);
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(written, file, error);
  if (!out || error) {
    fs::remove(written, error);
    throw UserError(fmt::format("{} cannot be written", project.shown(file)));
  }
}

}  // namespace

int steps_of(const Lab& lab) {
  const auto text = read_file(lab.folder / "README.md");
  int steps = 0;
  for (const auto& line : lines_of(text.value_or(""))) {
    if (line.starts_with("## Step ")) steps = std::max(steps, std::atoi(line.c_str() + 8));
  }
  return steps;
}

bool is_as_at_first(const Lab& lab) {
  return is_skeleton(read_file(file_of(lab)).value_or(""), steps_of(lab));
}

std::string skeleton_of(const Project& project, const Lab& lab) {
  const auto path = file_of(lab).lexically_relative(project.root()).generic_string();
  const auto history = git(project, {"log", "--format=%H", "--", path});
  if (!history.succeeded()) {
    throw UserError(
        fmt::format("the start of lab {} is in the history of git, which is not here; clone the "
                    "workshop instead of copying its files",
                    lab.padded_number()));
  }
  const int steps = steps_of(lab);
  for (const auto& commit : lines_of(history.output)) {
    const auto version = git(project, {"show", commit + ":" + path});
    if (version.succeeded() && is_skeleton(version.output, steps)) return version.output;
  }
  throw UserError(fmt::format("no committed version of {} has a TODO for every step", path));
}

std::string reference_of(const Project& project, const Lab& lab, int step) {
  const int steps = steps_of(lab);
  if (step < 1 || step > steps) {
    throw UserError(
        fmt::format("lab {} has the steps 1 to {}, not {}", lab.padded_number(), steps, step));
  }
  if (lab.solution.empty()) {
    throw UserError(fmt::format("lab {} has no solution in this checkout", lab.padded_number()));
  }
  const auto name = file_of(lab).lexically_relative(lab.folder);
  const auto solution = lab.solution / name;
  const auto whole = read_file(solution);
  if (!whole) throw UserError(project.shown(solution) + " cannot be read");
  if (step == steps) return *whole;
  const auto diff = lab.solution / "steps" / fmt::format("{}.diff", step);
  if (!fs::exists(diff)) {
    throw UserError(fmt::format("there is no reference of lab {} up to step {}: {} is not there",
                                lab.padded_number(), step, project.shown(diff)));
  }
  const process::TemporaryFolder folder;
  fs::create_directories((folder.path() / name).parent_path());
  fs::copy_file(solution, folder.path() / name);
  const auto applied = run_program(
      {"git", "apply", "--whitespace=nowarn", diff.string()},
      {.directory = folder.path(),
       .environment = {{"GIT_CEILING_DIRECTORIES", folder.path().parent_path().string()}},
       .without = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}},
      {.time_max = std::chrono::seconds(20)});
  const auto text = read_file(folder.path() / name);
  if (!applied.succeeded() || !text) {
    throw UserError(
        fmt::format("{} does not apply to the solution: {}", project.shown(diff),
                    applied.start_error.empty() ? applied.output : applied.start_error));
  }
  return *text;
}

fs::path put_in_place(const Project& project, const Lab& lab, const std::string& text) {
  const auto& file = file_of(lab);
  const auto before = read_file(file);
  fs::path copy;
  if (before) {
    const auto folder = copies_of(project, lab);
    std::error_code error;
    fs::create_directories(folder, error);
    const std::time_t now = std::time(nullptr);
    const auto stamp = fmt::format("{:%Y-%m-%d-%H%M%S}", fmt::localtime(now));
    const auto extension = file.extension().string();
    for (int more = 0; copy.empty() || fs::exists(copy); ++more) {
      copy = folder / fmt::format("{}.{}{}{}", file.stem().string(), stamp,
                                  more == 0 ? "" : fmt::format(".{}", more), extension);
    }
    write_whole(project, copy, *before);
  }
  write_whole(project, file, text);
  return copy;
}

fs::path last_copy_of(const Project& project, const Lab& lab) {
  fs::path last;
  fs::file_time_type written;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(copies_of(project, lab), error)) {
    const auto time = entry.last_write_time(error);
    if (error || (!last.empty() && time <= written)) continue;
    last = entry.path();
    written = time;
  }
  return last;
}

BegunAnew begin_anew(const Project& project, const Lab& lab) {
  BegunAnew begun;
  begun.copy = put_in_place(project, lab, skeleton_of(project, lab));
  auto progress = Progress::load(project);
  begun.hinted = progress.begin_hints_anew(lab);
  if (begun.hinted) progress.save(project);
  return begun;
}

std::string BegunAnew::in_words(const Project& project, const Lab& lab) const {
  const auto back = project.shown(file_of(lab)) + " is as it was at the start";
  return back + (hinted ? ", and its hints begin anew." : ".");
}

}  // namespace workshop::runner
