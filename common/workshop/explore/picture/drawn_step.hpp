#pragma once

#include <cstddef>
#include <optional>

#include "workshop/explore/picture/layout.hpp"
#include "workshop/explore/scenario/fault.hpp"
#include "workshop/explore/scenario/operation.hpp"
#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// The kind of lane to which an operation's arrow leads; nothing for a mark.
std::optional<PictureLayout::LaneKind> peer_of(OperationKind kind);

/// Whether the arrow points at who acts: something comes to it.
bool points_at_actor(OperationKind kind);

/// Whether a step has no arrow: it is in place of an operation, or goes nowhere.
bool is_drawn_as_mark(const TraceStep& step);

/// Whether a fault is drawn where its message waits.
bool is_drawn_at_queue(const FaultKind& fault);

/// Whether an attempt's bar begins at a step.
bool begins_attempt(const TraceStep& step);

/// Whether an attempt's bar ends at a step.
bool ends_attempt(const TraceStep& step);

/// The store that a step reaches, by its index; the first when it reaches none.
std::size_t store_of(const TraceStep& step);

}  // namespace workshop::explore
