#pragma once

#include <cstdint>
#include <optional>

#include "workshop/broker/broker.hpp"

namespace workshop {

/// The parts of an InProcessBroker's lease tag. An entry's sequence is never used again and its
/// count only rises, so no two deliveries have the same tag, not even one before and one after a
/// restart from the journal. A short tag needs no allocation.
struct LeaseTagParts {
  std::uint64_t sequence = 0;        ///< of the entry, never used again
  std::uint32_t queue = 0;           ///< its number in the broker
  std::uint32_t delivery_count = 0;  ///< of this delivery, from 1
};

/// The tag with these parts.
LeaseTag make_lease_tag(const LeaseTagParts& parts);

/// The parts of a tag, or nothing when it is not the tag of an InProcessBroker.
std::optional<LeaseTagParts> parse_lease_tag(const LeaseTag& tag);

}  // namespace workshop
