#pragma once

#include <compare>
#include <ostream>
#include <string>
#include <string_view>

namespace workshop {

/// A source of unique identifiers. Implementations say whether they are thread-safe.
class Ids {
 public:
  Ids() = default;
  Ids(const Ids&) = delete;
  Ids& operator=(const Ids&) = delete;
  virtual ~Ids() = default;

  /// A new identifier: printable ASCII, at most 36 characters.
  virtual std::string next() = 0;

  /// The source of the running process: the explorer's while it runs a handler, so that every run
  /// of one schedule draws the same identifiers; otherwise UUIDs of version 7, which are ordered by
  /// time, because random keys scatter over a B-tree. Per thread.
  static Ids& current() noexcept;
};

/// Makes `source` the calling thread's `Ids::current()` for as long as this object lives.
class ScopedIds {
 public:
  /// `source` must outlive this object.
  explicit ScopedIds(Ids& source) noexcept;
  ~ScopedIds();
  ScopedIds(const ScopedIds&) = delete;
  ScopedIds& operator=(const ScopedIds&) = delete;

 private:
  Ids* previous_;
};

/// The identity of one logical message. Two deliveries with one id are the same message.
struct MessageId {
  std::string value;  ///< a UUID as text, or what its sender took

  /// A new id: a retry draws another one.
  static MessageId random();
  /// The id that every retry computes again: the name-based UUID (version 5, RFC 9562) of `name`.
  /// The caller must make sure where each part of a name ends, so that different parts never give
  /// the same name.
  static MessageId from_name(std::string_view name);

  /// By its text.
  friend auto operator<=>(const MessageId&, const MessageId&) = default;
  /// Its text: a test that compares ids shows them.
  friend std::ostream& operator<<(std::ostream& out, const MessageId& id) {
    return out << id.value;
  }
};

}  // namespace workshop
