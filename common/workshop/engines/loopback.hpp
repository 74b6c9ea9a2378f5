#pragma once

#include <chrono>
#include <string_view>

namespace workshop::engines {

/// A TCP port of 127.0.0.1 that nobody listens at. Somebody may take it a moment later. Throws
/// std::runtime_error when there is none.
int free_port();

/// Whether a server at 127.0.0.1 takes a connection and, when `request` is not empty, says or does
/// something on it within `time_max`.
bool answers(int port, std::string_view request, std::chrono::milliseconds time_max);

}  // namespace workshop::engines
