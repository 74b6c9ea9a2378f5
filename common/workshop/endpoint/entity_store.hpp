#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workshop/core/json.hpp"
#include "workshop/core/task.hpp"
#include "workshop/core/type_name.hpp"
#include "workshop/store/store.hpp"

namespace workshop {

/// One entity as it was loaded: its value, and the version that a save compares with.
template <class T>
struct Entity {
  Key key;                         ///< of its document
  T value{};                       ///< a default value when it did not exist
  std::optional<Version> version;  ///< nothing: the entity did not exist when it was loaded

  /// Whether it existed when it was loaded, or was saved since.
  bool exists() const noexcept { return version.has_value(); }
};

/// A `Store` seen as entities: described structs, each of which is one JSON document. The entity
/// `id` of type `Order` is the document `Order` in the partition `id`, so everything that belongs
/// to one business id is in one partition.
///
/// Errors and thread-safety are those of the underlying store.
class EntityStore {
 public:
  /// `store` must outlive this object.
  explicit EntityStore(Store& store) noexcept : store_(&store) {}

  /// The key of an entity.
  template <class T>
  static Key key_of(std::string id) {
    return Key{std::move(id), std::string(type_name<T>())};
  }

  /// Loads an entity; one that does not exist comes back as a default value without a version.
  template <class T>
  Task<Entity<T>> load(std::string id);

  /// Saves the entity if it was not saved since it was loaded (compare-and-swap, or
  /// insert-if-absent when it did not exist), and gives it its new version; else throws
  /// VersionConflict. The value is serialised at the call; `entity` must live until the task ends.
  template <class T>
  Task<void> save(Entity<T>& entity) {
    return save(store_, &entity.version, entity.key, to_json(entity.value));
  }

  /// Erases the entity if it was not saved since it was loaded; else throws VersionConflict.
  template <class T>
  Task<void> erase(const Entity<T>& entity) {
    return store_->erase(entity.key, Expected::version(*entity.version));
  }

  /// The underlying store, for operations that are not about one entity.
  Store& documents() noexcept { return *store_; }

 private:
  template <class T>
  static Task<Entity<T>> load(Store* store, Key key);

  // Code that does not depend on the entity's type is compiled once, in the library.
  static Task<void> load_to(Store* store, const Key& key, std::optional<Version>* version,
                            void* value, void (*read)(std::string_view body, void* value));

  static Task<void> save(Store* store, std::optional<Version>* version, Key key, std::string body);

  Store* store_;
};

// Outside the class, so that these are not inline: then a file that declares
// `extern template Task<Entity<Order>> EntityStore::load(std::string)` does not compile them.
template <class T>
Task<Entity<T>> EntityStore::load(std::string id) {
  return load<T>(store_, key_of<T>(std::move(id)));
}

template <class T>
Task<Entity<T>> EntityStore::load(Store* store, Key key) {
  Entity<T> entity{std::move(key), {}, std::nullopt};
  co_await load_to(
      store, entity.key, &entity.version, &entity.value,
      [](std::string_view body, void* value) { *static_cast<T*>(value) = from_json<T>(body); });
  co_return entity;
}

}  // namespace workshop
