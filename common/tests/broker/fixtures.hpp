#pragma once

#include <string>

#include "workshop/core/message.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop {

using process::TemporaryFolder;

/// A message with an id and no content.
inline Message note(std::string id) { return {MessageId{std::move(id)}, "Note", "{}", {}}; }

}  // namespace workshop
