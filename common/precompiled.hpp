// The headers that lab code includes, precompiled once for all labs, because reading them takes
// most of the time between saving a file and its verdict. A lab still includes what it uses:
// without this file everything compiles, only more slowly.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_adapters.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/core/error.hpp"
#include "workshop/core/ids.hpp"
#include "workshop/core/json.hpp"
#include "workshop/core/message.hpp"
#include "workshop/core/task.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/endpoint/handler_context.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/inbox.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/testing/explored.hpp"

namespace workshop::precompiled {

// The templates that handlers and tests use most are instantiated here, once for all labs. These
// two functions are never called.
inline Task<void> instantiate(HandlerContext& context) {
  const auto id = context.message().id;
  std::map<std::string, std::vector<Message>> outbox;
  outbox[id.value] = {context.make(shop::PaymentBooked{}, MessageId::random())};
  outbox[id.value].push_back(context.make(shop::OrderPaid{}, id));
  if (outbox.contains(id.value)) co_await context.publish(outbox.at(id.value).front());
  for (const auto& message : outbox[id.value]) co_await context.publish(message);
  for (const auto& [name, messages] : outbox) co_await context.publish(messages.back());
  outbox.erase(id.value);

  std::set<std::string> ids{id.value};
  ids.insert(id.value);
  if (ids.contains(id.value)) ids.erase(id.value);
  std::vector<std::string> names{id.value};
  names.push_back(id.value);

  auto entity = co_await context.store().load<shop::InboxEntry>(id.value);
  if (!entity.exists() && !co_await shop::inbox::contains(context, id)) {
    co_await context.store().save(entity);
  }
  entity.version = entity.version;
  if (const auto document = co_await context.store().documents().get(entity.key)) {
    entity.version = co_await context.store().documents().put(entity.key, document->body,
                                                              Expected::version(document->version));
  }
  co_await context.send("", payload_of<shop::BookPayment>(context.message()), id);
}

inline explore::Verdict instantiate(const shop::GiftShop& shop) {
  auto copy = shop;
  copy = shop;
  return copy.handles<shop::BookPayment>(nullptr)
      .deliver(shop::BookPayment{})
      .effect<shop::BookPayment>(
          "",
          [](const explore::StoreView& view, const shop::BookPayment& command) {
            return view.entity<shop::InboxEntry>(command.order_id).has_value() ? 1 : 0;
          })
      .emits<shop::PaymentBooked, shop::BookPayment>()
      .commits_by_saving<shop::InboxEntry>()
      .holds(shop::exactly_one_effect, shop::no_lost_message);
}

}  // namespace workshop::precompiled
