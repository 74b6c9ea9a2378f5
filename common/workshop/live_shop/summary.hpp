#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "workshop/live_shop/ledger.hpp"
#include "workshop/live_shop/rest.hpp"

namespace workshop::live_shop {

/// What the supervisor has killed and started again.
struct Kills {
  int services = 0;  ///< processes of the shop
  /// Servers of brokers and stores.
  int engines = 0;
  /// Both together.
  int all() const { return services + engines; }
};

/// Shows how far the shop is: one line that is written again where the terminal can, else a line
/// every two seconds. Not thread-safe.
class Summary {
 public:
  /// `ledger` must outlive it.
  Summary(int orders, const Ledger& ledger, bool shows);

  /// Shows the line when it is time to.
  void tick(const Kills& kills);
  /// The line's room is free again.
  void end();
  /// A line for each service, in words.
  std::string table() const;
  /// Since it was made.
  std::chrono::milliseconds elapsed() const;

 private:
  std::string line(const Kills& kills);

  const int orders_;
  const Ledger& ledger_;
  const bool shows_;
  const bool rewrites_;
  RestWatch rest_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_ = begin_;
  std::uint64_t handled_before_ = 0;
};

}  // namespace workshop::live_shop
