#include "workshop/runner/watching/watch_words.hpp"

#include <fmt/core.h>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::string_view kEnd = "q quit · ? keys";

}  // namespace

std::string footer_of(const WatchKeys& keys, std::size_t columns) {
  std::string words;
  std::string letters;
  const auto offer = [&](char key, std::string_view does) {
    words += fmt::format("{} {} · ", key, does);
    letters += fmt::format("{} ", key);
  };
  if (keys.green && !keys.one_test) {
    offer('n', "next");
    offer('v', "prove");
    offer('s', "solution");
    offer('r', "again");
  } else {
    if (!keys.green) offer('h', "hint");
    if (keys.chooses) offer('o', keys.one_test ? "all tests" : "only this test");
    offer('r', "again");
    if (!keys.green) offer('t', "next failure");
    if (!keys.green) offer('p', "picture");
    offer('s', "solution");
  }
  offer('x', "reset");
  words += kEnd;
  return columns_of(words) < columns ? words : letters + "q · ? keys";
}

const std::vector<std::pair<char, std::string_view>>& keys_of_watch() {
  static const std::vector<std::pair<char, std::string_view>> keys = {
      {'h', "the next hint"},
      {'r', "check again"},
      {'t', "the story of the next failing test"},
      {'o', "run only that test at every save; once more: all of them"},
      {'p', "its picture"},
      {'s', "the solution beside your file"},
      {'v', "prove it, when it is green: harder situations, a minute; any key leaves it"},
      {'n', "the next lab, when this is green"},
      {'x', "put the lab's file back; asks, and keeps a copy"},
      {'q', "end"}};
  return keys;
}

void print_difference(Console& console, const Difference& found, std::size_t red) {
  if (!found.any()) {
    if (red == 0) return;
    console.line();
    console.paragraph(
        found.later == 0
            ? fmt::format("The same {} red as before.", red)
            : fmt::format(
                  "The step to work on is as before; of later steps, {} changed.",
                  found.later == 1 ? "a test has" : fmt::format("{} tests have", found.later)));
    return;
  }
  console.line();
  for (const auto& name : found.mended) console.paragraph(console.green("✓ green now: ") + name);
  for (const auto& name : found.broken) console.paragraph(console.red("✗ red now: ") + name);
  for (const auto& words : found.moved) {
    console.paragraph(console.yellow("→ another failure: ") + words);
  }
  for (const auto& words : found.gone) console.paragraph(console.yellow("- gone: ") + words);
  if (!found.same.empty()) {
    console.paragraph(console.red("✗ ") +
                      (found.same.size() == 1
                           ? "as before: " + found.same.front()
                           : fmt::format("as before: {} other tests are red", found.same.size())));
  }
}

}  // namespace workshop::runner
