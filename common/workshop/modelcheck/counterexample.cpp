#include "workshop/modelcheck/counterexample.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/drivers/execution.hpp"

namespace workshop::modelcheck {
namespace {

using explore::Decision;
using explore::OperationKind;

bool is_bag(const TlaValue& value) {
  const auto kind = value.kind();
  if (kind != TlaValue::Kind::function)
    return kind == TlaValue::Kind::tuple && value.elements().empty();
  return std::all_of(value.pairs().begin(), value.pairs().end(), [](const auto& pair) {
    return pair.second.kind() == TlaValue::Kind::integer && pair.second.integer() > 0;
  });
}

std::int64_t copies_in(const TlaValue& bag, const TlaValue& element) {
  for (const auto& [member, copies] : bag.pairs()) {
    if (member == element) return copies.integer();
  }
  return 0;
}

// A value in a readable form: "{id: m1, spent: 1}".
std::string plain(const TlaValue& value) {
  switch (value.kind()) {
    case TlaValue::Kind::string:
      return value.text();
    case TlaValue::Kind::set:
    case TlaValue::Kind::tuple: {
      std::string text;
      for (const auto& element : value.elements())
        text += (text.empty() ? "" : ", ") + plain(element);
      return "{" + text + "}";
    }
    case TlaValue::Kind::function: {
      std::string text;
      for (const auto& [argument, member] : value.pairs()) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", plain(argument), plain(member));
      }
      return "{" + text + "}";
    }
    default:
      return value.to_string();
  }
}

// What changed from one value to the other, field by field: "spent: 0→1, receipts.m1: 0→1".
void add_changes(const std::string& name, const TlaValue& before, const TlaValue& after,
                 std::vector<std::string>& out) {
  if (before == after) return;
  const bool both_functions = before.kind() == TlaValue::Kind::function &&
                              after.kind() == TlaValue::Kind::function &&
                              before.pairs().size() == after.pairs().size();
  bool same_arguments = both_functions;
  for (std::size_t i = 0; same_arguments && i < before.pairs().size(); ++i) {
    same_arguments = before.pairs()[i].first == after.pairs()[i].first;
  }
  const bool bags = is_bag(before) && is_bag(after);
  if (bags) {
    for (const auto& [element, copies] : after.pairs()) {
      if (copies.integer() > copies_in(before, element)) out.push_back("+" + plain(element));
    }
    for (const auto& [element, copies] : before.pairs()) {
      if (copies.integer() > copies_in(after, element)) out.push_back("-" + plain(element));
    }
    return;
  }
  if (same_arguments) {
    for (std::size_t i = 0; i < before.pairs().size(); ++i) {
      const auto field = plain(before.pairs()[i].first);
      add_changes(name.empty() ? field : name + "." + field, before.pairs()[i].second,
                  after.pairs()[i].second, out);
    }
    return;
  }
  out.push_back(
      fmt::format("{}{}→{}", name.empty() ? "" : name + ": ", plain(before), plain(after)));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// Reads one step from two states.
class StepReader {
 public:
  StepReader(const TlcState& before, const TlcState& after, const ModelWords& words)
      : before_(before), after_(after), words_(words) {}

  // The process that took the step: the one whose label changed. Null for a step of the world.
  const TlaValue* process() const {
    const auto& labels = at(before_, "pc").pairs();
    const auto& next = at(after_, "pc").pairs();
    for (std::size_t i = 0; i < labels.size() && i < next.size(); ++i) {
      if (labels[i].second != next[i].second) return &labels[i].first;
    }
    return nullptr;
  }

  ModelStep step(const TlaValue& process) const {
    ModelStep step;
    step.process = plain(process);
    step.label = own(before_, "pc", process).text();
    step.kind = kind_of(step.label);
    const bool receives = step.label == words_.idle;
    step.message = plain(own(receives ? after_ : before_, words_.message, process));
    if (after_.action == words_.crash) {
      step.decision = Decision::crash;
      step.text = fmt::format("CRASH before {}", verb(step));
      return step;
    }
    const auto changes = told_changes();
    step.silent =
        !receives && changes.empty() && step.kind != OperationKind::load && !knows_more(process);
    step.text = receives ? fmt::format("receive {}", step.message)
                         : fmt::format("{}{}", verb(step), changes.empty() ? "" : " " + changes);
    if (step.silent) step.text += " (nothing changes)";
    return step;
  }

  // Elements of which the queue has one more.
  std::vector<TlaValue> duplicated() const {
    std::vector<TlaValue> found;
    const auto& queue = at(before_, words_.queue);
    for (const auto& [message, copies] : at(after_, words_.queue).pairs()) {
      if (copies.integer() > copies_in(queue, message)) found.push_back(message);
    }
    return found;
  }

 private:
  static const TlaValue& at(const TlcState& state, const std::string& variable) {
    const auto found = state.variables.find(variable);
    if (found == state.variables.end()) {
      throw BadValue(fmt::format("the model has no variable \"{}\"", variable));
    }
    return found->second;
  }

  static const TlaValue& own(const TlcState& state, const std::string& variable,
                             const TlaValue& process) {
    for (const auto& [argument, value] : at(state, variable).pairs()) {
      if (argument == process) return value;
    }
    throw BadValue(fmt::format("\"{}\" has nothing for {}", variable, process.to_string()));
  }

  std::string verb(const ModelStep& step) const {
    if (words_.operations.contains(step.label)) return std::string(name_of(step.kind));
    return step.label;
  }

  // "Save", "SaveAgain" and "Save2" are saves, "Saved" is not.
  OperationKind kind_of(const std::string& label) const {
    auto kind = OperationKind::point;
    std::size_t longest = 0;
    for (const auto& [name, operation] : words_.operations) {
      if (name.size() <= longest || !label.starts_with(name)) continue;
      const char next = label.size() > name.size() ? label[name.size()] : 'A';
      if (next >= 'a' && next <= 'z') continue;
      longest = name.size();
      kind = operation;
    }
    return kind;
  }

  std::string told_changes() const {
    std::vector<std::string> parts;
    for (const auto& [name, value] : before_.variables) {
      if (name == "pc" || name == words_.message || name == words_.queue ||
          words_.hidden_variables.contains(name)) {
        continue;
      }
      std::vector<std::string> changes;
      add_changes("", value, at(after_, name), changes);
      if (changes.empty()) continue;
      const bool only_more = std::all_of(changes.begin(), changes.end(),
                                         [](const auto& change) { return change[0] == '+'; });
      if (is_bag(value) && only_more) {
        for (auto& change : changes) change.erase(0, 1);
      }
      parts.push_back(is_bag(value) ? joined(changes)
                                    : fmt::format("{} {{{}}}", name, joined(changes)));
    }
    return joined(parts);
  }

  // Whether one of the process's own variables changed: then the step is not silent.
  bool knows_more(const TlaValue& process) const {
    return std::any_of(before_.variables.begin(), before_.variables.end(), [&](const auto& entry) {
      const auto& [name, value] = entry;
      if (name == "pc" || name == words_.message || value.kind() != TlaValue::Kind::function ||
          std::none_of(value.pairs().begin(), value.pairs().end(),
                       [&](const auto& pair) { return pair.first == process; })) {
        return false;
      }
      return own(before_, name, process) != own(after_, name, process);
    });
  }

  const TlcState& before_;
  const TlcState& after_;
  const ModelWords& words_;
};

// Walks a world along a model's steps, and goes back where a step does not fit.
class Walker {
 public:
  Walker(const explore::Scenario& scenario, const std::vector<ModelStep>& steps)
      : scenario_(scenario), steps_(steps), execution_(scenario_, scenario_.messages.size()) {}

  bool from(std::size_t at) {
    if (at == steps_.size() || execution_.broken()) return true;
    furthest_ = std::max(furthest_, at);
    const auto& step = steps_[at];
    std::vector<explore::Choice> choices;
    execution_.choices(explore::kUnlimitedBudget, true, choices);
    for (const auto& choice : choices) {
      if (try_choice(step, choice, at)) return true;
    }
    return step.silent && step.decision == Decision::proceed && from(at + 1);
  }

  const explore::World& world() const noexcept { return execution_.world(); }
  std::size_t furthest() const noexcept { return furthest_; }

 private:
  using Names = std::map<std::string, std::string>;

  bool try_choice(const ModelStep& step, const explore::Choice& choice, std::size_t at) {
    const bool receives = step.kind == OperationKind::receive && step.decision != Decision::crash;
    if (!fits(step, choice, receives)) return false;
    const auto process = scenario_.processes[choice.process].name;
    const auto saved = std::pair(processes_, messages_);
    const auto depth = execution_.depth();
    if (receives) {  // between two messages, all handlers are equivalent
      processes_.erase(step.process);
      std::erase_if(processes_, [&](const auto& entry) { return entry.second == process; });
    }
    if (!bind(processes_, step.process, process)) {
      std::tie(processes_, messages_) = saved;
      return false;
    }
    execution_.take(choice);
    bool good = true;
    if (receives) {
      good = bind(messages_, step.message, execution_.world().last_step().attempt.message);
    }
    if (good && from(at + 1)) return true;
    execution_.return_to(depth);
    std::tie(processes_, messages_) = saved;
    return false;
  }

  // A model's queue has no order, so any message may be received; and a crash may come before an
  // operation that the model leaves out.
  bool fits(const ModelStep& step, const explore::Choice& choice, bool receives) const {
    if (receives) {
      if (choice.kind != OperationKind::receive) return false;
      if (step.decision == Decision::duplicate) return choice.decision == Decision::duplicate;
      return choice.decision == Decision::proceed || choice.decision == Decision::reorder;
    }
    if (choice.decision != step.decision) return false;
    if (choice.kind == OperationKind::receive) return false;
    return step.decision == Decision::crash || choice.kind == step.kind;
  }

  // Each name of the model stands for one of the scenario, and no two for the same.
  static bool bind(Names& names, const std::string& model, const std::string& code) {
    const auto found = names.find(model);
    if (found != names.end()) return found->second == code;
    for (const auto& [other, taken] : names) {
      if (taken == code) return false;
    }
    names[model] = code;
    return true;
  }

  explore::Scenario scenario_;
  const std::vector<ModelStep>& steps_;
  explore::Execution execution_;
  Names processes_;
  Names messages_;
  std::size_t furthest_ = 0;
};

}  // namespace

std::vector<ModelStep> steps_of(const TlcResult& result, const ModelWords& words) {
  std::vector<ModelStep> steps;
  std::map<TlaValue, int> more;  // messages that were duplicated and not received yet
  const auto& states = result.counterexample;
  for (std::size_t i = 1; i < states.size(); ++i) {
    const StepReader reader(states[i - 1], states[i], words);
    if (states[i].action == words.duplicate) {
      for (const auto& message : reader.duplicated()) ++more[message];
      continue;
    }
    const auto* process = reader.process();
    if (process == nullptr) continue;  // not a step of a process
    auto step = reader.step(*process);
    if (step.label == words.idle && step.decision == Decision::proceed) {
      for (auto& [message, times] : more) {
        if (times == 0 || plain(message) != step.message) continue;
        --times;
        step.decision = Decision::duplicate;
        step.text += ", and it will come again";
        break;
      }
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

explore::Trace trace_of(const TlcResult& result, const ModelWords& words,
                        explore::Violation violation, bool broke_at_rest) {
  explore::Trace trace;
  std::map<std::string, std::uint32_t> lanes;
  if (!result.counterexample.empty()) {
    const auto& pc = result.counterexample.front().variables.at("pc");
    for (const auto& [process, label] : pc.pairs()) {
      lanes.emplace(plain(process), static_cast<std::uint32_t>(trace.processes.size()));
      trace.processes.push_back("handler " + plain(process));
    }
  }
  std::map<std::string, std::uint32_t> deliveries;
  std::map<std::string, explore::Attempt> attempts;
  for (const auto& step : steps_of(result, words)) {
    if (step.label == words.idle) {
      attempts[step.process] = explore::attempt_at(step.message, ++deliveries[step.message]);
    }
    trace.steps.push_back({.process = lanes.at(step.process),
                           .kind = step.kind,
                           .decision = step.decision,
                           .attempt = attempts[step.process],
                           .what = step.text});
  }
  trace.violation = std::move(violation);
  if (trace.steps.empty()) return trace;
  auto deciding = trace.steps.rbegin();
  if (broke_at_rest) {
    const auto fault = std::find_if(trace.steps.rbegin(), trace.steps.rend(), [](const auto& step) {
      return step.decision != Decision::proceed;
    });
    if (fault != trace.steps.rend()) deciding = fault;
  }
  deciding->deciding = true;
  return trace;
}

Walk walk(const explore::Scenario& scenario, const std::vector<ModelStep>& steps,
          const std::string& tag) {
  auto with_all_faults = scenario;
  with_all_faults.bounds.faults = explore::Faults::all();
  Walker walker(with_all_faults, steps);
  Walk walked;
  if (walker.from(0)) {
    walked.schedule = explore::Schedule::of(walker.world(), tag);
  } else {
    const auto& step = steps[walker.furthest()];
    walked.left = fmt::format("step {}: {} of {}", walker.furthest() + 1,
                              step.decision == Decision::crash ? "a crash" : name_of(step.kind),
                              step.process);
  }
  return walked;
}

}  // namespace workshop::modelcheck
