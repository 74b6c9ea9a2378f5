#pragma once

#include <string_view>

namespace workshop {

/// The name of a type without its namespaces: `type_name<shop::BookPayment>()` is "BookPayment".
/// It is the name of messages and documents on the wire.
template <class T>
constexpr std::string_view type_name() {
  std::string_view name = __PRETTY_FUNCTION__;  // "... type_name() [T = ns::Name]" in GCC and Clang
  name.remove_prefix(name.find("T = ") + 4);
  name = name.substr(0, name.find_first_of(";]"));
  if (const auto colon = name.rfind("::"); colon != std::string_view::npos) {
    name.remove_prefix(colon + 2);
  }
  return name;
}

}  // namespace workshop
