#pragma once

#include <filesystem>
#include <string>

namespace workshop::modelcheck {

/// `.cache` of the checkout, with the files that scripts/setup fetches, and TLC's answers.
std::filesystem::path cache_folder();

/// The modules that the specifications of several labs extend.
std::filesystem::path shared_specs_folder();

/// Read and write a whole file, byte by byte. When that fails, std::runtime_error names the file.
std::string read_file(const std::filesystem::path& file);
/// See read_file.
void write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace workshop::modelcheck
