#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace workshop::runner {

/// Tells open pages what has changed, as server-sent events. Each event is a whole state under a
/// name: who connects, or connects again, first gets the last one of each name, so a page that
/// missed some misses nothing.
///
/// Thread-safety: any thread may call.
class EventHub {
 public:
  static constexpr std::size_t kEventBytesMax = 1024 * 1024;

  /// One open page. `offer` is called with the hub's lock held, by whoever publishes: it hands the
  /// bytes on and returns, and does not call the hub.
  class Subscriber {
   public:
    virtual ~Subscriber() = default;
    virtual void offer(std::shared_ptr<const std::string> frame) = 0;
  };

  EventHub() = default;
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// `name` is lowercase letters, digits, - and _; `json` one value of JSON, at most
  /// kEventBytesMax. Throws std::invalid_argument otherwise, and nobody is told.
  void publish(std::string_view name, std::string_view json);
  /// Forgets the last event of this name: who connects from now on is not told.
  void forget(std::string_view name);

  /// From now on the subscriber is offered what is published, and at once the last states. A
  /// subscriber that is gone is forgotten.
  void subscribe(const std::shared_ptr<Subscriber>& subscriber);
  /// When this returns, nothing more is offered to it.
  void unsubscribe(const Subscriber& subscriber);
  /// How many there are.
  std::size_t subscribers_count();

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::shared_ptr<const std::string>>> last_;
  std::vector<std::weak_ptr<Subscriber>> subscribers_;
};

/// The bytes of an event on the wire (HTML Living Standard, 9.2). A line break within the JSON
/// begins another data line.
std::string event_frame(std::string_view name, std::string_view json);

}  // namespace workshop::runner
