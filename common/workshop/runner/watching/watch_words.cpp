#include "workshop/runner/watching/watch_words.hpp"

#include <fmt/core.h>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

// Which keys a footer offers, what each does, and the same in short.
struct Offer {
  char key;
  std::string_view does;
  std::string_view in_short;
};

std::vector<Offer> offers_of(const WatchKeys& keys) {
  constexpr Offer kHint = {'h', "hint", "hint"};
  constexpr Offer kAgain = {'r', "again", "again"};
  constexpr Offer kFailure = {'t', "next failure", "next"};
  constexpr Offer kPicture = {'p', "picture", "picture"};
  constexpr Offer kSolution = {'s', "solution", "solution"};
  if (keys.refused) {
    return {kHint,
            kFailure,
            kPicture,
            {'v', "prove again", "prove"},
            {'n', "next lab", "next lab"},
            kSolution,
            {'r', "again", {}}};
  }
  if (keys.green && !keys.one_test) {
    return {{'n', "next", "next"}, {'v', "prove", "prove"}, kSolution, kAgain};
  }
  std::vector<Offer> offers;
  if (!keys.green) offers.push_back(kHint);
  if (keys.chooses) {
    offers.push_back(keys.one_test ? Offer{'o', "all tests", "all tests"}
                                   : Offer{'o', "only this test", "one test"});
  }
  offers.push_back(kAgain);
  if (!keys.green) offers.insert(offers.end(), {kFailure, kPicture});
  offers.push_back(kSolution);
  return offers;
}

}  // namespace

std::string footer_of(const WatchKeys& keys, std::size_t columns) {
  std::string words;
  std::string short_words;
  std::string letters;
  for (const auto& [key, does, in_short] : offers_of(keys)) {
    words += fmt::format("{} {} · ", key, does);
    if (!in_short.empty()) short_words += fmt::format("{} {} · ", key, in_short);
    letters += fmt::format("{} ", key);
  }
  words += "x reset · q quit · ? keys";
  if (columns_of(words) < columns) return words;
  short_words += "q · ? keys";
  return columns_of(short_words) < columns ? short_words : letters + "x q · ? keys";
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
  print_later(console, found.later_broken, console.red("✗ red now"));
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
