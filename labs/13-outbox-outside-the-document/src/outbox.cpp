// Finished: you need not change this file.
#include "outbox.hpp"

namespace workshop::shop::outbox {

std::string new_transaction() { return MessageId::random().value; }

Task<void> insert(HandlerContext& context, OutboxRecord record) {
  auto key = EntityStore::key_of<OutboxRecord>(record.transaction);
  co_await context.store().documents().put(std::move(key), to_json(record), Expected::absent());
}

Task<std::optional<OutboxRecord>> find(HandlerContext& context, std::string transaction) {
  const auto record = co_await context.store().load<OutboxRecord>(transaction);
  if (!record.exists()) co_return std::nullopt;
  co_return record.value;
}

Task<void> remove(HandlerContext& context, std::string transaction) {
  co_await context.store().documents().erase(EntityStore::key_of<OutboxRecord>(transaction),
                                             Expected::any());
}

}  // namespace workshop::shop::outbox
