#include "workshop/explore/story/duplicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <span>
#include <vector>

#include "workshop/explore/scenario/fault.hpp"

namespace workshop::explore {
namespace {

using Steps = std::span<const TraceStep>;

// More would be a list that nobody reads aloud.
constexpr std::size_t kSendingsMax = 3;

// What the step has sent; nothing when it failed, or something else happened instead of it. A lost
// answer takes nothing back.
std::span<const MessageFact> sent_by(const TraceStep& step) {
  if (step.kind != OperationKind::send && step.kind != OperationKind::publish &&
      step.kind != OperationKind::statement) {
    return {};
  }
  const auto* fault = fault_kind_of(step.decision);
  const bool is_instead = fault != nullptr && !fault->instead.empty();
  const bool failed = !step.facts.error.empty() && step.decision != Decision::unanswered_done;
  if (is_instead || failed) return {};
  return step.facts.messages;
}

// What the attempt that made it was at: "m1" of "m1#2".
std::string made_for(const MessageFact& message) {
  return message.attempt.substr(0, message.attempt.rfind('#'));
}

// Of the sendings before, under other ids, those of the same content; where only one is of the same
// type and for the same message, that one: a retry may say something else.
std::string sent_before(const MessageFact& message, Steps before) {
  struct Sending {
    std::size_t step = 0;  // from 1
    const MessageFact* message = nullptr;
  };
  std::vector<Sending> all;
  for (std::size_t i = 0; i < before.size(); ++i) {
    for (const auto& other : sent_by(before[i])) {
      if (other.id == message.id) return {};  // it is no new one: another message is
      const bool is_known =
          std::ranges::any_of(all, [&](const auto& each) { return each.message->id == other.id; });
      if (other.type == message.type && made_for(other) == made_for(message) && !is_known) {
        all.push_back({i + 1, &other});
      }
    }
  }
  auto same = all;
  std::erase_if(same, [&](const auto& each) { return each.message->body != message.body; });
  if (same.empty() && all.size() == 1) {
    return fmt::format("step {} has sent {} {}, which says something else", all.front().step,
                       message.type, all.front().message->id);
  }
  std::string text;
  for (const auto& [step, other] : same | std::views::take(kSendingsMax)) {
    text += text.empty() ? fmt::format("step {} has sent it as {}", step, other->id)
                         : fmt::format(", step {} as {}", step, other->id);
  }
  return text;
}

// Where the effect that is one too many now was there for the first time.
std::string had_before(const Violation& violation, const WorldState& now, Steps before) {
  for (std::size_t i = 0; i < now.effects.size(); ++i) {
    const auto& effect = now.effects[i];
    if (effect.count < 2 ||
        violation.expected != fmt::format("{} is {} once", effect.message, effect.name)) {
      continue;
    }
    for (std::size_t step = 0; step < before.size(); ++step) {
      const auto& after = before[step].after;
      if (!after || after->effects.size() <= i) return {};
      if (after->effects[i].count > 0) {
        return fmt::format("it was {} at step {}", effect.name, step + 1);
      }
    }
  }
  return {};
}

}  // namespace

std::string earlier_of_duplicate(const Trace& trace) {
  if (!trace.violation || trace.violation->name != failure::kDuplicateEffect) return {};
  const auto deciding = std::ranges::find_if(trace.steps, &TraceStep::deciding);
  if (deciding == trace.steps.end()) return {};
  const Steps before(trace.steps.begin(), deciding);
  if (deciding->after) {
    if (auto text = had_before(*trace.violation, *deciding->after, before); !text.empty()) {
      return text;
    }
  }
  const auto sent = sent_by(*deciding);
  return sent.size() == 1 ? sent_before(sent.front(), before) : std::string();
}

}  // namespace workshop::explore
