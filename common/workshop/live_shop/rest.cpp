#include "workshop/live_shop/rest.hpp"

#include <fmt/format.h>

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

Standstill::Standstill(std::chrono::seconds patience, const Ledger& ledger)
    : patience_(patience), ledger_(ledger) {}

std::uint64_t Standstill::progress() const {
  std::uint64_t sum = 0;
  for (const auto role : kRoles) sum += ledger_.tally(role).done + ledger_.tally(role).starts;
  return sum;
}

bool Standstill::has_come() {
  const auto now = steady_clock::now();
  if (const auto sum = progress(); sum != seen_) {
    seen_ = sum;
    changed_ = now;
  }
  return now - changed_ > patience_;
}

std::string Standstill::in_words() const {
  std::string busy;
  for (const auto role : kRoles) {
    const auto& tally = ledger_.tally(role);
    const auto ended = tally.handled + tally.failures;
    if (tally.deliveries <= ended) continue;
    busy += fmt::format("{}{} of {}", busy.empty() ? "" : ", ", tally.deliveries - ended,
                        name_of(role));
  }
  return fmt::format(
      "for {} s nothing has got any further{}. A handler that never ends looks like this, and so "
      "does an engine that no longer answers",
      patience_.count(),
      busy.empty() ? "" : fmt::format("; deliveries that began and have not ended: {}", busy));
}

}  // namespace workshop::live_shop
