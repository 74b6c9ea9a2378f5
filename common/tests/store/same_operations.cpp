#include "same_operations.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <utility>
#include <vector>

namespace workshop::tests {
namespace {

std::string body_of(Store& store, const Key& key) {
  const auto document = sync_wait(store.get(key));
  return document ? document->body : "absent";
}

/// One store of two that are driven with the same operations. Versions differ between the two, so
/// a condition names the write whose version it expects.
class Driven {
 public:
  explicit Driven(Store& store) : store_(store) {}

  /// What came of it, in words.
  std::string batch(const std::vector<std::pair<StoreOperation, int>>& operations) {
    std::vector<StoreOperation> resolved;
    for (auto [operation, write] : operations) {
      if (write >= 0) operation.expected = Expected::version(version_of(write));
      resolved.push_back(std::move(operation));
    }
    try {
      const auto before = versions_.size();
      versions_.resize(before + resolved.size(), Version{"none"});
      const auto versions = resolved.size() == 1 ? std::vector{one(resolved.front())}
                                                 : sync_wait(store_.batch("shop", resolved));
      std::copy(versions.begin(), versions.end(),
                versions_.begin() + static_cast<std::ptrdiff_t>(before));
      return "done";
    } catch (const VersionConflict&) {
      return "conflict";
    } catch (const InvalidRequest&) {
      return "invalid";
    }
  }
  int writes_count() const { return static_cast<int>(versions_.size()); }

 private:
  Version version_of(int write) const { return versions_[static_cast<std::size_t>(write)]; }
  Version one(const StoreOperation& operation) {
    if (operation.kind == StoreOperation::Kind::put) {
      return sync_wait(store_.put(operation.key, operation.body, operation.expected));
    }
    sync_wait(store_.erase(operation.key, operation.expected));
    return {};
  }

  Store& store_;
  std::vector<Version> versions_;
};

}  // namespace

std::map<std::string, int> do_the_same(Store& one, Store& other, const SameOperations& options) {
  Driven first(one);
  Driven second(other);
  std::mt19937 random(options.seed);
  const auto drawn = [&](int max) { return std::uniform_int_distribution<int>(0, max)(random); };
  const std::vector<std::string> ids = {"a",        "A",         "a ",
                                        "\xc3\xa4", "a\xcc\x88", std::string("a\0", 2)};
  std::map<std::string, int> outcomes_count;
  for (int step = 0; step < options.steps_count; ++step) {
    std::vector<std::pair<StoreOperation, int>> operations;
    const int count = drawn(3) == 0 ? 1 + drawn(options.operations_max - 1) : 1;
    for (int i = 0; i < count; ++i) {
      const Key key{"shop", ids[static_cast<std::size_t>(drawn(5))]};
      const int condition = drawn(9);
      const auto expected = condition < 3 ? Expected::absent() : Expected::any();
      const int write = condition > 4 && first.writes_count() > 0
                            ? std::max(0, first.writes_count() - 1 - drawn(12))
                            : -1;
      const auto body = "{\"n\":" + std::to_string(step) + "}";
      operations.emplace_back(drawn(3) == 0 ? StoreOperation::erase(key, expected)
                                            : StoreOperation::put(key, body, expected),
                              write);
    }
    const auto outcome = first.batch(operations);
    CAPTURE(step);
    REQUIRE(outcome == second.batch(operations));
    ++outcomes_count[outcome];
    if ((step + 1) % options.compared_every != 0) continue;
    for (const auto& id : ids) {
      REQUIRE(body_of(one, {"shop", id}) == body_of(other, {"shop", id}));
    }
  }
  return outcomes_count;
}

}  // namespace workshop::tests
