#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop::tests {

/// The ways in which a MapStore can be wrong.
enum class Bug {
  none,
  put_ignores_version,
  put_with_version_creates,
  put_absent_overwrites,
  blind_put_only_replaces,
  writes_before_the_conflict,
  conflict_is_unknown,
  conflict_is_unavailable,
  works_when_called,
  version_stays_for_same_body,
  version_restarts_after_erase,
  version_of_body,
  get_returns_newer_version,
  erase_ignores_version,
  erase_of_absent_fails,
  erase_with_version_of_absent_succeeds,
  erase_absent_succeeds,
  erase_takes_partition,
  keys_run_together,
  keys_without_case,
  body_ends_at_nul,
  body_is_trimmed,
  empty_keys_are_taken,
  size_limit_is_missing,
  size_limit_is_one_less,
  size_limit_is_of_the_body,
  size_limit_not_in_batches,
  batch_is_not_atomic,
  batch_in_reverse,
  batch_checks_all_first,
  batch_returns_puts_only,
  batch_versions_for_erase,
  batch_across_partitions,
  batch_limit_is_missing,
  batch_limit_is_one_less,
  batch_bytes_are_not_limited,
  batch_validates_late,
  empty_batch_fails,
  check_and_write_are_apart,
  forgets_when_closed,
  counter_restarts_when_opened,
  object_keeps_a_copy,
};

/// The documents of a MapStore, which outlive it.
struct MapDisk {
  struct Entry {
    std::string body;
    std::string version;
  };
  std::mutex mutex;
  std::map<Key, Entry> documents;
  std::uint64_t counter = 0;
};

/// A second implementation of Store, in a std::map. It shows that the conformance suite tests the
/// contract and not SQLite, and, with a bug, that the suite finds the bug. Thread-safe.
class MapStore final : public Store {
 public:
  MapStore(std::shared_ptr<MapDisk> disk, Profile profile, Bug bug);
  ~MapStore() override;

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override { return profile_; }

 private:
  bool has(Bug bug) const { return bug_ == bug; }
  Task<Version> put_later(Version done);
  Task<Version> put_awaited(Key key, std::string body, Expected expected);
  Version put_now(const Key& key, const std::string& body, const Expected& expected);
  Version write(const Key& key, const std::string& body, const Expected& expected);
  void remove(const Key& key, const Expected& expected);
  std::vector<Version> apply(const std::vector<StoreOperation>& operations);
  void check_key(const Key& key) const;
  void check_size(const Key& key, const std::string& body, bool in_batch) const;
  void check_operation(const std::string& partition, const StoreOperation& operation) const;
  void check_condition(const Key& key, const Expected& expected) const;
  [[noreturn]] void conflict(const Key& key) const;
  Key stored(const Key& key) const;
  std::string next_version(const Key& key, const std::string& body);

  std::shared_ptr<MapDisk> disk_;
  Profile profile_;
  Bug bug_;
};

}  // namespace workshop::tests
