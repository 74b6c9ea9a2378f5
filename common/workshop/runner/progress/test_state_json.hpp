#pragma once

#include <boost/json.hpp>

#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {

/// What others may be told of a test: all but the digest of what a red one said, which is of use
/// only beside the file that it was said of.
boost::json::object json_for_others(const TestState& test);

}  // namespace workshop::runner
