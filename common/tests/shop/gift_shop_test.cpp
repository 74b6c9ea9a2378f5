#include "workshop/shop/gift_shop.hpp"

#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "workshop/shop/messages.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

struct Parcel {
  int weight = 0;
};
struct Invoice {
  int sum = 0;
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (weight))
BOOST_DESCRIBE_STRUCT(Invoice, (), (sum))

std::optional<Violation> weighs_nothing(const StoreView& shop) {
  if (shop.entity<Parcel>("parcel-1")->weight > 0) return std::nullopt;
  return Violation{"wrong parcel", "it weighs something", "it weighs nothing"};
}

std::optional<Violation> costs_nothing(const StoreView& shop) {
  if (shop.entity<Invoice>("invoice-1")->sum > 0) return std::nullopt;
  return Violation{"wrong invoice", "it has a sum", "it has none"};
}

Task<void> looks(EntityStore& store, Broker&) { co_await store.load<Parcel>("parcel-1"); }

/// What is wrong at rest with a shop that has these two.
std::string wrong_with(const Parcel& parcel, const Invoice& invoice) {
  auto shop = gift_shop("unused");
  shop.with("parcel-1", parcel)
      .with("invoice-1", invoice)
      .with_process("customer", &looks)
      .at_rest(weighs_nothing)
      .at_rest(costs_nothing)
      .up_to(0, 0);
  shop.scenario().messages_min = 0;
  const auto verdict = explore::explore(shop.scenario());
  return verdict.failure ? verdict.failure->violation->name : "";
}

}  // namespace

TEST_CASE("what is said of a shop at rest adds up, the first that is wrong is told") {
  CHECK(wrong_with({1}, {1}) == "");
  CHECK(wrong_with({0}, {1}) == "wrong parcel");
  CHECK(wrong_with({1}, {0}) == "wrong invoice");
  CHECK(wrong_with({0}, {0}) == "wrong parcel");
}

TEST_CASE("what commits an attempt adds up") {
  auto shop = gift_shop("unused");
  shop.commits_by_saving<Parcel>();
  const auto& commits = shop.scenario().expectations.commits;
  CHECK(commits(EntityStore::key_of<Parcel>("1")));
  CHECK_FALSE(commits(EntityStore::key_of<Invoice>("1")));
  shop.commits_by_saving<Invoice>();
  CHECK(commits(EntityStore::key_of<Parcel>("1")));
  CHECK(commits(EntityStore::key_of<Invoice>("1")));
  CHECK_FALSE(commits(EntityStore::key_of<BookPayment>("1")));
}

TEST_CASE("the effect of a message is said once") {
  const auto count = [](const StoreView&, const BookPayment&) { return 1; };
  auto shop = gift_shop("unused");
  shop.effect<BookPayment>("booked", count);
  CHECK_THROWS_AS(shop.effect<BookPayment>("paid", count), InvalidRequest);
  CHECK(shop.scenario().expectations.effect_names.at("BookPayment") == "booked");
}
