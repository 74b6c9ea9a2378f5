#include "workshop/explore/picture/layout.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "workshop/explore/picture/drawn_step.hpp"
#include "workshop/explore/picture/lines.hpp"
#include "workshop/explore/picture/picture.hpp"
#include "workshop/explore/story/causes.hpp"
#include "workshop/explore/story/short_ids.hpp"
#include "workshop/explore/world/words.hpp"

namespace workshop::explore {
namespace {

using Lane = PictureLayout::Lane;
using LaneKind = PictureLayout::LaneKind;
using Row = PictureLayout::Row;
using Shape = PictureLayout::Shape;

constexpr double kMarkTextMargin = 56;
constexpr double kShareOfMarks = 0.4;  // of the widest gap, that squeezed marks get at the edge

/// Adds what looks like a UUID: 36 characters, hexadecimal digits and four dashes.
void add_uuids_in(const std::string& text, std::vector<std::string>& uuids) {
  constexpr std::string_view kSigns = "0123456789abcdef-";
  constexpr std::size_t kSize = 36;
  for (auto at = text.find_first_of(kSigns); at != std::string::npos;) {
    const auto end = std::min(text.find_first_not_of(kSigns, at), text.size());
    const auto word = text.substr(at, end - at);
    if (word.size() == kSize && std::count(word.begin(), word.end(), '-') == 4) {
      uuids.push_back(word);
    }
    at = text.find_first_of(kSigns, end);
  }
}

class Layouter {
 public:
  Layouter(const Trace& trace, const PictureMetrics& metrics)
      : trace_(&trace), shown_(pictured_steps_count(trace)), metrics_(metrics) {
    out_.metrics = metrics;
  }

  PictureLayout lay_out() {
    find_lanes();
    find_rows();
    place_lanes();
    if (metrics_.squeezes) wrap_texts();
    place_rows();
    find_bars();
    return std::move(out_);
  }

 private:
  const TraceStep& step(std::size_t i) const { return trace_->steps[i]; }

  bool starts_with_messages() const {
    if (!trace_->start) return false;
    const auto& queues = trace_->start->queues;
    return std::any_of(queues.begin(), queues.end(),
                       [](const auto& queue) { return !queue.messages.empty(); });
  }

  void add_lane(LaneKind kind, std::size_t index, std::string name) {
    out_.lanes.push_back({kind, index, std::move(name), 0});
  }

  void find_lanes() {
    bool broker = starts_with_messages();
    bool network = false;
    std::vector<bool> acts(trace_->processes.size(), false);
    std::vector<bool> serves(trace_->processes.size(), false);
    std::vector<std::size_t> stores;
    for (std::size_t i = 0; i < shown_; ++i) {
      if (step(i).decision == Decision::advance_time) continue;
      if (step(i).process < acts.size()) acts[step(i).process] = true;
      const auto peer = peer_of(step(i).kind);
      broker = broker || peer == LaneKind::broker;
      network = network || peer == LaneKind::network;
      if (step(i).kind == OperationKind::accept) serves[step(i).process] = true;
      if (peer == LaneKind::store) stores.push_back(store_of(step(i)));
    }
    std::sort(stores.begin(), stores.end());
    stores.erase(std::unique(stores.begin(), stores.end()), stores.end());
    if (starts_with_messages()) add_lane(LaneKind::client, 0, "client");
    if (broker) add_lane(LaneKind::broker, 0, "broker");
    for (std::size_t i = 0; i < acts.size(); ++i) {
      if (acts[i] && !serves[i]) add_lane(LaneKind::process, i, trace_->processes[i]);
    }
    if (network) add_lane(LaneKind::network, 0, "http");
    for (std::size_t i = 0; i < acts.size(); ++i) {
      if (serves[i]) add_lane(LaneKind::process, i, trace_->processes[i]);
    }
    for (const auto index : stores) {
      add_lane(LaneKind::store, index,
               stores.size() == 1 && index == 0 ? "store" : "store " + std::to_string(index + 1));
    }
    if (out_.lanes.empty()) add_lane(LaneKind::process, 0, "nobody");
  }

  std::size_t lane(LaneKind kind, std::size_t index) const {
    for (std::size_t i = 0; i < out_.lanes.size(); ++i) {
      if (out_.lanes[i].kind == kind && out_.lanes[i].index == index) return i;
    }
    return 0;
  }

  void find_rows() {
    if (starts_with_messages()) {
      for (const auto& queue : trace_->start->queues) {
        for (const auto& message : queue.messages) {
          Row row;
          row.shape = Shape::arrow;
          row.actor = lane(LaneKind::client, 0);
          row.peer = lane(LaneKind::broker, 0);
          row.label = message.type + " " + message.id;
          row.height = metrics_.start_row_height;
          out_.rows.push_back(std::move(row));
        }
      }
    }
    for (std::size_t i = 0; i < shown_; ++i) out_.rows.push_back(row_of(i));
    std::vector<std::string> uuids;
    for (const auto& row : out_.rows) {
      for (const auto* text : {&row.label, &row.value}) add_uuids_in(*text, uuids);
    }
    const ShortIds ids(uuids);
    for (auto& row : out_.rows) {
      row.label = ids.with_short_uuids(row.label);
      row.value = ids.with_short_uuids(row.value);
    }
  }

  // Makes the diagram as wide as its texts want, and gives what is longer further lines.
  void wrap_texts() {
    const auto frame = metrics_.text_from + metrics_.text_to_edge;
    const auto width = [&](std::size_t count) {
      return metrics_.value_char_width * static_cast<double>(count);
    };
    for (const auto& row : out_.rows) {
      if (row.shape == Shape::time) continue;
      const auto longest =
          std::max(columns_of(row.label), columns_of(row.value) + 1 + columns_of(row.outcome));
      out_.width = std::max(out_.width, std::min(frame + width(longest), metrics_.width_max));
    }
    const auto columns = static_cast<std::size_t>((out_.width - frame) / metrics_.value_char_width);
    for (auto& row : out_.rows) {
      const auto whole = row.label;
      const auto labels = wrapped(whole, columns);
      if (labels.size() > 1) {  // the rest stands below the arrow or the mark
        row.label = labels.front();
        const auto rest = row.label.size() + 1;
        row.value =
            whole.substr(std::min(rest, whole.size())) + (row.value.empty() ? "" : " ") + row.value;
      }
      auto lines = wrapped(row.value, columns);
      if (lines.empty()) continue;
      row.value = lines.front();
      row.more_lines.assign(lines.begin() + 1, lines.end());
      row.outcome_apart =
          !row.outcome.empty() && columns_of(lines.back()) + 1 + columns_of(row.outcome) > columns;
      const auto further = row.more_lines.size() + (row.outcome_apart ? 1 : 0);
      row.height += metrics_.line_height * static_cast<double>(further);
    }
  }

  Row row_of(std::size_t position) const {
    const auto& now = step(position);
    Row row;
    row.step = position + 1;
    row.height = metrics_.row_height;
    if (now.decision == Decision::advance_time) {
      row.shape = Shape::time;
      row.label = now.what;
      return row;
    }
    row.actor = lane(LaneKind::process, now.process);
    auto outcome = now.outcome;
    if (!now.facts.error.empty()) {
      row.outcome = trimmed(outcome.starts_with(": ") ? outcome.substr(2) : outcome);
      outcome.clear();
    }
    const auto whole = now.what + outcome;
    auto brace = std::min({whole.find(" {"), whole.find(" ["), whole.find(" unchanged")});
    // Of a model's step: its action, and below it what changes.
    if (now.kind == OperationKind::point) brace = std::min(whole.find(": "), whole.size() - 1) + 1;
    if (now.facts.http && now.facts.http->status != 0) {  // an answer's body goes below the arrow
      const auto status = " → " + std::to_string(now.facts.http->status);
      if (const auto at = whole.find(status); at != std::string::npos) brace = at + status.size();
    }
    row.label = trimmed(whole.substr(0, brace));
    if (brace < whole.size()) row.value = trimmed(whole.substr(brace));
    if (const auto* fault = fault_kind_of(now.decision);
        fault && row.label.ends_with(fault->outcome) && is_drawn_at_queue(*fault)) {
      // "receive m1 (DUPLICATED)": the remark stands below the arrow.
      row.outcome = fault->outcome.substr(2, fault->outcome.size() - 3);
      row.label.resize(row.label.size() - fault->outcome.size());
    }
    if (is_drawn_as_mark(now)) return row;
    row.shape = Shape::arrow;
    const auto kind = *peer_of(now.kind);
    row.peer = lane(kind, kind == LaneKind::store ? store_of(now) : 0);
    row.to_actor = points_at_actor(now.kind);
    return row;
  }

  double head_width(const std::string& name) const {
    return metrics_.head_char_width * static_cast<double>(columns_of(name)) + 50;
  }

  double width_of(const Row& row) const {
    const auto label = metrics_.label_char_width * static_cast<double>(columns_of(row.label));
    const auto value = metrics_.value_char_width *
                       static_cast<double>(columns_of(row.value) + columns_of(row.outcome) + 1);
    return std::max(label, value) +
           (row.shape == Shape::mark ? kMarkTextMargin : metrics_.text_margin);
  }

  // Gaps wide enough for the labels, as far as the whole does not become too wide.
  void place_lanes() {
    auto& lanes = out_.lanes;
    const auto width_max =
        metrics_.width_max + metrics_.width_max_of_lane * static_cast<double>(lanes.size());
    for (double gap_max = metrics_.gap_max; gap_max >= metrics_.gap_min; gap_max -= 12) {
      std::vector<double> gaps(lanes.size(), metrics_.gap_min);
      for (std::size_t i = 0; i + 1 < lanes.size(); ++i) {
        gaps[i] = std::max(
            gaps[i],
            std::min((head_width(lanes[i].name) + head_width(lanes[i + 1].name)) / 2 + 18, 300.0));
        if (!metrics_.squeezes) continue;
        const auto wider = std::max(head_width(lanes[i].name), head_width(lanes[i + 1].name));
        gaps[i] = std::max(gaps[i], std::min(wider + 12, 300.0));  // no name is cut
      }
      gaps.back() = edge_min();
      for (const auto& row : out_.rows) {
        if (row.shape == Shape::time) continue;
        if (row.shape == Shape::mark) {
          double room = 0;
          for (auto i = row.actor; i < gaps.size(); ++i) room += gaps[i];
          if (room < width_of(row)) gaps.back() += width_of(row) - room;
          gaps.back() = std::min(gaps.back(), edge_max_of(gap_max));
          continue;
        }
        const auto [low, high] = std::minmax(row.actor, row.peer);
        double room = 0;
        for (auto i = low; i < high; ++i) room += gaps[i];
        if (metrics_.squeezes && row.actor < row.peer && high + 1 == lanes.size()) {
          room += gaps.back();
        }
        auto& gap = row.actor < row.peer ? gaps[row.actor] : gaps[row.actor - 1];
        if (room >= width_of(row)) continue;
        const auto wanted = std::min(gap + width_of(row) - room, gap_max);
        gap = metrics_.squeezes ? std::max(gap, wanted) : wanted;
      }
      const bool last = gap_max - 12 < metrics_.gap_min;
      if (last && metrics_.squeezes) squeeze(gaps, width_max);
      double x = metrics_.number_width;
      for (std::size_t i = 0; i < lanes.size(); ++i) {
        lanes[i].x = x;
        x += gaps[i];
      }
      out_.width = x;
      if (x <= width_max) return;
    }
  }

  // The room right of the last lane, where no gap is wider than `gap_max`.
  double edge_max_of(double gap_max) const {
    if (!metrics_.squeezes) return metrics_.edge_max;
    return std::max(edge_min(), std::min(metrics_.edge_max, gap_max * kShareOfMarks));
  }

  // The same, at least: for the last lane's name, and for its attempts.
  double edge_min() const {
    if (!metrics_.squeezes) return metrics_.edge;
    const auto& last = out_.lanes.back();
    const auto attempt = last.kind == LaneKind::process ? 8 * metrics_.attempt_char_width : 0.0;
    return std::max({metrics_.edge, head_width(last.name) / 2 + 10, attempt + 24});
  }

  // Takes from the gaps what is too much: first of the room right of the last lane, then of all.
  void squeeze(std::vector<double>& gaps, double width_max) const {
    auto excess = metrics_.number_width - width_max;
    for (const auto gap : gaps) excess += gap;
    if (excess <= 0) return;
    auto& edge = gaps.back();
    const auto spare = std::max(0.0, std::min(excess, edge - edge_min()));
    edge -= spare;
    excess -= spare;
    if (gaps.size() == 1) return;
    const auto each = excess / static_cast<double>(gaps.size() - 1);
    for (std::size_t i = 0; i + 1 < gaps.size(); ++i) gaps[i] -= each;
  }

  // The number of the step of no return, when it is known, shown and to be drawn. Below the last
  // step a line would say nothing.
  std::optional<std::size_t> no_return_step() const {
    const auto& point = trace_->no_return;
    if (!point || !point->known || metrics_.no_return_room <= 0) return std::nullopt;
    const bool says_something = point->step <= shown_ && point->step < trace_->steps.size();
    return says_something ? std::optional(point->step) : std::nullopt;
  }

  // The rows of the start have all the same number.
  bool last_of_its_step(const Row& row) const {
    return &row == &out_.rows.back() || (&row + 1)->step != row.step;
  }

  void place_rows() {
    double top = metrics_.head_height + 14;
    for (auto& row : out_.rows) {
      if (row.step != 0 && step(row.step - 1).deciding) top += metrics_.verdict_room;
      row.top = top;
      top += row.height;
      if (row.step == no_return_step() && last_of_its_step(row)) {
        out_.no_return_at = top + metrics_.no_return_room / 2;
        top += metrics_.no_return_room;
      }
    }
    out_.height = top + 26;
  }

  void open_bar(std::size_t lane, const Attempt& attempt, const Row& row) {
    out_.bars.push_back({lane, attempt, row.top + metrics_.arrow_at - 2,
                         row.top + metrics_.arrow_at - 2, row.step, row.step});
  }

  void find_bars() {
    std::map<std::uint32_t, std::size_t> open;  // process → bar
    std::set<std::size_t> deliveries;           // bars that began with a message or a request
    for (const auto& row : out_.rows) {
      if (row.step == 0 || row.shape == Shape::time) continue;
      const auto& now = step(row.step - 1);
      if (begins_attempt(now) && now.decision != Decision::crash) {
        open.erase(now.process);
        if (now.facts.error.empty()) {
          open[now.process] = out_.bars.size();
          deliveries.insert(out_.bars.size());
          open_bar(row.actor, now.attempt, row);
        }
        continue;
      }
      if (!open.contains(now.process)) {
        open[now.process] = out_.bars.size();
        open_bar(row.actor, now.attempt, row);
      }
      auto& bar = out_.bars[open[now.process]];
      bar.to = row.top + metrics_.arrow_at - 2;
      bar.last_step = row.step;
      if (ends_attempt(now)) open.erase(now.process);
    }
    // Who has not ended at the last step is still at it.
    for (const auto& [process, bar] : open) {
      if (!deliveries.contains(bar)) continue;  // a process that runs once may be done
      out_.bars[bar].to = out_.rows.back().top + metrics_.arrow_at + 20;
      out_.bars[bar].last_step = out_.rows.back().step;
    }
  }

  const Trace* trace_;
  std::size_t shown_;
  PictureMetrics metrics_;
  PictureLayout out_;
};

}  // namespace

std::size_t pictured_steps_count(const Trace& trace) {
  const bool livelock = trace.violation && trace.violation->name == failure::kLivelock;
  return std::min(trace.steps.size(), livelock ? kLivelockStepsMax : kPictureStepsMax);
}

void mark_loop(Trace& trace) {
  const auto loop = loop_of(trace);
  if (!loop || loop->first >= pictured_steps_count(trace)) return;
  for (auto& step : trace.steps) step.deciding = false;
  trace.steps[loop->first].deciding = true;
}

PictureMetrics PictureMetrics::of_slide() {
  PictureMetrics metrics;
  metrics.label_char_width = metrics.value_char_width = metrics.head_char_width = 14.45;
  metrics.attempt_char_width = metrics.verdict_char_width = 14.45;
  metrics.attempt_height = metrics.verdict_height = 34;
  metrics.verdict_room = 32;
  metrics.no_return_room = 0;
  metrics.number_width = 120;
  metrics.number_at = 44;
  metrics.row_height = 108;
  metrics.start_row_height = 60;
  metrics.label_at = 32;
  metrics.arrow_at = 57;
  metrics.value_at = 95;
  metrics.line_height = 30;
  metrics.text_from = 60;
  metrics.text_to_edge = 10;
  metrics.gap_min = 150;
  metrics.gap_max = 560;
  metrics.edge = 80;
  metrics.edge_max = 520;
  metrics.width_max = 1240;
  metrics.width_max_of_lane = 0;
  metrics.text_margin = 40;
  metrics.squeezes = true;
  return metrics;
}

PictureLayout layout_of(const Trace& trace, const PictureMetrics& metrics) {
  return Layouter(trace, metrics).lay_out();
}

}  // namespace workshop::explore
