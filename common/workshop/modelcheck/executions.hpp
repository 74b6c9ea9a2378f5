#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/modelcheck/tlc.hpp"

/// From code to model: executions of a real handler are recorded, and checked against a
/// specification.
///
/// The idea is that of "Validating Traces of Distributed Programs Against TLA+ Specifications"
/// (Cirstea, Kuppe, Loillier, Merz, 2024): a trace specification follows an execution step by step;
/// where the algorithm's specification has no matching step, it cannot go on, which TLC reports as
/// a deadlock.
namespace workshop::modelcheck {

/// Which executions are drawn.
struct ExecutionsOptions {
  std::size_t executions_count = 1'000;  ///< how many are drawn
  std::uint64_t seed = 1;                ///< the same seed draws the same executions
  std::uint32_t faults_max = 3;  ///< in one execution; the number is drawn at random as well
  /// Of one execution; a longer one is an error.
  std::uint32_t steps_max = 400;
  /// Strings in documents that begin with this prefix are names, which the module lists in their
  /// order, because an algorithm that goes through them one by one depends on it. Empty: no names.
  std::string names_prefix = {};
};

/// Executions, and the TLA+ module `Executions` that contains them.
///
/// It defines `Events`, a sequence of all different events; `Runs`, a sequence of executions, each
/// a sequence of numbers of events; and `Names`, see `names_prefix`. An event is a record:
///   process   the name of the process
///   does      "receive", "load", "save", "erase", "publish", "send", "acknowledge", "abandon";
///             "request" and "reply" of a client, "accept" and "respond" of a server; or
///             "crash"; "lose lease"; "throw", of a handler whose operation was refused, or was
///             done and its answer lost (then the operation is an event of its own before it; but a
///             lost reply is a "reply" that failed); "rest", the last event
///   type, id  of the document ("Order", "order-1") or message; the method and the target of a
///             request or a reply, the status of a response; "" when it has none
///   copied    whether a received message was duplicated
///   failed    "VersionConflict", "LeaseLost", …; "" when the operation succeeded. Of a reply
///             "InvalidRequest" with a 4xx, "OutcomeUnknown" with a 5xx or no answer
///   body      the document that was read or written, JSON as TLA+: objects are records or
///             functions of strings; of a message, its text; <<>> when there is none
struct Executions {
  std::string module_text;             ///< the module `Executions`
  std::size_t steps_count = 0;         ///< events in all executions
  std::vector<std::string> schedules;  ///< of each execution, for the explorer's `follow`
  std::vector<std::vector<std::string>> events_in_words;  ///< each event in words, for a report
};

/// Draws executions of the scenario at random, with all of its messages, any preemptions, and
/// faults of the kinds in its bounds. The oracle's verdict on them does not matter here. Throws
/// std::runtime_error when one does not come to rest.
Executions sample_executions(const explore::Scenario& scenario, const ExecutionsOptions& options);

/// JSON as a TLA+ expression. Throws std::runtime_error when it is not JSON. `null` is <<>>.
std::string tla_of_json(const std::string& json);

/// TLC's verdict on executions.
struct TraceVerdict {
  TlcResult result;           ///< as TLC gave it
  bool accepted = false;      ///< all of them are behaviours of the specification
  std::size_t execution = 0;  ///< else the number of the one that is not, from 1
  /// And of the event at which it leaves the specification, from 1.
  std::size_t step = 0;
  /// "1,000 executions with 23,456 steps are behaviours of the specification", or where one left.
  std::string text;
};

/// Checks executions against the trace specification in `folder`, whose module `module` extends
/// `Executions` and has the variables `run` and `position`.
TraceVerdict validate(const Tlc& tlc, const Executions& executions,
                      const std::filesystem::path& folder, const std::string& module,
                      const TlcOptions& options);

/// Writes everything that TLC needs for that into the folder `into`, which is created if necessary:
/// the trace specification, the modules that it extends, and the executions. Throws
/// std::runtime_error.
void write_trace(const Executions& executions, const std::filesystem::path& folder,
                 const std::string& module, const std::filesystem::path& into);

/// Reads `module`.tla and .cfg from a folder, with all other modules of the folder and those that
/// specifications share (spec/ beside this header). Throws std::runtime_error.
Spec read_spec_in(const std::filesystem::path& folder, const std::string& module);

}  // namespace workshop::modelcheck
