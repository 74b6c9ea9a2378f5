#include "workshop/runner/folders/folder_report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/markup.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

std::string case_of(const FolderRow& row, const TestState& test) {
  auto text = fmt::format("    <testcase classname=\"lab {:02}\" name=\"{}\"", row.lab,
                          protocol::escaped_xml(test.name));
  if (test.verdict == "green") return text + "/>\n";
  if (test.verdict == "skipped") return text + "><skipped/></testcase>\n";
  return text + fmt::format("><failure message=\"{}\">{}</failure></testcase>\n",
                            protocol::escaped_xml(test.reason),
                            protocol::escaped_xml(test.schedule));
}

std::string suite_of(const FolderRow& row) {
  const auto& tests = row.verdict.tests;
  const auto count = [&](std::string_view verdict) {
    return std::ranges::count(tests, verdict, &TestState::verdict);
  };
  const bool judged = row.verdict.judgement != Judgement::unjudged;
  auto text = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{:.3f}\">\n",
      protocol::escaped_xml(row.folder), judged ? tests.size() : 1, judged ? count("red") : 0,
      judged ? 0 : 1, judged ? count("skipped") : 0,
      static_cast<double>(row.verdict.duration.count()) / 1000);
  if (judged) {
    for (const auto& test : tests) text += case_of(row, test);
  } else {
    text += fmt::format(
        "    <testcase classname=\"lab {:02}\" name=\"judged\"><error message=\"{}\"/>"
        "</testcase>\n",
        row.lab, protocol::escaped_xml(row.verdict.problem));
  }
  return text + "  </testsuite>\n";
}

}  // namespace

const TestState* first_red(const std::vector<TestState>& tests) {
  const TestState* first = nullptr;
  for (const auto& test : tests) {
    if (test.verdict != "red") continue;
    const auto step = [](const TestState& each) { return each.step == 0 ? 99 : each.step; };
    if (first == nullptr || step(test) < step(*first)) first = &test;
  }
  return first;
}

std::string line_of(const FolderRow& row, std::size_t folder_width) {
  const auto fill = folder_width - std::min(folder_width, columns_of(row.folder));
  auto line = row.folder + std::string(fill + 2, ' ');
  if (row.lab > 0) line += fmt::format("lab {:02}  ", row.lab);
  if (row.verdict.judgement == Judgement::unjudged) {
    return line + "not judged: " + row.verdict.problem;
  }
  const auto& tests = row.verdict.tests;
  const auto green = std::ranges::count(tests, "green", &TestState::verdict);
  line += fmt::format("{}: {}", name_of(row.verdict.judgement),
                      passing_of(static_cast<std::size_t>(green), tests.size()));
  if (const auto* red = first_red(tests)) {
    line += red->step > 0 ? fmt::format("; step {}, {}: {}", red->step, red->reason, red->name)
                          : fmt::format("; {}: {}", red->reason, red->name);
  }
  if (!row.resembles.empty()) line += fmt::format("; perhaps {}", row.resembles);
  return line;
}

std::string folders_json(const std::vector<FolderRow>& rows) {
  json::array folders;
  for (const auto& row : rows) {
    json::array tests;
    for (const auto& test : row.verdict.tests) {
      tests.push_back(json::object{{"name", test.name},
                                   {"step", test.step},
                                   {"verdict", test.verdict},
                                   {"reason", text_or_null(test.reason)},
                                   {"schedule", text_or_null(test.schedule)}});
    }
    folders.push_back(json::object{{"folder", row.folder},
                                   {"lab", row.lab > 0 ? json::value(row.lab) : json::value()},
                                   {"judgement", name_of(row.verdict.judgement)},
                                   {"problem", text_or_null(row.verdict.problem)},
                                   {"resembles", text_or_null(row.resembles)},
                                   {"duration_ms", row.verdict.duration.count()},
                                   {"tests", std::move(tests)}});
  }
  return json::serialize(json::object{{"format", 1}, {"folders", std::move(folders)}});
}

std::string folders_junit(const std::vector<FolderRow>& rows) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& row : rows) text += suite_of(row);
  return text + "</testsuites>\n";
}

int exit_code(const std::vector<FolderRow>& rows) {
  const auto any = [&](Judgement judgement) {
    return std::ranges::any_of(
        rows, [&](const FolderRow& row) { return row.verdict.judgement == judgement; });
  };
  if (rows.empty() || any(Judgement::unjudged)) return protocol::kExitNotJudged;
  return any(Judgement::red) ? protocol::kExitRed : protocol::kExitGood;
}

}  // namespace workshop::runner
