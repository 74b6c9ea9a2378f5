#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop::benchmarks {

/// A store that notes how many documents of each type lie in the one below, and how large they
/// were. Any thread may call.
class WatchedStore final : public Store {
 public:
  /// What was seen of a type of document.
  struct Seen {
    std::set<Key> there;
    std::size_t there_max = 0;  ///< at once
    std::size_t bytes_max = 0;  ///< of one body
  };

  explicit WatchedStore(Store& below) noexcept : below_(below) {}

  Task<std::optional<Document>> get(Key key) override { return below_.get(std::move(key)); }
  Task<Version> put(Key key, std::string body, Expected expected) override {
    const auto place = key;
    const auto bytes = body.size();
    auto version = co_await below_.put(std::move(key), std::move(body), std::move(expected));
    note_put(place, bytes);
    co_return version;
  }
  Task<void> erase(Key key, Expected expected) override {
    const auto place = key;
    co_await below_.erase(std::move(key), std::move(expected));
    note_erasure(place);
  }
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override {
    const auto noted = operations;
    auto versions = co_await below_.batch(std::move(partition), std::move(operations));
    for (const auto& operation : noted) {
      if (operation.kind == StoreOperation::Kind::put) {
        note_put(operation.key, operation.body.size());
      } else {
        note_erasure(operation.key);
      }
    }
    co_return versions;
  }
  const Profile& profile() const noexcept override { return below_.profile(); }

  /// Of the documents whose id is the name of this type.
  Seen seen(const std::string& type) const {
    const std::lock_guard lock(mutex_);
    const auto found = seen_.find(type);
    return found == seen_.end() ? Seen{} : found->second;
  }

 private:
  void note_put(const Key& key, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    auto& seen = seen_[key.id];
    seen.there.insert(key);
    seen.there_max = std::max(seen.there_max, seen.there.size());
    seen.bytes_max = std::max(seen.bytes_max, bytes);
  }
  void note_erasure(const Key& key) {
    const std::lock_guard lock(mutex_);
    seen_[key.id].there.erase(key);
  }

  Store& below_;
  mutable std::mutex mutex_;
  std::map<std::string, Seen> seen_;
};

}  // namespace workshop::benchmarks
