#include "workshop/modelcheck/tla_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <tuple>

namespace workshop::modelcheck {
namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// A recursive-descent parser of the values that TLC prints.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  TlaValue value() {
    skip_space();
    if (take("<<")) return TlaValue::tuple(values_until(">>"));
    if (take("{")) return TlaValue::set(values_until("}"));
    if (take("[")) return record();
    if (take("(")) return function();
    if (take("\"")) return TlaValue::of(string());
    if (at_ < text_.size() && (text_[at_] == '-' || std::isdigit(now()) != 0)) return number();
    const auto name = this->name();
    if (name == "TRUE" || name == "FALSE") return TlaValue::of(name == "TRUE");
    return TlaValue::model_value(name);
  }

  std::string name() {
    skip_space();
    const auto begin = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    if (at_ == begin) refuse("a value or a name is missing");
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool take(std::string_view token) {
    skip_space();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  void expect(std::string_view token) {
    if (!take(token)) refuse(fmt::format("'{}' is missing", token));
  }

  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw BadValue(fmt::format("not a TLA+ value: {} at position {} of '{}'", why, at_ + 1, text_));
  }

 private:
  unsigned char now() const { return static_cast<unsigned char>(text_[at_]); }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(now()) != 0) ++at_;
  }

  std::vector<TlaValue> values_until(std::string_view end) {
    std::vector<TlaValue> values;
    if (take(end)) return values;
    do {
      values.push_back(value());
    } while (take(","));
    expect(end);
    return values;
  }

  TlaValue record() {
    TlaValue::Pairs pairs;
    if (take("]")) return TlaValue::function(std::move(pairs));
    do {
      auto field = TlaValue::of(name());
      expect("|->");
      pairs.emplace_back(std::move(field), value());
    } while (take(","));
    expect("]");
    return TlaValue::function(std::move(pairs));
  }

  TlaValue function() {
    TlaValue::Pairs pairs;
    do {
      auto argument = value();
      expect(":>");
      pairs.emplace_back(std::move(argument), value());
    } while (take("@@"));
    expect(")");
    return TlaValue::function(std::move(pairs));
  }

  std::string string() {
    std::string read;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      read += text_[at_++];
    }
    if (at_ == text_.size()) refuse("a string's closing quote is missing");
    ++at_;
    return read;
  }

  TlaValue number() {
    const auto first = integer();
    if (!take("..")) return TlaValue::of(first);
    const auto last = integer();
    std::vector<TlaValue> elements;
    for (auto i = first; i <= last; ++i) elements.push_back(TlaValue::of(i));
    return TlaValue::set(std::move(elements));
  }

  std::int64_t integer() {
    skip_space();
    std::int64_t number = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
    if (error != std::errc{}) refuse("a number is missing or too large");
    at_ = static_cast<std::size_t>(end - text_.data());
    return number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string joined(const std::vector<TlaValue>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + value.to_string();
  return text;
}

}  // namespace

TlaValue TlaValue::of(bool value) {
  TlaValue made;
  made.number_ = value ? 1 : 0;
  return made;
}

TlaValue TlaValue::of(std::int64_t value) {
  TlaValue made;
  made.kind_ = Kind::integer;
  made.number_ = value;
  return made;
}

TlaValue TlaValue::of(std::string value) {
  TlaValue made;
  made.kind_ = Kind::string;
  made.text_ = std::move(value);
  return made;
}

TlaValue TlaValue::model_value(std::string name) {
  TlaValue made;
  made.kind_ = Kind::model_value;
  made.text_ = std::move(name);
  return made;
}

TlaValue TlaValue::set(std::vector<TlaValue> elements) {
  TlaValue made;
  made.kind_ = Kind::set;
  std::sort(elements.begin(), elements.end());
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  made.elements_ = std::move(elements);
  return made;
}

TlaValue TlaValue::tuple(std::vector<TlaValue> elements) {
  TlaValue made;
  made.kind_ = Kind::tuple;
  made.elements_ = std::move(elements);
  return made;
}

TlaValue TlaValue::function(Pairs pairs) {
  TlaValue made;
  made.kind_ = Kind::function;
  std::sort(pairs.begin(), pairs.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  made.pairs_ = std::move(pairs);
  return made;
}

TlaValue TlaValue::parse(std::string_view text) {
  Parser parser(text);
  auto value = parser.value();
  if (!parser.at_end()) parser.refuse("more text follows");
  return value;
}

bool TlaValue::boolean() const {
  if (kind_ != Kind::boolean) wrong_kind("TRUE or FALSE");
  return number_ != 0;
}

std::int64_t TlaValue::integer() const {
  if (kind_ != Kind::integer) wrong_kind("a number");
  return number_;
}

const std::string& TlaValue::text() const {
  if (kind_ != Kind::string && kind_ != Kind::model_value) wrong_kind("a string");
  return text_;
}

const std::vector<TlaValue>& TlaValue::elements() const {
  if (kind_ != Kind::set && kind_ != Kind::tuple) wrong_kind("a set or a tuple");
  return elements_;
}

const TlaValue::Pairs& TlaValue::pairs() const {
  const bool empty = kind_ == Kind::tuple && elements_.empty();
  if (kind_ != Kind::function && !empty) wrong_kind("a record or a function");
  return pairs_;
}

const TlaValue* TlaValue::find(std::string_view name) const {
  for (const auto& [argument, value] : pairs()) {
    const bool named = argument.kind_ == Kind::string || argument.kind_ == Kind::model_value;
    if (named && argument.text_ == name) return &value;
  }
  return nullptr;
}

const TlaValue& TlaValue::at(std::string_view name) const {
  if (const auto* value = find(name)) return *value;
  throw BadValue(fmt::format("{} has nothing at \"{}\"", to_string(), name));
}

bool TlaValue::contains(const TlaValue& element) const {
  const auto& all = elements();
  return std::find(all.begin(), all.end(), element) != all.end();
}

std::string TlaValue::to_string() const {
  switch (kind_) {
    case Kind::boolean:
      return number_ != 0 ? "TRUE" : "FALSE";
    case Kind::integer:
      return std::to_string(number_);
    case Kind::string:
      return quoted(text_);
    case Kind::model_value:
      return text_;
    case Kind::set:
      return "{" + joined(elements_) + "}";
    case Kind::tuple:
      return elements_.empty() ? "<< >>" : "<<" + joined(elements_) + ">>";
    case Kind::function:
      break;
  }
  const bool record = std::all_of(pairs_.begin(), pairs_.end(), [](const auto& pair) {
    return pair.first.kind_ == Kind::string &&
           std::all_of(pair.first.text_.begin(), pair.first.text_.end(), is_name_character);
  });
  std::string text;
  for (const auto& [argument, value] : pairs_) {
    if (record) {
      text +=
          fmt::format("{}{} |-> {}", text.empty() ? "" : ", ", argument.text_, value.to_string());
    } else {
      text += fmt::format("{}{} :> {}", text.empty() ? "" : " @@ ", argument.to_string(),
                          value.to_string());
    }
  }
  return record ? "[" + text + "]" : "(" + text + ")";
}

bool TlaValue::before(const TlaValue& other) const {
  return std::tie(kind_, number_, text_, elements_, pairs_) <
         std::tie(other.kind_, other.number_, other.text_, other.elements_, other.pairs_);
}

void TlaValue::wrong_kind(std::string_view wanted) const {
  throw BadValue(fmt::format("{} is not {}", to_string(), wanted));
}

TlaVariables parse_state(std::string_view text) {
  TlaVariables variables;
  Parser parser(text);
  while (!parser.at_end()) {
    parser.take("/\\");
    auto name = parser.name();
    parser.expect("=");
    variables.insert_or_assign(std::move(name), parser.value());
  }
  return variables;
}

}  // namespace workshop::modelcheck
