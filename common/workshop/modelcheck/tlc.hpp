#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/modelcheck/tla_value.hpp"

namespace workshop::modelcheck {

/// The model checker TLC and the PlusCal translator, which one jar holds, and the Java that runs
/// it.
struct Tlc {
  std::filesystem::path java;  ///< the program
  std::filesystem::path jar;   ///< tla2tools.jar
};

/// The installed TLC, or what is missing and how to get it.
struct FoundTlc {
  std::optional<Tlc> tlc;  ///< nothing: it is not installed
  std::string missing;     ///< a sentence or two; "" when nothing is
};

/// The folder in which labs keep TLC's answers: `.cache/tlc/answers` of the checkout.
std::filesystem::path answers_folder();

/// Looks for TLC. The jar: the environment variable TLA2TOOLS_JAR if it is set, else
/// `.cache/tlc/tla2tools.jar` of the checkout, where `scripts/setup --model-checking` puts it.
/// Java: JAVA_HOME if it is set, else along PATH. Runs nothing.
FoundTlc find_tlc();

/// The specification that TLC checks.
struct Spec {
  std::string module_text;  ///< TLA+, perhaps with an algorithm in PlusCal

  /// The text of its .cfg file.
  std::string config;
  /// Further modules that it extends or instantiates: text by name. Those with an algorithm must be
  /// translated already.
  std::map<std::string, std::string> modules;
};

/// Reads a spec: a .tla file and a .cfg file. Throws std::runtime_error when one cannot be read.
Spec read_spec(const std::filesystem::path& module_file, const std::filesystem::path& config_file);

/// The name after MODULE in the first line of dashes; "" when there is none.
std::string module_name(std::string_view module_text);

/// How long TLC may run, with how much, and what counts as an error.
struct TlcOptions {
  /// Wall clock, translation included.
  std::chrono::milliseconds time_max{60'000};
  /// With more than one, counterexamples and the depth may differ from run to run, and
  /// counterexamples need not be shortest ones.
  unsigned workers_count = 1;  ///< threads of TLC

  /// Of Java, in MiB.
  unsigned heap_mib = 512;
  /// Whether a state without a next one is an error. Message handlers come to rest, which is not an
  /// error; a temporal property says that they do.
  bool deadlock = false;
  /// Whether it counts how often actions are taken. Without coverage, `actions` and `unreached` are
  /// empty, and large constants, such as recorded executions, are much faster.
  bool coverage = true;
  /// Whether probes in the translation of an algorithm report which of its branches are never
  /// taken. Fills `unreached`, at a fifth of the cost of coverage. The module must extend TLC.
  bool probes = false;
  /// Whether it goes on after a violation, to the end: `violations` has them all. The model must
  /// break each property only once, or the number of violations is unlimited.
  bool go_on = false;
  /// Whether temporal properties are checked only when all states are known, and not in between.
  bool temporal_last = false;
  /// A folder that keeps answers: the same question to the same tools, word by word, is answered
  /// from there. Empty: no answers are kept. It may be deleted at any time.
  std::filesystem::path answers;
};

/// The result of checking a spec.
enum class TlcOutcome : std::uint8_t {
  holds,                ///< everything was explored, and nothing is wrong
  invariant_violated,   ///< `property` names it
  action_violated,      ///< a property [][A]_v; `property` names it
  temporal_violated,    ///< `property` names it when the config lists only one
  deadlock,             ///< a state without a next one
  assumption_false,     ///< an ASSUME of the module
  translation_failed,   ///< the PlusCal translator refused the algorithm
  parse_failed,         ///< the TLA+ parser refused the module
  configuration_wrong,  ///< the .cfg file names something that does not exist, or lacks a constant
  evaluation_failed,    ///< TLC could not evaluate an expression in some state
  timed_out,
  tool_failed,  ///< Java or TLC itself failed: `message` says how
};

/// "invariant violated" and the like.
std::string_view name_of(TlcOutcome outcome);

/// One state of a counterexample.
struct TlcState {
  std::string action;      ///< the action that led here, such as "Save"; "" for the first state
  TlaVariables variables;  ///< their values there
};

/// How often an action was taken.
struct TlcAction {
  std::string name;                         ///< of PlusCal: the label
  std::uint64_t distinct_states_count = 0;  ///< states that this action was the first to reach
  std::uint64_t taken_count = 0;            ///< steps of this action
};

/// A part of an action that no state ever enabled, such as a branch of an `either`.
struct TlcUnreached {
  std::string action;  ///< its name
  std::string text;    ///< of the translation; "": the whole action
};

/// A violation, and the states that show it.
struct TlcViolation {
  TlcOutcome outcome = TlcOutcome::invariant_violated;  ///< which kind of property is violated
  std::string property;                                 ///< that is violated

  /// From the first state on.
  std::vector<TlcState> counterexample;
  /// The counterexample of a temporal property ends here: it goes back to the state of this number
  /// (from 0) for ever, or stays in its last state.
  std::optional<std::size_t> loops_to;
  std::string printed;  ///< by the model, since the previous violation
};

/// What TLC has found.
struct TlcResult {
  TlcOutcome outcome = TlcOutcome::tool_failed;  ///< of the first violation, or of the run
  std::string property;                          ///< that is violated
  std::string message;                           ///< what is wrong, in TLC's words, shortened
  int line = 0;  ///< of the module's text as it was passed; 0: not known

  /// Of the first violation, from the first state on.
  std::vector<TlcState> counterexample;
  /// The counterexample of a temporal property ends here: it goes back to the state of this number
  /// (from 0) for ever, or stays in its last state.
  std::optional<std::size_t> loops_to;
  std::uint64_t generated_states_count = 0;  ///< states that steps led to, seen ones included
  std::uint64_t distinct_states_count = 0;   ///< different states
  bool complete = false;                     ///< no state was left to look at
  std::uint32_t depth = 0;                   ///< states of the longest shortest path from the start
  std::vector<TlcAction> actions;            ///< by coverage
  std::vector<TlcUnreached> unreached;       ///< by coverage
  std::vector<TlcViolation> violations;   ///< all of them, in the order found; the first is above
  std::chrono::milliseconds duration{0};  ///< wall clock, of the run that gave the answer
  std::string output;                     ///< the complete output of the tools
  bool remembered = false;                ///< the answer came from `TlcOptions::answers`

  /// Whether all properties hold.
  bool holds() const noexcept { return outcome == TlcOutcome::holds; }
  /// The names of actions that were never taken, by coverage or by probes, without PlusCal's
  /// `Terminating`.
  std::vector<std::string> never_taken() const;
  /// "1,234 distinct states, 2,345 generated, complete": how far TLC went, whatever it found.
  std::string explored() const;
  /// "1,234 distinct states, 2,345 generated, depth 17, complete", or the outcome and the property.
  std::string to_string() const;
};

/// Translates the spec's algorithm if it has one, and checks the spec, in a temporary folder that
/// is removed afterwards. With one worker, the result, counterexample included, is the same in
/// every run. Blocks for as long as TLC runs; several threads may call it at once.
TlcResult check(const Tlc& tlc, const Spec& spec, const TlcOptions& options = {});

}  // namespace workshop::modelcheck
