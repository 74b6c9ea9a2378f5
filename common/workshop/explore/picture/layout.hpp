#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// The sizes of a sequence diagram, in its own units (of 1/96 inch when nothing scales it). Text is
/// monospaced, so that its width is known; the style sheet has the matching sizes of type.
struct PictureMetrics {
  double label_char_width = 9.0;    ///< of a character above an arrow
  double value_char_width = 8.1;    ///< of one below it
  double head_char_width = 9.6;     ///< of one in a lane's head
  double attempt_char_width = 7.5;  ///< of one in an attempt's label
  double attempt_height = 22;       ///< of an attempt's label
  double verdict_char_width = 8.4;  ///< of a character of the verdict
  double verdict_height = 24;       ///< of the verdict's line
  double verdict_room = 16;         ///< above the deciding row
  double no_return_room = 26;       ///< below the step of no return; 0: it is not drawn
  double head_height = 76;          ///< of the row of heads
  double number_width = 118;        ///< left of the first lane
  double number_at = 34;            ///< where a step's number ends
  double row_height = 66;           ///< of a step
  double start_row_height = 44;     ///< of a message that is there at the start
  double label_at = 23;             ///< below a row's top, and so are the next two
  double arrow_at = 38;             ///< below a row's top
  double value_at = 58;             ///< below a row's top
  double gap_min = 156;             ///< between two lanes
  double gap_max = 420;             ///< between two lanes
  double edge = 78;                 ///< right of the last lane
  double edge_max = 440;            ///< the same when text stands there
  double width_max = 590;           ///< and
  double width_max_of_lane = 130;  ///< for each lane; a diagram may be wider, but its texts are cut
  double text_margin = 56;         ///< of an arrow's length that its label leaves free
  double line_height = 0;          ///< of a value's further lines; 0: a text has one, and is cut
  double text_from = 0;            ///< where a text may begin when it is not cut
  double text_to_edge = 0;         ///< how far from the edge it ends
  bool squeezes = false;           ///< never wider: lanes come closer together than gap_min, and
                                   ///< texts go on beside their arrow, as wide as the diagram is

  /// Of a page and a file.
  static PictureMetrics of_page() { return {}; }
  /// Of a slide of 1280 x 720 with type of 24 px.
  static PictureMetrics of_slide();
};

/// Where the things of a sequence diagram stand.
struct PictureLayout {
  /// What a lane stands for.
  enum class LaneKind : std::uint8_t { client, broker, process, network, store };
  /// A column.
  struct Lane {
    LaneKind kind = LaneKind::process;  ///< what it stands for
    std::size_t index = 0;              ///< of the process or store
    std::string name;                   ///< in its head
    double x = 0;                       ///< its middle
  };
  /// What a step looks like.
  enum class Shape : std::uint8_t {
    arrow,  ///< from lane to lane
    mark,   ///< on one lane
    time,   ///< across all
  };
  /// A step, or a message that is there at the start.
  struct Row {
    std::size_t step = 0;       ///< from 1; 0: how the world begins
    Shape shape = Shape::mark;  ///< what it looks like
    std::size_t actor = 0;      ///< lane of who acts
    std::size_t peer = 0;       ///< the arrow's other lane
    bool to_actor = false;      ///< the arrow points at who acts
    std::string label;          ///< above the arrow
    std::string value;          ///< below it
    std::string outcome;        ///< after the value, when something went wrong: ": VersionConflict"
    std::vector<std::string> more_lines;  ///< of the value, where texts are not cut
    bool outcome_apart = false;           ///< it has a line of its own below them
    double top = 0;                       ///< its upper edge
    double height = 0;                    ///< with all of its lines
  };
  /// One attempt, or the life of a process that runs once.
  struct Bar {
    std::size_t lane = 0;        ///< by its number in `lanes`
    Attempt attempt;             ///< that it is
    double from = 0;             ///< its upper end
    double to = 0;               ///< its lower end
    std::size_t first_step = 0;  ///< from 1
    std::size_t last_step = 0;   ///< from 1
  };

  PictureMetrics metrics;              ///< that it was laid out with
  std::vector<Lane> lanes;             ///< from left to right
  std::vector<Row> rows;               ///< from top to bottom
  std::vector<Bar> bars;               ///< in the order of their first steps
  std::optional<double> no_return_at;  ///< where the line of no return is drawn
  double width = 0;                    ///< of the whole diagram
  double height = 0;                   ///< of the whole diagram
};

/// Lays a trace out; shows its first pictured_steps_count(trace) steps.
PictureLayout layout_of(const Trace& trace, const PictureMetrics& metrics = {});

}  // namespace workshop::explore
