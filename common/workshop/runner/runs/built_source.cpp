#include "workshop/runner/runs/built_source.hpp"

#include <fstream>

#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// Where CMake puts the object of the lab's first source, for one of its programs.
fs::path object_of(const Lab& lab, const LabProgram& program, const fs::path& build_folder) {
  const auto source = lab.sources.front().lexically_relative(lab.folder);
  return build_folder / "labs" / lab.folder.filename() / "CMakeFiles" / (program.target + ".dir") /
         (source.string() + ".o");
}

void make_old(const fs::path& object) {
  std::error_code ignored;  // where there is none, it is built in any case
  fs::last_write_time(object, fs::file_time_type::clock::now() - std::chrono::years(20), ignored);
}

}  // namespace

BuildResult build_as_it_is(const Lab& lab, const LabProgram& program,
                           const std::filesystem::path& build_folder,
                           const std::function<BuildResult()>& build) {
  if (lab.sources.empty()) return build();
  constexpr int kTriesMax = 5;
  const auto object = object_of(lab, program, build_folder);
  const auto mark = fs::path(object.string() + ".built-from");
  for (int i = 1;; ++i) {
    const auto before = digest_of(lab);
    if (const auto kept = read_file(mark); !kept || trimmed(*kept) != before) {
      make_old(object);
      std::error_code ignored;
      fs::remove(mark, ignored);  // whatever ends this build, the object is of unknown origin
    }
    auto result = build();
    if (digest_of(lab) == before) {
      if (result.built && fs::exists(object)) std::ofstream(mark) << before << '\n';
      return result;
    }
    std::error_code ignored;
    fs::remove(mark, ignored);
    if (i == kTriesMax) return result;
  }
}

}  // namespace workshop::runner
