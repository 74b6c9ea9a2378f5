#include "workshop/explore/story/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/explore/oracle/meaning.hpp"
#include "workshop/explore/story/causes.hpp"
#include "workshop/explore/story/fitting.hpp"
#include "workshop/explore/story/selection.hpp"
#include "workshop/explore/story/short_ids.hpp"

namespace workshop::explore {
namespace {

std::string padded(std::string text, std::size_t width) {
  const auto columns = columns_of(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

class Printer {
 public:
  Printer(const Trace& trace, const StoryOptions& options)
      : trace_(&trace), options_(&options), ids_(trace) {
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
    if (!trace_->left_schedule.empty()) wrapped("", trace_->left_schedule);
    if (trace_->left_schedule.empty() && !trace_->went_on.empty() && options_->replayed) {
      wrapped("", trace_->went_on);
    }
    print_cause();
    print_heads();
    print_steps(steps_to_print(*trace_, options_->lines_max));
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
  static constexpr std::size_t kSentenceLinesMax = 5;

  // `text` in at most `width` columns.
  std::string fitted(const std::string& text, std::size_t width) const {
    return explore::fitted(text, ids_, {width, Room::Loses::characters, options_->ascii});
  }

  // A step's text; what came of it stays whole when there is room.
  std::string fitted(const TraceStep& step, std::size_t width) const {
    const auto outcome = options_->ascii ? to_ascii(step.outcome) : step.outcome;
    const auto columns = columns_of(outcome);
    if (columns * 2 > width) return fitted(step.text(), width);
    return fitted(step.what, width - columns) + outcome;
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
    print_name(trace_->violation->name);
    wrapped("  expected: ", trace_->violation->expected);
    wrapped("  got:      ", trace_->violation->got);
  }

  // With what it means behind it, or below it where the line is too short.
  void print_name(const std::string& name) {
    const std::string meaning(meaning_of(name));
    line(name, "1;31");
    if (meaning.empty()) return;
    if (columns_of(name) + 2 + columns_of(meaning) > options_->width) {
      wrapped("  ", meaning);
      return;
    }
    text_.pop_back();
    text_ += ": " + meaning + "\n";
  }

  // Of a search that ended because executions were too long.
  void print_too_long() {
    line(fmt::format("no violation, and no proof: not at rest after {} steps",
                     trace_->not_at_rest_after),
         "1;33");
    wrapped("  ",
            fmt::format("without further faults it came to rest after {}", trace_->steps.size()));
    wrapped("  ",
            "explore it whole: raise bounds.steps_max; if it goes round and round, let it "
            "give up");
  }

  void print_cause() {
    const auto cause = cause_of(*trace_);
    if (!cause.empty()) wrapped("  because:  ", cause);
  }

  // A sentence goes on below where its words end: what it names must be readable. What a story has
  // no lines for is cut in its middle.
  void wrapped(std::string label, std::string text) {
    const auto room = options_->width - std::min(options_->width / 2, label.size());
    const auto begin = text_.size();
    if (columns_of(text) > room) text = ids_.with_short_ids(text);
    text = fitted(text, room * kSentenceLinesMax);
    auto words = std::string_view(text);
    std::string part;
    while (!words.empty()) {
      const auto word = std::string(words.substr(0, words.find(' ')));
      words.remove_prefix(std::min(words.size(), word.size() + 1));
      if (!part.empty() && columns_of(part) + 1 + columns_of(word) > room) {
        line(label + part);
        label.assign(label.size(), ' ');
        part.clear();
      }
      part += (part.empty() ? "" : " ") + word;
    }
    if (!part.empty() || text_.size() == begin) line(label + part);
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
    if (is_fault(step.decision)) return step.deciding ? "1;31" : "31";
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
  ShortIds ids_;
  std::vector<std::uint32_t> lanes_;
  std::size_t lane_width_ = 0;
  std::string text_;
};

}  // namespace

std::string story_of(const Trace& trace, const StoryOptions& options) {
  return Printer(trace, options).print();
}

}  // namespace workshop::explore
