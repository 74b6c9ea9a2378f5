#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "workshop/runner/pages/page_server.hpp"
#include "workshop/runner/printing/hints.hpp"

namespace workshop::runner {

/// What a mob's page keeps over a restart, in the ignored folder of the checkout.

/// Serves on `port`; 0: on the port of the last time if it is free, so that open pages find it
/// again, or else on any. Remembers it. Throws UserError when `port` is taken.
std::unique_ptr<PageServer> serve_again(const Project& project,
                                        const std::function<std::vector<Route>()>& routes,
                                        std::uint16_t port);

/// The hints of a lab that were taken before; none when they cannot be read.
std::vector<TakenHint> hints_taken_before(const Project& project, const Lab& lab);

}  // namespace workshop::runner
