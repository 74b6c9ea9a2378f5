#include "workshop/explore/picture/signs.hpp"

namespace workshop::explore {

std::string_view sign_of(PictureLayout::LaneKind kind) {
  switch (kind) {
    case PictureLayout::LaneKind::client:
      return R"svg(<circle cx="8" cy="4.5" r="3.5"/><path d="M1.5 15 a6.5 6 0 0 1 13 0"/>)svg";
    case PictureLayout::LaneKind::broker:
      return R"svg(<rect x="1" y="2" width="14" height="3.4"/><rect x="1" y="7" width="14" height="3.4"/><rect x="1" y="12" width="14" height="3.4"/>)svg";
    case PictureLayout::LaneKind::process:
      return R"svg(<circle cx="8" cy="8" r="6.5"/><path d="M6 5 L11 8 L6 11 Z"/>)svg";
    case PictureLayout::LaneKind::network:
      return R"svg(<path d="M1 5.5 H14 M10.5 2 L14 5.5 L10.5 9 M15 11 H2 M5.5 7.5 L2 11 L5.5 14.5"/>)svg";
    case PictureLayout::LaneKind::store:
      return R"svg(<ellipse cx="8" cy="3.6" rx="6.5" ry="2.6"/><path d="M1.5 3.6 V12.4 A6.5 2.6 0 0 0 14.5 12.4 V3.6"/>)svg";
  }
  return {};
}

std::string_view line_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::receive:
    case OperationKind::send:
    case OperationKind::publish:
    case OperationKind::request:
    case OperationKind::reply:
    case OperationKind::accept:
    case OperationKind::respond:
      return "message";
    case OperationKind::load:
      return "data read";
    case OperationKind::save:
    case OperationKind::erase:
    case OperationKind::batch:
    case OperationKind::statement:
      return "data write";
    default:
      return "quiet";
  }
}

}  // namespace workshop::explore
