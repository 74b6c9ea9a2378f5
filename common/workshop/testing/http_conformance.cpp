#include "workshop/testing/http_conformance.hpp"

#include "workshop/testing/http_conformance_trial.hpp"

namespace workshop {
namespace {

const std::vector<http_trial::Property>& all_properties() {
  static const auto properties = [] {
    auto all = http_trial::message_properties();
    const auto failures = http_trial::failure_properties();
    all.insert(all.end(), failures.begin(), failures.end());
    return all;
  }();
  return properties;
}

}  // namespace

std::vector<std::string> http_conformance_properties() {
  std::vector<std::string> names;
  for (const auto& property : all_properties()) names.emplace_back(property.name);
  return names;
}

std::optional<ConformanceFailure> check_http_property(std::string_view name,
                                                      const HttpImplementation& implementation) {
  for (const auto& property : all_properties()) {
    if (name != property.name) continue;
    try {
      http_trial::Trial trial(implementation);
      property.check(trial);
    } catch (const http_trial::Mismatch& mismatch) {
      return ConformanceFailure{property.name, mismatch.what};
    } catch (const std::exception& error) {
      return ConformanceFailure{property.name, std::string("unexpected failure: ") + error.what()};
    }
    return std::nullopt;
  }
  throw InvalidRequest("no property of HTTP is called '" + std::string(name) + "'");
}

std::vector<ConformanceFailure> http_conformance(const HttpImplementation& implementation) {
  std::vector<ConformanceFailure> failures;
  for (const auto& property : all_properties()) {
    if (auto failure = check_http_property(property.name, implementation)) {
      failures.push_back(std::move(*failure));
    }
  }
  return failures;
}

}  // namespace workshop
