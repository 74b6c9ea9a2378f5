#include "workshop/explore/world/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

namespace workshop::explore {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

// Of a text that gives its room to an id.
constexpr std::size_t kFrontMin = 8;

using Characters = std::vector<std::string_view>;

Characters characters_of(std::string_view text) {
  Characters characters;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size < text.size() && !starts_character(text[size])) ++size;
    characters.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return characters;
}

std::string joined(const Characters& characters, std::size_t from, std::size_t to) {
  std::string text;
  for (auto i = from; i < to; ++i) text += characters[i];
  return text;
}

// Of words and of ids: "VersionConflict", "m1#2.3", "order-1".
bool is_of_word(std::string_view character) {
  if (character.size() > 1) return character != "→" && character != "…" && character != "►";
  const char c = character.front();
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_-.#/@'").find(c) != std::string_view::npos;
}

bool is_inside_word(const Characters& text, std::size_t at) {
  return at > 0 && at < text.size() && is_of_word(text[at - 1]) && is_of_word(text[at]);
}

// The word around `at`.
std::pair<std::size_t, std::size_t> word_around(const Characters& text, std::size_t at) {
  auto begin = at;
  while (is_inside_word(text, begin)) --begin;
  while (is_inside_word(text, at)) ++at;
  return {begin, at};
}

// Where the beginning of a text ends of which about `wanted` characters shall stay, and no more
// than `most`: behind a word or before one.
std::size_t end_of_front(const Characters& text, std::size_t wanted, std::size_t most) {
  if (!is_inside_word(text, wanted)) return wanted;
  const auto [begin, end] = word_around(text, wanted);
  const bool only_word = begin == 0 && end > most;
  if (end - begin > kWordMax || only_word) return wanted;
  return begin * 2 < wanted && end <= most ? end : begin;
}

// Where the id begins that stands around `at`: ids differ in what would be cut off.
std::optional<std::size_t> begin_of_id(const Characters& text, std::size_t at) {
  if (!is_inside_word(text, at)) return std::nullopt;
  const auto [begin, end] = word_around(text, at);
  const auto is_digit = [](std::string_view sign) {
    return std::isdigit(static_cast<unsigned char>(sign.front())) != 0;
  };
  const bool is_id = end - begin <= kWordMax &&
                     std::any_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                 text.begin() + static_cast<std::ptrdiff_t>(end), is_digit);
  return is_id ? std::optional(begin) : std::nullopt;
}

// How many more brackets are opened than closed there.
int depth_of(const Characters& text, std::size_t from, std::size_t to) {
  int depth = 0;
  for (auto i = from; i < to; ++i) {
    if (text[i] == "{" || text[i] == "[") ++depth;
    if (text[i] == "}" || text[i] == "]") --depth;
  }
  return depth;
}

// Where the end of a text begins of which no more than what is behind `from` shall stay. Where a
// name is left out, so is its value.
std::size_t begin_of_back(const Characters& text, std::size_t front, std::size_t from,
                          bool cuts_word) {
  if (is_inside_word(text, from)) {
    const auto [begin, end] = word_around(text, from);
    if (end - begin > kWordMax || cuts_word) return from;
    from = end;
  }
  bool is_value = from < text.size() && text[from] == ":";
  for (auto i = front; i < from; ++i) is_value = is_value || text[i] == ":";
  const auto ends_value = [&](std::string_view sign) {
    return sign == "," || sign == "}" || sign == "]";
  };
  while (is_value && from < text.size() && !ends_value(text[from])) ++from;
  // No bracket is closed that was opened in what is left out.
  const auto depth = depth_of(text, 0, front);
  auto deeper = depth + depth_of(text, front, from);
  for (; deeper > depth && from < text.size(); ++from) deeper += depth_of(text, from, from + 1);
  return from;
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

std::string to_ascii(std::string text) {
  const std::pair<const char*, const char*> replacements[] = {
      {"→", "->"}, {"…", "..."}, {"►", ">"}};
  for (const auto& [from, to] : replacements) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
      text.replace(at, std::string_view(from).size(), to);
    }
  }
  for (auto& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return text;
}

std::string cut_middle(const std::string& text, std::size_t width, bool ascii) {
  const auto characters = characters_of(text);
  const auto columns = characters.size();
  if (columns <= width) return text;
  const std::string mark = ascii ? "..." : "…";
  const auto mark_columns = columns_of(mark);
  if (width <= mark_columns) return joined(characters, 0, width);
  const auto left = width - mark_columns;
  const auto wanted = left - left / 3;  // the beginning tells more than the end
  auto front = end_of_front(characters, wanted, left);
  if (const auto from = begin_of_id(characters, columns - (left - front))) {
    const auto room = left - std::min(left, columns - *from);
    if (room >= kFrontMin) front = end_of_front(characters, room, room);
  }
  const bool cuts_word = is_inside_word(characters, front);
  const auto back = begin_of_back(characters, front, columns - (left - front), cuts_word);
  // What the end does not need is the beginning's.
  auto most = left - (columns - back);
  const auto ends_badly = [&](std::size_t end) {
    const bool opens = characters[end - 1] == "{" || characters[end - 1] == "[";
    const bool stays_open = depth_of(characters, 0, end) + depth_of(characters, back, columns) > 0;
    return is_inside_word(characters, end) || (opens && stays_open);
  };
  while (most > front && !cuts_word && ends_badly(most)) --most;
  front = std::max(front, most);
  return joined(characters, 0, front) + mark + joined(characters, back, columns);
}

}  // namespace workshop::explore
