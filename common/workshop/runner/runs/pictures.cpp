#include "workshop/runner/runs/pictures.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>

#include "workshop/protocol/page.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

namespace page_part = protocol::page;
namespace variable = protocol::variable;

std::optional<std::string_view> between(std::string_view text, std::string_view begin,
                                        std::string_view end) {
  const auto from = text.find(begin);
  if (from == std::string_view::npos) return std::nullopt;
  const auto to = text.find(end, from + begin.size());
  if (to == std::string_view::npos) return std::nullopt;
  return text.substr(from + begin.size(), to - from - begin.size());
}

}  // namespace

fs::path pictures_folder(const fs::path& build_folder) {
  return fs::absolute(build_folder) / "pictures";
}

fs::path runs_folder(const fs::path& build_folder) { return build_folder / "runs"; }

std::size_t deciding_line(const TestResult& test, std::string_view file) {
  if (test.picture.empty()) return 0;
  const auto text = read_file(fs::path(test.picture).replace_extension(".json")).value_or("");
  boost::system::error_code error;
  const auto trace = boost::json::parse(text, error);
  if (error || !trace.is_object()) return 0;
  const auto* steps = trace.get_object().if_contains("steps");
  if (steps == nullptr || !steps->is_array()) return 0;
  for (const auto& step : steps->get_array()) {
    if (!step.is_object() || !step.get_object().contains("deciding")) continue;
    const auto* source = step.get_object().if_contains("source");
    if (source == nullptr || !source->is_string()) continue;
    const std::string_view place = source->get_string();  // "payments_handler.cpp:23"
    const auto colon = place.rfind(':');
    if (place.substr(0, colon) != file || colon == place.npos) continue;
    return std::strtoul(std::string(place.substr(colon + 1)).c_str(), nullptr, 10);
  }
  return 0;
}

std::optional<std::string> joined(std::string_view page, std::string_view right_page) {
  const auto trace = between(right_page, page_part::kTraceBegin, page_part::kTraceEnd);
  const auto picture = between(right_page, page_part::kPictureBegin, page_part::kPictureEnd);
  const auto picture_at = page.find(page_part::kNoRightPicture);
  const auto trace_at = page.find(page_part::kNoRightTrace);
  if (!trace || !picture || picture_at == page.npos || trace_at == page.npos) return std::nullopt;
  if (trace_at < picture_at) return std::nullopt;
  std::string text(page.substr(0, picture_at));
  text.append(page_part::kRightPictureBegin).append(*picture).append(page_part::kPictureEnd);
  const auto after = picture_at + page_part::kNoRightPicture.size();
  text.append(page.substr(after, trace_at - after));
  text.append(page_part::kRightTraceBegin).append(*trace).append(page_part::kTraceEnd);
  text.append(page.substr(trace_at + page_part::kNoRightTrace.size()));
  return text;
}

bool join_right_run(const LabProgram& right, const fs::path& build_folder, const TestResult& test) {
  if (test.picture.empty() || test.schedule.empty() || !fs::exists(right.file)) return false;
  ProgramRunOptions options;
  options.time_max = std::chrono::seconds(10);
  options.environment = {{variable::kReplay, test.schedule},
                         {variable::kReplayLoosely, "1"},
                         {variable::kPictures, pictures_folder(build_folder).string()}};
  options.arguments = {protocol::test_argument(test.name)};
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
