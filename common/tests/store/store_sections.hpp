#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>

#include "core/failure_of.hpp"
#include "workshop/core/task.hpp"
#include "workshop/store/store.hpp"
#include "workshop/testing/store_conformance.hpp"

/// What tests of stores share: operations that wait, and the conformance suite as sections.
namespace workshop::tests {

inline const Key kOrder{"shop", "order-1"};

inline Version put(Store& store, const Key& key, const std::string& body, Expected expected) {
  return sync_wait(store.put(key, body, std::move(expected)));
}

/// The body of a document, or "absent".
inline std::string body_of(Store& store, const Key& key) {
  const auto document = sync_wait(store.get(key));
  return document ? document->body : "absent";
}

/// Requires every property, each in a section of its own. The stores of a property are named by its
/// number, because a server keeps those of the one before.
inline void require_conformance(const StoreFactory& factory, const StoreFeatures& features) {
  int number = 0;
  for (const auto& property : store_conformance_properties(features)) {
    const auto prefix = "conformance-" + std::to_string(++number);
    DYNAMIC_SECTION(property) {
      const auto failure = check_store_property(property, factory, prefix);
      INFO((failure ? failure->what : ""));
      REQUIRE_FALSE(failure);
    }
  }
}

}  // namespace workshop::tests
