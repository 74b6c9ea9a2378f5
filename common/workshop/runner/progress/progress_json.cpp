#include <fmt/core.h>

#include <boost/json.hpp>

#include "workshop/runner/progress/progress.hpp"
#include "workshop/runner/progress/test_state_json.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

constexpr int kFormat = 1;

json::object to_object(const TestState& test) {
  auto told = json_for_others(test);
  if (!test.said.empty()) told["said"] = test.said;
  if (test.ignores_conflict) told["ignores_conflict"] = true;
  return told;
}

json::array to_array(const std::map<int, std::vector<HintName>>& hints) {
  json::array all;
  for (const auto& [step, taken] : hints) {
    for (const auto& hint : taken) {
      json::object told = {{"step", step}, {"hint", hint.number}};
      if (hint.kind == HintKind::on_loop) told["on_loop"] = true;
      if (hint.kind == HintKind::on_conflict) told["on_conflict"] = true;
      all.push_back(std::move(told));
    }
  }
  return all;
}

bool is_true(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->as_bool();
}

std::map<int, std::vector<HintName>> read_taken(const json::value& told) {
  std::map<int, std::vector<HintName>> hints;
  for (const auto& each : told.as_array()) {
    const auto& hint = each.as_object();
    hints[hint.at("step").to_number<int>()].push_back(
        {.number = hint.at("hint").to_number<int>(),
         .kind = is_true(hint, "on_loop")       ? HintKind::on_loop
                 : is_true(hint, "on_conflict") ? HintKind::on_conflict
                                                : HintKind::of_step});
  }
  return hints;
}

json::object to_object(const LabState& state, int number) {
  json::array tests;
  for (const auto& test : state.tests) tests.push_back(to_object(test));
  json::object told = {{"lab", number},
                       {"checked_digest", state.checked_digest},
                       {"solved_digest", state.solved_digest},
                       {"checked_at", state.checked_at},
                       {"tests", std::move(tests)},
                       {"hints_taken", to_array(state.hints_taken)}};
  if (!state.hints_before.empty()) told["hints_before"] = to_array(state.hints_before);
  if (const auto& proof = state.proof) {
    told["proof"] = {
        {"digest", proof->digest}, {"holds", proof->holds}, {"test", proof->failed.name}};
    if (!proof->holds) told["proof"].as_object()["failed"] = to_object(proof->failed);
  }
  if (state.held) told["proved_digest"] = state.held->digest;
  if (const auto& not_built = state.not_built) {
    told["not_built"] = {{"digest", not_built->digest},
                         {"errors", json::value_from(not_built->errors)}};
  }
  return told;
}

TestState read_test(const json::object& test) {
  TestState state = {.name = json::value_to<std::string>(test.at("name")),
                     .step = test.at("step").to_number<int>(),
                     .verdict = json::value_to<std::string>(test.at("verdict")),
                     .reason = json::value_to<std::string>(test.at("reason")),
                     .schedule = json::value_to<std::string>(test.at("schedule"))};
  if (const auto* line = test.if_contains("line")) state.line = line->to_number<int>();
  if (const auto* said = test.if_contains("said")) {
    state.said = json::value_to<std::string>(*said);
  }
  state.ignores_conflict = is_true(test, "ignores_conflict");
  return state;
}

void read_last_words(const json::object& told, LabState& state) {
  if (const auto* proof = told.if_contains("proof")) {
    state.proof = {.digest = json::value_to<std::string>(proof->at("digest")),
                   .holds = proof->at("holds").as_bool(),
                   .failed = {.name = json::value_to<std::string>(proof->at("test"))}};
    if (const auto* failed = proof->as_object().if_contains("failed")) {
      state.proof->failed = read_test(failed->as_object());
    }
    if (state.proof->holds) state.held = state.proof;
  }
  if (const auto* held = told.if_contains("proved_digest")) {
    state.held = Proof{.digest = json::value_to<std::string>(*held), .holds = true, .failed = {}};
  }
  if (const auto* not_built = told.if_contains("not_built")) {
    state.not_built = {.digest = json::value_to<std::string>(not_built->at("digest")),
                       .errors = json::value_to<std::vector<std::string>>(not_built->at("errors"))};
  }
}

LabState read_state(const json::object& told) {
  LabState state;
  state.checked_digest = json::value_to<std::string>(told.at("checked_digest"));
  state.solved_digest = json::value_to<std::string>(told.at("solved_digest"));
  state.checked_at = told.at("checked_at").to_number<std::int64_t>();
  for (const auto& each : told.at("tests").as_array()) {
    state.tests.push_back(read_test(each.as_object()));
  }
  read_last_words(told, state);
  state.hints_taken = read_taken(told.at("hints_taken"));
  if (const auto* before = told.if_contains("hints_before")) {
    state.hints_before = read_taken(*before);
  }
  return state;
}

}  // namespace

json::object json_for_others(const TestState& test) {
  json::object told = {{"name", test.name},
                       {"step", test.step},
                       {"verdict", test.verdict},
                       {"reason", test.reason},
                       {"schedule", test.schedule}};
  if (test.line != 0) told["line"] = test.line;
  return told;
}

std::string Progress::to_json() const {
  json::array labs;
  for (const auto& [number, state] : labs_) labs.push_back(to_object(state, number));
  return json::serialize(json::object{{"format", kFormat}, {"labs", std::move(labs)}});
}

Progress Progress::from_json(std::string_view text) {
  Progress progress;
  try {
    const auto told = json::parse(text);
    if (told.at("format").to_number<int>() != kFormat) {
      throw UserError(fmt::format("this progress is of format {}, and this program reads {}",
                                  told.at("format").to_number<int>(), kFormat));
    }
    for (const auto& lab : told.at("labs").as_array()) {
      progress.labs_[lab.at("lab").to_number<int>()] = read_state(lab.as_object());
    }
  } catch (const UserError&) {
    throw;
  } catch (const std::exception&) {
    throw UserError(
        "this is not the progress of a workshop, which `scripts/workshop status --json` prints");
  }
  return progress;
}

}  // namespace workshop::runner
