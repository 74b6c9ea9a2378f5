#pragma once

#include <memory>

#include "workshop/store/explorable_store.hpp"

namespace workshop::shop::detail {

/// An empty store in memory for one trial. Opening a database takes longer than most trials, so an
/// earlier trial's is used again: all that a trial writes belongs to an exploration that its end
/// takes back, with the counter that makes versions. Used by the thread that made it only.
class TrialStore {
 public:
  /// Errors as for SqliteStore.
  explicit TrialStore(const Profile& profile);
  ~TrialStore();
  TrialStore(const TrialStore&) = delete;
  TrialStore& operator=(const TrialStore&) = delete;

  SqliteStore& operator*() const noexcept { return *store_; }
  SqliteStore* operator->() const noexcept { return store_.get(); }

 private:
  std::unique_ptr<ExplorableStore> store_;
};

}  // namespace workshop::shop::detail
