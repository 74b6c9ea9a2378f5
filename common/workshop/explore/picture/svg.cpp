#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "workshop/explore/picture/layout.hpp"
#include "workshop/explore/picture/picture.hpp"
#include "workshop/explore/picture/signs.hpp"
#include "workshop/explore/picture/sources.hpp"
#include "workshop/explore/story/fitting.hpp"
#include "workshop/explore/story/short_ids.hpp"
#include "workshop/explore/story/story.hpp"
#include "workshop/explore/world/words.hpp"
#include "workshop/protocol/markup.hpp"

namespace workshop::explore {
namespace {

using LaneKind = PictureLayout::LaneKind;
using Shape = PictureLayout::Shape;

constexpr double kBarHalf = 6;
constexpr double kStartLift = 8;  // the rows of the start are lower

std::size_t fitting(double room, double char_width) {
  return static_cast<std::size_t>(std::max(4.0, std::floor(room / char_width)));
}

class Drawer {
 public:
  Drawer(const Trace& trace, const PictureLayout& layout)
      : trace_(&trace), layout_(&layout), m_(layout.metrics), ids_(trace) {}

  std::string draw(const std::string& title, std::string_view style) {
    out_ = fmt::format(
        R"svg(<svg xmlns="http://www.w3.org/2000/svg" class="trace{}" viewBox="0 0 {:.0f} {:.0f}" style="--width: {:.0f}" role="img" aria-label="{}">)svg",
        !style.empty() ? " colors"
        : m_.squeezes  ? " slide"
                       : "",
        layout_->width, layout_->height, layout_->width, protocol::escaped_xml(title));
    out_ += '\n';
    if (!style.empty()) {
      out_ += fmt::format("<title>{}</title>\n<style>{}</style>\n", protocol::escaped_xml(title),
                          style);
      out_ += R"svg(<rect class="paper" width="100%" height="100%"/>)svg";
    }
    draw_lifelines();
    // Whatever is written lies on all bars, those of the rows below included.
    for (const auto& row : layout_->rows) draw_base(row);
    for (const auto& row : layout_->rows) draw_row(row);
    draw_no_return();
    draw_heads();
    out_ += "</svg>\n";
    return std::move(out_);
  }

 private:
  static std::optional<FaultDrawing> drawing_of(Decision decision) {
    const auto* fault = fault_kind_of(decision);
    return fault == nullptr ? std::nullopt : std::optional(fault->drawing);
  }
  const TraceStep& step_of(const PictureLayout::Row& row) const {
    return trace_->steps[row.step - 1];
  }
  double x_of(std::size_t lane) const { return layout_->lanes[lane].x; }

  std::string color_of(std::size_t lane) const {
    const auto& what = layout_->lanes[lane];
    return what.kind == LaneKind::process ? fmt::format("p{}", what.index % 6)
                                          : std::string("other");
  }

  void text(double x, double y, std::string_view kind, std::string_view anchor,
            std::string_view content) {
    out_ +=
        fmt::format(R"svg(<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>)svg", x,
                    y, kind, anchor, protocol::escaped_xml(content));
  }

  std::string fitted(const std::string& content, std::size_t columns) const {
    return explore::fitted(content, ids_, {columns});
  }

  // What a person reads who points at a step: all of it, also where something of it has no room.
  void draw_title(const TraceStep& step) {
    const auto who = step.attempt.label.empty() ? std::string() : step.attempt.label + " ";
    out_ += "<title>" + protocol::escaped_xml(who + step.text()) + "</title>";
  }

  void draw_lifelines() {
    out_ += R"svg(<g class="lifelines">)svg";
    for (const auto& lane : layout_->lanes) {
      out_ += fmt::format(R"svg(<line x1="{0:.1f}" y1="60" x2="{0:.1f}" y2="{1:.1f}"/>)svg", lane.x,
                          layout_->height - 12);
    }
    out_ += "</g>\n";
  }

  // On a slide: a name that its lane has no room for stands without its sign, and in two lines.
  bool draw_tight_head(std::size_t i, double room) {
    const auto& lane = layout_->lanes[i];
    const auto width_of = [&](const std::string& name) {
      return m_.head_char_width * static_cast<double>(columns_of(name)) + 14;
    };
    if (width_of(lane.name) + 44 <= room) return false;
    const auto dash = lane.name.rfind('-');
    const bool two = width_of(lane.name) > room - 6 && dash != std::string::npos && dash > 0;
    const auto first = two ? lane.name.substr(0, dash + 1) : lane.name;
    const auto width = width_of(first);
    out_ += fmt::format(
        R"svg(<g class="head {}"><rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" rx="10"/>)svg",
        color_of(i), lane.x - width / 2, two ? 4 : 14, width, two ? 60 : 40);
    text(lane.x, two ? 28 : 40, "name", "middle", first);
    if (two) text(lane.x, 54, "name", "middle", lane.name.substr(dash + 1));
    out_ += "</g>";
    return true;
  }

  void draw_heads() {
    out_ += R"svg(<g class="heads">)svg";
    out_ += fmt::format(R"svg(<rect class="paper" x="0" y="0" width="{:.1f}" height="66"/>)svg",
                        layout_->width);
    const auto& lanes = layout_->lanes;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      double room = 300;
      if (i > 0) room = std::min(room, lanes[i].x - lanes[i - 1].x);
      if (i + 1 < lanes.size()) room = std::min(room, lanes[i + 1].x - lanes[i].x);
      if (m_.squeezes && draw_tight_head(i, room)) continue;
      const auto name = cut_middle(lanes[i].name, fitting(room - 58, m_.head_char_width), false);
      const auto width = m_.head_char_width * static_cast<double>(columns_of(name)) + 50;
      const auto left = lanes[i].x - width / 2;
      out_ += fmt::format(
          R"svg(<g class="head {}"><rect x="{:.1f}" y="14" width="{:.1f}" height="40" rx="10"/><g class="sign" transform="translate({:.1f} 26)">{}</g>)svg",
          color_of(i), left, width, left + 13, sign_of(lanes[i].kind));
      text(left + 38, 40, "name", "start", name);
      out_ += "</g>";
    }
    out_ += "</g>\n";
  }

  // Opens the group of a row; each has two, with the same step.
  void open_group(const PictureLayout::Row& row, std::string_view kind) {
    const auto step = row.step == 0 ? TraceStep{} : step_of(row);
    const bool failed = !step.facts.error.empty();
    const bool fault = is_fault(step.decision);
    out_ += fmt::format(R"svg(<g class="step{}{}{}{}" data-step="{}">)svg", kind,
                        step.deciding ? " deciding" : "", fault ? " fault" : "",
                        failed ? " failed" : "", row.step);
  }

  void draw_base(const PictureLayout::Row& row) {
    open_group(row, " base");
    out_ += fmt::format(
        R"svg(<rect class="band" x="6" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="10"/>)svg",
        row.top + 1, layout_->width - 12, row.height - 2);
    draw_bars(row);
    out_ += "</g>\n";
  }

  void draw_row(const PictureLayout::Row& row) {
    const auto step = row.step == 0 ? TraceStep{} : step_of(row);
    open_group(row, "");
    if (row.step != 0) {
      if (!m_.squeezes) draw_title(step);  // on a slide nothing is cut
      text(m_.number_at, row.top + m_.arrow_at + 6, "number", "end", std::to_string(row.step));
    }
    switch (row.shape) {
      case Shape::time:
        draw_time(row);
        break;
      case Shape::mark:
        draw_mark(row, step);
        break;
      case Shape::arrow:
        draw_arrow(row, step);
        break;
    }
    for (const auto& bar : layout_->bars) {
      if (row.step == bar.first_step && row.step != 0) draw_attempt(row, bar);
    }
    if (step.deciding && trace_->violation) draw_verdict(row);
    out_ += "</g>\n";
  }

  // The part of each attempt's bar that leads to this row, so that a bar grows step by step.
  void draw_bars(const PictureLayout::Row& row) {
    const auto below = row.top + m_.arrow_at;
    const auto* before = &row == layout_->rows.data() ? nullptr : &row - 1;
    const auto above = before == nullptr
                           ? row.top
                           : before->top + (before->step == 0 ? before->height : m_.arrow_at);
    for (const auto& bar : layout_->bars) {
      if (row.step < bar.first_step) continue;
      const bool first = row.step == bar.first_step;
      const auto from = first ? below : above;
      if (from > bar.to) continue;
      const auto next_ends = row.step >= bar.last_step;
      const auto to = next_ends ? std::max(bar.to + 2, below) : below;
      if (row.step > bar.last_step) continue;
      const auto height = (first && !next_ends ? 4 : to - from);
      out_ += fmt::format(
          R"svg(<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="12" height="{:.1f}"/>)svg",
          color_of(bar.lane), x_of(bar.lane) - kBarHalf, first ? from : from - 0.6, height + 0.6);
      if (!bar.attempt.comes_again()) continue;  // else it is hollow
      out_ += fmt::format(
          R"svg(<rect class="again" x="{:.1f}" y="{:.1f}" width="5" height="{:.1f}"/>)svg",
          x_of(bar.lane) - 2.5, first ? from : from - 0.6, height + 0.6);
    }
  }

  void draw_attempt(const PictureLayout::Row& row, const PictureLayout::Bar& bar) {
    const auto& lane = layout_->lanes[bar.lane];
    const auto& attempt = bar.attempt;
    if (attempt.label.empty() || attempt.label == lane.name) return;
    // Beside the lane, where its first arrow is not; of a process that starts again the number
    // suffices.
    const bool to_right = row.shape == Shape::arrow && row.peer < row.actor;
    const bool restarted = attempt.message.empty() && attempt.comes_again();
    const auto room = to_right ? layout_->width - lane.x - 40 : lane.x - 40;
    const auto characters = std::min<std::size_t>(
        m_.squeezes ? 30 : 16, m_.squeezes ? 30 : fitting(room, m_.attempt_char_width));
    const auto label =
        restarted ? "#" + std::to_string(attempt.number) : fitted(attempt.label, characters);
    const auto width = m_.attempt_char_width * static_cast<double>(columns_of(label)) + 18;
    auto left = to_right ? lane.x + 14 : lane.x - 14 - width;
    if (m_.squeezes) left = std::clamp(left, m_.text_from, layout_->width - 4 - width);
    const auto height = m_.attempt_height;
    const auto top = row.top + m_.arrow_at - height / 2;
    out_ += fmt::format(
        R"svg(<rect class="attempt {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.0f}" rx="{:.0f}"/>)svg",
        color_of(bar.lane), left, top, width, height, height / 2);
    text(left + width / 2, top + height / 2 + 4.5, "attempt-name", "middle", label);
  }

  void draw_time(const PictureLayout::Row& row) {
    const auto y = row.top + m_.arrow_at;
    out_ +=
        fmt::format(R"svg(<line class="time" x1="64" y1="{0:.1f}" x2="{1:.1f}" y2="{0:.1f}"/>)svg",
                    y, layout_->width - 24);
    text(layout_->width / 2, y - 10, "label", "middle", row.label);
  }

  // On a slide: a text where it wants to begin or end, moved so far that all of it is seen.
  double moved_in(double x, std::string_view anchor, std::size_t characters) const {
    const auto width = m_.value_char_width * static_cast<double>(characters);
    const auto left =
        std::min(anchor == "end" ? x - width : x, layout_->width - m_.text_to_edge - width);
    const auto from = std::max(m_.text_from, left);
    return anchor == "end" ? from + width : from;
  }

  // On a slide: a row's label above its arrow or mark, and its value in lines below it, all whole.
  void draw_whole_texts(const PictureLayout::Row& row, double x, std::string_view anchor) {
    const auto lift = row.step == 0 ? kStartLift : 0;
    const auto columns =
        fitting(layout_->width - m_.text_from - m_.text_to_edge, m_.label_char_width);
    const auto label = cut_middle(row.label, columns, false);
    text(moved_in(x, anchor, columns_of(label)), row.top + m_.label_at - lift,
         label == row.label ? "label" : "label is-cut", anchor, label);
    auto lines = row.more_lines;
    lines.insert(lines.begin(), row.value);
    if (row.outcome_apart) lines.emplace_back();
    std::size_t longest = 0;  // lines begin below each other
    for (const auto& line : lines) longest = std::max(longest, columns_of(line));
    longest = std::max(longest, columns_of(lines.back()) + 1 + columns_of(row.outcome));
    const auto left = moved_in(x, "start", longest);
    auto y = row.top + m_.value_at - lift;
    for (std::size_t i = 0; i < lines.size(); ++i, y += m_.line_height) {
      const auto outcome = i + 1 == lines.size() ? row.outcome : std::string();
      if (lines[i].empty() && outcome.empty()) continue;
      const auto gap = lines[i].empty() || outcome.empty() ? 0U : 1U;
      const auto count = columns_of(lines[i]) + columns_of(outcome) + gap;
      out_ += fmt::format(
          R"svg(<text x="{:.1f}" y="{:.1f}" class="value" text-anchor="{}">{}{}</text>)svg",
          lines.size() > 1 ? left : moved_in(x, anchor, count), y,
          lines.size() > 1 ? "start" : anchor, protocol::escaped_xml(lines[i]),
          outcome.empty()
              ? std::string()
              : fmt::format(R"svg(<tspan class="outcome"{}>{}</tspan>)svg",
                            gap == 0 ? "" : R"svg( dx="8")svg", protocol::escaped_xml(outcome)));
    }
  }

  void draw_mark(const PictureLayout::Row& row, const TraceStep& step) {
    const auto x = x_of(row.actor);
    const auto y = row.top + m_.arrow_at;
    const auto room = layout_->width - x - 40;
    const auto characters = fitting(room, m_.label_char_width);
    const auto label = fitted(row.label, characters);
    const auto drawing = drawing_of(step.decision);
    if (drawing == FaultDrawing::crash) {
      out_ += fmt::format(
          R"svg(<g class="mark crash" transform="translate({:.1f} {:.1f})"><circle r="15"/><path d="M-6 -6 L6 6 M6 -6 L-6 6"/></g>)svg",
          x, y);
    } else if (drawing == FaultDrawing::lease_end) {
      out_ += fmt::format(
          R"svg(<g class="mark expiry" transform="translate({:.1f} {:.1f})"><circle r="14"/><path d="M0 -8 V0 L6 4"/></g>)svg",
          x, y);
    } else {
      out_ += fmt::format(R"svg(<circle class="dot {}" cx="{:.1f}" cy="{:.1f}" r="6"/>)svg",
                          color_of(row.actor), x, y);
    }
    if (m_.squeezes) {
      draw_whole_texts(row, x + 14, "start");
      return;
    }
    const bool two_lines = !row.value.empty() || !row.outcome.empty();
    text(x + 24, y + (two_lines ? -4 : 5), "label", "start", label);
    if (two_lines) draw_value(row, x + 24, y + 16, "start", room);
  }

  void draw_value(const PictureLayout::Row& row, double x, double y, std::string_view anchor,
                  double room) {
    const auto characters = fitting(room, m_.value_char_width);
    const auto outcome = fitted(row.outcome, characters);
    const auto taken = columns_of(outcome) + (outcome.empty() ? 0 : 1);
    const auto value = characters > taken + 4 ? fitted(row.value, characters - taken) : "";
    out_ += fmt::format(
        R"svg(<text x="{:.1f}" y="{:.1f}" class="value" text-anchor="{}">{}{}</text>)svg", x, y,
        anchor, protocol::escaped_xml(value),
        outcome.empty()
            ? std::string()
            : fmt::format(R"svg(<tspan class="outcome"{}>{}</tspan>)svg",
                          value.empty() ? "" : R"svg( dx="8")svg", protocol::escaped_xml(outcome)));
  }

  void draw_head(double x, double y, double direction) {
    out_ += fmt::format(R"svg(<path class="tip" d="M{:.1f} {:.1f} l{:.1f} -6 v12 z"/>)svg", x, y,
                        -12 * direction);
  }

  static bool carries_message(const PictureLayout::Row& row, const TraceStep& step) {
    return row.step == 0 || step.kind == OperationKind::receive ||
           step.kind == OperationKind::send || step.kind == OperationKind::publish;
  }

  void draw_envelope(double x, double y) {
    out_ += fmt::format(
        R"svg(<g class="envelope" transform="translate({:.1f} {:.1f})"><rect x="-11" y="-7.5" width="22" height="15" rx="2"/><path d="M-11 -6.5 L0 1.5 L11 -6.5"/></g>)svg",
        x, y);
  }

  void draw_arrow(const PictureLayout::Row& row, const TraceStep& step) {
    const auto y = row.top + m_.arrow_at - (row.step == 0 ? kStartLift : 0);
    const auto actor = x_of(row.actor);
    const auto peer = x_of(row.peer);
    const double side = peer > actor ? 1 : -1;  // where the peer stands
    const auto near =
        actor + side * (layout_->lanes[row.actor].kind == LaneKind::process ? kBarHalf + 2 : 3);
    const auto far = peer - side * 3;
    const auto drawing = drawing_of(step.decision);
    const bool stopped = drawing == FaultDrawing::stopped || drawing == FaultDrawing::stopped_cut;
    const bool bounced = !stopped && !step.facts.error.empty() && drawing != FaultDrawing::cut;
    const auto stop = stopped ? near + (far - near) * 0.62 : far;
    out_ += fmt::format(
        R"svg(<g class="arrow {}"><line x1="{:.1f}" y1="{y:.1f}" x2="{:.1f}" y2="{y:.1f}"/>)svg",
        row.step == 0 ? "message" : line_of(step.kind), near, stop, fmt::arg("y", y));
    if (row.to_actor && !stopped) {
      draw_head(near, y, -side);
    } else if (!stopped && !bounced) {
      draw_head(far, y, side);
    }
    const auto middle = (near + far) / 2;
    if (carries_message(row, step) && !stopped) {
      if (drawing == FaultDrawing::doubled) draw_envelope(middle + 7, y + 6);
      draw_envelope(middle, y);
    }
    out_ += "</g>";
    draw_fault(row, drawing, stop, y, side, bounced);
    const auto* anchor = side > 0 ? "start" : "end";
    const auto at = actor + side * 17;
    if (m_.squeezes) {
      draw_whole_texts(row, at, anchor);
      return;
    }
    // A mark near the arrow's end has its room to itself.
    const auto room = std::abs(peer - actor) - (step.facts.error.empty() ? 34 : 66);
    text(at, y + m_.label_at - m_.arrow_at, "label", anchor,
         fitted(row.label, fitting(room, m_.label_char_width)));
    if (!row.value.empty() || !row.outcome.empty()) {
      draw_value(row, at, y + m_.value_at - m_.arrow_at, anchor, room);
    }
  }

  void draw_fault(const PictureLayout::Row& row, std::optional<FaultDrawing> drawing, double stop,
                  double y, double side, bool bounced) {
    if (drawing == FaultDrawing::stopped || bounced) {
      out_ += fmt::format(
          R"svg(<g class="mark refused" transform="translate({:.1f} {:.1f})"><circle r="11"/><path d="M-6 0 H6"/></g>)svg",
          bounced ? stop - side * 10 : stop, y);
    } else if (drawing == FaultDrawing::cut || drawing == FaultDrawing::stopped_cut) {
      out_ += fmt::format(
          R"svg(<g class="mark unknown" transform="translate({:.1f} {:.1f})"><circle r="12"/><text y="6" text-anchor="middle">?</text></g>)svg",
          drawing == FaultDrawing::stopped_cut ? stop : stop - side * 30, y);
    } else if (drawing == FaultDrawing::doubled || drawing == FaultDrawing::reordered) {
      out_ += fmt::format(
          R"svg(<g class="mark {}" transform="translate({:.1f} {:.1f})"><circle r="14"/><text y="5" text-anchor="middle">{}</text></g>)svg",
          drawing == FaultDrawing::doubled ? "duplicate" : "reorder", x_of(row.peer), y,
          drawing == FaultDrawing::doubled ? "×2" : "⇅");
    }
  }

  void draw_verdict(const PictureLayout::Row& row) {
    const auto name = "► " + trace_->violation->name;
    const auto width = m_.verdict_char_width * static_cast<double>(columns_of(name)) + 24;
    const auto left = layout_->width - width - 14;
    const auto height = m_.verdict_height;
    const auto top = row.top + 9 - height;
    out_ += fmt::format(
        R"svg(<rect class="verdict" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.0f}" rx="{:.0f}"/>)svg",
        left, top, width, height, height / 2);
    text(left + width / 2, top + height / 2 + 5, "verdict-name", "middle", name);
  }

  // A line across, below the step after which nothing helps any more.
  void draw_no_return() {
    if (!layout_->no_return_at) return;
    const auto y = *layout_->no_return_at;
    out_ += fmt::format(
        R"svg(<g class="no-return" data-after="{0}"><line x1="14" y1="{1:.1f}" x2="{2:.1f}" y2="{1:.1f}"/>)svg",
        trace_->no_return->step, y, layout_->width - 14);
    std::string words = "from here on it fails";
    const std::string why = ", whatever happens";
    if (words.size() + why.size() <= fitting(layout_->width - 100, m_.verdict_char_width))
      words += why;
    const auto width = m_.verdict_char_width * static_cast<double>(columns_of(words)) + 16;
    out_ += fmt::format(
        R"svg(<rect class="paper" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="18"/>)svg",
        layout_->width / 2 - width / 2, y - 9, width);
    text(layout_->width / 2, y + 5, "no-return-words", "middle", words);
    out_ += "</g>\n";
  }

  const Trace* trace_;
  const PictureLayout* layout_;
  const PictureMetrics& m_;
  ShortIds ids_;
  std::string out_;
};

std::string draw(const Trace& trace, const PictureOptions& options, std::string_view style,
                 const PictureMetrics& metrics = PictureMetrics::of_page()) {
  const auto layout = layout_of(trace, metrics);
  return Drawer(trace, layout).draw(title_of(trace, options), style);
}

}  // namespace

std::string svg_of(const Trace& trace, const PictureOptions& options) {
  return draw(trace, options, std::string(kColorsCss) + std::string(kDiagramCss));
}

std::string embedded_svg_of(const Trace& trace, const PictureOptions& options) {
  return draw(trace, options, {});
}

std::string slide_svg_of(const Trace& trace, const PictureOptions& options) {
  return draw(trace, options, {}, PictureMetrics::of_slide());
}

}  // namespace workshop::explore
