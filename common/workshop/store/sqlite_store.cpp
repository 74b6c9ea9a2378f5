#include "workshop/store/sqlite_store.hpp"

#include <utility>

#include "workshop/store/explorable_store.hpp"
#include "workshop/store/sqlite_store_impl.hpp"

namespace workshop {

SqliteStore::SqliteStore(SqliteStoreOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
SqliteStore::~SqliteStore() = default;

Task<std::optional<Document>> SqliteStore::get(Key key) { co_return impl_->find(std::move(key)); }

Task<Version> SqliteStore::put(Key key, std::string body, Expected expected) {
  if (impl_->shares_commits()) {
    return impl_->put_together(std::move(key), std::move(body), std::move(expected));
  }
  return impl_->put_at_once(std::move(key), std::move(body), std::move(expected));
}

Task<void> SqliteStore::erase(Key key, Expected expected) {
  if (impl_->shares_commits()) return impl_->erase_together(std::move(key), std::move(expected));
  return impl_->erase_at_once(std::move(key), std::move(expected));
}

Task<std::vector<Version>> SqliteStore::batch(std::string partition,
                                              std::vector<StoreOperation> operations) {
  if (impl_->shares_commits()) {
    return impl_->batch_together(std::move(partition), std::move(operations));
  }
  return impl_->batch_at_once(std::move(partition), std::move(operations));
}

const Profile& SqliteStore::profile() const noexcept { return impl_->profile(); }

std::optional<Document> SqliteStore::find(Key key) const { return impl_->find(std::move(key)); }
std::vector<Document> SqliteStore::documents() const { return impl_->documents(nullptr); }
std::vector<Document> SqliteStore::documents(std::string_view partition) const {
  return impl_->documents(&partition);
}

// Beside the Impl that both share: every write has to know whether it may have to be undone.
void ExplorableStore::begin_exploration() { impl_->begin_exploration(); }
void ExplorableStore::end_exploration() { impl_->end_exploration(); }
bool ExplorableStore::exploring() const noexcept { return impl_->exploring(); }
std::size_t ExplorableStore::checkpoint() { return impl_->checkpoint(); }
void ExplorableStore::rollback_to(std::size_t depth) { impl_->rollback_to(depth); }
std::size_t ExplorableStore::checkpoints_count() const noexcept {
  return impl_->checkpoints_count();
}
std::uint64_t ExplorableStore::digest() const { return impl_->digest(); }

}  // namespace workshop
