// A database that takes part in distributed transactions. Finished: you need not change this file.
#include "participant.hpp"

#include <boost/describe.hpp>

#include "records.hpp"
#include "workshop/core/error.hpp"
#include "workshop/core/json.hpp"

namespace workshop {
namespace {

Key lock_of(const Key& key) { return {key.id + " " + key.partition, "Lock"}; }

Key record_of(const std::string& transaction) { return {transaction, "Prepared"}; }

// The operations that end a transaction in this database: they erase its record and its locks. The
// record's version is the condition, so that of two callers at the same time only one succeeds.
std::vector<StoreOperation> removal(const std::string& transaction, const Document& record,
                                    const Prepared& prepared) {
  std::vector<StoreOperation> batch{
      StoreOperation::erase(record_of(transaction), Expected::version(record.version))};
  for (const auto& write : prepared.writes) {
    batch.push_back(StoreOperation::erase(lock_of({write.partition, write.id}), Expected::any()));
  }
  return batch;
}

Task<void> settle(Store* database, std::string transaction, bool commit) {
  const auto record = co_await database->get(record_of(transaction));
  if (!record) co_return;
  const auto prepared = from_json<Prepared>(record->body);
  auto batch = removal(transaction, *record, prepared);
  for (const auto& write : prepared.writes) {
    if (!commit) break;
    // It is locked, so nobody has changed it since it was prepared.
    batch.push_back(StoreOperation::put({write.partition, write.id}, write.body, Expected::any()));
  }
  try {
    co_await database->batch(transaction, std::move(batch));
  } catch (const VersionConflict&) {
    // Another caller has ended the transaction meanwhile.
  }
}

}  // namespace

Task<std::optional<Document>> Participant::read(Key key) {
  // The lock is read first: if the document is not locked now, the body read below is the one of
  // this moment, or a later one.
  const auto lock = co_await database_->get(lock_of(key));
  if (lock) {
    throw Unavailable(key.id + " " + key.partition + " is locked by " +
                      from_json<Lock>(lock->body).transaction);
  }
  co_return co_await database_->get(std::move(key));
}

Task<Vote> Participant::prepare(std::string transaction, std::vector<Change> changes) {
  std::vector<StoreOperation> batch;
  Prepared prepared;
  for (const auto& change : changes) {
    batch.push_back(
        StoreOperation::put(lock_of(change.key), to_json(Lock{transaction}), Expected::absent()));
    // A batch compares only the documents that it writes. Writing a document unchanged proves that
    // nobody has changed it since it was read.
    if (change.read) {
      batch.push_back(StoreOperation::put(change.key, change.read->body,
                                          Expected::version(change.read->version)));
    } else {
      batch.push_back(StoreOperation::put(change.key, change.body, Expected::absent()));
      batch.push_back(StoreOperation::erase(change.key, Expected::any()));
    }
    prepared.writes.push_back({change.key.partition, change.key.id, change.body});
  }
  batch.insert(batch.begin(),
               StoreOperation::put(record_of(transaction), to_json(prepared), Expected::absent()));
  try {
    co_await database_->batch(transaction, std::move(batch));
  } catch (const VersionConflict&) {
    co_return Vote::no;
  }
  co_return Vote::yes;
}

Task<void> Participant::commit(std::string transaction) {
  return settle(database_, std::move(transaction), true);
}

Task<void> Participant::abort(std::string transaction) {
  return settle(database_, std::move(transaction), false);
}

}  // namespace workshop
