#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "workshop/live_shop/backends.hpp"
#include "workshop/live_shop/ledger.hpp"

namespace workshop::live_shop {

/// What one process of the shop does.
struct Work {
  std::vector<Role> roles;  ///< that the process has
  int orders = 0;           ///< of the whole shop
  double chaos = 0;         ///< the probability of a fault at an operation
  std::uint64_t seed = 0;   ///< of its chaos
  /// That it opens.
  Backends backends;
  /// How long it tries to reach engines that are down when it starts.
  std::chrono::seconds connect_max{0};
};

/// Opens broker and store, and runs the roles until `stops`. A process that has all roles also ends
/// when there is nothing left to do: every order is sent, and every queue is empty, or what is in
/// them stays there. Throws what stopped a service, and what `open_broker` and `open_store` throw.
void do_work(const Work& work, Ledger& ledger, const std::atomic<bool>& stops);

}  // namespace workshop::live_shop
