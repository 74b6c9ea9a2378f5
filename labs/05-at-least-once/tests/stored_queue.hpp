#pragma once

// How a queue is stored in an exploration: with the time, and in a form that a story can show.
//
//   {now: 30 s, m1: worker.1 till 30 s #1, m2: #0, m3: dead, m4: gone}
//
// m1 was delivered once, under the tag worker.1, and leased until second 30; m2 was never
// delivered; m3 is a dead letter, m4 has left the queue. Further messages with the id m1 are m1'
// and m1''.

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leased_queue.hpp"

namespace workshop::testing {

struct StoredQueue {
  Milliseconds now_ms = 0;
  Queue queue;
  std::vector<std::string> keys;  // of the document, those of vanished messages included
};

// The messages themselves never change, and no story needs them, so they are not in the document.
inline std::map<std::string, Message>& messages_by_id() {
  static std::map<std::string, Message> messages;
  return messages;
}

inline std::string text_of(Milliseconds time) {
  return time % 1000 == 0 ? std::to_string(time / 1000) + " s" : std::to_string(time) + " ms";
}
inline Milliseconds time_of(std::string_view text) {
  return std::stoll(std::string(text)) * (text.ends_with(" s") ? 1000 : 1);
}

inline std::string text_of(const Entry& entry) {
  const auto count = "#" + std::to_string(entry.delivery_count);
  if (entry.tag.empty() && entry.visible_at_ms == 0) return count;
  return entry.tag + " till " + text_of(entry.visible_at_ms) + " " + count;
}
inline Entry entry_of(const Message& message, std::string_view text) {
  Entry entry{message, "", 0, 0};
  const auto count = text.rfind('#');
  entry.delivery_count =
      static_cast<std::uint32_t>(std::stoul(std::string(text.substr(count + 1))));
  if (count == 0) return entry;
  const auto till = text.rfind(" till ");
  entry.tag = text.substr(0, till);
  entry.visible_at_ms = time_of(text.substr(till + 6, count - till - 7));
  return entry;
}

// Removes the next text in quotes from `text` and returns it; "" at the end.
inline std::string_view take_quoted(std::string_view& text) {
  const auto begin = std::min(text.find('"'), text.size() - 1) + 1;
  const auto end = std::min(text.find('"', begin), text.size());
  const auto quoted = text.substr(begin, end - begin);
  text.remove_prefix(std::min(end + 1, text.size()));
  return quoted;
}

inline StoredQueue stored_queue_of(std::string_view body) {
  StoredQueue stored;
  take_quoted(body);
  stored.now_ms = time_of(take_quoted(body));
  for (auto key = take_quoted(body); !key.empty(); key = take_quoted(body)) {
    stored.keys.emplace_back(key);
    const auto value = take_quoted(body);
    if (value == "gone") continue;
    const auto& message = messages_by_id().at(std::string(key.substr(0, key.find('\''))));
    if (value == "dead") {
      stored.queue.dead_letters.push_back(message);
    } else {
      stored.queue.entries.push_back(entry_of(message, value));
    }
  }
  return stored;
}

// `keys_before` are the keys in the document that this one replaces.
inline std::string body_of(const Queue& queue, Milliseconds now_ms,
                           const std::vector<std::string>& keys_before) {
  std::vector<std::string> keys;
  auto body = "{\"now\":\"" + text_of(now_ms) + "\"";
  const auto add = [&](std::string key, const std::string& value) {
    while (std::find(keys.begin(), keys.end(), key) != keys.end()) key += '\'';
    body += ",\"" + key + "\":\"" + value + "\"";
    keys.push_back(std::move(key));
  };
  for (const auto& entry : queue.entries) {
    messages_by_id()[entry.message.id.value] = entry.message;
    add(entry.message.id.value, text_of(entry));
  }
  for (const auto& message : queue.dead_letters) {
    messages_by_id()[message.id.value] = message;
    add(message.id.value, "dead");
  }
  for (const auto& key : keys_before) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) add(key, "gone");
  }
  return body + "}";
}

}  // namespace workshop::testing
