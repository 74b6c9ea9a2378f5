#include "workshop/runner/pages/event_hub.hpp"

#include <algorithm>
#include <stdexcept>

namespace workshop::runner {
namespace {

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
           letter == '_';
  });
}

}  // namespace

std::string event_frame(std::string_view name, std::string_view json) {
  std::string frame = "event: ";
  frame += name;
  frame += "\ndata: ";
  for (const char letter : json) {
    if (letter == '\n') {
      frame += "\ndata: ";
    } else if (letter != '\r') {
      frame += letter;
    }
  }
  return frame + "\n\n";
}

void EventHub::publish(std::string_view name, std::string_view json) {
  if (!is_name(name)) throw std::invalid_argument("an event's name is lowercase letters and '-'");
  if (json.size() > kEventBytesMax) throw std::invalid_argument("an event is larger than 1 MiB");
  auto frame = std::make_shared<const std::string>(event_frame(name, json));
  const std::lock_guard lock(mutex_);
  const auto known =
      std::ranges::find_if(last_, [&](const auto& event) { return event.first == name; });
  if (known != last_.end()) last_.erase(known);  // the last states are told in their order
  last_.emplace_back(name, frame);
  std::erase_if(subscribers_, [&](const auto& weak) {
    const auto subscriber = weak.lock();
    if (subscriber) subscriber->offer(frame);
    return subscriber == nullptr;
  });
}

void EventHub::forget(std::string_view name) {
  const std::lock_guard lock(mutex_);
  std::erase_if(last_, [&](const auto& event) { return event.first == name; });
}

void EventHub::subscribe(const std::shared_ptr<Subscriber>& subscriber) {
  const std::lock_guard lock(mutex_);
  std::erase_if(subscribers_, [](const auto& weak) { return weak.expired(); });
  for (const auto& [name, frame] : last_) subscriber->offer(frame);
  subscribers_.push_back(subscriber);
}

void EventHub::unsubscribe(const Subscriber& subscriber) {
  const std::lock_guard lock(mutex_);
  std::erase_if(subscribers_, [&](const auto& weak) {
    const auto known = weak.lock();
    return known == nullptr || known.get() == &subscriber;
  });
}

std::size_t EventHub::subscribers_count() {
  const std::lock_guard lock(mutex_);
  std::erase_if(subscribers_, [](const auto& weak) { return weak.expired(); });
  return subscribers_.size();
}

}  // namespace workshop::runner
