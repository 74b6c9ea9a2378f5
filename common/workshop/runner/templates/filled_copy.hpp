#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace workshop::runner {

/// `text` with each `place` replaced by `value`.
std::string with_replaced(std::string text, std::string_view place, const std::string& value);

/// Copies the files of the folder `from` into `into`, which is made if it is missing. Each @place@
/// in their texts and names is filled in: `places` maps "kit" to what stands for "@kit@". Throws
/// UserError for a file that cannot be read or written.
void copy_filled(const std::filesystem::path& from, const std::filesystem::path& into,
                 const std::map<std::string, std::string>& places);

}  // namespace workshop::runner
