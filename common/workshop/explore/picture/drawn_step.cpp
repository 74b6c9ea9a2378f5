#include "workshop/explore/picture/drawn_step.hpp"

namespace workshop::explore {

std::optional<PictureLayout::LaneKind> peer_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::receive:
    case OperationKind::acknowledge:
    case OperationKind::abandon:
    case OperationKind::renew:
    case OperationKind::redrive:
    case OperationKind::send:
    case OperationKind::publish:
      return PictureLayout::LaneKind::broker;
    case OperationKind::load:
    case OperationKind::save:
    case OperationKind::erase:
    case OperationKind::batch:
    case OperationKind::statement:
      return PictureLayout::LaneKind::store;
    case OperationKind::request:
    case OperationKind::reply:
    case OperationKind::accept:
    case OperationKind::respond:
      return PictureLayout::LaneKind::network;
    case OperationKind::point:
      return std::nullopt;
  }
  return std::nullopt;
}

bool points_at_actor(OperationKind kind) {
  return kind == OperationKind::receive || kind == OperationKind::load ||
         kind == OperationKind::reply || kind == OperationKind::accept;
}

bool is_drawn_as_mark(const TraceStep& step) {
  const auto* fault = fault_kind_of(step.decision);
  return (fault != nullptr && !fault->instead.empty()) || !peer_of(step.kind);
}

bool is_drawn_at_queue(const FaultKind& fault) {
  return fault.drawing == FaultDrawing::doubled || fault.drawing == FaultDrawing::reordered;
}

bool ends_attempt(const TraceStep& step) {
  if (step.decision == Decision::crash) return true;
  if (step.decision == Decision::lease_expiry || !step.facts.error.empty()) return false;
  return step.kind == OperationKind::acknowledge || step.kind == OperationKind::abandon ||
         step.kind == OperationKind::respond;
}

bool begins_attempt(const TraceStep& step) {
  return step.kind == OperationKind::receive || step.kind == OperationKind::accept;
}

std::size_t store_of(const TraceStep& step) {
  return step.facts.documents.empty() ? 0 : step.facts.documents.front().store;
}

}  // namespace workshop::explore
