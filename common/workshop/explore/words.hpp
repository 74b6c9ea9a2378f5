#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/core/message.hpp"
#include "workshop/store/store.hpp"

namespace workshop::explore {

/// The words that a story tells operations in.
///
/// Versions are opaque; a story calls the first one of a document that it mentions v1, the next v2.
/// One per narrated world.
class Words {
 public:
  /// "Order order-1": an entity's type and id.
  static std::string of(const Key& key);
  /// "PaymentBooked m1/paid".
  static std::string of(const Message& message);
  /// A JSON text for people: no quotes, a message within it by its type and id.
  static std::string of_json(std::string_view body);

  /// "v2" of this document.
  std::string of(const Key& key, const Version& version);
  /// The same, or "" when it was not mentioned before.
  std::string mentioned(const Key& key, const Version& version) const;
  /// What a write changes: `{paid: 0→1}` when the version it compares with was told of before, else
  /// the whole body.
  std::string of_change(const Expected& expected, const std::string& body) const;
  /// Remembers a document's body, for the changes that follow.
  void learn(const Version& version, const std::string& body) { bodies_[version.tag] = body; }

  /// "if v2", "if absent" or "blindly".
  std::string of(const Key& key, const Expected& expected);

 private:
  std::map<Key, std::vector<std::string>> versions_;
  std::map<std::string, std::string> bodies_;  // by version
};

}  // namespace workshop::explore
