#include "workshop/explore/story/selection.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "workshop/explore/world/words.hpp"

namespace workshop::explore {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether `text` has `name` as a word of its own: m1 stands in "Deposit m1", and not in "m10".
bool names(const std::string& text, const std::string& name) {
  if (name.empty()) return false;
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) {
      return true;
    }
  }
  return false;
}

// What stands between quotes: "the order still waits for \"tx-1\"".
std::vector<std::string> quoted_in(const std::string& text) {
  std::vector<std::string> quoted;
  for (auto begin = text.find('"'); begin != std::string::npos;) {
    const auto end = text.find('"', begin + 1);
    if (end == std::string::npos) break;
    if (end > begin + 1) quoted.push_back(text.substr(begin + 1, end - begin - 1));
    begin = text.find('"', end + 1);
  }
  return quoted;
}

// How much each step matters to a tired reader. What must stay weighs more than all that may go.
class Weights {
 public:
  explicit Weights(const Trace& trace) : trace_(&trace), weights_(trace.steps.size(), 0) {
    const auto deciding = std::find_if(trace.steps.begin(), trace.steps.end(),
                                       [](const TraceStep& step) { return step.deciding; });
    if (deciding != trace.steps.end())
      deciding_ = static_cast<std::size_t>(deciding - trace.steps.begin());
    if (trace.violation) quoted_ = quoted_in(trace.violation->got);
    find_what_was_found();
    std::vector<std::string> seen;  // what stands in a story already
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
      const auto& step = trace.steps[i];
      auto text = step.text();
      const bool again = std::find(seen.begin(), seen.end(), text) != seen.end();
      if (!again) seen.push_back(std::move(text));
      weights_[i] = weight_of(i, again);
    }
    for (std::uint32_t lane = 0; lane < trace.processes.size(); ++lane) raise_ends_of(lane);
  }

  double of(std::size_t position) const { return weights_[position]; }

 private:
  static constexpr double kDeciding = 1e11;
  static constexpr double kFault = 1e9;
  static constexpr double kEnd = 1e7;
  static constexpr double kNamed = 1e5;
  // What the attempt that decided found there because somebody had written or removed it, and who
  // gave a message up.
  static constexpr double kFound = 5e4;
  static constexpr double kWhoWasFound = 2500;  // whose attempt that was
  static constexpr double kByDecider = 10;      // times as much: what the attempt that decided did
  static constexpr double kSameMessage = 2;     // what another attempt at its message did
  static constexpr double kSaidBefore = 0.2;

  double weight_of(std::size_t position, bool again) const {
    const auto& step = trace_->steps[position];
    if (step.deciding) return kDeciding;
    if (is_fault(step.decision)) return kFault;
    if (step.decision == Decision::advance_time) return 60;
    if (found_.contains(position)) return kFound;
    if (!again && named(step)) return kNamed;
    if (step.kind == OperationKind::receive && wrote_what_was_found(step)) return kWhoWasFound;
    // A failure explains more than what would have been done.
    double weight = step.facts.error.empty() ? weight_of(step.kind) : 550;
    if (weight_of(step.kind) >= 200) {
      if (by_decider(step)) {
        weight *= kByDecider;
      } else if (same_message(step)) {
        weight *= kSameMessage;
      }
    }
    return again ? weight * kSaidBefore : weight;
  }

  static double weight_of(OperationKind kind) {
    switch (kind) {
      case OperationKind::save:
      case OperationKind::batch:
      case OperationKind::statement:
      case OperationKind::erase:
        return 900;
      case OperationKind::publish:
      case OperationKind::send:
      case OperationKind::request:
      case OperationKind::reply:
        return 600;
      case OperationKind::abandon:
      case OperationKind::redrive:
        return 350;
      case OperationKind::receive:
      case OperationKind::accept:
        return 300;
      case OperationKind::load:
        return 250;
      case OperationKind::respond:
        return 200;
      case OperationKind::renew:
      case OperationKind::acknowledge:
        return 50;
      case OperationKind::point:
        return 20;
    }
    return 20;
  }

  bool by_decider(const TraceStep& step) const {
    if (!deciding_) return false;
    const auto& decider = trace_->steps[*deciding_];
    return step.process == decider.process && step.attempt == decider.attempt;
  }

  bool wrote_what_was_found(const TraceStep& receive) const {
    return std::any_of(found_.begin(), found_.end(), [&](std::size_t position) {
      const auto& step = trace_->steps[position];
      return step.process == receive.process && step.attempt == receive.attempt;
    });
  }

  bool same_message(const TraceStep& step) const {
    if (!deciding_) return false;
    const auto& message = trace_->steps[*deciding_].attempt.message;
    return !message.empty() && step.attempt.message == message;
  }

  // Whether the verdict speaks of the message or the document that the step is about; two messages
  // of one id that differ speak for themselves. That a message comes again is no news.
  bool named(const TraceStep& step) const {
    if (step.differs) return true;
    if (!trace_->violation) return false;
    const auto& got = trace_->violation->got;
    const auto& messages = step.facts.messages;
    const auto& documents = step.facts.documents;
    const bool comes_again = step.kind == OperationKind::receive && step.attempt.comes_again();
    return (!comes_again &&
            std::any_of(messages.begin(), messages.end(),
                        [&](const auto& message) { return names(got, message.id); })) ||
           std::any_of(documents.begin(), documents.end(), [&](const auto& document) {
             return names(got, Words::of(document.key)) ||
                    (document.action != "load" &&
                     (names(got, document.key.partition) || holds_quoted(document.body)));
           });
  }

  // What the attempt that decided, and those at its message, read or tried to write as it no longer
  // was: the last step of somebody else that had written or removed it.
  void find_what_was_found() {
    if (!deciding_) return;
    for (std::size_t i = 0; i < trace_->steps.size(); ++i) {
      const auto& step = trace_->steps[i];
      const bool looks = step.kind == OperationKind::load || step.facts.error == "VersionConflict";
      for (const auto& document : step.facts.documents) {
        if (document.action == "erase" && step.facts.error.empty()) note_strange_erase(document, i);
        if (!by_decider(step) && !same_message(step)) continue;
        if (looks) note_writer_of(document, i);
        if (document.action != "load" && document.action != "erase") note_eraser_of(document, i);
      }
      if (step.kind == OperationKind::acknowledge && gives_up(step)) found_.insert(i);
    }
  }

  // Who wrote or removed this document last, before step `before`.
  std::optional<std::size_t> writer_of(const DocumentFact& document, std::size_t before) const {
    for (auto i = before; i > 0; --i) {
      const auto& step = trace_->steps[i - 1];
      if (!step.facts.error.empty() && step.decision != Decision::unanswered_done) continue;
      const auto& documents = step.facts.documents;
      const bool wrote =
          std::any_of(documents.begin(), documents.end(), [&](const DocumentFact& other) {
            return other.action != "load" && other.store == document.store &&
                   other.key == document.key;
          });
      if (wrote) return i - 1;
    }
    return std::nullopt;
  }

  // Of those at the same message only what somebody wrote for another one is news.
  void note_writer_of(const DocumentFact& document, std::size_t reader) {
    const auto writer = writer_of(document, reader);
    if (!writer) return;
    const auto& step = trace_->steps[*writer];
    const bool foreign =
        by_decider(trace_->steps[reader]) ? !by_decider(step) : !same_message(step);
    if (foreign) found_.insert(*writer);
  }

  // Whether a message is acknowledged that failed before, by an attempt that changes nothing.
  bool gives_up(const TraceStep& acknowledged) const {
    const auto& attempt = acknowledged.attempt;
    if (!attempt.comes_again()) return false;
    bool failed_before = false;
    for (const auto& step : trace_->steps) {
      if (step.attempt.message != attempt.message) continue;
      if (step.attempt.number + 1 == attempt.number && step.kind == OperationKind::abandon) {
        failed_before = true;
      }
      if (step.attempt == attempt && weight_of(step.kind) >= 600) return false;
    }
    return failed_before;
  }

  // Who had removed what is written here.
  void note_eraser_of(const DocumentFact& document, std::size_t writing) {
    const auto writer = writer_of(document, writing);
    if (!writer || trace_->steps[*writer].process == trace_->steps[writing].process) return;
    const auto& documents = trace_->steps[*writer].facts.documents;
    const bool erased =
        std::any_of(documents.begin(), documents.end(), [&](const DocumentFact& other) {
          return other.action == "erase" && other.key == document.key;
        });
    if (erased) found_.insert(*writer);
  }

  // Who removes what was written for another message.
  void note_strange_erase(const DocumentFact& document, std::size_t erasing) {
    const auto writer = writer_of(document, erasing);
    if (!writer) return;
    const auto& made_for = trace_->steps[*writer].attempt.message;
    if (!made_for.empty() && made_for != trace_->steps[erasing].attempt.message) {
      found_.insert(erasing);
    }
  }

  // Whether something that the verdict quotes was written there.
  bool holds_quoted(const std::string& body) const {
    return std::any_of(quoted_.begin(), quoted_.end(),
                       [&](const auto& quoted) { return names(body, quoted); });
  }

  // A column that nothing stands in tells nothing: how it begins and how it ends is kept.
  void raise_ends_of(std::uint32_t lane) {
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const auto& step = trace_->steps[i];
      if (step.process != lane || step.decision == Decision::advance_time) continue;
      if (!last) weights_[i] = std::max(weights_[i], kEnd);
      last = i;
    }
    // What goes on for ever does not end, and what is at its end is one of many.
    if (last && !trace_->goes_on) weights_[*last] = std::max(weights_[*last], kEnd);
  }

  const Trace* trace_;
  std::vector<double> weights_;
  std::optional<std::size_t> deciding_;
  std::vector<std::string> quoted_;  // by the verdict
  std::set<std::size_t> found_;      // steps that wrote what the attempt that decided found
};

// By dynamic programming over steps and lines.
class Selection {
 public:
  Selection(const Trace& trace, std::size_t lines_max)
      : count_(trace.steps.size()),
        lines_max_(std::max<std::size_t>(1, lines_max)),
        whole_max_(lines_max_) {
    const Weights weights(trace);
    // A livelock is explained by how it began, everything else by how it ended.
    const bool by_beginning = trace.not_at_rest_after > 0 ||
                              (trace.violation && trace.violation->name == failure::kLivelock);
    const bool goes_round =
        by_beginning || (trace.violation && trace.violation->name == failure::kDeadLetter);
    if (goes_round) lines_max_ = std::min(lines_max_, lines_of_rounds(trace));
    for (std::size_t i = 0; i < count_; ++i) {
      const auto place = static_cast<double>(by_beginning ? count_ - i : i + 1);
      costs_.push_back(weights.of(i) * (1 + 0.2 * place / static_cast<double>(count_)));
    }
  }

  std::vector<bool> kept() {
    if (count_ <= whole_max_) return std::vector<bool>(count_, true);
    fill();
    std::vector<bool> kept(count_, false);
    auto line = lines_max_;
    bool in_gap = best(count_, line, true) < best(count_, line, false);
    for (auto i = count_; i > 0; --i) {
      if (in_gap) {
        in_gap = best(i - 1, line, true) <= best_kept_before(i, line);
        if (!in_gap) --line;
      } else {
        kept[i - 1] = true;
        --line;
        in_gap = best(i - 1, line, true) < best(i - 1, line, false);
      }
    }
    return kept;
  }

 private:
  // What goes round and round need not be told over and over: as many lines as there are different
  // steps, and a few more to show that they come again.
  static std::size_t lines_of_rounds(const Trace& trace) {
    std::set<std::pair<std::uint32_t, std::string>> seen;
    for (const auto& step : trace.steps) seen.emplace(step.process, step.text());
    return seen.size() + 4;
  }

  // The least cost of the first `steps` steps in at most `lines` lines, the last one left out or
  // not.
  double& best(std::size_t steps, std::size_t lines, bool left_out) {
    return table_[(steps * (lines_max_ + 1) + lines) * 2 + (left_out ? 1 : 0)];
  }

  double best_kept_before(std::size_t steps, std::size_t lines) {
    return lines == 0 ? kNever : best(steps - 1, lines - 1, false);
  }

  void fill() {
    table_.assign((count_ + 1) * (lines_max_ + 1) * 2, kNever);
    for (std::size_t lines = 0; lines <= lines_max_; ++lines) best(0, lines, false) = 0;
    for (std::size_t i = 1; i <= count_; ++i) {
      for (std::size_t lines = 0; lines <= lines_max_; ++lines) {
        best(i, lines, true) =
            costs_[i - 1] + std::min(best(i - 1, lines, true), best_kept_before(i, lines));
        if (lines == 0) continue;
        best(i, lines, false) =
            std::min(best(i - 1, lines - 1, true), best(i - 1, lines - 1, false));
      }
    }
  }

  static constexpr double kNever = 1e300;

  std::size_t count_;
  std::size_t lines_max_;
  std::size_t whole_max_;      // steps that need no selection
  std::vector<double> costs_;  // of leaving a step out
  std::vector<double> table_;
};

}  // namespace

std::vector<bool> steps_to_print(const Trace& trace, std::size_t lines_max) {
  return Selection(trace, lines_max).kept();
}

}  // namespace workshop::explore
