#include "workshop/explore/world/network.hpp"

#include <algorithm>

#include "workshop/core/hash.hpp"

namespace workshop::explore {

std::uint64_t digest_of(const HttpRequest& request) noexcept {
  Digest digest;
  digest.add(static_cast<std::uint64_t>(request.method)).add(request.target).add(request.body);
  for (const auto& [name, value] : request.headers) digest.add(name).add(value);
  return digest.value();
}

std::uint64_t digest_of(const HttpResponse& response) noexcept {
  Digest digest;
  digest.add(static_cast<std::uint64_t>(response.status)).add(response.body);
  for (const auto& [name, value] : response.headers) digest.add(name).add(value);
  return digest.value();
}

std::vector<Exchange>::iterator Network::position_of(std::string_view id) noexcept {
  return std::find_if(exchanges_.begin(), exchanges_.end(),
                      [id](const Exchange& exchange) { return exchange.id == id; });
}

const Exchange* Network::find(std::string_view id) const noexcept {
  const auto found = std::find_if(exchanges_.begin(), exchanges_.end(),
                                  [id](const Exchange& exchange) { return exchange.id == id; });
  return found == exchanges_.end() ? nullptr : &*found;
}

std::size_t Network::waiting_count(std::string_view authority) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(exchanges_.begin(), exchanges_.end(), [authority](const Exchange& exchange) {
        return exchange.authority == authority && exchange.phase == Exchange::Phase::waiting;
      }));
}

Exchange Network::accept(std::string_view authority) {
  const auto found =
      std::find_if(exchanges_.begin(), exchanges_.end(), [authority](const Exchange& exchange) {
        return exchange.authority == authority && exchange.phase == Exchange::Phase::waiting;
      });
  found->phase = Exchange::Phase::accepted;
  return *found;
}

void Network::answer(std::string_view id, HttpResponse response) {
  const auto exchange = position_of(id);
  if (exchange == exchanges_.end()) return;
  if (exchange->abandoned) {
    exchanges_.erase(exchange);
    return;
  }
  exchange->phase = Exchange::Phase::answered;
  exchange->response = std::move(response);
}

void Network::break_off(std::string_view id) {
  const auto exchange = position_of(id);
  if (exchange == exchanges_.end()) return;
  if (exchange->abandoned) {
    exchanges_.erase(exchange);
  } else if (exchange->phase == Exchange::Phase::accepted) {
    exchange->phase = Exchange::Phase::broken;
  }
}

void Network::give_up(std::string_view id) {
  const auto exchange = position_of(id);
  if (exchange == exchanges_.end()) return;
  const bool over =
      exchange->phase == Exchange::Phase::answered || exchange->phase == Exchange::Phase::broken;
  if (over) {
    exchanges_.erase(exchange);
  } else {
    exchange->abandoned = true;
    exchange->deadline = Timestamp::max();
  }
}

bool Network::has_news(std::string_view id, Timestamp now) const noexcept {
  const auto* exchange = find(id);
  return exchange == nullptr || exchange->phase == Exchange::Phase::answered ||
         exchange->phase == Exchange::Phase::broken || exchange->deadline <= now;
}

std::optional<Timestamp> Network::next_deadline() const noexcept {
  std::optional<Timestamp> next;
  for (const auto& exchange : exchanges_) {
    if (exchange.abandoned || exchange.deadline == Timestamp::max()) continue;
    if (!next || exchange.deadline < *next) next = exchange.deadline;
  }
  return next;
}

std::uint64_t Network::digest() const noexcept {
  Digest digest;
  for (const auto& exchange : exchanges_) {
    digest.add(exchange.id)
        .add(exchange.authority)
        .add(digest_of(exchange.request))
        .add(digest_of(exchange.response))
        .add(static_cast<std::uint64_t>(exchange.deadline.time_since_epoch().count()))
        .add(static_cast<std::uint64_t>(exchange.sent.time_since_epoch().count()))
        .add(static_cast<std::uint64_t>(exchange.phase))
        .add(exchange.abandoned ? 1 : 0);
  }
  return digest.value();
}

}  // namespace workshop::explore
