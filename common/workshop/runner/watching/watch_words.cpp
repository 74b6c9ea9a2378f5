#include "workshop/runner/watching/watch_words.hpp"

#include <fmt/core.h>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

// A key that works, what it does, and the same in short.
struct Offer {
  char key;
  std::string_view does;
  std::string_view in_short;
};

// Each key has its place in this order.
std::vector<Offer> offers_of(const WatchKeys& keys) {
  std::vector<Offer> offers;
  const bool solved = keys.green && !keys.one_test;
  if (keys.hint) offers.push_back({'h', "hint", "hint"});
  if (solved && keys.next_lab) offers.push_back({'n', "next lab", "lab"});
  if (solved) offers.push_back({'v', keys.refused ? "prove again" : "prove", "prove"});
  if (keys.chooses && keys.one_test) {
    offers.push_back({'o', "all tests", "all tests"});
  } else if (keys.chooses && keys.failures > 0 && !keys.refused) {
    offers.push_back({'o', "only this test", "one test"});
  }
  offers.push_back({'r', "again", "again"});
  if (keys.failures == 1) offers.push_back({'t', "the failure", "failure"});
  if (keys.failures > 1) offers.push_back({'t', "next failure", "next"});
  if (keys.picture) offers.push_back({'p', "picture", "picture"});
  offers.push_back({'s', "solution", "solution"});
  offers.push_back({'x', "reset", "reset"});
  return offers;
}

std::string in_a_row(const std::vector<std::string>& words, std::string_view between) {
  std::string row;
  for (const auto& word : words) {
    if (!row.empty()) row += between;
    row += word;
  }
  return row;
}

}  // namespace

std::string footer_of(const WatchKeys& keys, std::size_t columns) {
  std::vector<std::string> words;
  std::vector<std::string> short_words;
  for (const auto& [key, does, in_short] : offers_of(keys)) {
    words.push_back(fmt::format("{} {}", key, does));
    short_words.push_back(fmt::format("{} {}", key, in_short));
  }
  words.insert(words.end(), {"q quit", "? keys"});
  short_words.insert(short_words.end(), {"q", "? keys"});
  auto shortest = short_words;
  shortest.back() = "?";
  for (const auto& row : {in_a_row(words, " · "), in_a_row(short_words, " · "),
                          in_a_row(short_words, "  "), in_a_row(shortest, "  ")}) {
    if (columns_of(row) < columns) return row;
  }
  // Not all keys have room: those that are used least go first.
  for (const char least : std::string_view("xsropt")) {
    std::erase_if(short_words, [&](const std::string& words) { return words.front() == least; });
    if (columns_of(in_a_row(short_words, "  ")) < columns) break;
  }
  return in_a_row(short_words, "  ");
}

const std::vector<std::pair<char, std::string_view>>& keys_of_watch() {
  static const std::vector<std::pair<char, std::string_view>> keys = {
      {'h', "the next hint"},
      {'n', "the next lab, when this is green"},
      {'v', "prove it, when it is green: harder situations, a minute; any key leaves it"},
      {'o', "run only the test whose story was told last at every save; once more: all of them"},
      {'r', "check again"},
      {'t', "the story of the next failing test"},
      {'p', "its picture, if it has one"},
      {'s', "the solution beside your file"},
      {'x', "put the lab's file back; asks, and keeps a copy"},
      {'q', "end"}};
  return keys;
}

namespace {

// Of steps behind the one that is worked on: a few by their names, more by their number.
void print_later(Console& console, const std::map<int, std::vector<std::string>>& steps,
                 const std::string& mark) {
  constexpr std::size_t kNamesMax = 3;
  for (const auto& [step, names] : steps) {
    const auto begin = fmt::format("{}, of step {}: ", mark, step);
    if (names.size() > kNamesMax) {
      console.paragraph(begin + protocol::counted(names.size(), "test"));
      continue;
    }
    for (const auto& name : names) console.paragraph(begin + name);
  }
}

void print_changes(Console& console, const Difference& found) {
  for (const auto& name : found.mended) console.paragraph(console.green("✓ green now: ") + name);
  for (const auto& name : found.broken) console.paragraph(console.red("✗ red now: ") + name);
  for (const auto& words : found.moved) {
    console.paragraph(console.yellow("→ another failure: ") + words);
  }
  for (const auto& words : found.gone) console.paragraph(console.yellow("- gone: ") + words);
  print_later(console, found.later_mended, console.green("✓ green now"));
  print_later(console, found.later_broken, console.yellow("→ red now"));  // it has time till then
  if (found.later_moved > 0) {
    console.paragraph(console.yellow("→ another failure: ") +
                      (found.later_moved == 1
                           ? std::string("one test of a later step")
                           : fmt::format("{} tests of later steps", found.later_moved)));
  }
}

}  // namespace

void print_difference(Console& console, const Difference& found, std::size_t red) {
  if (!found.any()) {
    if (red == 0) return;
    console.line();
    if (found.later() == 0) return console.line(fmt::format("The same {} red as before.", red));
    console.line("The step to work on is as before.");
    return print_changes(console, found);
  }
  console.line();
  print_changes(console, found);
  if (!found.same.empty()) {
    console.paragraph(console.red("✗ ") +
                      (found.same.size() == 1
                           ? "as before: " + found.same.front()
                           : fmt::format("as before: {} other tests are red", found.same.size())));
  }
}

}  // namespace workshop::runner
