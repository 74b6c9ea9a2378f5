#include "workshop/explore/scenario/store_view.hpp"

#include "workshop/core/hash.hpp"
#include "workshop/store/explorable_store.hpp"

namespace workshop::explore {

std::optional<Document> StoreView::find(const Key& key, std::size_t index) const {
  return stores_.at(index)->find(key);
}

std::vector<Document> StoreView::documents(std::size_t index) const {
  return stores_.at(index)->documents();
}

std::uint64_t StoreView::digest() const {
  Digest digest;
  for (const auto* store : stores_) digest.add(store->digest());
  return digest.value();
}

}  // namespace workshop::explore
