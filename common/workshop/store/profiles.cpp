#include "workshop/store/store.hpp"

namespace workshop {

namespace {
constexpr std::size_t kKiB = 1024;
}  // namespace

Profile Profile::relational() { return {.name = "relational"}; }

Profile Profile::dynamodb() {
  // One operation: without TransactWriteItems only the write of a single item is atomic.
  return {.name = "dynamodb",
          .document_bytes_max = 400 * kKiB,
          .batch_operations_max = 1,
          .partitioned = true};
}

Profile Profile::cosmos() {
  return {.name = "cosmos",
          .document_bytes_max = 2 * kKiB * kKiB,
          .batch_operations_max = 100,
          .batch_bytes_max = 2 * kKiB * kKiB,
          .partitioned = true};
}

}  // namespace workshop
