#include "workshop/live_shop/rest.hpp"

#include "workshop/live_shop/backends.hpp"
#include "workshop/live_shop/orders.hpp"

namespace workshop::live_shop {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kMoment{300};
constexpr milliseconds kStuck{20'000};
/// A message that its receiver lost comes again when its lease is over.
constexpr milliseconds kQuiet = Backends::kLease + milliseconds(1'000);

std::uint64_t unsigned_of(int number) { return static_cast<std::uint64_t>(number); }

}  // namespace

RestWatch::RestWatch(int orders, const Ledger& ledger) : ledger_(ledger) {
  const auto totals = totals_of(orders);
  all_ = unsigned_of(totals.orders) + unsigned_of(totals.payments) +
         2 * unsigned_of(totals.told_payments);
}

std::uint64_t RestWatch::done() const {
  std::uint64_t sum = 0;
  for (const auto role : kRoles) {
    if (role != Role::shop) sum += ledger_.tally(role).done;
  }
  return sum;
}

std::uint64_t RestWatch::lag() const {
  const auto sum = done();
  return sum < all_ ? all_ - sum : 0;
}

bool RestWatch::may_be() {
  if (ledger_.sellers_done() == 0) return false;
  return lag() == 0 || ledger_.quiet() > kMoment;
}

bool RestWatch::is_quiet() const { return ledger_.sellers_done() != 0 && ledger_.quiet() > kQuiet; }

bool RestWatch::is_stuck() {
  const auto now = steady_clock::now();
  if (done() != seen_) {
    seen_ = done();
    changed_ = now;
  }
  return now - changed_ > kStuck;
}

}  // namespace workshop::live_shop
