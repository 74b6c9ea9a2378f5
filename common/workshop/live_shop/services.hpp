#pragma once

#include <chrono>

#include "workshop/endpoint/endpoint.hpp"
#include "workshop/live_shop/ledger.hpp"

namespace workshop::live_shop {

/// The endpoint of a service; not of Role::shop, which receives nothing.
///
/// Each one but "payments" is right at every fault by writing one document, whose name is its
/// memory of the message: what comes again finds it there. "payments" is the lab's.
///
/// Every delivery is counted in `ledger`, which must outlive it. When an engine refuses, the thread
/// waits for `pause`, so that one which is away for seconds does not use up all deliveries.
Endpoint endpoint_of(Role role, Ledger& ledger, std::chrono::milliseconds pause);

}  // namespace workshop::live_shop
