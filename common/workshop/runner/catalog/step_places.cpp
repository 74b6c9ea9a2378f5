#include "workshop/runner/catalog/step_places.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// A function that is defined in a source, as the kit's format writes it: its type begins a line,
/// and so does the brace that ends it.
struct Definition {
  std::string name;
  int first = 0;
  int last = 0;
};

bool is_of_name(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// The word before the first parenthesis of a declaration.
std::string name_in(std::string_view declaration) {
  const auto open = declaration.find('(');
  if (open == std::string_view::npos) return {};
  auto begin = open;
  while (begin > 0 && is_of_name(declaration[begin - 1])) --begin;
  return std::string(declaration.substr(begin, open - begin));
}

bool can_begin(std::string_view line) {
  return !line.empty() && is_of_name(line[0]) && !line.starts_with("namespace") &&
         !line.starts_with("template") && !line.starts_with("using");
}

/// The definition that begins with `lines[at]`; without a name when none does.
Definition definition_at(const std::vector<std::string>& lines, std::size_t at) {
  std::string declaration;
  for (auto line = at; line < lines.size(); ++line) {
    declaration += lines[line] + " ";
    const auto end = declaration.find_first_of("{;");
    if (end == std::string::npos) continue;
    const bool whole = lines[line].ends_with("}");
    if (declaration[end] == ';' || name_in(declaration.substr(0, end)).empty()) return {};
    auto last = line;
    while (!whole && last + 1 < lines.size() && !lines[last].starts_with("}")) ++last;
    return {name_in(declaration), static_cast<int>(at) + 1, static_cast<int>(last) + 1};
  }
  return {};
}

/// The word that stands behind `keyword` in a line; "" when it does not begin with it.
std::string word_behind(std::string_view line, std::string_view keyword) {
  if (!line.starts_with(keyword)) return {};
  const auto rest = trimmed(line.substr(keyword.size()));
  const auto end = std::ranges::find_if_not(rest, is_of_name);
  return {rest.begin(), end};
}

/// The macros and processes of PlusCal, each from its first line to its "end".
std::vector<Definition> definitions_in_pluscal(const std::vector<std::string>& lines) {
  std::vector<Definition> found;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    for (const std::string_view keyword : {"macro ", "process ", "fair process "}) {
      const auto name = word_behind(lines[at], keyword);
      if (name.empty()) continue;
      const auto* end = keyword == "macro " ? "end macro" : "end process";
      auto last = at;
      while (last + 1 < lines.size() && !lines[last].starts_with(end)) ++last;
      found.push_back({name, static_cast<int>(at) + 1, static_cast<int>(last) + 1});
      at = last;
      break;
    }
  }
  return found;
}

bool is_tla(std::string_view source) {
  return source.starts_with("----") &&
         source.substr(0, source.find('\n')).find(" MODULE ") != std::string_view::npos;
}

std::vector<Definition> definitions_in(std::string_view source) {
  const auto lines = lines_of(source);
  if (is_tla(source)) return definitions_in_pluscal(lines);
  std::vector<Definition> found;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (!can_begin(lines[at])) continue;
    auto definition = definition_at(lines, at);
    if (definition.name.empty()) continue;
    at = static_cast<std::size_t>(definition.last) - 1;
    found.push_back(std::move(definition));
  }
  return found;
}

/// The definition around a line, or else the one that follows it.
std::vector<Definition>::const_iterator around(const std::vector<Definition>& definitions,
                                               int line) {
  return std::ranges::find_if(definitions,
                              [&](const Definition& each) { return line <= each.last; });
}

}  // namespace

std::vector<int> lines_of_step(std::string_view source, int step) {
  std::vector<int> found;
  int number = 0;
  for (const auto& line : lines_of(source)) {
    ++number;
    const auto todo = fmt::format("TODO(step {})", step);
    if (line.find(todo) != std::string::npos) found.push_back(number);
  }
  return found;
}

std::string function_around(std::string_view source, int line) {
  const auto definitions = definitions_in(source);
  const auto at = around(definitions, line);
  return at == definitions.end() ? std::string() : at->name;
}

std::vector<StepPlace> places_of_step(std::string_view skeleton, int step) {
  const auto definitions = definitions_in(skeleton);
  std::vector<StepPlace> places;
  for (const int todo : lines_of_step(skeleton, step)) {
    const auto at = around(definitions, todo);
    if (at == definitions.end()) continue;
    const auto overload = static_cast<int>(std::count_if(
        definitions.begin(), at, [&](const Definition& each) { return each.name == at->name; }));
    const StepPlace place = {at->name, overload, at->first, at->last};
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  }
  return places;
}

void find_places(std::vector<StepPlace>& places, std::string_view source) {
  const auto definitions = definitions_in(source);
  for (auto& place : places) {
    place.first = place.last = 0;
    int overload = 0;
    for (const auto& each : definitions) {
      if (each.name != place.function || overload++ != place.overload) continue;
      place.first = each.first;
      place.last = each.last;
    }
  }
}

}  // namespace workshop::runner
