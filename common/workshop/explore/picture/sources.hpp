#pragma once

#include <string_view>

namespace workshop::explore {

// The files of picture/, as the build has put them into the library.
extern const std::string_view kPageHtml;
extern const std::string_view kNamesJs;
extern const std::string_view kViewerJs;
extern const std::string_view kColorsCss;
extern const std::string_view kDiagramCss;
extern const std::string_view kPageCss;

}  // namespace workshop::explore
