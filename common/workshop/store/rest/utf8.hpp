#pragma once

#include <string_view>

namespace workshop::detail {

/// Whether the bytes are UTF-8, as JSON wants them: no overlong forms, no surrogates.
bool is_utf8(std::string_view text) noexcept;

/// Throws InvalidRequest that names `what` unless the bytes are UTF-8.
void check_utf8(std::string_view text, std::string_view what);

}  // namespace workshop::detail
