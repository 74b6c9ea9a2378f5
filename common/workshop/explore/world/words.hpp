#pragma once

#include <cstddef>
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
  /// A JSON text for people: no quotes but for an empty string, a message within it by its type and
  /// id.
  static std::string of_json(std::string_view body);

  /// Of a JSON object the members that another one has not or has with another value:
  /// "{…, attempt: m1#2}". The whole text when one of them is no object.
  static std::string of_difference(std::string_view body, std::string_view other);

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

/// How many characters `text` has (UTF-8 aware).
std::size_t columns_of(const std::string& text);
/// `text` in ASCII: "->", "..." and ">" for the signs of stories, "?" for any other.
std::string to_ascii(std::string text);
/// A word of more characters is an id, or nothing that is read: such a word may be cut inside.
inline constexpr std::size_t kWordMax = 24;
/// `text` cut in the middle to at most `width` columns (UTF-8 aware), where a word ends and where
/// one begins; "…" marks what is missing. Only a word of more than kWordMax characters, or one that
/// alone is longer than `width`, is cut itself. No value at the end stands without its name.
std::string cut_middle(const std::string& text, std::size_t width, bool ascii);

}  // namespace workshop::explore
