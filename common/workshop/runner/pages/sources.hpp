#pragma once

#include <string_view>

namespace workshop::runner {

/// The text of a file of this folder that is compiled in, such as "mob.html". Throws
/// std::out_of_range, which names it, when CMakeLists.txt does not list it.
std::string_view source(std::string_view name);

}  // namespace workshop::runner
