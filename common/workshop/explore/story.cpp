#include "workshop/explore/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace workshop::explore {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// The bytes of `text` from character `from`, `count` characters long.
std::string characters(const std::string& text, std::size_t from, std::size_t count) {
  std::string part;
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_character(text[i])) ++at;
    if (at > from && at <= from + count) part += text[i];
  }
  return part;
}

std::string to_ascii(std::string text) {
  const std::pair<const char*, const char*> replacements[] = {{"→", "->"}, {"…", "..."}, {"►", ">"}};
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

// How much a step matters to a tired reader: those with the least go first when there is no room. What
// the deciding process has read explains most of what it did.
int weight_of(const TraceStep& step, std::uint32_t deciding_process) {
  if (step.deciding) return 100;
  if (step.kind == OperationKind::load && step.process == deciding_process) return 75;
  if (step.decision != Decision::proceed) return 90;
  switch (step.kind) {
    case OperationKind::save:
    case OperationKind::batch:
    case OperationKind::erase: return 80;
    case OperationKind::publish:
    case OperationKind::send:
    case OperationKind::request:
    case OperationKind::reply: return 60;
    case OperationKind::receive:
    case OperationKind::accept:
    case OperationKind::load: return 50;
    default: return 10;
  }
}

// Which steps to print, at most `lines_max` lines with one "… n more" line for each gap.
std::vector<bool> kept_steps(const Trace& trace, std::size_t lines_max) {
  const auto deciding = std::find_if(trace.steps.begin(), trace.steps.end(),
                                     [](const TraceStep& step) { return step.deciding; });
  // A livelock is explained by how it began, everything else by how it ended.
  const bool keep_first = trace.violation && trace.violation->name == failure::kLivelock;
  const auto process = deciding == trace.steps.end() ? 0 : deciding->process;
  std::vector<bool> kept(trace.steps.size(), true);
  const auto lines = [&] {
    std::size_t count = 0;
    bool gap = false;
    for (const bool keep : kept) {
      if (keep || !gap) ++count;
      gap = !keep;
    }
    return count;
  };
  while (lines() > lines_max) {
    std::size_t least = kept.size();
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (!kept[i]) continue;
      const auto weight = weight_of(trace.steps[i], process);
      const auto best = least == kept.size() ? 1000 : weight_of(trace.steps[least], process);
      if (weight < best || (keep_first && weight == best)) least = i;
    }
    if (least == kept.size()) break;
    kept[least] = false;
  }
  // A single step left out takes the line that tells so.
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const bool before = i == 0 || kept[i - 1];
    const bool after = i + 1 == kept.size() || kept[i + 1];
    if (before && after) kept[i] = true;
  }
  return kept;
}

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
    const auto tail = trace_->schedule.empty() ? std::size_t{0} : std::size_t{1};
    const auto used = lines_ + 1 + tail;
    const auto room = options_->lines_max > used ? options_->lines_max - used : 1;
    print_heads();
    print_steps(kept_steps(*trace_, room));
    if (tail != 0) {
      const auto command = options_->replay_command.empty()
                               ? std::string()
                               : options_->replay_command + " ";
      text_ += fmt::format("replay: {}'{}'\n", command, trace_->schedule);
    }
    text_.pop_back();
    return std::move(text_);
  }

 private:
  static constexpr std::size_t kMargin = 5;  // " 12  "
  // A row has one step, which may go on below the columns to its right: so they stand close, and the
  // last one has room too.
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
    ++lines_;
  }

  void print_verdict() {
    if (!trace_->violation) {
      line("no invariant is broken in this execution");
      return;
    }
    line(trace_->violation->name, "1;31");
    line("  expected: " + trace_->violation->expected);
    line("  got:      " + trace_->violation->got);
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
    const bool fault = step.decision != Decision::proceed && step.decision != Decision::advance_time;
    if (fault) return step.deciding ? "1;31" : "31";
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
  std::size_t lines_ = 0;
  std::string text_;
};

}  // namespace

std::string cut_middle(const std::string& text, std::size_t width, bool ascii) {
  const auto columns = columns_of(text);
  if (columns <= width) return text;
  const std::string mark = ascii ? "..." : "…";
  const auto mark_columns = columns_of(mark);
  if (width <= mark_columns) return characters(text, 0, width);
  const auto left = width - mark_columns;
  const auto tail = left / 3;  // the beginning tells more than the end
  return characters(text, 0, left - tail) + mark + characters(text, columns - tail, tail);
}

std::string story_of(const Trace& trace, const StoryOptions& options) {
  return Printer(trace, options).print();
}

}  // namespace workshop::explore
