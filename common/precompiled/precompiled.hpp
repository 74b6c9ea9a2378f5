// The headers that lab code includes, precompiled once for all labs, because reading them takes
// most of the time between saving a file and its verdict. A lab still includes what it uses:
// without this file everything compiles, only more slowly.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
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

#include "workshop/broker/broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/error.hpp"
#include "workshop/core/ids.hpp"
#include "workshop/core/json.hpp"
#include "workshop/core/message.hpp"
#include "workshop/core/task.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/endpoint/entity_store.hpp"
#include "workshop/endpoint/handler_context.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/http/http.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/inbox.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/store/store.hpp"
#include "workshop/testing/explored.hpp"

namespace workshop::precompiled {

// The templates that handlers and tests use most are instantiated here, once for all labs. These
// functions are never called.
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

// What a handler does with a list, and with a map from names.
template <class List>
void use_list(List& list, const typename List::value_type& value) {
  List copy{value};
  copy = list;
  list = std::move(copy);
  list.push_back(value);
  list.push_back(typename List::value_type(value));
  list.insert(list.end(), value);
  list.insert(list.end(), list.begin(), list.end());
  list.erase(std::find(list.begin(), list.end(), value));
  std::erase(list, value);
  if (!list.empty() && list.front() == list.back()) list.erase(list.begin(), list.end());
  for (auto& each : list) each = value;
  list.clear();
}

template <class Map>
void use_map(Map& map, const std::string& name, const typename Map::mapped_type& value) {
  Map copy{{name, value}};
  copy = map;
  map = std::move(copy);
  map[name] = value;
  map[std::string(name)] = value;
  map.emplace(name, value);
  map.insert_or_assign(name, value);
  map.at(name) = value;
  if (map.contains(name) && map.find(name) != map.end() && map.count(name) == 1) map.erase(name);
  for (auto& [key, each] : map) each = map.begin()->second;
  if (const auto place = map.find(name); place != map.end() && !map.empty()) map.erase(place);
  map.clear();
}

inline void instantiate(const std::string& name, Message message, const Delivery& delivery) {
  std::vector<Message> messages;
  use_list(messages, message);
  std::vector<std::string> names;
  use_list(names, name);
  std::map<std::string, std::string> texts;
  use_map(texts, name, name);
  use_map(message.headers, name, name);
  std::map<std::string, int> numbers;
  use_map(numbers, name, 1);
  std::map<std::string, std::vector<std::string>> lists;
  use_map(lists, name, names);
  std::set<std::string> set{name};
  std::set<std::string> other = set;
  set = other;
  set.insert(names.begin(), names.end());
  for (const auto& each : set) texts[each] = fmt::format("{}-{}-{}", each, names.size(), 1);
  std::optional<Delivery> perhaps = delivery;
  perhaps = delivery;
  std::optional<Version> version;
  version = std::optional<Version>(Version{});
}

inline Task<void> instantiate(Store& store, const Key& key) {
  std::vector<StoreOperation> operations;
  operations.push_back(StoreOperation::put(key, "", Expected::absent()));
  operations.push_back(StoreOperation::erase(key, Expected::any()));
  operations = {operations.front(), operations.back()};
  const auto versions = co_await store.batch(key.partition, operations);
  operations.clear();
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
