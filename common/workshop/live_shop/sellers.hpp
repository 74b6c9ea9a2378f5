#pragma once

#include <atomic>

#include "workshop/broker/broker.hpp"
#include "workshop/live_shop/ledger.hpp"
#include "workshop/store/store.hpp"

namespace workshop::live_shop {

/// How many sellers there are, each with its own orders.
inline constexpr int kSellers = 64;

/// One of the shop's sellers: sends the orders number, number + kSellers, …, each at least once,
/// and goes on where it was when its process is started again. Blocks until all are sent or
/// `stops`. What an engine refuses is tried again. At most one process may run a seller.
///
/// Where the lab's handler wants tokens the seller creates them, and each of them at most once
/// before its first message is sent: see `Sales`.
void sell(int number, int orders, Broker& broker, Store& store, Ledger& ledger,
          const std::atomic<bool>& stops);

}  // namespace workshop::live_shop
