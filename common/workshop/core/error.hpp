#pragma once

#include <stdexcept>
#include <string>

namespace workshop {

/// What is known about an operation that failed.
enum class Outcome {
  definite,  ///< it was not done: it may be tried again without harm
  unknown,   ///< it may have been done: only an idempotent operation may be tried again
};

/// The base class of all failures that operations of this library report. A simulated crash is not
/// an Error: it destroys the handler's frame and cannot be caught.
class Error : public std::runtime_error {
 public:
  /// `what` is one sentence that names the thing, and the mend where there is one.
  Error(Outcome outcome, const std::string& what) : std::runtime_error(what), outcome_(outcome) {}
  /// What is known: whether the operation may be tried again without harm.
  Outcome outcome() const noexcept { return outcome_; }

 private:
  Outcome outcome_;
};

/// The document was changed, created or erased since the caller read it. Definite.
class VersionConflict : public Error {
 public:
  /// `what` says what was refused, and why.
  explicit VersionConflict(const std::string& what) : Error(Outcome::definite, what) {}
};

/// A document, or a batch, would be larger than the store's profile allows. Definite.
class EntityTooLarge : public Error {
 public:
  /// `what` says what was refused, and why.
  explicit EntityTooLarge(const std::string& what) : Error(Outcome::definite, what) {}
};

/// A batch touched more than one partition, or had more operations than the profile allows.
/// Definite.
class CrossPartition : public Error {
 public:
  /// `what` says what was refused, and why.
  explicit CrossPartition(const std::string& what) : Error(Outcome::definite, what) {}
};

/// The store, broker or service refused the operation for now. Definite.
class Unavailable : public Error {
 public:
  /// `what` says what was refused, and why.
  explicit Unavailable(const std::string& what) : Error(Outcome::definite, what) {}
};

/// The answer was lost: the operation was done or not done. Unknown.
class OutcomeUnknown : public Error {
 public:
  /// `what` says which operation it was.
  explicit OutcomeUnknown(const std::string& what) : Error(Outcome::unknown, what) {}
};

/// The delivery's lease has expired, or the delivery was settled before: the tag is stale.
/// Definite.
class LeaseLost : public Error {
 public:
  /// `what` says what was refused, and why.
  explicit LeaseLost(const std::string& what) : Error(Outcome::definite, what) {}
};

/// A file that the library keeps holds what it never wrote there: a bad disk, or another program.
/// It stays so until somebody mends it. Definite.
class Damaged : public Error {
 public:
  /// `what` says what was refused, and why.
  explicit Damaged(const std::string& what) : Error(Outcome::definite, what) {}
};

/// A mistake of the caller: an unknown queue, a negative delay, a body that is not JSON. Definite.
class InvalidRequest : public Error {
 public:
  /// `what` says what was refused, and why.
  explicit InvalidRequest(const std::string& what) : Error(Outcome::definite, what) {}
};

}  // namespace workshop
