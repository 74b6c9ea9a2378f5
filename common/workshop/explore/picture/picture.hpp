#pragma once

#include <cstddef>
#include <string>

#include "workshop/explore/story/observe.hpp"
#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// What a picture says around its trace.
struct PictureOptions {
  std::string title;           ///< the test's name
  std::string program;         ///< "lab08_solution"; "": not told
  std::string replay_command;  ///< before the schedule: "scripts/workshop replay 8"
};

/// Steps that a picture shows at most; further ones are counted.
inline constexpr std::size_t kPictureStepsMax = kObservedStepsMax;
/// The same of a livelock, whose steps say nothing new after a while.
inline constexpr std::size_t kLivelockStepsMax = 40;

/// How many steps of this trace its picture shows, from the first on.
std::size_t pictured_steps_count(const Trace& trace);

/// Of a livelock, whose last step a picture does not show: what decides is from now on the step
/// from which on it goes round, if that one is shown. Leaves any other trace as it is.
void mark_loop(Trace& trace);

/// The trace as JSON: docs/trace-format.md. It has no `<`, and so it may stand in a page as it is.
std::string json_of(const Trace& trace, const PictureOptions& options);

/// A state of the world as the steps of such a trace have it.
std::string json_of(const WorldState& state);

/// What stands above a picture: what is broken, and the title of `options` behind it.
std::string title_of(const Trace& trace, const PictureOptions& options);

/// The trace as a sequence diagram: a file of its own, light or dark as the viewer prefers. Lanes
/// for the client, the broker, each process with a bar for each attempt, the network and the
/// stores; one row for each step, in a group of class `step`.
std::string svg_of(const Trace& trace, const PictureOptions& options);

/// A page to step through the trace with the arrow keys: self-contained, works from a file and
/// without a network. It has room for a second trace, the right run of the same schedule:
/// protocol/page.hpp says where.
std::string page_of(const Trace& trace, const PictureOptions& options);

/// The diagram as it stands in a page, styled by the page.
std::string embedded_svg_of(const Trace& trace, const PictureOptions& options);

/// The diagram for a slide, and for a page in large type: all lanes in a width of 1280, and type of
/// 24 px there; no text is cut. Of class `slide`, styled by the slides or by the page.
std::string slide_svg_of(const Trace& trace, const PictureOptions& options);

}  // namespace workshop::explore
