#include "workshop/runner/runs/builder.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>

#include "workshop/runner/printing/compiler_output.hpp"
#include "workshop/runner/printing/progress_bar.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/folder_lock.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kNinjaLog = ".ninja_log";
constexpr int kPrecompiledMax = 4;

/// Adds up what Ninja did since its log was `size_before` bytes long. Its lines: begin and end in
/// ms, time, output, hash.
void read_ninja_log(const fs::path& file, std::uintmax_t size_before, BuildResult& result) {
  const auto log = read_file(file);
  if (!log || log->size() < size_before) return;  // rewritten: this once, nothing can be told
  for (const auto& line : lines_of(std::string_view(*log).substr(size_before))) {
    std::vector<std::string> fields;
    std::string_view rest = line;
    for (auto tab = rest.find('\t'); tab != std::string_view::npos; tab = rest.find('\t')) {
      fields.emplace_back(rest.substr(0, tab));
      rest.remove_prefix(tab + 1);
    }
    if (fields.size() < 4) continue;
    const auto time =
        std::chrono::milliseconds(std::atoll(fields[1].c_str()) - std::atoll(fields[0].c_str()));
    const auto kind = fs::path(fields[3]).extension();
    (kind == ".o" || kind == ".pch" || kind == ".gch" ? result.compiling : result.linking) += time;
  }
}

/// Ninja begins its lines with "[12/60]".
struct NinjaProgress {
  std::size_t done = 0;
  std::size_t all = 0;
  std::string part;  ///< that was made last: "world.cpp"
};
std::optional<NinjaProgress> progress_in(std::string_view output) {
  const auto open = output.rfind("\n[");
  NinjaProgress progress;
  const auto last = output.substr(open == std::string_view::npos ? 0 : open + 1);
  const std::string line(last.substr(0, last.find('\n')));
  if (std::sscanf(line.c_str(), "[%zu/%zu]", &progress.done, &progress.all) != 2) {
    return std::nullopt;
  }
  auto made = fs::path(line.substr(line.rfind(' ') + 1)).filename();
  if (made.extension() == ".o") made.replace_extension();
  progress.part = made.string();
  return progress;
}

std::uintmax_t size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

bool remove_outdated_headers(Console& console, const fs::path& folder, std::string_view output) {
  bool removed = false;
  for (const auto& header : outdated_precompiled_headers(output)) {
    const auto file = (folder / header).lexically_normal();  // an absolute one stays as it is
    const auto inside = file.lexically_relative(folder.lexically_normal());
    if (inside.empty() || *inside.begin() == "..") continue;
    std::error_code error;
    removed = fs::remove(file, error) || removed;
  }
  if (removed) {
    console.line(console.dim(
        "Headers of the system have changed since the last build; what was precompiled of them is "
        "made anew …"));
  }
  return removed;
}

unsigned build_jobs() { return std::max(1U, std::thread::hardware_concurrency()); }

Builder::Builder(const Project& project, std::string preset, Console& console)
    : project_(project),
      preset_(std::move(preset)),
      folder_(project.build_folder(preset_)),
      console_(console) {}

bool Builder::is_configured() const {
  return fs::exists(folder_ / "CMakeCache.txt") &&
         (fs::exists(folder_ / "build.ninja") || fs::exists(folder_ / "Makefile"));
}

/// Whether to go on waiting for who builds there; says once that it does.
std::function<bool()> Builder::waiting() {
  return [this, said = false]() mutable {
    if (is_over_ && is_over_()) return false;
    if (!std::exchange(said, true)) {
      console_.line(console_.dim(fmt::format("Another build runs in {}; this one waits for it …",
                                             project_.shown(folder_))));
    }
    return true;
  };
}

bool Builder::configure(std::string& output) {
  const FolderLock lock(folder_, waiting());
  return configure_once(output);
}

bool Builder::configure_once(std::string& output) {
  if (is_configured()) return true;
  return configure_now("Configuring, once; a few seconds …", output);
}

bool Builder::configure_now(std::string_view announcement, std::string& output) {
  console_.line(console_.dim(std::string(announcement)));
  const auto run = run_program({"cmake", "--preset", preset_}, {.directory = project_.root()});
  output = run.start_error.empty() ? run.output : "cmake " + describe_end(run);
  return run.succeeded();
}

BuildResult Builder::build(const std::string& target, const std::string& label) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  BuildResult result;
  result.folder = folder_;
  const auto begin = std::chrono::steady_clock::now();
  const FolderLock lock(folder_, waiting());
  if (is_over_ && is_over_()) return result;
  result.configured = configure_once(result.output);
  result.configuring = duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  if (!result.configured) return result;

  // The library's archive is what takes long, and only the first time.
  if (!fs::exists(folder_ / "common" / "libworkshop_common.a") && !label.empty()) {
    for (const auto& line : console_.broken(
             "Building the library and " + label +
             ", this once: one minute or several, as the machine is; how far it is follows …")) {
      console_.line(console_.dim(line));
    }
  }
  const auto log_size = size_of(folder_ / kNinjaLog);
  const std::vector<std::string> build = {"cmake",
                                          "--build",
                                          folder_.string(),
                                          "--target",
                                          target,
                                          "--parallel",
                                          std::to_string(build_jobs())};
  ProgressBar bar(console_, label.empty() ? label : "building " + label, begin);
  process::Limits limits;
  limits.is_done = [&](std::string_view output) {
    if (const auto progress = progress_in(output)) {
      bar.show(progress->done, progress->all, std::chrono::steady_clock::now(), progress->part);
      if (tell_progress_) tell_progress_(progress->done, progress->all);
    }
    return false;
  };
  if (is_over_) limits.stop_when = [this](pid_t) { return is_over_(); };
  auto run = run_program(build, {.directory = project_.root()}, limits);
  if (!run.succeeded() && is_configuration_outdated(run.output)) {
    std::string said;
    if (configure_now("Configuring again, because files came or went …", said)) {
      run = run_program(build, {.directory = project_.root()}, limits);
    }
  }
  // Each names one: a second may be found out of date when the first one is made.
  for (int i = 0; i < kPrecompiledMax && !run.succeeded(); ++i) {
    if (!remove_outdated_headers(console_, folder_, run.output)) break;
    run = run_program(build, {.directory = project_.root()}, limits);
  }
  result.built = run.succeeded();
  result.building = run.duration;
  result.output = run.start_error.empty() ? run.output : "cmake " + describe_end(run);
  result.configured = result.built || !is_configuration_failure(result.output);
  read_ninja_log(folder_ / kNinjaLog, log_size, result);
  return result;
}

}  // namespace workshop::runner
