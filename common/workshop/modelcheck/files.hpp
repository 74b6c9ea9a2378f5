#pragma once

#include <filesystem>
#include <string>

namespace workshop::modelcheck {

/// `.cache` of the checkout: what scripts/setup fetches, and what TLC answered.
std::filesystem::path cache_folder();

/// The modules that the specifications of several labs extend.
std::filesystem::path shared_specs_folder();

/// All of a file, byte by byte. std::runtime_error names the file when it cannot be read, or
/// written.
std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace workshop::modelcheck
