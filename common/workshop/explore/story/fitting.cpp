#include "workshop/explore/story/fitting.hpp"

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

// How wide a text is where it is shown.
struct Measure {
  bool ascii = false;

  std::size_t operator()(const std::string& text) const {
    return columns_of(ascii ? to_ascii(text) : text);
  }
};

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

bool changes(const std::string& member) { return member.find(kArrow) != std::string::npos; }

// Whether nothing of a member's value is left: "outbox: {…}", "processed: []→[…]".
bool is_hollow(const std::string& member) {
  const auto name_end = member.find(": ");
  if (name_end == std::string::npos || member.find(kCut) == std::string::npos) return false;
  auto value = member.substr(name_end + 2);
  for (const auto sign : {kArrow, kCut}) {
    for (auto at = value.find(sign); at != std::string::npos; at = value.find(sign)) {
      value.erase(at, sign.size());
    }
  }
  return value.find_first_not_of("{}[]") == std::string::npos;
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

  // What does not change goes before what does, what has only its name left before what says more,
  // and the last one before others.
  void leave_one_out() {
    const auto rank = [](const std::string& member) {
      return (changes(member) ? 2 : 0) + (is_hollow(member) ? 0 : 1);
    };
    auto out = shown.begin();
    for (auto member = shown.begin(); member != shown.end(); ++member) {
      if (rank(*member) <= rank(*out)) out = member;
    }
    shown.erase(out);
    ++left_out;
  }

  std::string text() const {
    if (shown.empty()) return std::string(kCut);
    std::string joined;
    for (const auto& member : shown) joined += (joined.empty() ? "" : ", ") + member;
    if (left_out > 0) joined += ", …";
    if (left_out > 1) joined += " " + std::to_string(left_out) + " more";
    return joined;
  }
};

// Whether a member can be left out of it; the only one of a document that has words stays, and
// loses some of them.
bool may_lose_one(const std::string& text, const Group& group, Measure columns) {
  const Members members(text, group);
  if (members.shown.empty()) return false;
  const bool is_sentence = group.depth == 1 && members.shown.size() == 1 &&
                           std::count(members.shown[0].begin(), members.shown[0].end(), ' ') > 1;
  const std::size_t worth = group.depth > 1 ? 2 : 0;  // columns that a value within a value gains
  return !is_sentence && columns(members.text()) > columns(std::string(kCut)) + worth;
}

// Of a document that changes, what does not; else what is innermost, and of that the longest.
bool goes_first(const std::string& text, const Group& one, const Group& other) {
  const auto is_aside = [&](const Group& group) {
    const Members members(text, group);
    const auto changed = std::count_if(members.shown.begin(), members.shown.end(), changes);
    return group.depth == 1 && changed > 0 && changed < std::ssize(members.shown);
  };
  if (is_aside(one) != is_aside(other)) return is_aside(one);
  if (one.depth != other.depth) return one.depth > other.depth;
  return one.inside.end - one.inside.begin > other.inside.end - other.inside.begin;
}

// `text` with one member fewer, or with as many fewer as makes it shorter.
std::optional<std::string> with_fewer_members(const std::string& text, Measure columns) {
  const auto groups = groups_in(text);
  const Group* chosen = nullptr;
  for (const auto& group : groups) {
    if (!may_lose_one(text, group, columns)) continue;
    if (chosen == nullptr || goes_first(text, group, *chosen)) chosen = &group;
  }
  if (chosen == nullptr) return std::nullopt;
  const auto& inside = chosen->inside;
  const auto before = columns(text.substr(inside.begin, inside.end - inside.begin));
  Members members(text, *chosen);
  do {
    members.leave_one_out();
  } while (!members.shown.empty() && columns(members.text()) >= before);
  return text.substr(0, inside.begin) + members.text() + text.substr(inside.end);
}

// A word that tells no two things apart: a type, "handler", "threw".
bool may_go(const std::string& word, Measure columns) {
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_'; };
  return columns(word) > columns(std::string(kCut)) &&
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
std::optional<std::string> with_fewer_words(const std::string& text, Measure columns) {
  auto words = words_of(text);
  std::size_t longest = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (may_go(words[i], columns) &&
        (longest == 0 || columns(words[i]) > columns(words[longest]))) {
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
std::optional<std::string> with_shorter_path(const std::string& text, Measure columns) {
  auto words = words_of(text);
  auto longest = words.end();
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (word->find_first_of("{}[]#…") != std::string::npos) continue;
    if (std::count(word->begin(), word->end(), '/') == 0) continue;
    if (longest == words.end() || word->size() > longest->size()) longest = word;
  }
  if (longest == words.end()) return std::nullopt;
  const auto tail = std::string(kCut) + longest->substr(longest->rfind('/'));
  if (columns(tail) >= columns(*longest)) return std::nullopt;
  *longest = tail;
  std::string shorter;
  for (const auto& word : words) shorter += (&word == words.data() ? "" : " ") + word;
  return shorter;
}

// `text` with the sign alone for a document or list of which nothing is left.
std::optional<std::string> without_hollow_brackets(const std::string& text, Measure) {
  for (const auto* hollow : {"{…}", "[…]"}) {
    const auto at = text.find(hollow);
    if (at == std::string::npos) continue;
    auto shorter = text;
    return shorter.replace(at, std::string_view(hollow).size(), kCut);
  }
  return std::nullopt;
}

// `text` cut to `width` columns before or behind `id`, which stays where there is room for more.
std::string cut_around(const std::string& text, const std::string& id, const Room& room) {
  constexpr std::size_t kFew = 6;  // columns of what stands around the id
  const auto at = id.empty() ? std::string::npos : text.rfind(id);
  const auto others = room.width - std::min(room.width, columns_of(id));
  if (at == std::string::npos || others < kFew) return cut_middle(text, room.width, room.ascii);
  const auto before = text.substr(0, at);
  const auto behind = text.substr(at + id.size());
  const auto left = std::min(columns_of(before),
                             std::max(others / 2, others - std::min(others, columns_of(behind))));
  return cut_middle(before, left, room.ascii) + id + cut_middle(behind, others - left, room.ascii);
}

}  // namespace

std::string fitted(const std::string& text, const ShortIds& ids, const Room& room) {
  const Measure columns{room.ascii};
  const auto shown = [&room](const std::string& whole) {
    return room.ascii ? to_ascii(whole) : whole;
  };
  if (columns(text) <= room.width) return shown(text);
  auto shorter = ids.with_short_ids(text);
  const bool by_words = room.loses == Room::Loses::words;
  std::vector steps = {with_fewer_members};
  if (by_words) {
    steps.insert(steps.end(), {with_fewer_words, with_shorter_path});
  } else {
    steps.push_back(without_hollow_brackets);
  }
  for (const auto step : steps) {
    while (columns(shorter) > room.width) {
      auto next = step(shorter, columns);
      if (!next) break;
      shorter = std::move(*next);
    }
  }
  if (by_words || columns(shorter) <= room.width) return shown(shorter);
  return cut_around(shown(shorter), shown(ids.last_in(shorter)), room);
}

}  // namespace workshop::explore
