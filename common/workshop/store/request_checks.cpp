#include "workshop/store/request_checks.hpp"

namespace workshop::detail {

void check_key(const Key& key) {
  if (key.partition.empty()) throw InvalidRequest("the partition of a key must not be empty");
  if (key.id.empty()) throw InvalidRequest("the id of a key must not be empty");
}

void check_put(const Profile& profile, const Key& key, std::string_view body) {
  check_key(key);
  const std::size_t bytes = key.partition.size() + key.id.size() + body.size();
  if (bytes > profile.document_bytes_max) {
    throw EntityTooLarge(key.partition + "/" + key.id + " has " + std::to_string(bytes) +
                         " bytes; " + profile.name + " allows " +
                         std::to_string(profile.document_bytes_max));
  }
}

void check_erase(const Key& key, const Expected& expected) {
  check_key(key);
  if (expected.is_absent()) {
    throw InvalidRequest("erase " + key.partition + "/" + key.id +
                         ": what is expected to be absent cannot be erased");
  }
}

void check_batch(const Profile& profile, const std::string& partition,
                 const std::vector<StoreOperation>& operations) {
  if (partition.empty()) throw InvalidRequest("the partition of a batch must not be empty");
  std::size_t bytes = 0;
  for (const auto& operation : operations) {
    bytes += operation.key.partition.size() + operation.key.id.size() + operation.body.size();
    if (operation.kind == StoreOperation::Kind::put) {
      check_put(profile, operation.key, operation.body);
    } else {
      check_erase(operation.key, operation.expected);
    }
    if (profile.partitioned && operation.key.partition != partition) {
      throw CrossPartition("a batch in partition " + partition + " cannot write " +
                           operation.key.partition + "/" + operation.key.id + ": " + profile.name +
                           " has no transaction across partitions");
    }
  }
  if (operations.size() > profile.batch_operations_max) {
    throw CrossPartition("a batch of " + std::to_string(operations.size()) + " operations; " +
                         profile.name + " allows " + std::to_string(profile.batch_operations_max));
  }
  if (bytes > profile.batch_bytes_max) {
    throw EntityTooLarge("a batch of " + std::to_string(bytes) + " bytes; " + profile.name +
                         " allows " + std::to_string(profile.batch_bytes_max) +
                         ": write fewer documents at once, or smaller ones");
  }
}

void throw_conflict(const char* verb, const Key& key, const Expected& expected) {
  const auto* version = expected.as_version();
  throw VersionConflict(std::string(verb) + " " + key.partition + "/" + key.id + ": " +
                        (version == nullptr
                             ? "it exists already"
                             : "it is not, or no longer, in version " + version->tag));
}

}  // namespace workshop::detail
