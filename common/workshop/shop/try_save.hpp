#pragma once

#include "workshop/endpoint/entity_store.hpp"
#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// Saves the entity, as `save` does, but returns false instead of throwing VersionConflict:
/// somebody else saved it meanwhile, this was not saved, and never will be. One operation of the
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
