#pragma once

#include <string>

#include "workshop/core/message.hpp"
#include "workshop/testing/temporary_folder.hpp"

namespace workshop {

using testing::TemporaryFolder;

/// A message with an id and no content.
inline Message note(std::string id) { return {MessageId{std::move(id)}, "Note", "{}", {}}; }

}  // namespace workshop
