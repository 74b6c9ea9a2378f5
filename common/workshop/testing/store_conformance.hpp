#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/store/store.hpp"
#include "workshop/testing/conformance.hpp"

namespace workshop {

/// Opens the store called `name` (lowercase letters, digits and dashes). A name that was not opened
/// before is an empty store. All stores of one factory have the same profile.
using StoreFactory = std::function<std::unique_ptr<Store>(const std::string& name)>;

/// What a store promises beyond the contract.
struct StoreFeatures {
  bool threads = false;  ///< one object may be called from several threads at once
  bool durable = false;  ///< a store that is closed and opened again has kept its documents
  bool shared = false;   ///< several objects may open one name at once, and see the same documents
};

/// The names of all properties that a store with these features must have, in the order of the
/// contract. Each is a sentence.
std::vector<std::string> store_conformance_properties(const StoreFeatures& features);

/// Checks one property on stores of its own, named `prefix` and a number: on a factory whose stores
/// are kept, use a prefix once. Nothing when the store has it. InvalidRequest when no property has
/// that name. Blocks; starts threads when the property is about threads.
std::optional<ConformanceFailure> check_store_property(std::string_view property,
                                                       const StoreFactory& factory,
                                                       const std::string& prefix = "store");

/// Checks all properties that a store with these features must have; a store conforms when the
/// result is empty.
std::vector<ConformanceFailure> store_conformance(const StoreFactory& factory,
                                                  const StoreFeatures& features,
                                                  const std::string& prefix = "store");

}  // namespace workshop
