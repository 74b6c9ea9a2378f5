#include "workshop/explore/world/outage.hpp"

#include "workshop/core/hash.hpp"

namespace workshop::explore {

Outage Outage::at(const Process& process, Decision decision, std::uint32_t ends_at) {
  const auto& state = process.state;
  Outage outage;
  outage.decision = decision;
  outage.kind = state.pending.kind;
  outage.target = state.pending.target;
  outage.owner = process.index;
  outage.ends_at = ends_at;
  if (ends_at > 0) outage.message = state.attempt.message;
  return outage;
}

bool Outage::is_about(const Process& process) const {
  const auto& state = process.state;
  if (!process.running() || state.pending.kind != kind || state.pending.target != target) {
    return false;
  }
  if (message.empty()) return process.index == owner;
  return state.attempt.message == message && state.delivery_count < ends_at;
}

bool Outage::hits(const Process& process) const {
  return is_about(process) && (decision != Decision::busy || process.state.pending.conditional);
}

std::uint64_t Outage::digest() const {
  return Digest()
      .add(static_cast<std::uint64_t>(decision))
      .add(static_cast<std::uint64_t>(kind))
      .add(target)
      .add(message)
      .add(ends_at)
      .add(failures_count)
      .value();
}

}  // namespace workshop::explore
