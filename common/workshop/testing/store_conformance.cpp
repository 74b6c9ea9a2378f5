#include "workshop/testing/store_conformance.hpp"

#include <utility>

#include "workshop/testing/store_trial.hpp"

namespace workshop {

namespace {

const std::vector<detail::StoreProperty>& all_properties() {
  static const auto properties = [] {
    auto all = detail::document_properties();
    for (const auto& part : {detail::batch_properties(), detail::concurrency_properties()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return properties;
}

}  // namespace

std::vector<std::string> store_conformance_properties(const StoreFeatures& features) {
  std::vector<std::string> names;
  for (const auto& property : all_properties()) {
    if (property.needs == nullptr || features.*property.needs) names.emplace_back(property.name);
  }
  return names;
}

std::optional<ConformanceFailure> check_store_property(std::string_view name,
                                                       const StoreFactory& factory,
                                                       const std::string& prefix) {
  int number = 0;
  for (const auto& property : all_properties()) {
    ++number;
    if (name != property.name) continue;
    try {
      detail::StoreTrial trial(factory, prefix + "-" + std::to_string(number));
      property.check(trial);
    } catch (const detail::Violation& violation) {
      return ConformanceFailure{property.name, violation.what};
    } catch (const std::exception& error) {
      return ConformanceFailure{property.name, std::string("unexpected failure: ") + error.what()};
    }
    return std::nullopt;
  }
  throw InvalidRequest("no property of a store is called '" + std::string(name) + "'");
}

std::vector<ConformanceFailure> store_conformance(const StoreFactory& factory,
                                                  const StoreFeatures& features,
                                                  const std::string& prefix) {
  std::vector<ConformanceFailure> failures;
  for (const auto& property : store_conformance_properties(features)) {
    if (auto failure = check_store_property(property, factory, prefix)) {
      failures.push_back(std::move(*failure));
    }
  }
  return failures;
}

}  // namespace workshop
