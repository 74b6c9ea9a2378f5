#include "workshop/runner/mob/mob_clock_json.hpp"

#include <boost/json.hpp>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

using Phase = MobClock::Phase;
using Reason = MobClock::Reason;
using std::chrono::seconds;

constexpr double kMinutesMax = 24 * 60;

const char* name_of(Phase phase) {
  switch (phase) {
    case Phase::ready:
      return "ready";
    case Phase::running:
      return "running";
    case Phase::over:
      return "over";
    case Phase::talk:
      return "talk";
    case Phase::on_break:
      break;
  }
  return "break";
}

const char* name_of(Reason reason) {
  switch (reason) {
    case Reason::time:
      return "time";
    case Reason::green:
      return "green";
    case Reason::break_over:
      return "break_over";
    case Reason::lab_green:
      return "lab_green";
    case Reason::none:
      break;
  }
  return "";
}

json::value number_or_null(const std::optional<std::size_t>& number) {
  return number ? json::value(*number) : json::value();
}

json::object settings_object(const MobSettings& settings) {
  return {{"turn", minutes(settings.turn)},
          {"every", minutes(settings.break_every)},
          {"break", minutes(settings.break_for)}};
}

}  // namespace

double minutes(seconds time) { return static_cast<double>(time.count()) / 60; }

std::string to_json(const MobClock& clock, MobClock::Time now) {
  json::array people;
  for (const auto& person : clock.people()) {
    people.push_back(json::object{{"name", person.name}, {"absent", person.absent}});
  }
  const auto roles = clock.roles();
  const auto break_in = clock.break_in(now);
  const json::object told = {
      {"phase", name_of(clock.phase())},
      {"reason", name_of(clock.reason())},
      {"green_step", clock.green_step()},
      {"paused", clock.paused()},
      {"remaining_ms", clock.remaining(now).count()},
      {"all_green", clock.all_green()},
      {"break_due", clock.break_due(now)},
      {"break_in_ms", break_in ? json::value(break_in->count()) : json::value()},
      {"turns", clock.turns_count()},
      {"people", std::move(people)},
      {"driver", number_or_null(roles.driver)},
      {"navigator", number_or_null(roles.navigator)},
      {"next", number_or_null(roles.next)},
      {"settings", settings_object(clock.settings())}};
  return json::serialize(told);
}

std::optional<seconds> minutes_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const auto count = value->to_number<double>();
  if (!(count >= 1.0 / 60 && count <= kMinutesMax)) return std::nullopt;
  return seconds(static_cast<std::int64_t>(count * 60 + 0.5));
}

std::optional<std::vector<std::string>> names_of(const json::object& object) {
  const auto* value = object.if_contains("names");
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& each : value->get_array()) {
    if (!each.is_string() || names.size() == MobClock::kPeopleMax) return std::nullopt;
    const auto name = std::string(trimmed(std::string_view(each.get_string())));
    if (name.size() > MobClock::kNameBytesMax) return std::nullopt;
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

}  // namespace workshop::runner
