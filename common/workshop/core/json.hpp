#pragma once

#include <boost/describe.hpp>
#include <boost/json/fwd.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "workshop/core/error.hpp"
#include "workshop/core/type_name.hpp"

namespace workshop {

/// The JSON text of a described struct (BOOST_DESCRIBE_STRUCT), of a type that such structs
/// contain, or, where <boost/json.hpp> is included, of anything that Boost.JSON converts. Members
/// come in the order of their description, maps and sets in the order of their keys: equal values
/// have equal texts.
template <class T>
std::string to_json(const T& value);

/// The value that `text` describes. The text of a struct must have all its members (an optional one
/// may be missing) and no others. Throws InvalidRequest, which names the type and the member, when
/// the text does not fit.
template <class T>
T from_json(std::string_view text);

// Parsing, escaping and numbers are Boost.JSON's. Its conversions of structs and containers are not
// used for documents, because every handler would be compiled with those of its own entities and
// messages, which takes a third of its compile time. Its header is not included either: reading it
// takes longer than compiling most files of this project.
namespace json_detail {

using Value = boost::json::value;

/// Goes through a parsed text and remembers its position, for the message when something does not
/// fit.
class Reader {
 public:
  /// Parses `text` and calls `read` with it. InvalidRequest names `type` and what does not fit.
  static void run(std::string_view text, std::string_view type, void* out,
                  void (*read)(Reader&, const Value&, void*));

  const boost::json::object& object(const Value& json) const;
  /// Calls `read` with each element of an array.
  void elements(const Value& json, void* out, void (*read)(Reader&, const Value&, void*));
  /// Calls `read` with each member of an object; meanwhile the position is this member.
  void members(const Value& json, void* out,
               void (*read)(Reader&, std::string_view name, const Value&, void*));
  bool is_null(const Value& json) const;
  std::int64_t integer(const Value& json, std::int64_t min, std::int64_t max) const;
  std::uint64_t natural(const Value& json, std::uint64_t max) const;
  bool boolean(const Value& json) const;
  double number(const Value& json) const;
  std::string_view string(const Value& json) const;

  /// Moves the position to the member and returns it; null when it is optional and missing.
  const Value* enter(const boost::json::object& object, const char* name, bool optional);
  void leave() { place_.pop_back(); }
  void require_members_count(const boost::json::object& object, std::size_t count) const;

 private:
  [[noreturn]] void refuse(const std::string& what) const;

  std::vector<std::string_view> place_;
};

void write_boolean(bool value, std::string& out);
void write_integer(std::int64_t value, std::string& out);
void write_natural(std::uint64_t value, std::string& out);
void write_number(double value, std::string& out);
void write_string(std::string_view value, std::string& out);
void write_name(std::string_view name, std::string& out);
/// Ends an object or array whose last element was followed by a comma, if there was one.
void close(char bracket, std::string& out);

// Boost.JSON's value. It is a complete type only in files that include <boost/json.hpp>.
template <class T>
struct ValueFor {
  using type = Value;
};

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsSequence = false;
template <class T, class A>
inline constexpr bool kIsSequence<std::vector<T, A>> = true;
template <class T, class C, class A>
inline constexpr bool kIsSequence<std::set<T, C, A>> = true;
template <class T>
inline constexpr bool kIsMap = false;
template <class T, class C, class A>
inline constexpr bool kIsMap<std::map<std::string, T, C, A>> = true;

template <class T>
using MembersOf = boost::describe::describe_members<T, boost::describe::mod_public |
                                                           boost::describe::mod_inherited>;

template <class T>
void read(Reader& reader, const Value& json, T& out);
template <class T>
void write(const T& value, std::string& out);

template <class T, class M>
std::size_t read_member(Reader& reader, const boost::json::object& object, const char* name, T& out,
                        M T::* member) {
  const auto* found = reader.enter(object, name, kIsOptional<M>);
  if (found == nullptr) return 0;
  read(reader, *found, out.*member);
  reader.leave();
  return 1;
}

template <class T, template <class...> class List, class... D>
void read_members(Reader& reader, const boost::json::object& object, T& out, List<D...>) {
  reader.require_members_count(
      object, (std::size_t{0} + ... + read_member(reader, object, D::name, out, D::pointer)));
}

template <class T, template <class...> class List, class... D>
void write_members(const T& value, std::string& out, List<D...>) {
  ((write_name(D::name, out), write(value.*D::pointer, out), out += ','), ...);
}

template <class T>
void read(Reader& reader, const Value& json, T& out) {
  if constexpr (std::is_same_v<T, std::string>) {
    out = reader.string(json);
  } else if constexpr (std::is_same_v<T, bool>) {
    out = reader.boolean(json);
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    using Limits = std::numeric_limits<T>;
    out = static_cast<T>(reader.integer(json, Limits::min(), Limits::max()));
  } else if constexpr (std::is_integral_v<T>) {
    out = static_cast<T>(reader.natural(json, std::numeric_limits<T>::max()));
  } else if constexpr (std::is_floating_point_v<T>) {
    out = static_cast<T>(reader.number(json));
  } else if constexpr (kIsOptional<T>) {
    out.reset();
    if (!reader.is_null(json)) read(reader, json, out.emplace());
  } else if constexpr (kIsSequence<T>) {
    out.clear();
    reader.elements(json, &out, [](Reader& elements, const Value& element, void* sequence) {
      typename T::value_type value{};
      read(elements, element, value);
      auto& values = *static_cast<T*>(sequence);
      values.insert(values.end(), std::move(value));
    });
  } else if constexpr (kIsMap<T>) {
    out.clear();
    reader.members(json, &out,
                   [](Reader& members, std::string_view name, const Value& member, void* map) {
                     auto& values = *static_cast<T*>(map);
                     // What `write` has made is in order: the new one comes last.
                     const auto place = values.try_emplace(values.end(), std::string(name));
                     read(members, member, place->second);
                   });
  } else if constexpr (boost::describe::has_describe_members<T>::value) {
    read_members(reader, reader.object(json), out, MembersOf<T>{});
  } else {
    using OfBoost = typename ValueFor<T>::type;
    static_assert(
        requires { sizeof(OfBoost); },
        "give the type a description (BOOST_DESCRIBE_STRUCT), or include "
        "<boost/json.hpp> if Boost.JSON converts it");
    out = value_to<T>(static_cast<const OfBoost&>(json));
  }
}

template <class T>
void write(const T& value, std::string& out) {
  if constexpr (std::is_same_v<T, std::string>) {
    write_string(value, out);
  } else if constexpr (std::is_same_v<T, bool>) {
    write_boolean(value, out);
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    write_integer(value, out);
  } else if constexpr (std::is_integral_v<T>) {
    write_natural(value, out);
  } else if constexpr (std::is_floating_point_v<T>) {
    write_number(static_cast<double>(value), out);
  } else if constexpr (kIsOptional<T>) {
    if (value) {
      write(*value, out);
    } else {
      out += "null";
    }
  } else if constexpr (kIsSequence<T>) {
    out += '[';
    for (const auto& element : value) {
      write(element, out);
      out += ',';
    }
    close(']', out);
  } else if constexpr (kIsMap<T>) {
    out += '{';
    for (const auto& [name, element] : value) {
      write_name(name, out);
      write(element, out);
      out += ',';
    }
    close('}', out);
  } else if constexpr (boost::describe::has_describe_members<T>::value) {
    out += '{';
    write_members(value, out, MembersOf<T>{});
    close('}', out);
  } else {
    using OfBoost = typename ValueFor<T>::type;
    static_assert(
        requires { sizeof(OfBoost); },
        "give the type a description (BOOST_DESCRIBE_STRUCT), or include "
        "<boost/json.hpp> if Boost.JSON converts it");
    OfBoost json;
    value_from(value, json);
    out += serialize(json);
  }
}

// The most frequent types in documents are compiled once, in the library, not with every handler.
extern template void read(Reader&, const Value&, std::string&);
extern template void write(const std::string&, std::string&);
extern template void read(Reader&, const Value&, int&);
extern template void write(const int&, std::string&);
extern template void read(Reader&, const Value&, bool&);
extern template void write(const bool&, std::string&);
extern template void read(Reader&, const Value&, std::vector<std::string>&);
extern template void write(const std::vector<std::string>&, std::string&);
extern template void read(Reader&, const Value&, std::set<std::string>&);
extern template void write(const std::set<std::string>&, std::string&);
extern template void read(Reader&, const Value&, std::map<std::string, int>&);
extern template void write(const std::map<std::string, int>&, std::string&);
extern template void read(Reader&, const Value&, std::map<std::string, std::string>&);
extern template void write(const std::map<std::string, std::string>&, std::string&);

}  // namespace json_detail

template <class T>
std::string to_json(const T& value) {
  std::string out;
  json_detail::write(value, out);
  return out;
}

template <class T>
T from_json(std::string_view text) {
  T value{};
  json_detail::Reader::run(
      text, type_name<T>(), &value,
      [](json_detail::Reader& reader, const json_detail::Value& json, void* out) {
        json_detail::read(reader, json, *static_cast<T*>(out));
      });
  return value;
}

}  // namespace workshop
