#pragma once

#include <string>

/// Parts of the comparison's pages that tests write.
namespace comparison {

/// A file of docs/comparison, "" when it is not there.
std::string read_file(const std::string& name);

/// The part of the file that a test has written, or "".
std::string written_part_of(const std::string& name);

/// Checks that the file's part is this one; WORKSHOP_UPDATE_COMPARISON=1 writes it instead.
void check_part(const std::string& name, const std::string& part);

}  // namespace comparison
