#include "workshop/runner/runs/run_json.hpp"

#include <boost/json.hpp>

#include "workshop/runner/printing/compiler_output.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

json::array array_of(const std::vector<std::string>& texts) {
  json::array array;
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}

json::value place(const Project& project, const std::string& file, int line) {
  if (file.empty()) return nullptr;
  return json::object{{"file", project.shown(file)}, {"line", line}};
}

json::object test_object(const Project& project, const TestResult& test) {
  json::object told = {{"name", test.name},
                       {"step", test.step()},
                       {"given", test.given()},
                       {"verdict", test.passed    ? "green"
                                   : test.skipped ? "skipped"
                                                  : "red"},
                       {"reason", text_or_null(test.reason())},
                       {"invariant", text_or_null(test.invariant)},
                       {"schedule", text_or_null(test.schedule)},
                       {"story", text_or_null(test.story)},
                       {"todo", test.todo ? json::value(*test.todo) : json::value()},
                       {"failures", array_of(test.failures)},
                       {"explorations", array_of(test.explorations)},
                       {"duration_ms", test.duration_ms}};
  told["at"] = place(project, test.file, test.line);
  told["failed_at"] = place(project, test.failed_file, test.failed_line);
  told["picture"] = test.picture.empty() ? json::value() : json::value(project.shown(test.picture));
  return told;
}

json::object head(const Lab& lab, const LabProgram& program, const char* judgement) {
  return {{"format", 1},
          {"lab", lab.number},
          {"title", lab.title},
          {"program", program.target},
          {"judgement", judgement}};
}

}  // namespace

std::string check_json(const Project& project, const LabRun& done) {
  auto told = head(done.lab, done.program, name_of(done.verdict.judgement));
  told["problem"] = text_or_null(done.verdict.problem);
  json::array tests;
  for (const auto& test : done.run.results.tests) tests.push_back(test_object(project, test));
  told["tests"] = std::move(tests);
  told["build_ms"] = done.build.building.count();
  told["run_ms"] = done.run.process.duration.count();
  return json::serialize(told);
}

std::string explore_json(const Project& project, const LabRun& done) {
  auto told = head(done.lab, done.program, name_of(done.verdict.judgement));
  told["problem"] = text_or_null(done.verdict.problem);
  json::array tests;
  for (const auto& test : done.run.results.tests) {
    if (test.exploration_notes.empty()) continue;
    auto each = test_object(project, test);
    each["notes"] = array_of(test.exploration_notes);
    tests.push_back(std::move(each));
  }
  told["tests"] = std::move(tests);
  told["build_ms"] = done.build.building.count();
  told["run_ms"] = done.run.process.duration.count();
  return json::serialize(told);
}

std::string build_failure_json(const Project& project, const Lab& lab, const LabProgram& program,
                               const BuildResult& build) {
  auto told = head(lab, program, "unjudged");
  const auto shown = [&](const std::string& file) { return project.shown(file); };
  const auto errors = read_compiler_output(build.output, shown);
  told["problem"] = build.configured ? "it does not compile" : "it cannot be configured";
  told["errors"] = array_of(errors.lines);
  told["tests"] = json::array{};
  told["build_ms"] = build.building.count();
  told["run_ms"] = 0;
  return json::serialize(told);
}

}  // namespace workshop::runner
