#include <cctype>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "workshop/shop/situations.hpp"

namespace workshop::shop {
namespace {

std::vector<std::pair<std::string, std::string>> make_hard_names() {
  const std::string long_name(4'999, 'a');  // more than many a column holds, and many a key
  const std::string half(500, 'a');
  // Whoever cuts at any of them, in front or behind, has the same left of both.
  const std::string signs = " <>()[]{}@,;=?!$&*^~`-_+|%#'";
  std::vector<std::pair<std::string, std::string>> names = {
      {"Order-A", "order-a"},
      {long_name + "x", long_name + "y"},
      {half + "x" + half, half + "y" + half},
      {"caf\xc3\xa9", "cafe\xcc\x81"},  // one letter, or a letter and its accent
      {"\xc3\x89t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
      {std::string("a\0b", 3), std::string("a\0c", 3)},
      {std::string("a\0", 2), "a"},
      {std::string("\0a", 2), std::string("\0b", 2)},
      {"7", "007"},
      {"10", "1e1"},
      {"a\tb", "a b"},
      {"a  b", "a b"},
      {"\"a\"", "a"},
      {"a\\b", "a/b"},
      {"order-1", "order-1\n"},
      {"a" + signs + "x", "a" + signs + "y"},
      {"x" + signs + "a", "y" + signs + "a"},
      {"a_b", "a-b"},
      {"a+b", "a b"},
      {"a%20b", "a b"},
      {"a&amp;b", "a&b"},
      {"stra\xc3\x9f"
       "e",
       "strasse"},
  };
  for (const std::string affix : {" ", "1", "+", "-", "#", ":", "/", ".", "_", "|", "%", "'"}) {
    names.emplace_back("order-1", "order-1" + affix);
    names.emplace_back("order-1", affix + "order-1");
  }
  // What stands for signs that a key must not have, or for none.
  const auto put_for = [&names](const std::string& stands, const std::string& for_signs) {
    for (const char sign : for_signs) {
      names.emplace_back(std::string("a") + sign + "b", "a" + stands + "b");
    }
  };
  put_for("_", ".$:#/ |@");
  put_for("-", ".:/ ");
  put_for("", ".- '");
  // Either of two may be the one that comes first, or that something happens to.
  for (std::size_t i = 0, count = names.size(); i < count; ++i) {
    names.emplace_back(names[i].second, names[i].first);
  }
  return names;
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& hard_names() {
  static const auto names = make_hard_names();
  return names;
}

const std::vector<std::string>& names_of_signs() {
  static const auto names = [] {
    std::vector<std::string> made;
    for (char sign = 1; sign < 127; ++sign) {
      const bool plain = std::isalnum(static_cast<unsigned char>(sign)) != 0;
      if (!plain) made.push_back(std::string("a") + sign + "b");
    }
    // Escaped, doubled, none at all; a fixed and a soft blank, none that is seen, a dash.
    for (const auto* signs :
         {"", "%20", "%2F", "%2f", "%2B", "&amp;", "&lt;", "&#32;", "\\n", "\\t", "\\u0020", "--",
          "__", "..", "\xc2\xa0", "\xc2\xad", "\xe2\x80\x8b", "\xe2\x80\x93"}) {
      made.push_back(std::string("a") + signs + "b");
    }
    made.emplace_back("a\0b", 3);
    return made;
  }();
  return names;
}

const std::vector<std::pair<std::string, std::string>>& names_within_names() {
  static const std::vector<std::pair<std::string, std::string>> names = {
      {"1", "12"}, {"12", "1"}, {"2", "12"}, {"12", "2"}, {"payment-1-a", "payment-1-b"},
      {"M", "m"}};
  return names;
}

const std::vector<int>& limits_of_counts() {
  static const std::vector<int> limits = {
      10, 100, 256, 500, 512, 1'000, 1'024, 4'096, kMoreThanAnybodyCounts};
  return limits;
}

const std::vector<std::uint32_t>& delivery_counts() {
  static const auto counts = [] {
    std::vector<std::uint32_t> made;
    for (std::uint32_t count = 1; count <= 130; ++count) made.push_back(count);
    for (const std::uint32_t count :
         {200U, 255U, 256U, 257U, 300U, 500U, 512U, 999U, 1'000U, 1'001U, 1'024U, 4'096U, 5'001U,
          65'535U, 65'536U, 1'000'000U}) {
      made.push_back(count);
    }
    return made;
  }();
  return counts;
}

const std::vector<int>& hard_amounts() {
  static const std::vector<int> amounts = {
      0,   1,   2,   3,     9,     10,    11,     50,      99,         100,
      101, 250, 256, 1'000, 1'001, 5'001, 65'536, 123'456, 16'777'217, 1'000'000'000};
  return amounts;
}

const std::vector<int>& amounts_near_powers() {
  static const auto amounts = [] {
    std::vector<int> made;
    for (int bit = 7; bit <= 30; ++bit) {
      for (const int near : {-1, 0, 1}) made.push_back((1 << bit) + near);
    }
    for (int power = 100; power < 1'000'000'000; power *= 10) {
      for (const int near : {-1, 0, 1}) made.push_back(power + near);
    }
    return made;
  }();
  return amounts;
}

}  // namespace workshop::shop
