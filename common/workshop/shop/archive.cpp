#include "workshop/shop/archive.hpp"

#include <fmt/format.h>

namespace workshop::shop {
namespace {

const std::string kQueue = "archive";

}  // namespace

Archive::Archive(InProcessBroker& broker, std::initializer_list<std::string> types)
    : broker_(broker) {
  broker_.declare_queue(kQueue);
  for (const auto& type : types) broker_.subscribe(type, kQueue);
}

std::vector<std::string> Archive::events_in_words() const {
  std::vector<std::string> texts;
  for (const auto& event : events()) {
    texts.push_back(fmt::format("{}, caused by {} in {}", event.body,
                                event.header(header::kCausationId),
                                event.header(header::kCorrelationId)));
  }
  return texts;
}

std::set<std::string> Archive::ids() const {
  std::set<std::string> ids;
  for (const auto& event : events()) ids.insert(event.id.value);
  return ids;
}

std::vector<Message> Archive::events() const {
  std::vector<Message> events;
  for (const auto& view : broker_.messages(kQueue)) events.push_back(*view.message);
  return events;
}

}  // namespace workshop::shop
