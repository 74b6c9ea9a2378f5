#pragma once

#include <chrono>
#include <string_view>

#include "workshop/http/http.hpp"

namespace workshop {

/// The header field in which a client tells how long it still waits: a whole number of
/// milliseconds, counted from the moment of sending. A duration, because clocks of two machines do
/// not agree. A client that waits for ever (Deadline::max()) sends none.
inline constexpr std::string_view kDeadlineHeader = "deadline-ms";

/// What remains until `deadline`, rounded down to milliseconds, so that a callee never believes to
/// have longer than its caller waits. 0 when it has passed.
std::chrono::milliseconds remaining_ms(Deadline deadline, Deadline now);

/// Until when the sender of `request` waits, for a handler to pass on to the calls that it makes
/// itself; `fallback` when the request does not say, or says it in no number. A number too large
/// for a clock means Deadline::max().
///
/// Counted from the call of this function: call it first in a handler. A server has by then taken
/// from the field what passed between the arrival of the request and the start of its handler.
Deadline deadline_of(const HttpRequest& request, Deadline fallback);

/// The same, counted from `now`: for code whose clock may be simulated.
Deadline deadline_of(const HttpRequest& request, Deadline fallback, Deadline now);

}  // namespace workshop
