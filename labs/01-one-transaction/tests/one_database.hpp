#pragma once

// A shop with one database whose stores a test makes by itself.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sale.hpp"
#include "workshop/endpoint/entity_store.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/forwarding_store.hpp"

namespace workshop::testing {

// A database that counts the transactions in which something is written.
class CountingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Task<Version> put(Key key, std::string body, Expected expected) override {
    auto version = co_await ForwardingStore::put(std::move(key), std::move(body), expected);
    ++transactions_count_;
    co_return version;
  }
  Task<void> erase(Key key, Expected expected) override {
    co_await ForwardingStore::erase(std::move(key), expected);
    ++transactions_count_;
  }
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override {
    auto versions = co_await ForwardingStore::batch(std::move(partition), std::move(operations));
    ++transactions_count_;
    co_return versions;
  }
  int transactions_count() const noexcept { return transactions_count_; }

 private:
  int transactions_count_ = 0;
};

// A shop with one database, and what is on its shelf.
class OneDatabase {
 public:
  void has(const std::string& gift, int count) {
    run_inline(
        file_.put(EntityStore::key_of<Stock>(gift), to_json(Stock{count}), Expected::absent()));
  }
  Answer sells(const std::string& order, const std::map<std::string, int>& gifts) {
    return run_inline(sell(Cart{order, gifts}, shop_));
  }
  int left(const std::string& gift) { return run_inline(shop_.load<Stock>(gift)).value.left; }
  std::map<std::string, int> sold(const std::string& order) {
    return run_inline(shop_.load<workshop::Order>(order)).value.gifts;
  }
  bool has_order(const std::string& order) {
    return run_inline(shop_.load<workshop::Order>(order)).exists();
  }
  std::size_t documents_count() const { return file_.documents().size(); }
  // In which something was written since the shelf was filled.
  int transactions_count() const { return counted_.transactions_count(); }

 private:
  SqliteStore file_;
  CountingStore counted_{file_};
  EntityStore shop_{counted_};
};

// A database in which somebody else buys one of each gift whenever it is looked at.
class CrowdedStore final : public ForwardingStore {
 public:
  CrowdedStore(Store& store, int others_count)
      : ForwardingStore(store), others_left_(others_count) {}

  Task<std::optional<Document>> get(Key key) override {
    const auto document = co_await store().get(key);
    if (document && key.id == type_name<Stock>() && others_left_ > 0) {
      --others_left_;
      auto stock = from_json<Stock>(document->body);
      --stock.left;
      co_await store().put(key, to_json(stock), Expected::version(document->version));
    }
    co_return document;
  }

 private:
  int others_left_;
};

}  // namespace workshop::testing
