#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "workshop/runtime/logging.hpp"

namespace workshop {

/// The fields of a delivery in the log, whatever its result.
struct Subject {
  std::string endpoint;
  std::string message;
  std::string type;
  std::uint32_t delivery_count = 0;

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
