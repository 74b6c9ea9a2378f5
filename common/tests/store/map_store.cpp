#include "map_store.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <thread>

namespace workshop::tests {

MapStore::MapStore(std::shared_ptr<MapDisk> disk, Profile profile, Bug bug)
    : disk_(std::move(disk)), profile_(std::move(profile)), bug_(bug) {
  if (has(Bug::counter_restarts_when_opened)) disk_->counter = 0;
  if (has(Bug::object_keeps_a_copy)) {
    auto copy = std::make_shared<MapDisk>();
    copy->documents = disk_->documents;
    copy->counter = disk_->counter;
    disk_ = copy;
  }
}

MapStore::~MapStore() {
  if (has(Bug::forgets_when_closed)) disk_->documents.clear();
}

Task<std::optional<Document>> MapStore::get(Key key) {
  check_key(key);
  const std::lock_guard lock(disk_->mutex);
  const auto found = disk_->documents.find(stored(key));
  if (found == disk_->documents.end()) co_return std::nullopt;
  auto version = found->second.version;
  if (has(Bug::get_returns_newer_version)) version = std::to_string(disk_->counter + 1);
  co_return Document{key, found->second.body, Version{version}};
}

Task<Version> MapStore::put(Key key, std::string body, Expected expected) {
  if (has(Bug::works_when_called)) return put_later(put_now(key, body, expected));
  return put_awaited(std::move(key), std::move(body), std::move(expected));
}

Task<Version> MapStore::put_later(Version done) { co_return done; }

Task<Version> MapStore::put_awaited(Key key, std::string body, Expected expected) {
  co_return put_now(key, body, expected);
}

Version MapStore::put_now(const Key& key, const std::string& body, const Expected& expected) {
  check_key(key);
  check_size(key, body, false);
  if (has(Bug::check_and_write_are_apart)) {
    {
      const std::lock_guard lock(disk_->mutex);
      check_condition(key, expected);
    }
    std::this_thread::sleep_for(std::chrono::microseconds{200});  // lets other threads run
    const std::lock_guard lock(disk_->mutex);
    return write(key, body, Expected::any());
  }
  const std::lock_guard lock(disk_->mutex);
  return write(key, body, expected);
}

Task<void> MapStore::erase(Key key, Expected expected) {
  check_key(key);
  if (expected.is_absent()) {
    if (has(Bug::erase_absent_succeeds)) co_return;
    throw InvalidRequest("erase of what is absent");
  }
  const std::lock_guard lock(disk_->mutex);
  remove(key, expected);
}

Task<std::vector<Version>> MapStore::batch(std::string partition,
                                           std::vector<StoreOperation> operations) {
  if (partition.empty() && !has(Bug::empty_keys_are_taken)) throw InvalidRequest("no partition");
  if (operations.empty() && has(Bug::empty_batch_fails)) throw InvalidRequest("an empty batch");
  if (!has(Bug::batch_validates_late)) {
    for (const auto& operation : operations) check_operation(partition, operation);
  }
  const std::size_t max =
      profile_.batch_operations_max - (has(Bug::batch_limit_is_one_less) ? 1 : 0);
  if (operations.size() > max && !has(Bug::batch_limit_is_missing)) {
    throw CrossPartition("too many operations");
  }
  std::size_t bytes = 0;
  for (const auto& [kind, key, body, expected] : operations) {
    bytes += key.partition.size() + key.id.size() + body.size();
  }
  if (bytes > profile_.batch_bytes_max && !has(Bug::batch_bytes_are_not_limited)) {
    throw EntityTooLarge("too many bytes");
  }
  const std::lock_guard lock(disk_->mutex);
  if (has(Bug::batch_validates_late)) {
    std::vector<Version> versions;
    for (const auto& operation : operations) {
      check_operation(partition, operation);
      versions.push_back(apply({operation}).at(0));
    }
    co_return versions;
  }
  if (has(Bug::batch_checks_all_first)) {
    for (const auto& operation : operations) check_condition(operation.key, operation.expected);
  }
  if (has(Bug::batch_in_reverse)) std::reverse(operations.begin(), operations.end());
  const auto before = disk_->documents;
  try {
    co_return apply(operations);
  } catch (...) {
    if (!has(Bug::batch_is_not_atomic)) disk_->documents = before;
    throw;
  }
}

std::vector<Version> MapStore::apply(const std::vector<StoreOperation>& operations) {
  std::vector<Version> versions;
  for (const auto& operation : operations) {
    const auto expected = has(Bug::batch_checks_all_first) ? Expected::any() : operation.expected;
    if (operation.kind == StoreOperation::Kind::put) {
      versions.push_back(write(operation.key, operation.body, expected));
      continue;
    }
    remove(operation.key, expected);
    if (has(Bug::batch_returns_puts_only)) continue;
    versions.push_back(Version{has(Bug::batch_versions_for_erase) ? "erased" : ""});
  }
  return versions;
}

Version MapStore::write(const Key& key, const std::string& body, const Expected& expected) {
  auto text = body;
  if (has(Bug::body_ends_at_nul)) text = text.c_str();
  if (has(Bug::body_is_trimmed)) text.erase(text.find_last_not_of(" \n") + 1);
  const bool exists = disk_->documents.contains(stored(key));
  if (has(Bug::blind_put_only_replaces) && expected.is_any() && !exists) conflict(key);
  if (has(Bug::writes_before_the_conflict) && exists) disk_->documents[stored(key)].body = text;
  const bool unchecked = (has(Bug::put_ignores_version) && expected.as_version() && exists) ||
                         (has(Bug::put_with_version_creates) && !exists) ||
                         (has(Bug::put_absent_overwrites) && expected.is_absent());
  if (!unchecked) check_condition(key, expected);
  const auto version = next_version(key, text);
  disk_->documents[stored(key)] = {text, version};
  return Version{version};
}

void MapStore::remove(const Key& key, const Expected& expected) {
  const bool exists = disk_->documents.contains(stored(key));
  if (has(Bug::erase_of_absent_fails) && !exists) conflict(key);
  const bool unchecked = (has(Bug::erase_ignores_version) && exists) ||
                         (has(Bug::erase_with_version_of_absent_succeeds) && !exists);
  if (!unchecked) check_condition(key, expected);
  disk_->documents.erase(stored(key));
  if (has(Bug::erase_takes_partition)) {
    std::erase_if(disk_->documents,
                  [&](const auto& entry) { return entry.first.partition == key.partition; });
  }
}

void MapStore::check_key(const Key& key) const {
  if (has(Bug::empty_keys_are_taken)) return;
  if (key.partition.empty() || key.id.empty()) throw InvalidRequest("an empty key");
}

void MapStore::check_size(const Key& key, const std::string& body, bool in_batch) const {
  if (has(Bug::size_limit_is_missing)) return;
  if (has(Bug::size_limit_not_in_batches) && in_batch) return;
  std::size_t bytes = key.partition.size() + key.id.size() + body.size();
  if (has(Bug::size_limit_is_one_less)) ++bytes;
  if (has(Bug::size_limit_is_of_the_body)) bytes = body.size();
  if (bytes > profile_.document_bytes_max) throw EntityTooLarge("too large");
}

void MapStore::check_operation(const std::string& partition,
                               const StoreOperation& operation) const {
  check_key(operation.key);
  if (operation.kind == StoreOperation::Kind::put) {
    check_size(operation.key, operation.body, true);
  } else if (operation.expected.is_absent() && !has(Bug::erase_absent_succeeds)) {
    throw InvalidRequest("erase of what is absent");
  }
  if (profile_.partitioned && operation.key.partition != partition &&
      !has(Bug::batch_across_partitions)) {
    throw CrossPartition("another partition");
  }
}

void MapStore::check_condition(const Key& key, const Expected& expected) const {
  const auto found = disk_->documents.find(stored(key));
  const bool exists = found != disk_->documents.end();
  const auto* version = expected.as_version();
  if (expected.is_absent() && exists) conflict(key);
  if (version != nullptr && (!exists || found->second.version != version->tag)) conflict(key);
}

void MapStore::conflict(const Key& key) const {
  if (has(Bug::conflict_is_unknown)) throw OutcomeUnknown(key.id);
  if (has(Bug::conflict_is_unavailable)) throw Unavailable(key.id);
  throw VersionConflict(key.id);
}

Key MapStore::stored(const Key& key) const {
  if (has(Bug::keys_run_together)) return {"", key.partition + key.id};
  if (!has(Bug::keys_without_case)) return key;
  Key folded = key;
  for (auto* part : {&folded.partition, &folded.id}) {
    for (char& c : *part) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return folded;
}

std::string MapStore::next_version(const Key& key, const std::string& body) {
  const auto found = disk_->documents.find(stored(key));
  const bool exists = found != disk_->documents.end();
  if (has(Bug::version_of_body)) return "body " + body.substr(0, 100);
  if (has(Bug::version_restarts_after_erase)) {
    return std::to_string(exists ? std::stoi(found->second.version) + 1 : 1);
  }
  if (has(Bug::version_stays_for_same_body) && exists && found->second.body == body) {
    return found->second.version;
  }
  return std::to_string(++disk_->counter);
}

}  // namespace workshop::tests
