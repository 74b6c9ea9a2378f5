#include "workshop/shop/quiet_shop.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "workshop/shop/messages.hpp"

namespace workshop::shop {

QuietShop::QuietShop(Profile profile, std::initializer_list<std::string> archived)
    : store_({.profile = std::move(profile)}), broker_(clock_), archive_(broker_, archived) {}

Endpoint& QuietShop::open(const std::string& endpoint, QueueOptions options) {
  const auto [place, is_new] = endpoints_.emplace(endpoint, Endpoint(endpoint));
  if (!is_new) throw InvalidRequest("endpoint '" + endpoint + "' is open already");
  broker_.declare_queue(endpoint, options);
  return place->second;
}

void QuietShop::send(const std::string& endpoint, Message message) {
  run_inline(broker_.send(endpoint, std::move(message)));
}

bool QuietShop::handle_one(const std::string& name) {
  return run_inline(endpoint(name).receive_and_handle(store_, broker_));
}

void QuietShop::handle_all(const std::string& name) {
  while (handle_one(name)) {
  }
}

std::string QuietShop::body_of(const Key& key) const {
  const auto document = store_.find(key);
  if (!document) throw InvalidRequest("there is no " + key.id + " " + key.partition);
  return document->body;
}

const Endpoint& QuietShop::endpoint(const std::string& name) const {
  const auto found = endpoints_.find(name);
  if (found == endpoints_.end()) throw InvalidRequest("endpoint '" + name + "' is not open");
  return found->second;
}

std::vector<Message> payments_of_cart_1() {
  std::vector<Message> payments;
  for (const int amount : {30, 5}) {
    auto& payment = payments.emplace_back(make_message(
        BookPayment{"order-1", amount}, MessageId{"payment-" + std::to_string(amount)}));
    payment.headers.emplace(header::kCorrelationId, "cart-1");
  }
  return payments;
}

std::string wrong_in_events_of_cart_1(const Archive& archive) {
  const std::vector<std::string> expected = {
      R"({"order_id":"order-1","amount":30}, caused by payment-30 in cart-1)",
      R"({"order_id":"order-1","amount":5}, caused by payment-5 in cart-1)"};
  const auto told = archive.events_in_words();
  if (told != expected) {
    return fmt::format("told was:\n{}\nand not:\n{}", fmt::join(told, "\n"),
                       fmt::join(expected, "\n"));
  }
  const auto ids = archive.ids();
  if (ids.size() == 2 && !ids.contains("payment-30") && !ids.contains("payment-5")) return "";
  return fmt::format(
      "an event is another message than its payment: two ids in all, neither of them a payment's; "
      "it was told under {}",
      fmt::join(ids, ", "));
}

}  // namespace workshop::shop
