#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workshop/core/type_name.hpp"
#include "workshop/testing/store_conformance.hpp"

/// What the parts of the Store conformance suite share. Not for other users.
namespace workshop::detail {

/// How a property says that it does not hold.
struct Violation {
  std::string what;
};

inline void expect(bool holds, const std::string& what) {
  if (!holds) throw Violation{what};
}

inline void expect_equal(const std::string& actual, const std::string& expected,
                         const std::string& what) {
  // Bodies can be megabytes long.
  const auto shown = [](const std::string& text) {
    return text.size() <= 60
               ? "'" + text + "'"
               : "'" + text.substr(0, 57) + "...' (" + std::to_string(text.size()) + " bytes)";
  };
  if (actual != expected) {
    throw Violation{what + ": expected " + shown(expected) + ", got " + shown(actual)};
  }
}

/// The stores of one check, and the operations in a shape that reads well.
class StoreTrial {
 public:
  StoreTrial(const StoreFactory& factory, std::string name)
      : factory_(factory), name_(std::move(name)), store_(factory_(name_)) {}

  Store& store() { return *store_; }
  const Profile& profile() { return store_->profile(); }
  std::unique_ptr<Store> open_another() { return factory_(name_); }
  void reopen() {
    store_.reset();
    store_ = factory_(name_);
  }

  std::optional<Document> get(const Key& key) { return sync_wait(store_->get(key)); }
  Version put(const Key& key, const std::string& body, const Expected& expected) {
    return sync_wait(store_->put(key, body, expected));
  }
  void erase(const Key& key, const Expected& expected) { sync_wait(store_->erase(key, expected)); }
  std::vector<Version> batch(std::vector<StoreOperation> operations,
                             const std::string& partition = "shop") {
    return sync_wait(store_->batch(partition, std::move(operations)));
  }

  /// The document is there with this body and version, and its key is the one asked for.
  void expect_document(const Key& key, const std::string& body, const Version& version) {
    const auto document = get(key);
    expect(document.has_value(), "the document is not there");
    expect(document->key == key, "the document came with another key");
    expect_equal(document->body, body, "the body");
    expect_equal(document->version.tag, version.tag, "the version");
  }
  void expect_absent(const Key& key) {
    expect(!get(key).has_value(), "a document is there that must not be");
  }

 private:
  StoreFactory factory_;
  std::string name_;
  std::unique_ptr<Store> store_;
};

/// Runs `operation`, which must fail with `E` and say that nothing happened.
template <class E, class Operation>
void expect_failure(const std::string& doing, Operation operation) {
  const std::string wanted = doing + " should throw " + std::string(type_name<E>());
  try {
    operation();
  } catch (const E& error) {
    expect(error.outcome() == Outcome::definite, doing + ": the error must be definite");
    return;
  } catch (const std::exception& error) {
    throw Violation{wanted + ", not: " + error.what()};
  }
  throw Violation{wanted + ", but succeeded"};
}

inline const Key kOrder{"shop", "order-1"};
inline const Key kOther{"shop", "order-2"};
inline const Key kThird{"shop", "order-3"};
inline constexpr const char* kBody = R"({"booked":false})";
inline constexpr const char* kBooked = R"({"booked":true})";

/// One property of the contract: a check that throws when the store does not have it.
struct StoreProperty {
  const char* name;
  void (*check)(StoreTrial&);
  bool StoreFeatures::* needs = nullptr;
};

std::vector<StoreProperty> document_properties();
std::vector<StoreProperty> batch_properties();
std::vector<StoreProperty> concurrency_properties();  ///< and durability

}  // namespace workshop::detail
