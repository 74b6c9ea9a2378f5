#pragma once

#include <string_view>

namespace workshop::runner {

/// Whether a story has a process that goes on as if nothing were after a save of it was refused,
/// because somebody else was faster: its next operation is to send, to publish or to acknowledge.
/// One that reads again, or lets the exception out, does not.
bool ignores_conflict(std::string_view story);

}  // namespace workshop::runner
