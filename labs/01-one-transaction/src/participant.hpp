#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workshop/store/store.hpp"

namespace workshop {

/// A participant's answer in the first phase of a two-phase commit.
enum class Vote {
  yes,  ///< it promises to commit when it is told to, and has locked the documents
  no,   ///< it cannot: a document has changed or is locked. Nothing was written
};

/// One write of a transaction: the document as it was read, and its new body.
struct Change {
  Key key;
  std::optional<Document> read;  ///< as `Participant::read` returned it
  std::string body;              ///< the new body
};

/// A database that takes part in distributed transactions (two-phase commit: Gray, "Notes on data
/// base operating systems", 1978). Finished; you need not change it.
///
/// A document that a prepared transaction will write is locked, by the document "Lock <document>";
/// the promise itself is the document "Prepared <transaction>". Both are in the same database and
/// survive a crash. All reads and writes of a database that has a participant must go through a
/// participant, or the locks mean nothing.
///
/// Each of the four operations may be repeated. Errors are those of the store; after an error
/// nobody knows how far the operation came: repeat it, or commit or abort the transaction.
/// Thread-safety: that of the store.
class Participant {
 public:
  explicit Participant(Store& database) noexcept : database_(&database) {}

  /// The document, or nothing when it does not exist. Throws Unavailable, "… is locked by …", while
  /// a transaction that is prepared for it is neither committed nor aborted: until then its content
  /// is not decided.
  Task<std::optional<Document>> read(Key key);

  /// First phase. Votes yes when all documents are as they were read and none is locked; then it
  /// keeps changes and locks until `commit` or `abort`. It writes them in one batch: all or
  /// nothing. For a transaction that is prepared already it votes no.
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

// Compiled once, in documents.cpp, instead of with every edit.
extern template class std::vector<workshop::Change>;
namespace workshop {
extern template struct detail::TaskPromise<Vote>;
extern template class Task<Vote>;
}  // namespace workshop
