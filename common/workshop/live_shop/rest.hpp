#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "workshop/live_shop/ledger.hpp"

namespace workshop::live_shop {

/// Says from the shop's figures when it is worth looking whether all is done. Not thread-safe.
class RestWatch {
 public:
  /// `ledger` must outlive it.
  RestWatch(int orders, const Ledger& ledger);

  /// Every order is sent, and either each service has handled all that it should have got, or
  /// nothing has come for a moment.
  bool may_be();
  /// Every order is sent, and nothing came for longer than a lease takes: what was lost by its
  /// receiver would have come again.
  bool is_quiet() const;
  /// What comes has come before, and again, for 20 s: no service gets any further.
  bool is_stuck();
  /// How many messages are still to be handled for the first time, all services together.
  std::uint64_t lag() const;

 private:
  std::uint64_t done() const;

  const Ledger& ledger_;
  std::uint64_t all_ = 0;
  std::uint64_t seen_ = 0;
  std::chrono::steady_clock::time_point changed_ = std::chrono::steady_clock::now();
};

/// Says when the shop gets no further at all: for so long no order was sent, no message was handled
/// that had not been handled before, and no process was started. A handler that never ends looks
/// like this, and so does an engine that no longer answers. Not thread-safe.
class Standstill {
 public:
  /// `ledger` must outlive it.
  Standstill(std::chrono::seconds patience, const Ledger& ledger);

  /// To be asked again and again: it looks how far the shop has come since.
  bool has_come();
  /// For the one who waits: for how long, and which services are in a delivery.
  std::string in_words() const;

 private:
  std::uint64_t progress() const;

  std::chrono::seconds patience_;
  const Ledger& ledger_;
  std::uint64_t seen_ = 0;
  std::chrono::steady_clock::time_point changed_ = std::chrono::steady_clock::now();
};

}  // namespace workshop::live_shop
