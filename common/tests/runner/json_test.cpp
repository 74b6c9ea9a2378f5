#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <sstream>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/folders/folder_report.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/standing_json.hpp"
#include "workshop/runner/runs/run_json.hpp"

using namespace workshop;
using namespace workshop::runner;
namespace json = boost::json;

namespace {

bool has_type(const json::value& value, std::string_view type) {
  return (type == "null" && value.is_null()) || (type == "string" && value.is_string()) ||
         (type == "boolean" && value.is_bool()) || (type == "array" && value.is_array()) ||
         (type == "object" && value.is_object()) ||
         (type == "integer" && (value.is_int64() || value.is_uint64()));
}

/// What of `value` is not as `schema` says: as much of JSON Schema as docs/workshop.schema.json
/// uses. Empty: it is.
std::string wrong(const json::value& value, const json::object& schema, const std::string& where) {
  if (const auto* type = schema.if_contains("type")) {
    bool fits = type->is_string() && has_type(value, type->get_string());
    if (type->is_array()) {
      for (const auto& each : type->get_array()) fits = fits || has_type(value, each.get_string());
    }
    if (!fits) return where + ": has another type: " + json::serialize(value);
  }
  if (const auto* constant = schema.if_contains("const"); constant && value != *constant) {
    return where + ": is not " + json::serialize(*constant);
  }
  if (const auto* values = schema.if_contains("enum")) {
    bool fits = false;
    for (const auto& each : values->get_array()) fits = fits || each == value;
    if (!fits) return where + ": is none of " + json::serialize(*values);
  }
  if (const auto* any = schema.if_contains("anyOf")) {
    std::string errors;
    for (const auto& each : any->get_array()) {
      const auto error = wrong(value, each.get_object(), where);
      if (error.empty()) return {};
      errors += error + "; ";
    }
    return errors;
  }
  if (value.is_array() && schema.contains("items")) {
    for (const auto& each : value.get_array()) {
      const auto error = wrong(each, schema.at("items").as_object(), where + "[]");
      if (!error.empty()) return error;
    }
  }
  if (!value.is_object() || !schema.contains("properties")) return {};
  const auto& properties = schema.at("properties").as_object();
  for (const auto& required : schema.at("required").as_array()) {
    if (!value.get_object().contains(required.as_string())) {
      return where + ": has no " + std::string(required.as_string());
    }
  }
  for (const auto& [name, member] : value.get_object()) {
    const auto* known = properties.if_contains(name);
    if (known == nullptr) return where + ": has an undocumented " + std::string(name);
    const auto error = wrong(member, known->as_object(), where + "." + std::string(name));
    if (!error.empty()) return error;
  }
  return {};
}

std::string wrong_as(const std::string& command, const std::string& text) {
  const auto schemas = json::parse(read_file(WORKSHOP_SCHEMA).value());
  return wrong(json::parse(text), schemas.at("$defs").at(command).as_object(), command);
}

LabRun a_run() {
  LabRun done;
  done.lab.number = 8;
  done.lab.title = "identity";
  done.program.target = "lab08";
  TestResult red;
  red.name = "a";
  red.tags = {"step1"};
  red.ended = true;
  red.invariant = "lost message";
  red.schedule = "1:1@Ar";
  red.story = "how \"it\" broke\n";
  red.file = red.failed_file = "/nowhere/tests/a.cpp";
  red.picture = "/nowhere/a.html";
  red.exploration_notes = {"12 executions"};
  TestResult green;
  green.name = "b";
  green.ended = green.passed = true;
  done.run.results.tests = {red, green};
  done.verdict.judgement = Judgement::red;
  return done;
}

}  // namespace

TEST_CASE("the JSON of check and explore is as its schema says") {
  const Project project("/nowhere");
  const auto done = a_run();
  CHECK(wrong_as("check", check_json(project, done)).empty());
  CHECK(wrong_as("explore", explore_json(project, done)).empty());
  CHECK(json::parse(explore_json(project, done)).at("tests").as_array().size() == 1);
  BuildResult build;
  build.output = "/nowhere/a.cpp:1:2: error: no";
  const auto failed = build_failure_json(project, done.lab, done.program, build);
  CHECK(wrong_as("check", failed).empty());
  CHECK(json::parse(failed).at("judgement") == "unjudged");
}

TEST_CASE("the JSON of folders that were handed in is as its schema says") {
  FolderRow red{.folder = "ann", .lab = 8};
  red.verdict.judgement = Judgement::red;
  red.verdict.tests = {{"booked", 1, "red", "lost message", "a1:1@Alc"}, {"other", 0, "green"}};
  red.resembles = "early_return";
  FolderRow nothing{.folder = "bob"};
  nothing.verdict.problem = "it has no lab's file";
  CHECK(wrong_as("board", folders_json({red, nothing})) == "");
  CHECK(wrong_as("board", folders_json({})) == "");
}

TEST_CASE("a schema that does not fit is noticed, so that its check means something") {
  CHECK(wrong_as("check", R"({"format":1})") == "check: has no lab");
  CHECK(wrong_as("list", R"({"format":2,"labs":[]})") == "list.format: is not 1");
  CHECK(wrong_as("list", R"({"format":1,"labs":[],"more":1})") == "list: has an undocumented more");
  CHECK(wrong_as("list", R"({"format":1,"labs":{}})") == "list.labs: has another type: {}");
}

TEST_CASE("the JSON of list and status of this checkout is as its schema says") {
  const Project project(std::filesystem::path(WORKSHOP_SCHEMA).parent_path().parent_path());
  const auto labs = project.labs();
  REQUIRE_FALSE(labs.empty());
  Progress progress;
  progress.record(labs[0], digest_of(labs[0]), a_run().run.results);
  progress.take_hint(labs[0], 1, {2});
  progress.take_hint(labs[0], 1, {1, HintKind::on_loop});
  progress.record_proof(labs[0],
                        {.digest = digest_of(labs[0]), .holds = false, .failed = {.name = "a", .verdict = "red"}});
  progress.record_not_built(labs[1], {.digest = "1", .errors = {"a.cpp:1: error: x"}});
  CHECK(wrong_as("list", list_json(project, labs, progress)) == "");
  CHECK(wrong_as("status", status_json(project, labs, progress)) == "");
  CHECK(wrong_as("status", status_json(project, labs, Progress())) == "");
}

TEST_CASE("every command and option is in the completion of each shell") {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    std::ostringstream out;
    std::ostringstream error;
    CommandLine line(all_commands());
    CHECK(line.run({"completion", shell}, out, error) == protocol::kExitGood);
    for (const auto* command : all_commands()) {
      CAPTURE(shell, command->name);
      const bool there = out.str().find(command->name) != std::string::npos;
      CHECK(there == (command->audience != Audience::hidden));
    }
    CHECK(out.str().find("--verbose") != std::string::npos);
  }
}
