#include "workshop/explore/play/play_server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>

#include "workshop/core/todo.hpp"
#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/explore/oracle/meaning.hpp"
#include "workshop/explore/picture/sources.hpp"
#include "workshop/explore/story/short_ids.hpp"
#include "workshop/protocol/play.hpp"

namespace workshop::explore {
namespace json = boost::json;
namespace play = protocol::play;
namespace {

// What one may ask for, in an error.
constexpr std::string_view kCommands =
    R"({"take":2}, {"back":1}, {"forth":1}, {"goto":"a schedule"}, {"reset":true}, {"finish":true} or {"look":true})";

[[noreturn]] void refuse(std::string_view why) {
  throw InvalidRequest(fmt::format("not a command: {}; send {}", why, kCommands));
}

json::object read(std::string_view line) {
  if (line.size() > play::kCommandMax) refuse("it is too long");
  boost::system::error_code error;
  const auto value = json::parse(line, error);
  if (error) refuse("it is no JSON, " + error.message());
  if (!value.is_object()) refuse("it is no JSON object");
  return value.get_object();
}

std::size_t number_of(const json::value& value, std::string_view name) {
  boost::system::error_code error;
  const auto number = value.to_number<std::uint32_t>(error);
  if (error || value.is_double()) refuse(fmt::format("'{}' wants a number from 0", name));
  return number;
}

std::string_view text_of(const json::value& value, std::string_view name) {
  if (!value.is_string()) refuse(fmt::format("'{}' wants a schedule", name));
  return value.get_string();
}

// The ids of the picture so far and of what may happen next.
ShortIds ids_in(Trace trace, const std::vector<PlayChoice>& choices) {
  for (const auto& choice : choices) trace.steps.emplace_back().what = choice.words;
  return ShortIds(trace);
}

json::object to_json(const PlayChoice& choice, const ShortIds& ids) {
  const bool clock = choice.choice.decision == Decision::advance_time;
  return {{play::kKey, choice.key},
          {play::kProcess, choice.process},
          {play::kOperation, clock ? std::string_view("time") : name_of(choice.choice.kind)},
          {play::kSign, std::string(1, static_cast<char>(choice.choice.decision))},
          {play::kWords, choice.words},
          {play::kShort, ids.with_short_ids(choice.words)}};
}

json::value to_json(const std::optional<Violation>& violation) {
  if (!violation) return nullptr;
  return json::object{{play::kName, violation->name},
                      {play::kMeaning, meaning_of(violation->name)},
                      {play::kExpected, violation->expected},
                      {play::kGot, violation->got}};
}

json::value to_json(const std::optional<PlayCost>& cost) {
  if (!cost) return nullptr;
  return json::object{{play::kFaults, cost->faults},
                      {play::kPreemptions, cost->preemptions},
                      {play::kSteps, cost->steps}};
}

std::string_view verdict_of(const PlaySession& session) {
  if (session.violation()) return play::kBroken;
  if (session.at_rest()) return play::kAtRest;
  return session.too_long() ? play::kTooLong : play::kOpen;
}

std::string line_with_error(std::string_view what) {
  return json::serialize(json::object{{play::kError, what}});
}

}  // namespace

PlayServer::PlayServer(const Scenario& scenario, const std::string& tag, PictureOptions picture)
    : known_(explored(scenario, tag)),
      picture_(std::move(picture)),
      session_(scenario, known_.messages_count, tag) {}

PlayServer::Known PlayServer::explored(const Scenario& scenario, const std::string& tag) {
  Known known;
  known.messages_count = scenario.messages.size();
  try {
    const auto verdict = explore(scenario, tag);
    known.words = verdict.report.to_string();
    if (!verdict.failure) return known;
    const auto schedule = Schedule::parse(verdict.failure->schedule);
    PlaySession session(scenario, schedule.messages_count, tag);
    session.go_to(verdict.failure->schedule);
    known.messages_count = schedule.messages_count;
    known.failure = session.cost();
  } catch (const Todo& todo) {
    known.words = fmt::format("not explored: the handler comes to the TODO of step {}: {}",
                              todo.step(), todo.what());
  } catch (const NonDeterministic& error) {
    known.words = error.what();
  }
  return known;
}

std::string PlayServer::look(bool with_style) const {
  auto trace = session_.trace();
  if (trace.find_no_return) trace.no_return = trace.find_no_return();
  const auto cost = session_.cost();
  json::array choices;
  const auto ids = ids_in(trace, session_.choices());
  for (const auto& choice : session_.choices()) choices.push_back(to_json(choice, ids));
  const bool lost = trace.no_return && trace.no_return->known;
  const auto& state = trace.steps.empty() ? trace.start : trace.steps.back().after;
  json::object answer{
      {play::kTest, picture_.title},
      {play::kSchedule, session_.schedule()},
      {play::kSteps, cost.steps},
      {play::kFaults, cost.faults},
      {play::kPreemptions, cost.preemptions},
      {play::kWithinBounds, session_.within_bounds()},
      {play::kUndone, session_.undone_count()},
      {play::kChoices, std::move(choices)},
      {play::kVerdict, verdict_of(session_)},
      {play::kViolation, to_json(session_.violation())},
      {play::kNoReturn, lost ? json::value(trace.no_return->step) : json::value(nullptr)},
      {play::kKnown, to_json(known_.failure)},
      {play::kKnownWords, known_.words},
      {play::kSvg, embedded_svg_of(trace, picture_)},
      {play::kState, state ? json::parse(json_of(*state)) : json::value(nullptr)},
      {play::kLast, trace.steps.empty() ? std::string() : trace.steps.back().text()}};
  if (with_style) answer[play::kStyle] = std::string(kColorsCss) + std::string(kDiagramCss);
  return json::serialize(answer);
}

void PlayServer::obey(std::string_view line) {
  const auto command = read(line);
  const auto is_true = [&](std::string_view name) {
    const auto* value = command.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
  };
  if (const auto* number = command.if_contains(play::kTake)) {
    const auto wanted = number_of(*number, play::kTake);
    const auto* at = command.if_contains(play::kAt);
    if (at != nullptr && text_of(*at, play::kAt) != session_.schedule()) {
      throw InvalidRequest("somebody else has gone on meanwhile; look again");
    }
    if (wanted == 0) refuse("choices are numbered from 1");
    session_.take(wanted - 1);
  } else if (const auto* steps = command.if_contains(play::kBack)) {
    session_.back(number_of(*steps, play::kBack));
  } else if (const auto* again = command.if_contains(play::kForth)) {
    session_.forth(number_of(*again, play::kForth));
  } else if (const auto* schedule = command.if_contains(play::kGoTo)) {
    session_.go_to(text_of(*schedule, play::kGoTo));
  } else if (is_true(play::kReset)) {
    session_.back(session_.depth());
  } else if (is_true(play::kFinish)) {
    session_.finish();
  } else if (!is_true(play::kLook)) {
    refuse("it asks for nothing");
  }
}

std::string PlayServer::answer(std::string_view command) {
  try {
    obey(command);
    return look();
  } catch (const InvalidRequest& error) {
    return line_with_error(error.what());
  } catch (const NonDeterministic& error) {
    return line_with_error(error.what());
  }
}

namespace {

bool write_line(int out, std::string text) {
  text += '\n';
  for (std::size_t done = 0; done < text.size();) {
    const auto count = ::write(out, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

void serve_play(PlayServer& server, int in, int out) {
  if (!write_line(out, server.look(true))) return;
  std::string unread;
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto count = ::read(in, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    unread.append(bytes.data(), static_cast<std::size_t>(count));
    for (auto end = unread.find('\n'); end != std::string::npos; end = unread.find('\n')) {
      const auto line = unread.substr(0, end);
      unread.erase(0, end + 1);
      if (!write_line(out, server.answer(line))) return;
    }
    // The rest of a line that is too long already does not matter.
    if (unread.size() > 2 * play::kCommandMax) unread.resize(play::kCommandMax + 1);
  }
}

}  // namespace workshop::explore
