#include "workshop/runner/progress/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fstream>
#include <utility>

#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/ignored_conflict.hpp"
#include "workshop/runner/runs/pictures.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

fs::path progress_file(const Project& project) {
  return progress_folder(project) / "progress.json";
}

std::string digest_of_text(std::string_view text) {
  std::uint64_t digest = 0xcbf29ce484222325U;  // FNV-1a
  for (const char byte : text) {
    digest = (digest ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  }
  return fmt::format("{:016x}", digest);
}

/// Of what it says, without what differs from run to run: long hexadecimal ids, temporary files.
std::string digest_of_failure(const TestResult& test) {
  constexpr std::size_t kIdMin = 8;
  std::string said = test.story;
  for (const auto& failure : test.failures) said += '\n' + failure;
  std::string kept;
  const auto is_of_id = [](char c) {
    return c == '-' || std::isxdigit(static_cast<unsigned char>(c)) != 0;
  };
  for (std::size_t i = 0; i < said.size();) {
    auto end = i;
    while (end < said.size() && is_of_id(said[end])) ++end;
    if (said.compare(i, 5, "/tmp/") == 0) {
      end = std::min(said.find_first_of(" \n\"'", i), said.size());
    } else if (end - i < kIdMin) {
      end = std::max(end, i + 1);
      kept.append(said, i, end - i);
    }
    i = end;
  }
  return digest_of_text(kept);
}

TestState state_of(const TestResult& test) {
  return {.name = test.name,
          .step = test.step(),
          .verdict = test.passed    ? "green"
                     : test.skipped ? "skipped"
                                    : "red",
          .reason = test.failed() ? test.reason() : "",
          .schedule = test.failed() ? test.schedule : "",
          .line = test.failed() && test.schedule.empty() ? test.failed_line : 0,
          .said = test.failed() ? digest_of_failure(test) : "",
          .ignores_conflict = test.failed() && ignores_conflict(test.story)};
}

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Records the newest run of each lab that any build folder has kept, unless its file has changed
/// since.
void derive(const Project& project, Progress& progress) {
  std::error_code error;
  for (const auto& lab : project.labs()) {
    if (lab.sources.empty()) continue;
    const auto edited = fs::last_write_time(lab.sources.front(), error);
    auto newest = edited;
    fs::path results;
    for (const auto& build : fs::directory_iterator(project.root() / "build", error)) {
      const auto file = runs_folder(build.path()) / (lab.target() + ".jsonl");
      const auto written = fs::last_write_time(file, error);
      if (error || written <= newest) continue;
      newest = written;
      results = file;
    }
    const auto text = results.empty() ? std::nullopt : read_file(results);
    if (!text) continue;
    const auto run = read_results(*text);
    if (run.ended) progress.record(lab, digest_of(lab), run);
    results.replace_extension(".prove.jsonl");
    if (const auto written = fs::last_write_time(results, error); error || written <= edited)
      continue;
    const auto proof = read_results(read_file(results).value_or(""));
    if (proof.ended) progress.record_proof(lab, proof_by(proof, digest_of(lab)));
  }
}

}  // namespace

fs::path progress_folder(const Project& project) { return project.root() / ".workshop"; }

fs::path joined_board_file(const Project& project) {
  return progress_folder(project) / "board.json";
}

std::string digest_of(const Lab& lab) {
  const auto text = lab.sources.empty() ? std::nullopt : read_file(lab.sources.front());
  if (!text) return {};
  return digest_of_text(*text);
}

Proof proof_by(const RunResult& run, const std::string& digest) {
  Proof proof = {.digest = digest, .holds = true, .failed = {}};
  if (const auto* failure = first_failure(run)) {
    proof.holds = false;
    proof.failed = state_of(*failure);
  }
  return proof;
}

Progress Progress::load(const Project& project) {
  if (const auto text = read_file(progress_file(project))) {
    try {
      return from_json(*text);
    } catch (const UserError&) {  // as good as lost
    }
  }
  Progress progress;
  derive(project, progress);
  return progress;
}

void Progress::save(const Project& project) const {
  const auto file = progress_file(project);
  auto written = file;
  written += fmt::format(".{}", ::getpid());
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  {
    std::ofstream out(written, std::ios::binary);
    out << to_json() << '\n';
    out.close();
    if (!out) throw UserError(fmt::format("{} cannot be written", project.shown(written)));
  }
  fs::rename(written, file, error);
  if (error) throw UserError(fmt::format("{}: {}", project.shown(file), error.message()));
}

void Progress::record(const Lab& lab, const std::string& digest, const RunResult& run, bool whole) {
  auto& state = labs_[lab.number];
  state.checked_digest = digest;
  state.checked_at = now();
  state.not_built.reset();
  if (whole) state.tests.clear();
  for (const auto& test : run.tests) {
    const auto known = std::find_if(state.tests.begin(), state.tests.end(),
                                    [&](const TestState& each) { return each.name == test.name; });
    if (known == state.tests.end()) {
      state.tests.push_back(state_of(test));
    } else {
      *known = state_of(test);
    }
  }
  const bool green =
      run.ended && !run.tests.empty() &&
      std::any_of(run.tests.begin(), run.tests.end(),
                  [](const auto& test) { return test.passed; }) &&
      std::none_of(run.tests.begin(), run.tests.end(), [](const auto& t) { return t.failed(); });
  if (whole && green) state.solved_digest = digest;
}

void Progress::record_proof(const Lab& lab, Proof proof) {
  auto& state = labs_[lab.number];
  if (proof.holds) {
    state.held = proof;
  } else if (state.held && state.held->digest == proof.digest) {
    state.held.reset();
  }
  state.proof = std::move(proof);
}

void Progress::record_not_built(const Lab& lab, NotBuilt not_built) {
  auto& state = labs_[lab.number];
  state.not_built = std::move(not_built);
  state.checked_at = now();
}

void Progress::take_hint(const Lab& lab, int step, HintName hint) {
  labs_[lab.number].hints_taken[step].push_back(hint);
}

bool Progress::begin_hints_anew(const Lab& lab) {
  const auto found = labs_.find(lab.number);
  if (found == labs_.end() || found->second.hints_taken.empty()) return false;
  for (const auto& [step, taken] : std::exchange(found->second.hints_taken, {})) {
    auto& before = found->second.hints_before[step];
    for (const auto& hint : taken) {
      if (std::ranges::find(before, hint) == before.end()) before.push_back(hint);
    }
  }
  return true;
}

const LabState* Progress::find(int number) const {
  const auto found = labs_.find(number);
  return found == labs_.end() ? nullptr : &found->second;
}

Standing Progress::standing(const Lab& lab) const {
  const auto* state = find(lab.number);
  if (state == nullptr) return Standing::open;
  if (state->solved_digest.empty()) {
    return state->checked_at == 0 ? Standing::open : Standing::begun;
  }
  return state->solved_digest == digest_of(lab) ? Standing::solved : Standing::changed;
}

const Proof* Progress::proof_of(const Lab& lab) const {
  const auto* state = find(lab.number);
  if (state == nullptr) return nullptr;
  const auto digest = digest_of(lab);
  for (const auto* proof : {&state->proof, &state->held}) {
    if (*proof && (*proof)->digest == digest) return &**proof;
  }
  return nullptr;
}

const NotBuilt* Progress::not_built(const Lab& lab) const {
  const auto* state = find(lab.number);
  if (state == nullptr || !state->not_built || state->not_built->digest != digest_of(lab)) {
    return nullptr;
  }
  return &*state->not_built;
}

const Lab* Progress::last_checked(const std::vector<Lab>& labs) const {
  const Lab* last = nullptr;
  std::int64_t at = 0;
  for (const auto& lab : labs) {
    const auto* state = find(lab.number);
    if (state == nullptr || state->checked_at == 0 || state->checked_at < at) continue;
    last = &lab;
    at = state->checked_at;
  }
  return last;
}

const Lab* next_open(const std::vector<Lab>& labs, const Progress& progress, int after) {
  const Lab* first = nullptr;
  const Lab* changed = nullptr;
  for (const auto& lab : labs) {
    const auto standing = progress.standing(lab);
    if (standing == Standing::solved || lab.number == after) continue;
    if (standing == Standing::changed) {
      if (changed == nullptr) changed = &lab;
      continue;
    }
    if (lab.number > after) return &lab;
    if (first == nullptr) first = &lab;
  }
  return first != nullptr ? first : changed;
}

const Lab* next_to_go_on(const std::vector<Lab>& labs, const Progress& progress, int after) {
  const auto* open = next_open(labs, progress, after);
  const Lab* begun = nullptr;
  for (const auto& lab : labs) {
    if (lab.number == after || progress.standing(lab) != Standing::begun) continue;
    if (open != nullptr && lab.number > open->number) continue;
    const auto at = [&](const Lab& each) { return progress.find(each.number)->checked_at; };
    if (begun == nullptr || at(lab) >= at(*begun)) begun = &lab;
  }
  return begun != nullptr ? begun : open;
}

bool is_refused(const Progress& progress, const Lab& lab) {
  const auto* proof = progress.proof_of(lab);
  return proof != nullptr && !proof->holds;
}

const Lab* current_lab(const std::vector<Lab>& labs, const Progress& progress) {
  const auto* last = progress.last_checked(labs);
  const bool is_done = last != nullptr && progress.standing(*last) == Standing::solved &&
                       !is_refused(progress, *last);
  return is_done ? nullptr : last;
}

const Lab* next_lab(const std::vector<Lab>& labs, const Progress& progress) {
  if (const auto* current = current_lab(labs, progress)) return current;
  const auto* last = progress.last_checked(labs);
  return next_to_go_on(labs, progress, last == nullptr ? 0 : last->number);
}

int red_step(const LabState& state) {
  int step = 0;
  for (const auto& test : state.tests) {
    if (test.verdict != "red" || test.step == 0) continue;
    if (step == 0 || test.step < step) step = test.step;
  }
  return step;
}

}  // namespace workshop::runner
