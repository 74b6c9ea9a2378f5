#pragma once

#include <chrono>
#include <functional>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// From now on a thread of its own looks for handlers that spin: that have run for `cpu_max` of the
/// program's CPU time without reaching their next operation. Nothing can stop such a handler, so
/// `found` is told, on that thread, what led there and should end the program. The trace's last
/// step is the operation after which the handler spins; its violation is a livelock. Of a handler
/// that the calling thread runs by itself (run_inline) there are no steps.
///
/// CPU time, because a debugger that has stopped the program, or a machine that is busy otherwise,
/// uses none of it. Call it once, on the thread that runs the tests, before the first World is
/// made.
void watch_for_spins(std::chrono::milliseconds cpu_max, std::function<void(const Trace&)> found);

}  // namespace workshop::explore
