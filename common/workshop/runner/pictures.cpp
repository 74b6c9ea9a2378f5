#include "workshop/runner/pictures.hpp"

#include <algorithm>
#include <fstream>

#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

// What surrounds the parts of a page: explore/picture/page.html.
constexpr std::string_view kTraceBegin = R"(<script type="application/json" id="failing-trace">)";
constexpr std::string_view kTraceEnd = "</script>";
constexpr std::string_view kPictureBegin = R"(<div id="failing-picture">)";
constexpr std::string_view kPictureEnd = "</div>";
constexpr std::string_view kNoRightTrace =
    R"(<script type="application/json" id="right-trace">null</script>)";
constexpr std::string_view kNoRightPicture = R"(<div id="right-picture"></div>)";

std::optional<std::string_view> between(std::string_view text, std::string_view begin,
                                        std::string_view end) {
  const auto from = text.find(begin);
  if (from == std::string_view::npos) return std::nullopt;
  const auto to = text.find(end, from + begin.size());
  if (to == std::string_view::npos) return std::nullopt;
  return text.substr(from + begin.size(), to - from - begin.size());
}

// How Catch2 is told the name of a test on its command line.
std::string test_argument(const std::string& name) {
  std::string argument;
  for (const char c : name) {
    if (c == ',' || c == '[' || c == ']' || c == '\\' || c == '"' || c == '*') argument += '\\';
    argument += c;
  }
  return argument;
}

}  // namespace

fs::path pictures_folder(const fs::path& build_folder) {
  return fs::absolute(build_folder) / "pictures";
}

fs::path runs_folder(const fs::path& build_folder) { return build_folder / "runs"; }

std::optional<std::string> joined(std::string_view page, std::string_view right_page) {
  const auto trace = between(right_page, kTraceBegin, kTraceEnd);
  const auto picture = between(right_page, kPictureBegin, kPictureEnd);
  const auto picture_at = page.find(kNoRightPicture);
  const auto trace_at = page.find(kNoRightTrace);
  if (!trace || !picture || picture_at == page.npos || trace_at == page.npos) return std::nullopt;
  if (trace_at < picture_at) return std::nullopt;
  std::string text(page.substr(0, picture_at));
  text.append(R"(<div id="right-picture">)").append(*picture).append("</div>");
  const auto after = picture_at + kNoRightPicture.size();
  text.append(page.substr(after, trace_at - after));
  text.append(R"(<script type="application/json" id="right-trace">)")
      .append(*trace)
      .append(kTraceEnd);
  text.append(page.substr(trace_at + kNoRightTrace.size()));
  return text;
}

bool join_right_run(const LabProgram& right, const fs::path& build_folder, const TestResult& test) {
  if (test.picture.empty() || test.schedule.empty() || !fs::exists(right.file)) return false;
  ProgramRunOptions options;
  options.time_max = std::chrono::seconds(10);
  options.environment = {{"WORKSHOP_REPLAY", test.schedule},
                         {"WORKSHOP_REPLAY_LOOSELY", "1"},
                         {kPicturesVariable, pictures_folder(build_folder).string()}};
  options.arguments = {test_argument(test.name)};
  const auto run =
      run_lab_program(right.file, runs_folder(build_folder), right.target + ".right", options);
  const auto followed = std::find_if(run.results.tests.begin(), run.results.tests.end(),
                                     [](const TestResult& each) { return !each.picture.empty(); });
  if (followed == run.results.tests.end()) return false;
  const auto page = read_file(test.picture);
  const auto right_page = read_file(followed->picture);
  if (!page || !right_page) return false;
  const auto both = joined(*page, *right_page);
  if (!both) return false;
  const auto beside = test.picture + ".part";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << *both;
  out.close();
  std::error_code error;
  if (out) fs::rename(beside, test.picture, error);
  return out && !error;
}

}  // namespace workshop::runner
