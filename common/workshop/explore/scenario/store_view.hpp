#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workshop/core/json.hpp"
#include "workshop/core/type_name.hpp"
#include "workshop/store/store.hpp"

namespace workshop {
class ExplorableStore;
}

namespace workshop::explore {

/// The stores of a world as the oracle sees them: read only, at one moment, at no cost in steps.
class StoreView {
 public:
  /// Of these, in the world's order; they must outlive this object.
  explicit StoreView(std::vector<ExplorableStore*> stores) : stores_(std::move(stores)) {}

  /// A document of the `index`-th store.
  std::optional<Document> find(const Key& key, std::size_t index = 0) const;
  /// All documents of the `index`-th store, in the order of their keys.
  std::vector<Document> documents(std::size_t index = 0) const;
  /// How many stores the world has.
  std::size_t stores_count() const noexcept { return stores_.size(); }
  /// Of all documents of all stores, versions included.
  std::uint64_t digest() const;

  /// The entity `id` of type `T`, or nothing when it does not exist.
  template <class T>
  std::optional<T> entity(const std::string& id, std::size_t index = 0) const {
    const auto document = find(Key{id, std::string(type_name<T>())}, index);
    if (!document) return std::nullopt;
    return from_json<T>(document->body);
  }

 private:
  std::vector<ExplorableStore*> stores_;
};

}  // namespace workshop::explore
