#include "workshop/explore/drivers/commutation.hpp"

namespace workshop::explore {
namespace {

bool writes_one(OperationKind kind) {
  return kind == OperationKind::save || kind == OperationKind::erase;
}

bool is_of_store(OperationKind kind) {
  return kind == OperationKind::load || writes_one(kind) || kind == OperationKind::batch;
}

bool is_of_network(OperationKind kind) {
  return kind == OperationKind::request || kind == OperationKind::reply ||
         kind == OperationKind::accept || kind == OperationKind::respond;
}

}  // namespace

Commutation commutation_of(const PendingOperation& a, const PendingOperation& b) noexcept {
  if (a.kind == OperationKind::point || b.kind == OperationKind::point) {
    return {true, "a bare point touches nothing"};
  }
  if (a.kind == OperationKind::statement || b.kind == OperationKind::statement) {
    return {false, "a statement may touch everything"};
  }
  if (a.kind == OperationKind::load && b.kind == OperationKind::load)
    return {true, "both only read"};
  if (is_of_store(a.kind) && is_of_store(b.kind)) {
    if (a.kind == OperationKind::batch || b.kind == OperationKind::batch) {
      return {false, "a batch may touch the other's document"};
    }
    if (a.resource == 0 || b.resource == 0) return {false, "it is not known what they touch"};
    if (a.resource != b.resource) return {true, "different documents"};
    return {false, "the same document"};
  }
  const bool a_reads = a.kind == OperationKind::load;
  const bool b_reads = b.kind == OperationKind::load;
  if (a_reads || b_reads) {
    return {true, is_of_network(a_reads ? b.kind : a.kind) ? "a store and the network"
                                                           : "a store and the broker"};
  }
  if (is_of_store(a.kind) || is_of_store(b.kind)) {
    return {false, "the oracle looks at which comes first, a write or a message"};
  }
  return {false, is_of_network(a.kind) && is_of_network(b.kind)
                     ? "both at the network"
                     : "both change what can be received"};
}

}  // namespace workshop::explore
