#include "workshop/endpoint/entity_store.hpp"

namespace workshop {

Task<void> EntityStore::load_to(Store* store, const Key& key, std::optional<Version>* version,
                                void* value, void (*read)(std::string_view body, void* value)) {
  const auto document = co_await store->get(key);
  if (!document) co_return;
  read(document->body, value);
  *version = document->version;
}

Task<void> EntityStore::save(Store* store, std::optional<Version>* version, Key key,
                             std::string body) {
  auto expected = *version ? Expected::version(**version) : Expected::absent();
  *version = co_await store->put(std::move(key), std::move(body), std::move(expected));
}

}  // namespace workshop
