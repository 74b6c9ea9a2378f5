#pragma once

#include <string>

#include "workshop/live_shop/options.hpp"

namespace workshop::live_shop {

/// Runs the shop: starts engines and services, kills some of them if it is asked to, waits until
/// all is done, audits and prints. Returns the exit code: 0 the audit holds, 1 it does not, 2 the
/// shop could not run, 130 it was interrupted. Nothing runs on when it returns. `program` is this
/// program, which is started again for each service.
int supervise(const std::string& program, const Options& options);

/// Runs one service until it is told to end; returns its exit code.
int serve(const Options& options);

}  // namespace workshop::live_shop
