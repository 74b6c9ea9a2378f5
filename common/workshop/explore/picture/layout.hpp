#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// Where the things of a sequence diagram stand, in its own units (of 1/96 inch when nothing scales
/// it). Text is monospaced, so that its width is known.
struct PictureLayout {
  enum class LaneKind : std::uint8_t { client, broker, process, network, store };
  struct Lane {
    LaneKind kind = LaneKind::process;
    std::size_t index = 0;  ///< of the process or store
    std::string name;
    double x = 0;
  };
  /// What a step looks like.
  enum class Shape : std::uint8_t {
    arrow,  ///< from lane to lane
    mark,   ///< on one lane
    time,   ///< across all
  };
  struct Row {
    std::size_t step = 0;  ///< from 1; 0: how the world begins
    Shape shape = Shape::mark;
    std::size_t actor = 0;  ///< lane of who acts
    std::size_t peer = 0;   ///< the arrow's other lane
    bool to_actor = false;  ///< the arrow points at who acts
    std::string label;      ///< above the arrow
    std::string value;      ///< below it
    std::string outcome;    ///< after the value, when something went wrong: ": VersionConflict"
    double top = 0;
    double height = 0;
  };
  /// One attempt, or the life of a process that runs once.
  struct Bar {
    std::size_t lane = 0;
    Attempt attempt;
    double from = 0;
    double to = 0;
    std::size_t first_step = 0;
    std::size_t last_step = 0;
  };

  static constexpr double kCharWidth = 9.0;       // of a label
  static constexpr double kSmallCharWidth = 8.1;  // of a value
  static constexpr double kHeadCharWidth = 9.6;
  static constexpr double kHeadHeight = 76;

  std::vector<Lane> lanes;
  std::vector<Row> rows;
  std::vector<Bar> bars;
  double width = 0;
  double height = 0;
};

/// Lays a trace out; shows its first pictured_steps_count(trace) steps.
PictureLayout layout_of(const Trace& trace);

/// The characters of UTF-8 text.
std::size_t characters_count(const std::string& text);

}  // namespace workshop::explore
