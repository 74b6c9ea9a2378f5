#include "workshop/explore/story/short_ids.hpp"

#include <algorithm>
#include <cctype>

#include "workshop/explore/world/words.hpp"

namespace workshop::explore {
namespace {

constexpr std::size_t kLong = 12;  // an id of so many characters is left alone
constexpr std::size_t kLeast = 4;  // characters of a short form
constexpr std::size_t kShortMax = 12;
constexpr std::string_view kCut = "…";
constexpr std::size_t kCutColumns = 3;  // of the sign in ASCII
constexpr std::size_t kValueLeast = 9;  // columns of a value that is cut

std::size_t same_at_front(const std::string& a, const std::string& b) {
  const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(ends.first - a.begin());
}

std::size_t same_at_back(const std::string& a, const std::string& b) {
  const auto ends = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  return static_cast<std::size_t>(ends.first - a.rbegin());
}

// A part of it that no other one has, from before the place where it differs from the one that
// begins most like it; "" where none is short.
std::string part_of_its_own(const std::string& id, const std::vector<std::string>& ids,
                            std::size_t differs_at) {
  constexpr std::size_t kBefore = 2;
  const auto from = differs_at - std::min(differs_at, kBefore);
  for (auto size = kBefore + kLeast; size <= kShortMax && from + size <= id.size(); ++size) {
    auto part = id.substr(from, size);
    const bool own = std::none_of(ids.begin(), ids.end(), [&](const std::string& other) {
      return other != id && other.find(part) != std::string::npos;
    });
    if (own) return part;
  }
  return {};
}

// By its beginning where that tells it from all others, else by its end, else by a part of it.
std::string short_form(const std::string& id, const std::vector<std::string>& ids) {
  auto front = kLeast;
  auto back = kLeast;
  for (const auto& other : ids) {
    if (other == id) continue;
    front = std::max(front, same_at_front(id, other) + 1);
    back = std::max(back, same_at_back(id, other) + 1);
  }
  if (front <= kShortMax && front + 1 < id.size()) return id.substr(0, front).append(kCut);
  if (back <= kShortMax && back + 1 < id.size()) {
    return std::string(kCut) + id.substr(id.size() - back);
  }
  const auto part = part_of_its_own(id, ids, front - 1);
  return part.empty() ? id : std::string(kCut).append(part).append(kCut);
}

bool is_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool stands_alone(const std::string& text, std::size_t at, std::size_t size) {
  return (at == 0 || !is_part(text[at - 1])) &&
         (at + size == text.size() || !is_part(text[at + size]));
}

// What stands between the brackets of a value: "{gifts: {ball: 1}, state: open}" has one.
struct Value {
  std::size_t begin = 0;
  std::size_t size = 0;
};

// Which values are cut: those that hold no other one, or those that a document holds itself.
enum class Depth { innermost, outermost };

std::vector<Value> values_in(const std::string& text, Depth depth) {
  std::vector<Value> values;
  std::vector<std::size_t> open;  // where what stands between brackets begins
  bool holds_none = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' || text[i] == '[') {
      open.push_back(i + 1);
      holds_none = true;
    } else if ((text[i] == '}' || text[i] == ']') && !open.empty()) {
      const bool wanted =
          depth == Depth::outermost ? open.size() == 2 : open.size() >= 2 && holds_none;
      if (wanted && i > open.back()) values.push_back({open.back(), i - open.back()});
      open.pop_back();
      holds_none = false;
    }
  }
  return values;
}

// `text` with its longest values cut in their middle until it fits; none becomes shorter than
// `least` columns, so it may not fit.
std::string with_short_values(std::string text, std::size_t width, Depth depth, std::size_t least,
                              bool ascii) {
  for (auto columns = columns_of(text); columns > width; columns = columns_of(text)) {
    std::string longest;
    Value place;
    for (const auto& value : values_in(text, depth)) {
      auto contents = text.substr(value.begin, value.size);
      if (columns_of(contents) <= std::max(least, columns_of(longest))) continue;
      longest = std::move(contents);
      place = value;
    }
    if (longest.empty()) break;
    const auto size = columns_of(longest);
    const auto left = size - std::min(size - least, columns - width);
    // Of a word its beginning says nothing.
    const bool one_word = size <= kWordMax && longest.find(' ') == std::string::npos;
    text.replace(place.begin, place.size,
                 left < kValueLeast || one_word ? std::string(ascii ? "..." : kCut)
                                                : cut_middle(longest, left, ascii));
  }
  return text;
}

// A short form with the sign for what is cut as it is printed.
std::string marked(std::string form, bool ascii) {
  for (auto at = form.find(kCut); ascii && at != std::string::npos; at = form.find(kCut, at)) {
    form.replace(at, kCut.size(), "...");
  }
  return form;
}

bool has_at(const std::string& text, std::size_t at, std::string_view part) {
  return at <= text.size() && std::string_view(text).substr(at).starts_with(part);
}

// `text` without the names of values of which nothing is left, until it fits: "{state: open, …}".
std::string without_cut_members(std::string text, std::size_t width, bool ascii) {
  const std::string cut = ascii ? "..." : std::string(kCut);
  const std::string arrow = ascii ? "->" : "→";
  for (std::size_t at = 0; columns_of(text) > width;) {
    at = text.find(cut, at);
    if (at == std::string::npos) break;
    const auto is_whole = [&](std::size_t begin) {
      return begin > 0 && (text[begin - 1] == '{' || text[begin - 1] == '[') &&
             begin + cut.size() < text.size() &&
             (text[begin + cut.size()] == '}' || text[begin + cut.size()] == ']');
    };
    auto end = at + cut.size() + 1;
    const auto next = end + arrow.size() + 1;
    if (has_at(text, end, arrow) && has_at(text, next, cut) && is_whole(next)) {
      end = next + cut.size() + 1;
    }
    const auto name = at < 3 ? std::string::npos : text.find_last_of(" {", at - 4);
    if (!is_whole(at) || name == std::string::npos || !has_at(text, at - 3, ": ") ||
        (end < text.size() && text[end] != ',' && text[end] != '}')) {
      at += cut.size();
      continue;
    }
    text.replace(name + 1, end - name - 1, cut);
    at = name + 1 + cut.size();
  }
  return text;
}

}  // namespace

ShortIds::ShortIds(const Trace& trace)
    : ShortIds([&trace] {
        std::vector<std::string> ids;
        for (const auto& step : trace.steps) {
          for (const auto& message : step.facts.messages) ids.push_back(message.id);
          for (const auto& document : step.facts.documents) ids.push_back(document.key.partition);
        }
        return ids;
      }()) {}

ShortIds::ShortIds(std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const auto& id : ids) {
    if (id.size() <= kLong) continue;
    auto form = short_form(id, ids);
    if (form != id) short_.emplace_back(id, std::move(form));
  }
  std::stable_sort(short_.begin(), short_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

std::string ShortIds::with_short_uuids(const std::string& text) const {
  constexpr std::size_t kUuid = 36;
  auto shorter = text;
  for (const auto& [id, form] : short_) {
    if (id.size() != kUuid) continue;
    for (auto at = shorter.find(id); at != std::string::npos; at = shorter.find(id, at)) {
      const auto shown = stands_alone(shorter, at, id.size()) ? form : id;
      shorter.replace(at, id.size(), shown);
      at += shown.size();
    }
  }
  return shorter;
}

ShortIds::Shortened ShortIds::shortened(const std::string& text, bool ascii) const {
  Shortened result{text};
  auto& shorter = result.text;
  for (const auto& [id, form] : short_) {
    const auto shown = marked(form, ascii);
    for (auto at = shorter.find(id); at != std::string::npos; at = shorter.find(id, at)) {
      if (!stands_alone(shorter, at, id.size())) {
        at += id.size();
        continue;
      }
      shorter.replace(at, id.size(), shown);
      result.last = at;
      result.last_size = shown.size();
      at += shown.size();
    }
  }
  return result;
}

std::string ShortIds::with_short_ids(const std::string& text, bool ascii) const {
  return shortened(text, ascii).text;
}

std::string ShortIds::fitted(const std::string& text, std::size_t width, bool ascii) const {
  if (columns_of(text) <= width) return text;
  const auto [shorter, kept_from, kept_size] = shortened(text, ascii);
  if (columns_of(shorter) <= width) return shorter;
  auto whole = shorter;
  for (const auto depth : {Depth::innermost, Depth::outermost}) {
    for (const auto least : {kValueLeast, kCutColumns}) {
      whole = with_short_values(std::move(whole), width, depth, least, ascii);
      if (columns_of(whole) <= width) return whole;
    }
  }
  whole = without_cut_members(std::move(whole), width, ascii);
  if (columns_of(whole) <= width) return whole;
  if (kept_from == std::string::npos) return cut_middle(shorter, width, ascii);
  const auto before = shorter.substr(0, kept_from);
  const auto kept = shorter.substr(kept_from, kept_size);
  const auto behind = shorter.substr(kept_from + kept_size);
  constexpr std::size_t kFew = 6;  // columns of what stands around the id
  const auto room = width - std::min(width, columns_of(kept));
  const auto left =
      std::min(columns_of(before), std::max(room / 2, room - std::min(room, columns_of(behind))));
  if (room < kFew) return cut_middle(shorter, width, ascii);
  return cut_middle(before, left, ascii) + kept + cut_middle(behind, room - left, ascii);
}

}  // namespace workshop::explore
