#include "workshop/shop/trial_store.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

namespace workshop::shop::detail {
namespace {

// Of this thread, empty and in no exploration. As many as trials were under way at once.
std::vector<std::unique_ptr<ExplorableStore>>& spare_stores() {
  thread_local std::vector<std::unique_ptr<ExplorableStore>> stores;
  return stores;
}

std::unique_ptr<ExplorableStore> taken_or_new(const Profile& profile) {
  auto& spare = spare_stores();
  const auto place = std::ranges::find(
      spare, profile, [](const auto& each) -> const Profile& { return each->profile(); });
  if (place == spare.end()) {
    SqliteStoreOptions options;
    options.profile = profile;
    return std::make_unique<ExplorableStore>(std::move(options));
  }
  auto store = std::move(*place);
  spare.erase(place);
  return store;
}

}  // namespace

TrialStore::TrialStore(const Profile& profile) : store_(taken_or_new(profile)) {
  store_->begin_exploration();
}

TrialStore::~TrialStore() {
  try {
    store_->end_exploration();
    spare_stores().push_back(std::move(store_));
  } catch (const std::exception&) {  // no memory, say: then the next trial opens one of its own
  }
}

}  // namespace workshop::shop::detail
