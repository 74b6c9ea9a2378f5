#include "given.hpp"

#include <algorithm>

namespace workshop::shop {
namespace {

using modelcheck::TlcResult;

NamedHandler code_of(const Flaw& flaw) {
  const auto handlers = flawed_handlers();
  const auto& name = flaw.code.empty() ? flaw.handler : flaw.code;
  return *std::find_if(handlers.begin(), handlers.end(),
                       [&](const NamedHandler& one) { return one.name == name; });
}

// The world after `steps_count` steps: the documents, and the messages that wait, in any order.
std::string world_after(const explore::Trace& trace, std::size_t steps_count) {
  if (steps_count == 0 || steps_count > trace.steps.size()) return "";
  const auto& world = *trace.steps[steps_count - 1].after;
  std::vector<std::string> parts;
  for (const auto& document : world.documents) parts.push_back(document.key + document.body);
  for (const auto& queue : world.queues) {
    for (const auto& one : queue.messages) parts.push_back(one.id + " " + one.status);
  }
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const auto& part : parts) all += part + "\n";
  return all;
}

Followed follow_flaw(const TlcResult& result, const Flaw& flaw) {
  const auto& broken = property(flaw.property);
  const auto handler = code_of(flaw);
  Followed followed;
  followed.replayed = replay(result, broken, handler);
  if (!followed.replayed.schedule) return followed;
  const auto& schedule = *followed.replayed.schedule;
  followed.right_breaks = follow_loosely(schedule, broken, right_handler());
  if (broken.audit != nullptr) followed.oracle_says = oracle_on(schedule, handler);
  return followed;
}

Round go_round(const TlcResult& result, const Flaw& flaw, const Replay& replayed) {
  const auto& rest = property(flaw.property);
  const auto handler = code_of(flaw);
  Round round{replay(with_laps(result, 0), rest, handler), replayed, 0, {}, {}};
  if (!round.there.schedule || !round.round.schedule) return round;
  const auto begin = round.there.schedule->steps.size();
  round.lap_steps = (round.round.schedule->steps.size() - begin) / kLaps;
  const auto trace = follow_in_cpp(*round.round.schedule, rest, handler);
  round.begins_with = world_after(trace, begin);
  for (std::size_t i = 1; i <= kLaps; ++i) {
    round.after_laps.push_back(world_after(trace, begin + i * round.lap_steps));
  }
  return round;
}

Given work_out(const Model& model) {
  Given given;
  std::vector<Question> questions;
  for (const auto& flaw : flaws()) {
    questions.push_back({model.with_handler(flaw.handler), flaw.property, flaw.smallest});
  }
  given.results = model.ask(questions);
  given.followed.resize(flaws().size());
  for (std::size_t i = 0; i < flaws().size(); ++i) {
    const auto& flaw = flaws()[i];
    const auto& result = given.results[i];
    if (result.counterexample.empty()) continue;
    given.followed[i] = follow_flaw(result, flaw);
    if (result.loops_to) {
      (flaw.smallest ? given.smallest_round : given.round) =
          go_round(result, flaw, given.followed[i].replayed);
    }
    if (!property(flaw.property).torn) continue;
    for (const auto& handler : flawed_handlers()) {
      given.torn.emplace_back(handler.name,
                              replay(result, property(flaw.property), handler).broken);
    }
  }
  return given;
}

}  // namespace

const std::vector<Flaw>& flaws() {
  static const std::vector<Flaw> all = {
      {"publish_first", "NoGhostMessage"},
      {"acknowledge_first", "NoLostMessage"},
      {"skip_duplicates", "NoLostMessage"},
      {"last_one_wins", "NoLostEffect"},
      {"add_again", "NoDuplicateEffect"},
      {"decide_again", "ConsistentOutput"},
      {"decide_again", "SaysWhatWasSaved"},
      {"never_acknowledge", "NothingHeld"},
      {"last_one_wins", "SavesWhatItLoaded"},
      {"publish_with_saving", "OneAtATime", false, "skip_duplicates"},
      {"put_back", "ComesToRest"},
      {"put_back", "ComesToRest", true}};
  return all;
}

const Given& given(const Model& model) {
  static const Given all = work_out(model);
  return all;
}

}  // namespace workshop::shop
