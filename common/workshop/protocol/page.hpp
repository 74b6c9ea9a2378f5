#pragma once

#include <string_view>

/// What surrounds the parts of a picture's page that the runner takes out of one page and puts into
/// another. The page itself is explore/picture/page.html.
namespace workshop::protocol::page {

inline constexpr std::string_view kTraceBegin =
    R"(<script type="application/json" id="failing-trace">)";
inline constexpr std::string_view kRightTraceBegin =
    R"(<script type="application/json" id="right-trace">)";
inline constexpr std::string_view kTraceEnd = "</script>";
inline constexpr std::string_view kPictureBegin = R"(<div id="failing-picture">)";
inline constexpr std::string_view kRightPictureBegin = R"(<div id="right-picture">)";
inline constexpr std::string_view kPictureEnd = "</div>";

/// A page without the right run.
inline constexpr std::string_view kNoRightTrace =
    R"(<script type="application/json" id="right-trace">null</script>)";
inline constexpr std::string_view kNoRightPicture = R"(<div id="right-picture"></div>)";

}  // namespace workshop::protocol::page
