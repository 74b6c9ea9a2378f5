#pragma once

#include <string>
#include <utility>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop::testing {

/// A store that passes each operation on to another one: the base of a test's store that does one
/// of them differently, and overrides only that one. It does not own the other one. As thread-safe
/// as the other one.
class ForwardingStore : public Store {
 public:
  /// The other store must outlive it.
  explicit ForwardingStore(Store& store) : store_(&store) {}

  Task<std::optional<Document>> get(Key key) override { return store_->get(std::move(key)); }
  Task<Version> put(Key key, std::string body, Expected expected) override {
    return store_->put(std::move(key), std::move(body), std::move(expected));
  }
  Task<void> erase(Key key, Expected expected) override {
    return store_->erase(std::move(key), std::move(expected));
  }
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override {
    return store_->batch(std::move(partition), std::move(operations));
  }
  const Profile& profile() const noexcept override { return store_->profile(); }

 protected:
  /// The other store.
  Store& store() const noexcept { return *store_; }

 private:
  Store* store_;
};

}  // namespace workshop::testing
