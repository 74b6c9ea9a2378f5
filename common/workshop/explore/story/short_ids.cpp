#include "workshop/explore/story/short_ids.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace workshop::explore {
namespace {

constexpr std::size_t kLong = 12;  // an id of so many characters is left alone
constexpr std::size_t kLeast = 4;  // characters of a short form
constexpr std::size_t kShortMax = 12;
constexpr std::string_view kIdCut = "…";

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
  if (front <= kShortMax && front + 1 < id.size()) return id.substr(0, front).append(kIdCut);
  if (back <= kShortMax && back + 1 < id.size()) {
    return std::string(kIdCut) + id.substr(id.size() - back);
  }
  const auto part = part_of_its_own(id, ids, front - 1);
  return part.empty() ? id : std::string(kIdCut).append(part).append(kIdCut);
}

bool is_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool stands_alone(const std::string& text, std::size_t at, std::size_t size) {
  return (at == 0 || !is_part(text[at - 1])) &&
         (at + size == text.size() || !is_part(text[at + size]));
}

// Puts the short form in place of an id wherever it stands alone.
void put(const std::string& form, const std::string& id, std::string& text) {
  for (auto at = text.find(id); at != std::string::npos; at = text.find(id, at)) {
    const auto& shown = stands_alone(text, at, id.size()) ? form : id;
    text.replace(at, id.size(), shown);
    at += shown.size();
  }
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
    if (id.size() == kUuid) put(form, id, shorter);
  }
  return shorter;
}

std::string ShortIds::with_short_ids(const std::string& text) const {
  auto shorter = text;
  for (const auto& [id, form] : short_) put(form, id, shorter);
  return shorter;
}

std::string ShortIds::last_in(const std::string& text) const {
  std::string last;
  std::size_t last_at = 0;
  for (const auto& [id, form] : short_) {
    const auto at = text.rfind(form);
    if (at == std::string::npos || (!last.empty() && at < last_at)) continue;
    last = form;
    last_at = at;
  }
  return last;
}

}  // namespace workshop::explore
