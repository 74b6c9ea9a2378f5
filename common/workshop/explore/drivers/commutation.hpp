#pragma once

#include <string_view>

#include "workshop/explore/world/process.hpp"

namespace workshop::explore {

/// Whether two operations that two processes are about to do may come in either order without any
/// difference afterwards, and why (not).
struct Commutation {
  bool commute = false;     ///< either order gives the same
  std::string_view reason;  ///< in words, of a text that stays
};

/// Decided by what the operations touch: documents of the stores, the broker, the network, and the
/// oracle, which looks at the order of writes and sends. Never wrong about operations that commute;
/// it may call some dependent that are not. An operation that ends its process's round does more
/// than it says (a lease ends, the attempt is judged): that is for the caller to look at.
Commutation commutation_of(const PendingOperation& a, const PendingOperation& b) noexcept;

}  // namespace workshop::explore
