#include <algorithm>
#include <utility>
#include <vector>

#include "workshop/explore/picture/layout.hpp"
#include "workshop/explore/picture/picture.hpp"
#include "workshop/explore/picture/sources.hpp"
#include "workshop/protocol/markup.hpp"

namespace workshop::explore {
namespace {

// The template with its {{places}} filled; what is put in is not looked into again.
std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find("{{");
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) break;
    const auto name = text.substr(open + 2, close - open - 2);
    const auto value = std::find_if(values.begin(), values.end(),
                                    [&](const auto& each) { return each.first == name; });
    out += text.substr(0, open);
    if (value != values.end()) out += value->second;
    text.remove_prefix(close + 2);
  }
  return out.append(text);
}

}  // namespace

std::string title_of(const Trace& trace, const PictureOptions& options) {
  return (trace.violation ? trace.violation->name : "no invariant is broken") +
         (options.title.empty() ? "" : ": " + options.title);
}

std::string page_of(const Trace& trace, const PictureOptions& options) {
  const auto style = std::string(kColorsCss) + std::string(kDiagramCss) + std::string(kPageCss);
  return filled(kPageHtml,
                {{"title", protocol::escaped_xml(title_of(trace, options))},
                 {"style", style},
                 {"picture", embedded_svg_of(trace, options) + slide_svg_of(trace, options)},
                 {"trace", json_of(trace, options)},
                 {"names", std::string(kNamesJs)},
                 {"viewer", std::string(kViewerJs)}});
}

}  // namespace workshop::explore
