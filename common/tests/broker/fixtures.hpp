#pragma once

#include <string>

#include "workshop/core/message.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop {

using process::TemporaryFolder;

/// A message that says nothing but its id.
inline Message note(std::string id) { return {MessageId{std::move(id)}, "Note", "{}", {}}; }

}  // namespace workshop
