#pragma once

#include <string>
#include <vector>

namespace workshop::runner {

/// The IPv4 addresses at which other machines may reach this one; only loopback when there is none.
std::vector<std::string> own_addresses();

}  // namespace workshop::runner
