#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop {

/// A participant's answer in the first phase of a two-phase commit.
enum class Vote {
  yes,  ///< it promises to commit whenever it is told to, and has locked what that takes
  no,   ///< it cannot: somebody has changed or locked a document. Nothing was written
};

/// One write of a transaction: what was read, and what shall be there afterwards.
struct Change {
  Key key;
  std::optional<Document> read;  ///< as `Participant::read` returned it
  std::string body;              ///< the new body
};

/// A database that takes part in distributed transactions (two-phase commit: Gray, "Notes on data
/// base operating systems", 1978). Finished; you need not change it.
///
/// A document that a prepared transaction will write is locked, by the document "Lock <document>";
/// the promise itself is the document "Prepared <transaction>". Both lie in the same database and
/// survive a crash. Whoever reads or writes documents of a database that has a participant does so
/// through a participant, or the locks mean nothing.
///
/// Each of the four operations may be repeated. Errors are those of the store beneath; after one of
/// them nobody knows how far the operation came, and it should be repeated, or the transaction
/// settled. Thread-safety: that of the store.
class Participant {
 public:
  explicit Participant(Store& database) noexcept : database_(&database) {}

  /// The document, or nothing when there is none. Throws Unavailable, "… is locked by …", while a
  /// transaction that was prepared is neither committed nor aborted: until then nobody knows what
  /// stands there.
  Task<std::optional<Document>> read(Key key);

  /// First phase. Votes yes when all documents are as they were read and none is locked, and then
  /// keeps changes and locks until `commit` or `abort`; in one batch: all or nothing. A transaction
  /// that is prepared already votes no.
  Task<Vote> prepare(std::string transaction, std::vector<Change> changes);

  /// Second phase: makes the changes and removes the locks, in one batch. Does nothing when the
  /// transaction is not prepared here: it was committed before.
  Task<void> commit(std::string transaction);

  /// Second phase: removes the locks and forgets the changes. Does nothing when the transaction is
  /// not prepared here.
  Task<void> abort(std::string transaction);

 private:
  Store* database_;
};

}  // namespace workshop
