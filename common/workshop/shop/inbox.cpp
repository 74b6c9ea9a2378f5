#include "workshop/shop/inbox.hpp"

namespace workshop::shop::inbox {

Task<bool> contains(HandlerContext& context, MessageId id) {
  const auto entry = co_await context.store().load<InboxEntry>(id.value);
  co_return entry.exists();
}

Task<void> put(HandlerContext& context, MessageId id) {
  // Every attempt writes the same: this is the rare case in which a blind write loses nothing.
  co_await context.store().documents().put(EntityStore::key_of<InboxEntry>(id.value),
                                           to_json(InboxEntry{id.value}), Expected::any());
}

}  // namespace workshop::shop::inbox
