#include "workshop/explore/world/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace workshop::explore {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

// The bytes of `text` from character `from`, `count` characters long.
std::string characters(const std::string& text, std::size_t from, std::size_t count) {
  std::string part;
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_character(text[i])) ++at;
    if (at > from && at <= from + count) part += text[i];
  }
  return part;
}

void append(std::string& text, const boost::json::value& value);

// A Message or a MessageId as a document keeps them; false when the object is neither.
bool append_known(std::string& text, const boost::json::object& object) {
  const auto* value = object.if_contains("value");
  if (object.size() == 1 && value != nullptr) {
    append(text, *value);
    return true;
  }
  const auto* id = object.if_contains("id");
  const auto* type = object.if_contains("type");
  if (id == nullptr || type == nullptr || !object.contains("body") || !object.contains("headers")) {
    return false;
  }
  append(text, *type);
  std::string id_text;
  append(id_text, *id);
  const bool holds_nothing = type->is_string() && type->get_string().empty() && id_text == R"("")";
  if (!holds_nothing) text.append(" ").append(id_text);
  return true;
}

void append(std::string& text, const boost::json::value& value) {
  if (const auto* object = value.if_object()) {
    if (append_known(text, *object)) return;
    std::string_view separator;
    text += '{';
    for (const auto& [name, member] : *object) {
      text.append(separator).append(std::string_view(name)).append(": ");
      append(text, member);
      separator = ", ";
    }
    text += '}';
  } else if (const auto* array = value.if_array()) {
    std::string_view separator;
    text += '[';
    for (const auto& element : *array) {
      text += separator;
      append(text, element);
      separator = ", ";
    }
    text += ']';
  } else if (const auto* string = value.if_string()) {
    text += string->empty() ? std::string_view("\"\"") : std::string_view(*string);
  } else {
    text += boost::json::serialize(value);
  }
}

}  // namespace

std::string Words::of(const Key& key) { return fmt::format("{} {}", key.id, key.partition); }

std::string Words::of(const Message& message) {
  return fmt::format("{} {}", message.type, message.id.value);
}

std::string Words::of_json(std::string_view body) {
  boost::system::error_code error;
  const auto value = boost::json::parse(body, error);
  if (error) return std::string(body);
  std::string text;
  append(text, value);
  return text;
}

std::string Words::of_difference(std::string_view body, std::string_view other) {
  boost::system::error_code error;
  const auto mine = boost::json::parse(body, error);
  const auto theirs = error ? boost::json::value() : boost::json::parse(other, error);
  if (error || !mine.is_object() || !theirs.is_object()) return of_json(body);
  std::string text = "{…";
  for (const auto& [name, member] : mine.get_object()) {
    const auto* its = theirs.get_object().if_contains(name);
    if (its != nullptr && *its == member) continue;
    text.append(", ").append(std::string_view(name)).append(": ");
    append(text, member);
  }
  return text + "}";
}

std::string Words::of_change(const Expected& expected, const std::string& body) const {
  const auto* version = expected.as_version();
  const auto known = version == nullptr ? bodies_.end() : bodies_.find(version->tag);
  if (known == bodies_.end()) return of_json(body);
  boost::system::error_code error;
  const auto before = boost::json::parse(known->second, error);
  const auto after = boost::json::parse(body, error);
  if (error || !before.is_object() || !after.is_object()) return of_json(body);
  std::string text;
  for (const auto& [name, member] : after.get_object()) {
    const auto* old = before.get_object().if_contains(name);
    if (old != nullptr && *old == member) continue;
    text.append(text.empty() ? "{" : ", ").append(std::string_view(name)).append(": ");
    if (old != nullptr) append(text, *old);
    text += "→";
    append(text, member);
  }
  return text.empty() ? "unchanged" : text + "}";
}

std::string Words::of(const Key& key, const Version& version) {
  auto& known = versions_[key];
  auto found = std::find(known.begin(), known.end(), version.tag);
  if (found == known.end()) found = known.insert(known.end(), version.tag);
  return fmt::format("v{}", found - known.begin() + 1);
}

std::string Words::mentioned(const Key& key, const Version& version) const {
  const auto known = versions_.find(key);
  if (known == versions_.end()) return {};
  const auto found = std::find(known->second.begin(), known->second.end(), version.tag);
  if (found == known->second.end()) return {};
  return fmt::format("v{}", found - known->second.begin() + 1);
}

std::string Words::of(const Key& key, const Expected& expected) {
  if (const auto* version = expected.as_version()) return "if " + of(key, *version);
  return expected.is_absent() ? "if absent" : "blindly";
}

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string cut_middle(const std::string& text, std::size_t width, bool ascii) {
  const auto columns = columns_of(text);
  if (columns <= width) return text;
  const std::string mark = ascii ? "..." : "…";
  const auto mark_columns = columns_of(mark);
  if (width <= mark_columns) return characters(text, 0, width);
  const auto left = width - mark_columns;
  const auto tail = left / 3;  // the beginning tells more than the end
  return characters(text, 0, left - tail) + mark + characters(text, columns - tail, tail);
}

}  // namespace workshop::explore
