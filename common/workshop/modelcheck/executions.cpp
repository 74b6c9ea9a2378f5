#include "workshop/modelcheck/executions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>

#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/modelcheck/files.hpp"

namespace workshop::modelcheck {
namespace fs = std::filesystem;
namespace {

using explore::Decision;
using explore::FaultInModel;
using explore::OperationKind;

std::string tla_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + '"';
}

void append(std::string& out, const boost::json::value& value) {
  if (const auto* object = value.if_object()) {
    // Keys are not always identifiers, so objects become functions of strings; r.name works for
    // these, too.
    std::string_view separator;
    out += object->empty() ? "<<>>" : "(";
    for (const auto& [name, member] : *object) {
      out.append(separator).append("(").append(tla_string(name)).append(" :> ");
      append(out, member);
      out += ')';
      separator = " @@ ";
    }
    if (!object->empty()) out += ')';
  } else if (const auto* array = value.if_array()) {
    std::string_view separator;
    out += "<<";
    for (const auto& element : *array) {
      out.append(separator);
      append(out, element);
      separator = ", ";
    }
    out += ">>";
  } else if (const auto* text = value.if_string()) {
    out += tla_string(std::string_view(*text));
  } else if (const auto* truth = value.if_bool()) {
    out += *truth ? "TRUE" : "FALSE";
  } else if (value.is_null()) {
    out += "<<>>";
  } else {
    out += boost::json::serialize(value);
  }
}

struct Event {
  std::string process;
  std::string does;
  std::string type;
  std::string id;
  bool copied = false;
  std::string failed;
  std::string body = "<<>>";

  std::string to_string() const {
    return fmt::format(
        "[process |-> {}, does |-> {}, type |-> {}, id |-> {}, copied |-> {}, failed |-> {}, "
        "body |-> {}]",
        tla_string(process), tla_string(does), tla_string(type), tla_string(id),
        copied ? "TRUE" : "FALSE", tla_string(failed), body);
  }
};

// Fills in the event of a request, a reply, or a server's accept or respond.
void describe_http(Event& event, const explore::Step& step) {
  const auto kind = step.choice.kind;
  const auto& facts = step.words->facts;
  if (kind == OperationKind::respond) {
    event.type = std::to_string(facts.http->status);
  } else {
    event.type = facts.http->method;
    event.id = facts.http->target;
  }
  if (kind == OperationKind::request || facts.http->status > 0) {
    event.body = tla_string(facts.http->body);
  }
  if (kind != OperationKind::reply) return;
  const bool answered = facts.error.empty() && step.choice.decision != Decision::unanswered_done;
  event.failed = !answered || facts.http->status >= 500 ? "OutcomeUnknown"
                 : facts.http->status >= 400            ? "InvalidRequest"
                                                        : "";
}

// The event of an operation that was done.
Event done_event(const explore::Step& step, const std::string& process) {
  Event event{.process = process, .does = std::string(name_of(step.choice.kind))};
  const auto& facts = step.words->facts;
  event.failed = facts.error == "OutcomeUnknown" ? "" : facts.error;
  if (facts.http) {
    describe_http(event, step);
  } else if (!facts.documents.empty()) {
    const auto& document = facts.documents.front();
    event.type = document.key.id;
    event.id = document.key.partition;
    if (!document.body.empty()) event.body = tla_of_json(document.body);
  } else if (!facts.messages.empty()) {
    const auto& message = facts.messages.front();
    event.type = message.type;
    event.id = message.id;
    event.body = tla_string(message.body);
  }
  return event;
}

// What one step of a world is in events: an operation whose answer is lost is two.
std::vector<Event> events_of(const explore::Step& step, const std::string& process) {
  const auto kind = step.choice.kind;
  const bool settles = kind == OperationKind::acknowledge || kind == OperationKind::abandon;
  const Event thrown{.process = process, .does = "throw"};
  if (step.choice.decision == Decision::advance_time) return {};
  const auto* fault = explore::fault_kind_of(step.choice.decision);
  switch (fault == nullptr ? FaultInModel::none : fault->in_model) {
    case FaultInModel::crash:
      return {{.process = process, .does = "crash"}};
    case FaultInModel::lost_lease:
      return {{.process = process, .does = "lose lease"}};
    case FaultInModel::throws:
      // Whoever cannot settle a message is done with it, and its lease ends: as if it had died.
      return {settles ? Event{.process = process, .does = "crash"} : thrown};
    case FaultInModel::done_throws: {
      const auto event = done_event(step, process);
      const bool waits_for_reply = kind == OperationKind::reply;
      const bool answer_lost = step.words->facts.error == "OutcomeUnknown";
      if (waits_for_reply || settles || !answer_lost) return {event};
      return {event, thrown};
    }
    case FaultInModel::copied: {
      auto event = done_event(step, process);
      event.copied = true;
      return {event};
    }
    case FaultInModel::none:
      break;
  }
  return {done_event(step, process)};
}

// Draws executions of one world and collects their different events.
class Sampler {
 public:
  Sampler(const explore::Scenario& scenario, const ExecutionsOptions& options)
      : scenario_(scenario),
        options_(options),
        execution_(scenario, scenario.messages.size()),
        random_(options.seed) {
    execution_.narrate();
  }

  Executions run() {
    for (std::size_t i = 0; i < options_.executions_count; ++i) draw_execution();
    write_module();
    return std::move(executions_);
  }

 private:
  void draw_execution() {
    execution_.return_to(0);
    explore::Budget budget{below(options_.faults_max + 1), 0};
    std::vector<std::size_t> run;
    auto& in_words = executions_.events_in_words.emplace_back();
    for (;;) {
      const auto& choices = execution_.choices(budget);
      if (choices.empty()) break;
      if (execution_.depth() >= options_.steps_max) {
        throw std::runtime_error(
            fmt::format("an execution of more than {} steps", options_.steps_max));
      }
      const auto choice = draw(choices);
      budget.faults -= choice.faults;
      execution_.take(choice);
      const auto& step = execution_.world().last_step();
      const auto& process = scenario_.processes[choice.process].name;
      note_names(step);
      for (const auto& event : events_of(step, process)) {
        add(run, event);
        in_words.push_back(fmt::format(
            "{}: {}", process,
            event.does == "throw" ? "the handler throws" : step.words->what + step.words->outcome));
      }
    }
    add(run, {.does = "rest"});
    in_words.emplace_back("at rest");
    executions_.steps_count += run.size();
    executions_.schedules.push_back(explore::Schedule::of(execution_.world(), "0000").to_string());
    runs_.push_back(std::move(run));
  }

  // One of six draws takes a fault when one is possible; the others let any process go on that can.
  explore::Choice draw(const std::vector<explore::Choice>& choices) {
    std::vector<const explore::Choice*> wanted;
    const bool fault = below(6) == 0;
    for (const auto& choice : choices) {
      if ((choice.faults > 0) == fault) wanted.push_back(&choice);
    }
    if (wanted.empty()) return choices[below(choices.size())];
    return *wanted[below(wanted.size())];
  }

  // Not std::uniform_int_distribution, which differs between standard libraries.
  std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  void add(std::vector<std::size_t>& run, const Event& event) {
    const auto [found, is_new] = numbers_.try_emplace(event.to_string(), numbers_.size() + 1);
    if (is_new) events_.push_back(found->first);
    run.push_back(found->second);
  }

  void note_names(const explore::Step& step) {
    if (options_.names_prefix.empty()) return;
    for (const auto& document : step.words->facts.documents) {
      if (document.body.empty()) continue;
      note_names(boost::json::parse(document.body));
    }
  }

  void note_names(const boost::json::value& value) {
    if (const auto* object = value.if_object()) {
      for (const auto& [name, member] : *object) note_names(member);
    } else if (const auto* array = value.if_array()) {
      for (const auto& element : *array) note_names(element);
    } else if (const auto* text = value.if_string()) {
      if (text->starts_with(options_.names_prefix))
        names_.insert(tla_string(std::string_view(*text)));
    }
  }

  void write_module() {
    auto& text = executions_.module_text;
    text =
        "----------------------------- MODULE Executions -----------------------------\n"
        "EXTENDS TLC\n\nEvents == <<\n";
    for (std::size_t i = 0; i < events_.size(); ++i) {
      text += fmt::format("  {}{}\n", events_[i], i + 1 == events_.size() ? "" : ",");
    }
    text += ">>\n\nRuns == <<\n";
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      text +=
          fmt::format("  <<{}>>{}\n", fmt::join(runs_[i], ","), i + 1 == runs_.size() ? "" : ",");
    }
    text += fmt::format(">>\n\nNames == <<{}>>\n", fmt::join(names_, ", "));
    text += "=============================================================================\n";
  }

  const explore::Scenario& scenario_;
  ExecutionsOptions options_;
  explore::Execution execution_;
  std::mt19937_64 random_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> events_;
  std::vector<std::vector<std::size_t>> runs_;
  std::set<std::string> names_;
  Executions executions_;
};

void add_modules(Spec& spec, const fs::path& folder, const std::string& except) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().stem().string();
    if (entry.path().extension() != ".tla" || name == except) continue;
    spec.modules[name] = read_file(entry.path());
  }
}

}  // namespace

std::string tla_of_json(const std::string& json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(json, error);
  if (error) throw std::runtime_error("a document is no JSON: " + json);
  std::string out;
  append(out, value);
  return out;
}

Executions sample_executions(const explore::Scenario& scenario, const ExecutionsOptions& options) {
  return Sampler(scenario, options).run();
}

Spec read_spec_in(const fs::path& folder, const std::string& module) {
  auto spec = read_spec(folder / (module + ".tla"), folder / (module + ".cfg"));
  add_modules(spec, shared_specs_folder(), module);
  add_modules(spec, folder, module);
  return spec;
}

void write_trace(const Executions& executions, const fs::path& folder, const std::string& module,
                 const fs::path& into) {
  auto spec = read_spec_in(folder, module);
  spec.modules["Executions"] = executions.module_text;
  spec.modules[module] = spec.module_text;
  fs::create_directories(into);
  for (const auto& [name, text] : spec.modules) {
    if (!name.ends_with("Mutants")) write_file(into / (name + ".tla"), text);
  }
  write_file(into / (module + ".cfg"), spec.config);
}

TraceVerdict validate(const Tlc& tlc, const Executions& executions, const fs::path& folder,
                      const std::string& module, const TlcOptions& options) {
  auto spec = read_spec_in(folder, module);
  spec.modules["Executions"] = executions.module_text;
  auto tlc_options = options;
  tlc_options.deadlock = true;
  tlc_options.coverage = false;

  TraceVerdict verdict;
  verdict.result = check(tlc, spec, tlc_options);
  const auto& result = verdict.result;
  const auto runs_count = executions.schedules.size();
  // There must be one state before each event, and one after the last. Fewer mean that an event was
  // not followed. More mean that an event allowed two steps, so that one could hide that the other
  // fails.
  const auto states_count = executions.steps_count + runs_count;
  const bool stands_still =
      result.outcome == TlcOutcome::deadlock || result.outcome == TlcOutcome::evaluation_failed;
  if (stands_still && !result.counterexample.empty()) {
    const auto& last = result.counterexample.back().variables;
    verdict.execution = static_cast<std::size_t>(last.at("run").integer());
    verdict.step = static_cast<std::size_t>(last.at("position").integer());
    verdict.text =
        fmt::format("execution {} of {} is no behaviour of {}: step {}, {}\n  it is {}",
                    verdict.execution, runs_count, module, verdict.step,
                    executions.events_in_words.at(verdict.execution - 1).at(verdict.step - 1),
                    executions.schedules.at(verdict.execution - 1));
    if (result.outcome == TlcOutcome::evaluation_failed) {
      verdict.text += "\n  what it writes is not what the specification knows: " + result.message;
    }
  } else if (result.holds() && result.distinct_states_count == states_count) {
    verdict.accepted = true;
    verdict.text = fmt::format("{} executions with {} steps are behaviours of {}", runs_count,
                               executions.steps_count, module);
  } else if (result.holds()) {
    verdict.text = fmt::format("{} states instead of {}: an event does not decide its step",
                               result.distinct_states_count, states_count);
  } else {
    verdict.text = result.to_string() + "\n" + result.message;
  }
  return verdict;
}

}  // namespace workshop::modelcheck
