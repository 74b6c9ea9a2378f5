#pragma once

#include <string_view>

#include "workshop/explore/picture/layout.hpp"

namespace workshop::explore {

/// The sign in the head of a lane, of 16 x 16, as elements of an SVG.
std::string_view sign_of(PictureLayout::LaneKind kind);

/// What kind of line an operation is drawn as, in classes of the style sheet: a message, data, or
/// only talk between them.
std::string_view line_of(OperationKind kind);

}  // namespace workshop::explore
