#include "workshop/core/json.hpp"

#include <boost/json.hpp>

namespace workshop::json_detail {
namespace {

// Whether no character has to be escaped.
bool is_written_as_it_is(std::string_view value) {
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') return false;
  }
  return true;
}

}  // namespace

void Reader::run(std::string_view text, std::string_view type, void* out,
                 void (*read)(Reader&, const Value&, void*)) {
  boost::system::error_code error;
  boost::json::monotonic_resource memory;  // all of it goes at once
  const auto parsed = boost::json::parse(text, error, &memory);
  if (error) {
    throw InvalidRequest("not JSON where a " + std::string(type) +
                         " is expected: " + error.message());
  }
  try {
    Reader reader;
    read(reader, parsed, out);
  } catch (const std::exception& misfit) {
    throw InvalidRequest("this JSON is not a " + std::string(type) + ": " + misfit.what() + ": " +
                         std::string(text));
  }
}

const boost::json::object& Reader::object(const Value& json) const {
  if (const auto* object = json.if_object()) return *object;
  refuse("is no object");
}

void Reader::elements(const Value& json, void* out, void (*read)(Reader&, const Value&, void*)) {
  const auto* array = json.if_array();
  if (array == nullptr) refuse("is no array");
  for (const auto& element : *array) read(*this, element, out);
}

void Reader::members(const Value& json, void* out,
                     void (*read)(Reader&, std::string_view, const Value&, void*)) {
  for (const auto& member : object(json)) {
    place_.emplace_back(member.key());
    read(*this, member.key(), member.value(), out);
    place_.pop_back();
  }
}

bool Reader::is_null(const Value& json) const { return json.is_null(); }

std::int64_t Reader::integer(const Value& json, std::int64_t min, std::int64_t max) const {
  boost::system::error_code error;
  const auto value = json.is_number() ? json.to_number<std::int64_t>(error) : 0;
  if (!json.is_number() || error || value < min || value > max) {
    refuse("is no integer, or too large");
  }
  return value;
}

std::uint64_t Reader::natural(const Value& json, std::uint64_t max) const {
  boost::system::error_code error;
  const auto value = json.is_number() ? json.to_number<std::uint64_t>(error) : 0;
  if (!json.is_number() || error || value > max) refuse("is no natural number, or too large");
  return value;
}

bool Reader::boolean(const Value& json) const {
  if (const auto* value = json.if_bool()) return *value;
  refuse("is neither true nor false");
}

double Reader::number(const Value& json) const {
  if (!json.is_number()) refuse("is no number");
  return json.to_number<double>();
}

std::string_view Reader::string(const Value& json) const {
  if (const auto* value = json.if_string()) return *value;
  refuse("is no string");
}

const Value* Reader::enter(const boost::json::object& object, const char* name, bool optional) {
  const auto* found = object.if_contains(name);
  if (found == nullptr && !optional) refuse("has no member " + std::string(name));
  if (found != nullptr) place_.emplace_back(name);
  return found;
}

void Reader::require_members_count(const boost::json::object& object, std::size_t count) const {
  if (object.size() != count) refuse("has members that are not known");
}

void Reader::refuse(const std::string& what) const {
  std::string place;
  for (const auto name : place_) place += (place.empty() ? "" : ".") + std::string(name);
  throw std::runtime_error((place.empty() ? "it" : place) + " " + what);
}

void write_boolean(bool value, std::string& out) { out += value ? "true" : "false"; }

void write_integer(std::int64_t value, std::string& out) { out += std::to_string(value); }

void write_natural(std::uint64_t value, std::string& out) { out += std::to_string(value); }

void write_number(double value, std::string& out) { out += boost::json::serialize(Value(value)); }

void write_string(std::string_view value, std::string& out) {
  if (is_written_as_it_is(value)) {
    out += '"';
    out += value;
    out += '"';
    return;
  }
  out += boost::json::serialize(boost::json::string_view(value.data(), value.size()));
}

void write_name(std::string_view name, std::string& out) {
  write_string(name, out);
  out += ':';
}

void close(char bracket, std::string& out) {
  if (out.back() == ',') {
    out.back() = bracket;
  } else {
    out += bracket;
  }
}

template void read(Reader&, const Value&, std::string&);
template void write(const std::string&, std::string&);
template void read(Reader&, const Value&, int&);
template void write(const int&, std::string&);
template void read(Reader&, const Value&, bool&);
template void write(const bool&, std::string&);
template void read(Reader&, const Value&, std::vector<std::string>&);
template void write(const std::vector<std::string>&, std::string&);
template void read(Reader&, const Value&, std::set<std::string>&);
template void write(const std::set<std::string>&, std::string&);
template void read(Reader&, const Value&, std::map<std::string, int>&);
template void write(const std::map<std::string, int>&, std::string&);
template void read(Reader&, const Value&, std::map<std::string, std::string>&);
template void write(const std::map<std::string, std::string>&, std::string&);

}  // namespace workshop::json_detail
