#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace workshop::modelcheck {

/// A text is not a TLA+ value, or a value is not of the requested kind.
class BadValue : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A TLA+ value as TLC prints it: numbers, strings, sets, tuples, records, functions. Equal values
/// compare equal in whichever order TLC lists their elements. A value type; copies are deep.
class TlaValue {
 public:
  /// What a value is.
  enum class Kind : std::uint8_t {
    boolean,
    integer,
    string,
    model_value,  ///< a name without quotes
    set,
    tuple,     ///< a sequence; also the function without arguments, which TLC prints as << >>
    function,  ///< also a record: a function of strings
  };
  /// Arguments and their values.
  using Pairs = std::vector<std::pair<TlaValue, TlaValue>>;

  /// FALSE.
  TlaValue() = default;
  /// TRUE or FALSE.
  static TlaValue of(bool value);
  /// A number.
  static TlaValue of(std::int64_t value);
  /// A number.
  static TlaValue of(int value) { return of(std::int64_t{value}); }
  /// A string.
  static TlaValue of(std::string value);
  /// A string.
  static TlaValue of(const char* value) { return of(std::string(value)); }
  /// A name without quotes.
  static TlaValue model_value(std::string name);
  /// Duplicates are dropped.
  static TlaValue set(std::vector<TlaValue> elements);
  /// A sequence.
  static TlaValue tuple(std::vector<TlaValue> elements);
  /// A function; the last value of an argument counts.
  static TlaValue function(Pairs pairs);

  /// Reads all of `text`. Throws BadValue that names the position of what is wrong.
  static TlaValue parse(std::string_view text);

  /// What it is.
  Kind kind() const noexcept { return kind_; }
  /// These throw BadValue when the value is of another kind.
  bool boolean() const;
  /// Of a number.
  std::int64_t integer() const;
  const std::string& text() const;                ///< of a string or a model value
  const std::vector<TlaValue>& elements() const;  ///< of a set (sorted) or a tuple
  const Pairs& pairs() const;  ///< of a function, sorted by argument; << >> has none

  /// The value of a record's field, or of a function at a string or model value; null when there is
  /// none.
  const TlaValue* find(std::string_view name) const;
  /// The same; throws BadValue when there is none.
  const TlaValue& at(std::string_view name) const;
  /// Whether a set or a tuple has this element.
  bool contains(const TlaValue& element) const;

  /// As TLC prints it, on one line.
  std::string to_string() const;

  /// Equal kinds and contents.
  friend bool operator==(const TlaValue&, const TlaValue&) = default;
  /// An order for sets: by kind, then by contents.
  friend bool operator<(const TlaValue& a, const TlaValue& b) { return a.before(b); }

 private:
  bool before(const TlaValue& other) const;
  [[noreturn]] void wrong_kind(std::string_view wanted) const;

  Kind kind_ = Kind::boolean;
  std::int64_t number_ = 0;  // also of a boolean
  std::string text_;
  std::vector<TlaValue> elements_;
  Pairs pairs_;
};

/// Values by the names of variables.
using TlaVariables = std::map<std::string, TlaValue, std::less<>>;

/// Reads one state: "/\ queue = [m |-> 1]", one conjunct for each variable, over as many lines as
/// TLC took; a single variable comes without the "/\". Throws BadValue.
TlaVariables parse_state(std::string_view text);

}  // namespace workshop::modelcheck
