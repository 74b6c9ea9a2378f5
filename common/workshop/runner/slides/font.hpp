#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace workshop::runner {

/// `bytes` in base64 (RFC 4648), with padding.
std::string base64(std::string_view bytes);

/// The style sheet that makes the type of the slides, Atkinson Hyperlegible Next, known to a page
/// as "Deck": upright and italic, of every weight, embedded, so that a page asks for no address.
/// `folder` is the unpacked npm package. Throws UserError, with the mend, when it is not there.
std::string embedded_font(const std::filesystem::path& folder);

}  // namespace workshop::runner
