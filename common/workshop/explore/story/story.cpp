#include "workshop/explore/story/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
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
            "if it goes round and round, let it give up, or let its error out; else explore it "
            "whole: raise the scenario's bounds.steps_max");
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
    choose_more_lines(kept);
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

  // How far to the right a step begins, behind the margin.
  std::size_t indent_of(const TraceStep& step) const {
    std::size_t indent = 0;
    for (const auto lane : lanes_) {
      if (step.decision == Decision::advance_time || lane == step.process) break;
      indent += lane_width_;
    }
    return indent;
  }

  // A step's text, broken at its spaces where it has no room; what came of it stays in one piece.
  std::vector<std::string> whole_lines_of(const TraceStep& step) const {
    const auto room = options_->width - kMargin - indent_of(step);
    const auto shown = [this](const std::string& text) {
      return ids_.with_short_ids(options_->ascii ? to_ascii(text) : text);
    };
    std::vector<std::string> lines(1);
    const auto has_room = [&](const std::string& more) {
      return columns_of(lines.back()) + (lines.size() > 1 ? 2 : 0) + columns_of(more) <= room;
    };
    const auto what = shown(step.what);
    std::string_view words = what;
    while (!words.empty()) {
      std::string word;
      do {  // no value stands without its name
        const auto part = words.substr(0, words.find(' '));
        word.append(word.empty() ? "" : " ").append(part);
        words.remove_prefix(std::min(words.size(), part.size() + 1));
      } while (word.ends_with(':') && !words.empty());
      if (!lines.back().empty() && !has_room(" " + word)) lines.emplace_back();
      lines.back() += (lines.back().empty() ? "" : " ") + word;
    }
    auto outcome = shown(step.outcome);
    if (!has_room(outcome)) {
      if (outcome.starts_with(":")) lines.back() += ":";
      lines.emplace_back();
      outcome.erase(0, outcome.find_first_not_of(": "));
    }
    lines.back() += outcome;
    return lines;
  }

  void print_step(std::size_t position) {
    const auto& step = trace_->steps[position];
    auto text = fmt::format("{:>2} {} ", position + 1, step.deciding ? "►" : " ");
    text.append(indent_of(step), ' ');
    const auto room = options_->width - kMargin - indent_of(step);
    if (whole_.contains(position)) {
      for (const auto& part : whole_lines_of(step)) {
        line(text + fitted(part, options_->width - columns_of(text)), paint_of(step));
        text.assign(kMargin + indent_of(step) + 2, ' ');
      }
      return;
    }
    const auto whole = ids_.with_short_ids(step.text());
    const auto document = whole.find(" {");
    if (!two_lines_.contains(position) || document == std::string::npos ||
        columns_of(whole) <= room) {
      line(text + fitted(step, room), paint_of(step));
      return;
    }
    const std::string begin(columns_of(text) + 2, ' ');
    line(text + fitted(whole.substr(0, document), room), paint_of(step));
    line(begin + fitted(whole.substr(document + 1), room - 2), paint_of(step));
  }

  // Where the story has lines to spare, what does not fit goes on below: first the step that shows
  // the failure and what handlers have thrown, which are told whole, then documents.
  void choose_more_lines(const std::vector<bool>& kept) {
    std::size_t lines = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (kept[i] || i == 0 || kept[i - 1]) ++lines;
    }
    auto spare = options_->lines_max - std::min(options_->lines_max, lines);
    const auto tell_whole = [&](std::size_t i) {
      const auto& step = trace_->steps[i];
      if (columns_of(step.text()) <= options_->width - kMargin - indent_of(step)) return;
      const auto more = whole_lines_of(step).size() - 1;
      if (more > spare) return;
      whole_.insert(i);
      spare -= more;
    };
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (kept[i] && trace_->steps[i].deciding) tell_whole(i);
    }
    for (auto i = kept.size(); i-- > 0;) {
      const bool throws = trace_->steps[i].kind == OperationKind::abandon;
      if (kept[i] && throws && !whole_.contains(i)) tell_whole(i);
    }
    choose_two_lines(kept, spare);
  }

  // Whether nothing of its document is left on one line: "save Order order-1 if v1 {…} → v2".
  bool is_hollow_in_one_line(const TraceStep& step) const {
    const auto room = options_->width - kMargin - indent_of(step);
    const auto* hollow = options_->ascii ? "{...}" : "{…}";
    return columns_of(step.text()) > room && step.text().find("{…}") == std::string::npos &&
           fitted(step, room).find(hollow) != std::string::npos;
  }

  // A document that does not fit has a second line: that of the failing step first, then what was
  // saved before, if nothing is left of it, and then what was read last, by which it has decided.
  void choose_two_lines(const std::vector<bool>& kept, std::size_t spare) {
    constexpr std::size_t kMost = 2;
    const auto shows = static_cast<std::size_t>(
        std::ranges::find_if(trace_->steps, &TraceStep::deciding) - trace_->steps.begin());
    for (auto i = std::min(shows + 1, kept.size());
         i-- > 0 && two_lines_.size() < std::min(spare, kMost);) {
      const auto& step = trace_->steps[i];
      const bool counts = step.deciding || step.kind == OperationKind::save;
      if (kept[i] && counts && !whole_.contains(i) && is_hollow_in_one_line(step)) {
        two_lines_.insert(i);
      }
    }
    const auto most = two_lines_.size() + std::min(spare - two_lines_.size(), kMost);
    for (auto i = shows; i-- > 0 && two_lines_.size() < most;) {
      if (kept[i] && trace_->steps[i].kind == OperationKind::load) two_lines_.insert(i);
    }
  }

  const Trace* trace_;
  const StoryOptions* options_;
  ShortIds ids_;
  std::vector<std::uint32_t> lanes_;
  std::size_t lane_width_ = 0;
  std::set<std::size_t> two_lines_;  // positions of steps
  std::set<std::size_t> whole_;      // of those that are told whole, in as many lines as that takes
  std::string text_;
};

}  // namespace

std::string story_of(const Trace& trace, const StoryOptions& options) {
  return Printer(trace, options).print();
}

}  // namespace workshop::explore
