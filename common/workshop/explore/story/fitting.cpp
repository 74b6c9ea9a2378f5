#include "workshop/explore/picture/fitting.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/explore/world/words.hpp"

namespace workshop::explore {
namespace {

constexpr std::string_view kCut = "…";
constexpr std::string_view kArrow = "→";

struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// What stands between two brackets, and its members, which stand between commas with a blank.
struct Group {
  Part inside;
  std::size_t depth = 0;
  std::vector<Part> members;
};

std::vector<Group> groups_in(const std::string& text) {
  std::vector<Group> open;
  std::vector<Group> groups;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' || text[i] == '[') {
      open.push_back({{i + 1, i + 1}, open.size() + 1, {{i + 1, i + 1}}});
      continue;
    }
    if (open.empty()) continue;
    if (text.compare(i, 2, ", ") == 0) {
      open.back().members.back().end = i;
      open.back().members.push_back({i + 2, i + 2});
    } else if (text[i] == '}' || text[i] == ']') {
      auto group = std::move(open.back());
      open.pop_back();
      group.inside.end = group.members.back().end = i;
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

// The members of a group of which some may be left out, as text, and how many have been.
struct Members {
  std::vector<std::string> shown;
  int left_out = 0;

  Members(const std::string& text, const Group& group) {
    for (const auto& part : group.members) {
      auto member = text.substr(part.begin, part.end - part.begin);
      if (member.empty()) continue;
      if (!member.starts_with(kCut)) {
        shown.push_back(std::move(member));
      } else {
        left_out = std::max(1, std::atoi(member.c_str() + kCut.size()));
      }
    }
  }

  // The last one that does not change; else the last one.
  void leave_one_out() {
    const auto last = std::find_if(shown.rbegin(), shown.rend(), [](const auto& member) {
      return member.find(kArrow) == std::string::npos;
    });
    shown.erase(last == shown.rend() ? shown.end() - 1 : std::next(last).base());
    ++left_out;
  }

  std::string text() const {
    if (shown.empty()) return std::string(kCut);
    std::string joined;
    for (const auto& member : shown) joined += (joined.empty() ? "" : ", ") + member;
    if (left_out > 0) joined += ", … " + std::to_string(left_out) + " more";
    return joined;
  }
};

// Whether a member can be left out of it; the only one of a document that has words stays, and
// loses some of them.
bool may_lose_one(const std::string& text, const Group& group) {
  const Members members(text, group);
  if (members.shown.empty()) return false;
  const bool is_sentence = group.depth == 1 && members.shown.size() == 1 &&
                           std::count(members.shown[0].begin(), members.shown[0].end(), ' ') > 1;
  return !is_sentence && columns_of(members.text()) > columns_of(std::string(kCut));
}

// Of a document that changes, what does not; else what is innermost, and of that the longest.
bool goes_first(const std::string& text, const Group& one, const Group& other) {
  const auto is_aside = [&](const Group& group) {
    const Members members(text, group);
    const auto same =
        std::count_if(members.shown.begin(), members.shown.end(),
                      [](const auto& each) { return each.find(kArrow) == std::string::npos; });
    return group.depth == 1 && same > 0 && same < std::ssize(members.shown);
  };
  if (is_aside(one) != is_aside(other)) return is_aside(one);
  if (one.depth != other.depth) return one.depth > other.depth;
  return one.inside.end - one.inside.begin > other.inside.end - other.inside.begin;
}

// `text` with one member fewer, or with as many fewer as makes it shorter.
std::optional<std::string> with_fewer_members(const std::string& text) {
  const auto groups = groups_in(text);
  const Group* chosen = nullptr;
  for (const auto& group : groups) {
    if (!may_lose_one(text, group)) continue;
    if (chosen == nullptr || goes_first(text, group, *chosen)) chosen = &group;
  }
  if (chosen == nullptr) return std::nullopt;
  const auto& inside = chosen->inside;
  const auto before = columns_of(text.substr(inside.begin, inside.end - inside.begin));
  Members members(text, *chosen);
  do {
    members.leave_one_out();
  } while (!members.shown.empty() && columns_of(members.text()) >= before);
  return text.substr(0, inside.begin) + members.text() + text.substr(inside.end);
}

// A word that tells no two things apart: a type, "handler", "threw".
bool may_go(const std::string& word) {
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_'; };
  return columns_of(word) > columns_of(std::string(kCut)) &&
         std::all_of(word.begin(), word.end(), is_letter);
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words = {""};
  for (const auto c : text) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

// `text` without its longest word but the first.
std::optional<std::string> with_fewer_words(const std::string& text) {
  auto words = words_of(text);
  std::size_t longest = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (may_go(words[i]) && (longest == 0 || columns_of(words[i]) > columns_of(words[longest]))) {
      longest = i;
    }
  }
  if (longest == 0) return std::nullopt;
  words[longest] = kCut;
  std::string shorter;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && words[i] == kCut && words[i - 1] == kCut) continue;
    shorter += (i == 0 ? "" : " ") + words[i];
  }
  return shorter;
}

// `text` with a path or a name of several parts without those in its middle: "…/charges".
std::optional<std::string> with_shorter_path(const std::string& text) {
  auto words = words_of(text);
  auto longest = words.end();
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (word->find_first_of("{}[]#…") != std::string::npos) continue;
    if (std::count(word->begin(), word->end(), '/') == 0) continue;
    if (longest == words.end() || word->size() > longest->size()) longest = word;
  }
  if (longest == words.end()) return std::nullopt;
  const auto tail = std::string(kCut) + longest->substr(longest->rfind('/'));
  if (columns_of(tail) >= columns_of(*longest)) return std::nullopt;
  *longest = tail;
  std::string shorter;
  for (const auto& word : words) shorter += (&word == words.data() ? "" : " ") + word;
  return shorter;
}

}  // namespace

std::string fitted_by_words(const std::string& text, std::size_t width, const ShortIds& ids) {
  if (columns_of(text) <= width) return text;
  auto shorter = ids.with_short_ids(text);
  for (const auto step : {with_fewer_members, with_fewer_words, with_shorter_path}) {
    while (columns_of(shorter) > width) {
      auto next = step(shorter);
      if (!next) break;
      shorter = std::move(*next);
    }
  }
  return shorter;
}

}  // namespace workshop::explore
