#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {

/// The file that the solution of `lab` changes, from its folder: "src/payments_handler.cpp".
std::string solution_path(const Lab& lab);

/// Where the mistake `name` of `lab` is. Throws UserError that lists the lab's mistakes if there is
/// none of that name.
std::filesystem::path mistake_file(const Lab& lab, const std::string& name);

/// The files behind MISTAKES in the text of a solution's CMakeLists.txt: "mistakes/NAME.diff".
std::vector<std::string> listed_mistakes(std::string_view lists);

/// The text of a solution's CMakeLists.txt with `file` at the end of MISTAKES. Throws UserError for
/// a text without SOURCES.
std::string with_listed_mistake(std::string_view lists, const std::string& file);

}  // namespace workshop::runner
