#pragma once

#include "workshop/endpoint/entity_store.hpp"
#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// Saves the entity as `save` does, but returns false instead of throwing VersionConflict: then the
/// entity was saved by another attempt meanwhile, and this save was not done. One operation of the
/// store; all other errors are thrown. `entity` must live until the task ends.
template <class T>
Task<bool> try_save(Entity<T>& entity, HandlerContext& context) {
  try {
    co_await context.store().save(entity);
    co_return true;
  } catch (const VersionConflict&) {
    co_return false;
  }
}

}  // namespace workshop::shop
