#include "workshop/runner/mob/mob_clock_json.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "workshop/runner/pages/json_fields.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

using Phase = MobClock::Phase;
using Reason = MobClock::Reason;
using std::chrono::seconds;

constexpr double kMinutesMax = 24 * 60;
constexpr std::int64_t kKeptMsMax = 2LL * 24 * 60 * 60 * 1000;
constexpr std::int64_t kTurnsMax = 100'000;

constexpr std::array<std::pair<Phase, std::string_view>, 5> kPhases = {{
    {Phase::ready, "ready"},
    {Phase::running, "running"},
    {Phase::over, "over"},
    {Phase::on_break, "break"},
    {Phase::talk, "talk"},
}};
constexpr std::array<std::pair<Reason, std::string_view>, 5> kReasons = {{
    {Reason::none, ""},
    {Reason::time, "time"},
    {Reason::green, "green"},
    {Reason::break_over, "break_over"},
    {Reason::lab_green, "lab_green"},
}};

template <class Value, class Table>
std::string_view name_in(const Table& table, Value value) {
  return std::ranges::find(table, value, &Table::value_type::first)->second;
}

template <class Value, class Table>
std::optional<Value> named(const json::object& object, std::string_view field, const Table& table) {
  const auto name = text_field(object, field);
  if (!name) return std::nullopt;
  const auto found = std::ranges::find(table, *name, &Table::value_type::second);
  if (found == table.end()) return std::nullopt;
  return found->first;
}

std::optional<std::vector<MobClock::Person>> people_of(const json::object& object) {
  const auto* value = object.if_contains("people");
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<MobClock::Person> people;
  for (const auto& each : value->get_array()) {
    if (!each.is_object() || people.size() == MobClock::kPeopleMax) return std::nullopt;
    const auto name = text_field(each.get_object(), "name");
    if (!name || name->empty() || name->size() > MobClock::kNameBytesMax) return std::nullopt;
    const auto* absent = each.get_object().if_contains("absent");
    people.push_back({*name, absent != nullptr && absent->is_bool() && absent->get_bool()});
  }
  return people;
}

std::optional<std::size_t> present_person(const json::object& object, std::string_view role,
                                          const std::vector<MobClock::Person>& people) {
  const auto position = number_field(object, role, MobClock::kPeopleMax);
  if (!position) return std::nullopt;
  const auto at = static_cast<std::size_t>(*position);
  if (at >= people.size() || people[at].absent) return std::nullopt;
  return at;
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

std::string to_json(const MobClock& clock, MobClock::Time now, const TakeBack& take_back,
                    const MobProgram& program) {
  json::array people;
  for (const auto& person : clock.people()) {
    people.push_back(json::object{{"name", person.name}, {"absent", person.absent}});
  }
  const auto roles = clock.roles();
  const auto break_in = clock.break_in(now);
  const auto left = take_back.left(now);
  const bool told = left.count() > 0 && !take_back.words().empty();
  const json::object sent = {
      {"session", program.session},
      {"worked_ms", program.worked.count()},
      {"started_as", program.started_as},
      {"phase", name_in(kPhases, clock.phase())},
      {"reason", name_in(kReasons, clock.reason())},
      {"green_step", clock.green_step()},
      {"paused", clock.paused()},
      {"remaining_ms", clock.remaining(now).count()},
      {"all_green", clock.all_green()},
      {"break_in_ms", break_in ? json::value(break_in->count()) : json::value()},
      {"turns", clock.turns_count()},
      {"people", std::move(people)},
      {"driver", number_or_null(roles.driver)},
      {"navigator", number_or_null(roles.navigator)},
      {"next", number_or_null(roles.next)},
      {"take_back", told ? json::value{{"key", take_back.key()},
                                       {"words", take_back.words()},
                                       {"left_ms", left.count()}}
                         : json::value()},
      {"settings", settings_object(clock.settings())}};
  return json::serialize(sent);
}

std::optional<MobClock::Kept> kept_of(const json::object& object) {
  MobClock::Kept kept;
  if (const auto* settings = object.if_contains("settings"); settings && settings->is_object()) {
    const auto& times = settings->get_object();
    kept.settings.turn = minutes_of(times, "turn").value_or(kept.settings.turn);
    kept.settings.break_every = minutes_of(times, "every").value_or(kept.settings.break_every);
    kept.settings.break_for = minutes_of(times, "break").value_or(kept.settings.break_for);
  }
  const auto people = people_of(object);
  const auto phase = named<Phase>(object, "phase", kPhases);
  const auto reason = named<Reason>(object, "reason", kReasons);
  const auto remaining = number_field(object, "remaining_ms", kKeptMsMax);
  const auto turns = number_field(object, "turns", kTurnsMax);
  if (!people || !phase || !reason || !remaining || !turns) return std::nullopt;
  kept.people = *people;
  kept.phase = *phase;
  kept.reason = *reason;
  kept.remaining = std::chrono::milliseconds(*remaining);
  kept.turns = static_cast<int>(*turns);
  kept.green_step = static_cast<int>(number_field(object, "green_step", 99).value_or(0));
  kept.driver = present_person(object, "driver", kept.people);
  kept.navigator = present_person(object, "navigator", kept.people);
  if (const auto break_in = number_field(object, "break_in_ms", kKeptMsMax)) {
    kept.break_in = std::chrono::milliseconds(*break_in);
  }
  return kept;
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
