#pragma once

#include <string_view>

/// What surrounds the parts of a picture's page that the runner takes out of one page and puts into
/// another. The page itself is explore/picture/page.html.
namespace workshop::protocol::page {

/// In front of the failing run's trace, which kTraceEnd follows.
inline constexpr std::string_view kTraceBegin =
    R"(<script type="application/json" id="failing-trace">)";
/// In front of the right run's trace, which kTraceEnd follows.
inline constexpr std::string_view kRightTraceBegin =
    R"(<script type="application/json" id="right-trace">)";
/// Behind a trace.
inline constexpr std::string_view kTraceEnd = "</script>";
/// In front of the failing run's diagrams, which kPictureEnd follows.
inline constexpr std::string_view kPictureBegin = R"(<div id="failing-picture">)";
/// In front of the right run's diagrams, which kPictureEnd follows.
inline constexpr std::string_view kRightPictureBegin = R"(<div id="right-picture">)";
/// Behind the diagrams of a run.
inline constexpr std::string_view kPictureEnd = "</div>";

/// The trace's place in a page without the right run.
inline constexpr std::string_view kNoRightTrace =
    R"(<script type="application/json" id="right-trace">null</script>)";
/// The diagrams' place in such a page.
inline constexpr std::string_view kNoRightPicture = R"(<div id="right-picture"></div>)";

}  // namespace workshop::protocol::page
