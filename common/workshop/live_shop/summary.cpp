#include "workshop/live_shop/summary.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "workshop/protocol/numbers.hpp"

namespace workshop::live_shop {
namespace {

using protocol::grouped;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kRewritten{250};
constexpr milliseconds kEachLine{2'000};

std::uint64_t faults_of(const Tally& tally) {
  std::uint64_t sum = 0;
  for (const auto& count : tally.faults) sum += count;
  return sum;
}

/// Handled after it was handled before: whether that had an effect is what the audit says.
std::uint64_t duplicates_of(const Tally& tally) {
  const std::uint64_t handled = tally.handled;
  const std::uint64_t done = tally.done;
  return handled > done ? handled - done : 0;
}

}  // namespace

Summary::Summary(int orders, const Ledger& ledger, bool shows)
    : orders_(orders),
      ledger_(ledger),
      shows_(shows),
      rewrites_(::isatty(STDOUT_FILENO) != 0),
      rest_(orders, ledger) {}

milliseconds Summary::elapsed() const {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin_);
}

std::string Summary::line(const Kills& kills) {
  std::uint64_t handled = 0;
  std::uint64_t redeliveries = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t faults = 0;
  for (const auto role : kRoles) {
    const auto& tally = ledger_.tally(role);
    faults += faults_of(tally);
    if (role == Role::shop) continue;
    handled += tally.handled;
    redeliveries += tally.redeliveries;
    duplicates += duplicates_of(tally);
  }
  const auto now = steady_clock::now();
  const auto seconds = std::chrono::duration<double>(now - shown_).count();
  const auto rate = seconds > 0 ? static_cast<double>(handled - handled_before_) / seconds : 0.0;
  handled_before_ = handled;
  return fmt::format(
      "{:6.1f} s  {} of {} orders sent, {} messages/s, lag {}, {} redelivered, {} duplicates, {} "
      "faults, {} kills",
      static_cast<double>(elapsed().count()) / 1000, grouped(ledger_.tally(Role::shop).done),
      grouped(static_cast<std::uint64_t>(orders_)), grouped(static_cast<std::uint64_t>(rate)),
      grouped(rest_.lag()), grouped(redeliveries), grouped(duplicates), grouped(faults),
      kills.all());
}

void Summary::tick(const Kills& kills) {
  if (!shows_ || steady_clock::now() - shown_ < (rewrites_ ? kRewritten : kEachLine)) return;
  const auto text = line(kills);
  shown_ = steady_clock::now();
  std::cout << (rewrites_ ? "\r\033[K" : "") << text << (rewrites_ ? "" : "\n") << std::flush;
}

void Summary::end() {
  if (shows_ && rewrites_) std::cout << "\r\033[K" << std::flush;
}

std::string Summary::table() const {
  std::string text = fmt::format("{:<12}{:>10}{:>13}{:>12}{:>10}{:>9}{:>8}\n", "", "handled",
                                 "redelivered", "duplicates", "failures", "faults", "starts");
  for (const auto role : kRoles) {
    const auto& tally = ledger_.tally(role);
    text += fmt::format("{:<12}{:>10}{:>13}{:>12}{:>10}{:>9}{:>8}\n", name_of(role),
                        grouped(tally.handled), grouped(tally.redeliveries),
                        grouped(duplicates_of(tally)), grouped(tally.failures),
                        grouped(faults_of(tally)), grouped(tally.starts));
  }
  return text;
}

}  // namespace workshop::live_shop
