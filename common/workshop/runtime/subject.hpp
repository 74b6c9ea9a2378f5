#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "workshop/runtime/logging.hpp"

namespace workshop {

/// The fields of a delivery in the log, whatever its result.
struct Subject {
  std::string endpoint;              ///< that it was delivered to
  std::string message;               ///< its id
  std::string type;                  ///< the message's
  std::uint32_t delivery_count = 0;  ///< this one included

  /// Writes an event of this delivery into the log, if it takes that level.
  void log(LogLevel level, std::string_view event, std::string reason = "") const {
    if (!logs(level)) return;
    const auto count = std::to_string(delivery_count);
    if (reason.empty()) {
      return workshop::log(
          level, event,
          {{"endpoint", endpoint}, {"message", message}, {"type", type}, {"delivery", count}});
    }
    workshop::log(level, event,
                  {{"endpoint", endpoint},
                   {"message", message},
                   {"type", type},
                   {"delivery", count},
                   {"reason", std::move(reason)}});
  }
};

}  // namespace workshop
