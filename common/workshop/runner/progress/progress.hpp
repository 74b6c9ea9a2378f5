#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {

/// What the last run told of one test.
struct TestState {
  std::string name;
  int step = 0;          ///< 0: of no step
  std::string verdict;   ///< "green", "red" or "skipped"
  std::string reason;    ///< of a red one, in one word of the catalogue (TestResult::reason)
  std::string schedule;  ///< the execution that breaks it, or empty
  int line = 0;          ///< of a red one without: where its first assertion failed, or 0
  std::string said;      ///< a digest of what a red one said; empty: not known
  bool ignores_conflict = false;  ///< of a red one: its story does (progress/ignored_conflict.hpp)

  friend bool operator==(const TestState&, const TestState&) = default;
};

/// Whose a hint is: a step's own, at any handler that never comes to its end (hints_on_loops), or
/// at any that goes on after its save was refused (hints_on_conflicts).
enum class HintKind { of_step, on_loop, on_conflict };

/// A hint that was taken, as one names it: each kind has numbers of its own, from 1.
struct HintName {
  int number = 0;
  HintKind kind = HintKind::of_step;

  friend bool operator==(const HintName&, const HintName&) = default;
};

/// What `prove` has said of a file.
struct Proof {
  std::string digest;  ///< of the file (digest_of)
  bool holds = false;
  TestState failed;  ///< the first test that fails; without a name when it holds

  friend bool operator==(const Proof&, const Proof&) = default;
};

/// That a file does not compile.
struct NotBuilt {
  std::string digest;               ///< of the file (digest_of)
  std::vector<std::string> errors;  ///< the first ones, with their places

  friend bool operator==(const NotBuilt&, const NotBuilt&) = default;
};

/// What is known of one lab.
struct LabState {
  std::string checked_digest;   ///< of the file to edit when it was last checked (digest_of)
  std::string solved_digest;    ///< when all its tests were green last; empty: never
  std::int64_t checked_at = 0;  ///< seconds since 1970
  std::vector<TestState> tests;
  /// At each step, in the order in which they came.
  std::map<int, std::vector<HintName>> hints_taken;
  /// Those that were taken before the hints began anew, each once.
  std::map<int, std::vector<HintName>> hints_before;
  std::optional<Proof> proof;         ///< the last one; of another file it says nothing
  std::optional<Proof> held;          ///< the last one that held
  std::optional<NotBuilt> not_built;  ///< the last build, if it failed

  friend bool operator==(const LabState&, const LabState&) = default;
};

/// Where a person stands with a lab.
enum class Standing {
  open,     ///< never checked
  begun,    ///< checked, and not solved
  solved,   ///< solved, by the very file that is there
  changed,  ///< solved before, by another file than the one that is there
};

/// What a person has done in this checkout: a file in an ignored folder. It holds nothing that the
/// tests would not tell again, but for the hints that were taken and a file that solved a lab
/// before. Not thread-safe; of two programs that save at once, one wins.
class Progress {
 public:
  /// Reads the file. When it is lost or cannot be read, what the test programs have reported
  /// is read instead, where it is newer than the file to edit.
  static Progress load(const Project& project);
  /// Reads what `to_json` wrote. Throws UserError for anything else.
  static Progress from_json(std::string_view text);

  /// Replaces the file, whole or not at all. Throws UserError when it cannot be written.
  void save(const Project& project) const;
  std::string to_json() const;

  /// Remembers a run. `digest` is that of the file as it was built. A run that was not `whole` says
  /// nothing of the tests that it left out, and does not make a lab solved.
  void record(const Lab& lab, const std::string& digest, const RunResult& run, bool whole = true);
  /// Remembers what `prove` has said of a file.
  void record_proof(const Lab& lab, Proof proof);
  /// Remembers that a file does not compile, until a run is recorded.
  void record_not_built(const Lab& lab, NotBuilt not_built);
  void take_hint(const Lab& lab, int step, HintName hint);
  /// Those that were taken come again, and are known to have been taken before. Returns whether
  /// any had been taken.
  bool begin_hints_anew(const Lab& lab);

  /// Null: nothing is known of it.
  const LabState* find(int number) const;
  Standing standing(const Lab& lab) const;
  /// What `prove` has said of the very file that is there, or null.
  const Proof* proof_of(const Lab& lab) const;
  /// Null: the very file that is there was not built in vain.
  const NotBuilt* not_built(const Lab& lab) const;
  /// The lab that was checked last, or null.
  const Lab* last_checked(const std::vector<Lab>& labs) const;
  const std::map<int, LabState>& labs() const { return labs_; }

 private:
  std::map<int, LabState> labs_;
};

/// What a run of `prove` says of the file with this digest.
Proof proof_by(const RunResult& run, const std::string& digest);

/// Where progress is kept, and the copies of files that a command has replaced.
std::filesystem::path progress_folder(const Project& project);

/// A digest of the file that an attendee edits; empty when the lab has none.
std::string digest_of(const Lab& lab);
/// Where the board that this checkout has joined is kept; there is no file when none is joined.
std::filesystem::path joined_board_file(const Project& project);

/// The first lab in the order of the workshop that was never solved, after `after` if there is one;
/// else one that was solved before and has changed; null when all are solved.
const Lab* next_open(const std::vector<Lab>& labs, const Progress& progress, int after = 0);

/// Where a person goes on after `after`: at a lab before next_open that was begun and never solved,
/// of several at the one that was checked last; else at next_open. A lab behind it that was begun
/// waits until it is its turn: what comes before it is what it builds on.
const Lab* next_to_go_on(const std::vector<Lab>& labs, const Progress& progress, int after = 0);
/// Whether prove has said no of what the file is now.
bool is_refused(const Progress& progress, const Lab& lab);
/// The lab that a person works at: the one checked last, unless it is solved and prove has not said
/// no of it; null: none.
const Lab* current_lab(const std::vector<Lab>& labs, const Progress& progress);
/// What a person does next: goes on at the current lab, or else with another one; null: all are
/// solved.
const Lab* next_lab(const std::vector<Lab>& labs, const Progress& progress);

/// The first red test's step in the order of steps; 0 when none is known to be red.
int red_step(const LabState& state);

}  // namespace workshop::runner
