#include "workshop/explore/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace workshop::explore {
namespace {

std::string to_ascii(std::string text) {
  const std::pair<const char*, const char*> replacements[] = {
      {"→", "->"}, {"…", "..."}, {"►", ">"}};
  for (const auto& [from, to] : replacements) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
      text.replace(at, std::string_view(from).size(), to);
    }
  }
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return text;
}

std::string padded(std::string text, std::size_t width) {
  const auto columns = columns_of(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

bool is_fault(const TraceStep& step) {
  return step.decision != Decision::proceed && step.decision != Decision::advance_time;
}

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
    std::vector<std::string> told;  // what stands in a story already
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
      const auto& step = trace.steps[i];
      const bool again = std::find(told.begin(), told.end(), step.text) != told.end();
      if (!again) told.push_back(step.text);
      weights_[i] = weight_of(step, again);
    }
    for (std::uint32_t lane = 0; lane < trace.processes.size(); ++lane) raise_ends_of(lane);
  }

  double of(std::size_t position) const { return weights_[position]; }

 private:
  static constexpr double kDeciding = 1e11;
  static constexpr double kFault = 1e9;
  static constexpr double kEnd = 1e7;
  static constexpr double kNamed = 1e5;

  double weight_of(const TraceStep& step, bool again) const {
    if (step.deciding) return kDeciding;
    if (is_fault(step)) return kFault;
    if (step.decision == Decision::advance_time) return 60;
    if (named(step)) return kNamed;
    // What the attempt that decided had changed and read explains most of what it did.
    const bool read = step.kind == OperationKind::load;
    if (by_decider(step)) {
      const auto weight = weight_of(step.kind);
      if (weight >= 400) return weight + 200;
      if (read) return 600;
    }
    if (!step.facts.error.empty()) return 550;
    if (read && again) return 100;
    return weight_of(step.kind);
  }

  static double weight_of(OperationKind kind) {
    switch (kind) {
      case OperationKind::save:
      case OperationKind::batch:
      case OperationKind::erase:
        return 500;
      case OperationKind::publish:
      case OperationKind::send:
      case OperationKind::request:
      case OperationKind::reply:
        return 400;
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

  // Whether the verdict speaks of the message or the document that the step is about; two messages
  // of one id that differ speak for themselves.
  bool named(const TraceStep& step) const {
    if (step.differs) return true;
    if (!trace_->violation) return false;
    const auto& got = trace_->violation->got;
    const auto& messages = step.facts.messages;
    const auto& documents = step.facts.documents;
    return std::any_of(messages.begin(), messages.end(),
                       [&](const auto& message) { return names(got, message.id); }) ||
           std::any_of(documents.begin(), documents.end(), [&](const auto& document) {
             return names(got, document.key) ||
                    (document.action != "load" &&
                     (names(got, document.key.substr(document.key.rfind(' ') + 1)) ||
                      holds_quoted(document.body)));
           });
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
    if (last) weights_[*last] = std::max(weights_[*last], kEnd);
  }

  const Trace* trace_;
  std::vector<double> weights_;
  std::optional<std::size_t> deciding_;
  std::vector<std::string> quoted_;  // by the verdict
};

// Which steps to print, in at most `lines_max` lines with one "… n more" for each gap, so that what
// is left out matters least in sum. By dynamic programming over steps and lines.
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
    if (by_beginning) lines_max_ = std::min(lines_max_, lines_of_rounds(trace));
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
    std::set<std::pair<std::uint32_t, std::string_view>> told;
    for (const auto& step : trace.steps) told.emplace(step.process, step.text);
    return told.size() + 4;
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

class Printer {
 public:
  Printer(const Trace& trace, const StoryOptions& options) : trace_(&trace), options_(&options) {
    for (std::uint32_t i = 0; i < trace.processes.size(); ++i) {
      const bool acts = std::any_of(trace.steps.begin(), trace.steps.end(), [i](const auto& step) {
        return step.process == i && step.decision != Decision::advance_time;
      });
      if (acts) lanes_.push_back(i);
    }
    const auto lanes = std::max<std::size_t>(1, lanes_.size());
    lane_width_ = (options.width - kMargin) / lanes;
    if (lanes > 1) lane_width_ = std::min(lane_width_, kColumnMax);
  }

  std::string print() {
    print_verdict();
    if (!trace_->left_schedule.empty()) line(trace_->left_schedule);
    if (trace_->left_schedule.empty() && !trace_->went_on.empty() && options_->replayed) {
      line(trace_->went_on);
    }
    print_heads();
    print_steps(Selection(*trace_, options_->lines_max).kept());
    if (!trace_->schedule.empty()) {
      const auto command =
          options_->replay_command.empty() ? std::string() : options_->replay_command + " ";
      text_ += fmt::format("replay: {}'{}'\n", command, trace_->schedule);
    }
    text_.pop_back();
    return std::move(text_);
  }

 private:
  static constexpr std::size_t kMargin = 5;  // " 12  "
  // A row has one step, which may go on below the columns to its right: so they stand close, and
  // the last one has room too.
  static constexpr std::size_t kColumnMax = 32;

  // `text` in at most `width` columns.
  std::string fitted(const std::string& text, std::size_t width) const {
    return cut_middle(options_->ascii ? to_ascii(text) : text, width, options_->ascii);
  }

  // A step's text; what came of it stays whole when there is room.
  std::string fitted(const TraceStep& step, std::size_t width) const {
    const auto told = step.text.substr(step.text.size() - step.told_bytes);
    const auto told_columns = columns_of(options_->ascii ? to_ascii(told) : told);
    if (told_columns * 2 > width) return fitted(step.text, width);
    const auto what = step.text.substr(0, step.text.size() - step.told_bytes);
    return fitted(what, width - told_columns) + (options_->ascii ? to_ascii(told) : told);
  }

  void line(const std::string& text, std::string_view paint = {}) {
    const auto shown = fitted(text, options_->width);
    text_ += options_->color && !paint.empty() ? fmt::format("\x1b[{}m{}\x1b[0m\n", paint, shown)
                                               : shown + "\n";
  }

  void print_verdict() {
    if (!trace_->violation && trace_->not_at_rest_after > 0) {
      print_too_long();
      return;
    }
    if (!trace_->violation) {
      line("no invariant is broken in this execution");
      return;
    }
    line(trace_->violation->name, "1;31");
    line("  expected: " + trace_->violation->expected);
    line("  got:      " + trace_->violation->got);
  }

  // Of a search that ended because executions were too long.
  void print_too_long() {
    line(fmt::format("no violation, and no proof: not at rest after {} steps",
                     trace_->not_at_rest_after),
         "1;33");
    line(fmt::format("  without further faults it came to rest after {}", trace_->steps.size()));
    line("  explore it whole: raise bounds.steps_max; if it goes round and round, let it give up");
  }

  void print_heads() {
    std::string heads(kMargin, ' ');
    for (const auto lane : lanes_) {
      heads += padded(fitted(trace_->processes[lane], lane_width_ - 1), lane_width_);
    }
    heads.erase(heads.find_last_not_of(' ') + 1);
    line(heads, "1");
  }

  static std::string_view paint_of(const TraceStep& step) {
    if (is_fault(step)) return step.deciding ? "1;31" : "31";
    return step.deciding ? "1" : "";
  }

  void print_steps(const std::vector<bool>& kept) {
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (kept[i]) {
        print_step(i);
        continue;
      }
      const auto end = std::find(kept.begin() + static_cast<std::ptrdiff_t>(i), kept.end(), true);
      const auto count = static_cast<std::size_t>(end - kept.begin()) - i;
      line(fmt::format("     … {} more", count), "2");
      i += count - 1;
    }
  }

  void print_step(std::size_t position) {
    const auto& step = trace_->steps[position];
    auto text = fmt::format("{:>2} {} ", position + 1, step.deciding ? "►" : " ");
    std::size_t room = options_->width - kMargin;
    for (const auto lane : lanes_) {
      if (step.decision == Decision::advance_time || lane == step.process) break;
      text.append(lane_width_, ' ');
      room -= lane_width_;
    }
    text += fitted(step, room);
    line(text, paint_of(step));
  }

  const Trace* trace_;
  const StoryOptions* options_;
  std::vector<std::uint32_t> lanes_;
  std::size_t lane_width_ = 0;
  std::string text_;
};

}  // namespace

std::string story_of(const Trace& trace, const StoryOptions& options) {
  return Printer(trace, options).print();
}

}  // namespace workshop::explore
