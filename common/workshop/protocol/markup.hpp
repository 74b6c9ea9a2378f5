#pragma once

#include <string>
#include <string_view>

/// Text within HTML, SVG and XML. It stands here because a picture that a test program makes and a
/// page that the runner makes are read by one browser.
namespace workshop::protocol {

/// `text` as it stands between tags and in an attribute: no character of it is a sign of the
/// language. Ends of lines and tabs stay.
std::string escaped_html(std::string_view text);

/// The same for XML, which refuses control characters: each of them, an end of a line too, is a
/// blank.
std::string escaped_xml(std::string_view text);

}  // namespace workshop::protocol
