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
  std::filesystem::path java;
  std::filesystem::path jar;
};

/// Where TLC is, or what is missing and how to get it.
struct FoundTlc {
  std::optional<Tlc> tlc;
  std::string missing;  ///< a sentence or two; "" when nothing is
};

/// Where labs keep TLC's answers: `.cache/tlc/answers` of the checkout.
std::filesystem::path answers_folder();

/// Looks for TLC. The jar: the environment variable TLA2TOOLS_JAR if it is set, else
/// `.cache/tlc/tla2tools.jar` of the checkout, where `scripts/setup --model-checking` puts it.
/// Java: JAVA_HOME if it is set, else along PATH. Runs nothing.
FoundTlc find_tlc();

/// What TLC is asked to check.
struct Spec {
  std::string module_text;  ///< TLA+, perhaps with an algorithm in PlusCal
  std::string config;       ///< the text of its .cfg file
  /// Further modules that it extends or instantiates: text by name. Those with an algorithm have to
  /// be translated already.
  std::map<std::string, std::string> modules;
};

/// Reads a spec: a .tla file and a .cfg file. Throws std::runtime_error when one cannot be read.
Spec read_spec(const std::filesystem::path& module_file, const std::filesystem::path& config_file);

/// The name after MODULE in the first line of dashes; "" when there is none.
std::string module_name(std::string_view module_text);

struct TlcOptions {
  std::chrono::milliseconds time_max{60'000};  ///< wall clock, translation included
  /// More than one: counterexamples and the depth may differ from run to run, and counterexamples
  /// need not be shortest ones.
  unsigned workers_count = 1;
  unsigned heap_mib = 512;
  /// Whether a state without a next one is an error. Message handlers come to rest, which is none:
  /// that they rest when there is nothing left to do is for a temporal property to say.
  bool deadlock = false;
  /// Whether it counts how often actions are taken. Without, `actions` and `unreached` are empty;
  /// large constants, such as recorded executions, are much faster so.
  bool coverage = true;
  /// Whether the translation of an algorithm says which of its branches are never taken: fills
  /// `unreached`, at a fifth of what coverage costs. The module has to extend TLC.
  bool probes = false;
  /// Whether it goes on after a violation, to the end: `violations` has them all. A model that is
  /// asked so has to break each property only once, or there is no end of them.
  bool go_on = false;
  /// Whether temporal properties are checked only when every state is known, and not now and then
  /// before.
  bool temporal_last = false;
  /// A folder that keeps answers: what was asked before, of the same tools, word by word, is not
  /// asked again. Empty: always asks. It may be deleted at any time.
  std::filesystem::path answers;
};

/// What came of checking a spec.
enum class TlcOutcome : std::uint8_t {
  holds,                ///< everything was explored, and nothing is wrong
  invariant_violated,   ///< `property` names it
  action_violated,      ///< a property [][A]_v; `property` names it
  temporal_violated,    ///< `property` names it when the config lists only one
  deadlock,             ///< a state without a next one
  assumption_false,     ///< an ASSUME of the module
  translation_failed,   ///< the PlusCal translator refused the algorithm
  parse_failed,         ///< the TLA+ parser refused the module
  configuration_wrong,  ///< the .cfg file names what is not there, or lacks a constant
  evaluation_failed,    ///< TLC could not evaluate an expression in some state
  timed_out,
  tool_failed,  ///< Java or TLC itself failed: `message` says how
};

/// "invariant violated" and the like.
std::string_view name_of(TlcOutcome outcome);

/// One state of a counterexample.
struct TlcState {
  std::string action;  ///< the action that led here, such as "Save"; of the first one ""
  TlaVariables variables;
};

/// How often an action was taken.
struct TlcAction {
  std::string name;                         ///< of PlusCal: the label
  std::uint64_t distinct_states_count = 0;  ///< that it was the first to reach
  std::uint64_t taken_count = 0;
};

/// A part of an action that no state ever enabled: a branch of an `either`, say.
struct TlcUnreached {
  std::string action;
  std::string text;  ///< of the translation; "": all of the action
};

/// What is wrong, and the states that show it.
struct TlcViolation {
  TlcOutcome outcome = TlcOutcome::invariant_violated;
  std::string property;  ///< that is violated
  std::vector<TlcState> counterexample;
  /// The counterexample of a temporal property ends here: it goes back to the state of this number
  /// (from 0) for ever, or stays in its last state.
  std::optional<std::size_t> loops_to;
  std::string printed;  ///< by the model, since the violation before
};

struct TlcResult {
  TlcOutcome outcome = TlcOutcome::tool_failed;
  std::string property;  ///< that is violated
  std::string message;   ///< what is wrong, in TLC's words, shortened to what helps
  int line = 0;          ///< of the module's text as it was given; 0: not known
  std::vector<TlcState> counterexample;
  /// The counterexample of a temporal property ends here: it goes back to the state of this number
  /// (from 0) for ever, or stays in its last state.
  std::optional<std::size_t> loops_to;
  std::uint64_t generated_states_count = 0;
  std::uint64_t distinct_states_count = 0;
  bool complete = false;    ///< no state was left to look at
  std::uint32_t depth = 0;  ///< states of the longest shortest path from the start
  std::vector<TlcAction> actions;
  std::vector<TlcUnreached> unreached;
  std::vector<TlcViolation> violations;  ///< all of them, in the order found; the first is above
  std::chrono::milliseconds duration{0};
  std::string output;       ///< all that the tools said
  bool remembered = false;  ///< the answer came from `TlcOptions::answers`

  bool holds() const noexcept { return outcome == TlcOutcome::holds; }
  /// The names of actions that were never taken, by coverage or by probes; PlusCal's `Terminating`
  /// apart.
  std::vector<std::string> never_taken() const;
  /// "1,234 distinct states, 2,345 generated, complete": what TLC went through, whatever it found.
  std::string explored() const;
  /// "1,234 distinct states, 2,345 generated, depth 17, complete", or the outcome and the property.
  std::string to_string() const;
};

/// Translates the spec's algorithm if it has one and checks it, in a temporary folder that is gone
/// afterwards. With one worker, the result is the same in every run, counterexample included.
/// Blocks for as long as TLC runs; several threads may call it at once.
TlcResult check(const Tlc& tlc, const Spec& spec, const TlcOptions& options = {});

}  // namespace workshop::modelcheck
