#include <algorithm>
#include <boost/json.hpp>

#include "workshop/explore/picture/picture.hpp"
#include "workshop/explore/story/causes.hpp"
#include "workshop/explore/story/duplicates.hpp"
#include "workshop/explore/world/words.hpp"

namespace workshop::explore {
namespace json = boost::json;
namespace {

std::string_view name_of(Decision decision) {
  if (const auto* fault = fault_kind_of(decision)) return fault->name;
  return decision == Decision::proceed ? "proceed" : "time passes";
}

// A body is JSON nearly always; what is not stays text.
json::value body_of(const std::string& body) {
  if (body.empty()) return nullptr;
  boost::system::error_code error;
  auto value = json::parse(body, error);
  return error ? json::value(body) : value;
}

// Adds a member unless there is nothing to say.
void add(json::object& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

template <class Range, class ToJson>
void add_all(json::object& object, std::string_view name, const Range& range, ToJson&& to_json) {
  if (range.empty()) return;
  json::array array;
  for (const auto& element : range) array.push_back(to_json(element));
  object[name] = std::move(array);
}

json::object to_json(const DocumentFact& fact) {
  json::object object{{"store", fact.store}, {"key", Words::of(fact.key)}, {"action", fact.action}};
  add(object, "expects", fact.expects);
  object["body"] = body_of(fact.body);
  add(object, "version", fact.version);
  return object;
}

json::object to_json(const MessageFact& fact) {
  json::object object{{"type", fact.type}, {"id", fact.id}, {"body", body_of(fact.body)}};
  add(object, "place", fact.place);
  add(object, "attempt", fact.attempt);
  if (fact.deliveries != 0) object["deliveries"] = fact.deliveries;
  return object;
}

json::object to_json(const HttpFact& fact) {
  json::object object;
  add(object, "method", fact.method);
  add(object, "url", fact.authority + fact.target);
  if (fact.status != 0) object["status"] = fact.status;
  object["body"] = body_of(fact.body);
  return object;
}

json::object to_json(const WorldState::Queue& queue) {
  json::array messages;
  for (const auto& message : queue.messages) {
    messages.push_back(json::object{{"type", message.type},
                                    {"id", message.id},
                                    {"deliveries", message.deliveries},
                                    {"status", message.status}});
  }
  return {{"name", queue.name}, {"messages", std::move(messages)}};
}

json::object to_json(const WorldState::StoredDocument& document) {
  json::object object{
      {"store", document.store}, {"key", document.key}, {"body", body_of(document.body)}};
  add(object, "version", document.version);
  return object;
}

json::object to_json(const WorldState& state) {
  json::object object;
  add_all(object, "effects", state.effects, [](const auto& effect) {
    return json::object{
        {"message", effect.message}, {"name", effect.name}, {"count", effect.count}};
  });
  add_all(object, "committed", state.committed,
          [](const auto& label) { return json::value(label); });
  add_all(object, "sent", state.sent, [](const auto& sent) {
    return json::object{
        {"type", sent.type}, {"id", sent.id}, {"attempt", sent.attempt}, {"times", sent.times}};
  });
  add_all(object, "queues", state.queues, [](const auto& queue) { return to_json(queue); });
  add_all(object, "documents", state.documents,
          [](const auto& document) { return to_json(document); });
  add_all(object, "requests", state.requests, [](const auto& request) {
    return json::object{{"what", request.what}, {"status", request.status}};
  });
  add_all(object, "variables", state.variables, [](const auto& variable) {
    return json::object{{"name", variable.name}, {"value", variable.value}};
  });
  return object;
}

json::value to_json(const std::shared_ptr<const WorldState>& state) {
  return state ? json::value(to_json(*state)) : json::value(nullptr);
}

json::object to_json(const TraceStep& step) {
  json::object object;
  if (step.decision != Decision::advance_time) {
    object["process"] = step.process;
    object["operation"] = explore::name_of(step.kind);
  }
  object["decision"] = name_of(step.decision);
  add(object, "attempt", step.attempt.label);
  object["text"] = step.text();
  add(object, "outcome", step.outcome);
  add(object, "source", step.source);
  add_all(object, "others", step.others, [](const auto& other) { return json::value(other); });
  add(object, "error", step.facts.error);
  if (step.deciding) object["deciding"] = true;
  add_all(object, "documents", step.facts.documents,
          [](const auto& fact) { return to_json(fact); });
  add_all(object, "messages", step.facts.messages, [](const auto& fact) { return to_json(fact); });
  if (step.facts.http) object["http"] = to_json(*step.facts.http);
  object["after"] = to_json(step.after);
  return object;
}

}  // namespace

std::string json_of(const WorldState& state) { return json::serialize(to_json(state)); }

std::string json_of(const Trace& trace, const PictureOptions& options) {
  json::object object{{"format", "workshop-trace"}, {"version", 1}, {"title", options.title}};
  add(object, "program", options.program);
  object["violation"] = nullptr;
  if (trace.violation) {
    object["violation"] = json::object{{"name", trace.violation->name},
                                       {"expected", trace.violation->expected},
                                       {"got", trace.violation->got}};
  }
  add(object, "because", cause_of(trace));
  if (const auto loop = loop_of(trace); loop && loop->first < pictured_steps_count(trace)) {
    object["loop"] = json::object{{"first", loop->first + 1}, {"length", loop->length}};
  }
  if (trace.no_return) {
    object["no_return"] = nullptr;
    if (trace.no_return->known) object["no_return"] = trace.no_return->step;
  }
  add(object, "schedule", trace.schedule);
  add(object, "replay", options.replay_command);
  add(object, "left_schedule", trace.left_schedule);
  add(object, "went_on", trace.went_on);
  object["processes"] = json::value_from(trace.processes);
  object["start"] = to_json(trace.start);
  json::array steps;
  const auto shown = pictured_steps_count(trace);
  const auto earlier = earlier_of_duplicate(trace);
  for (std::size_t i = 0; i < shown; ++i) {
    auto step = to_json(trace.steps[i]);
    if (trace.steps[i].deciding) add(step, "earlier", earlier);
    steps.push_back(std::move(step));
  }
  object["steps"] = std::move(steps);
  object["steps_left_out"] = trace.steps.size() - shown;

  std::string text;
  for (const char c : json::serialize(object)) {  // a '<' is in strings only
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace workshop::explore
