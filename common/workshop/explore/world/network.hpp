#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workshop/core/clock.hpp"
#include "workshop/http/http.hpp"

namespace workshop::explore {

/// One request on its way, and its answer on the way back.
struct Exchange {
  /// How far it has come.
  enum class Phase : std::uint8_t {
    waiting,   ///< sent, not accepted
    accepted,  ///< a server is at it
    answered,  ///< the answer waits for the client
    broken,    ///< the server died: there will be no answer
  };
  std::string id;         ///< names it in the world: the attempt and the number of its request
  std::string authority;  ///< the server it goes to
  HttpRequest request;    ///< as the client sent it
  HttpResponse response;  ///< of Phase::answered
  Timestamp deadline;     ///< when the client gives up; Timestamp::max(): never
  Timestamp sent{};       ///< when, if it has a deadline
  Phase phase = Phase::waiting;  ///< how far it has come
  bool abandoned = false;  ///< the client no longer waits; the server may still execute the request
};

/// The simulated network of an explored world: requests and answers, in the order they were sent. A
/// plain value, which the explorer copies and puts back.
class Network {
 public:
  /// Puts a request on its way; it waits until a server accepts it.
  void send(Exchange exchange) { exchanges_.push_back(std::move(exchange)); }
  /// How many requests wait to be accepted by a server.
  std::size_t waiting_count(std::string_view authority) const noexcept;
  /// The oldest waiting request; it is being served from now on.
  Exchange accept(std::string_view authority);
  /// The server's answer; it is dropped when the client does not wait any more.
  void answer(std::string_view id, HttpResponse response);
  /// The server died.
  void break_off(std::string_view id);
  /// The client has its answer, or waits no longer.
  void give_up(std::string_view id);

  /// The exchange of this id, until the next change; nullptr: there is none.
  const Exchange* find(std::string_view id) const noexcept;
  /// All that are not given up, the oldest first.
  const std::vector<Exchange>& exchanges() const noexcept { return exchanges_; }
  /// Whether the client has something to learn: an answer, a broken connection, its deadline.
  bool has_news(std::string_view id, Timestamp now) const noexcept;
  /// The earliest deadline of a client that still waits, or nothing.
  std::optional<Timestamp> next_deadline() const noexcept;

  /// Of all exchanges, in their order.
  std::uint64_t digest() const noexcept;
  /// Whether nothing is on its way.
  bool empty() const noexcept { return exchanges_.empty(); }

 private:
  std::vector<Exchange>::iterator position_of(std::string_view id) noexcept;

  std::vector<Exchange> exchanges_;
};

std::uint64_t digest_of(const HttpRequest& request) noexcept;
std::uint64_t digest_of(const HttpResponse& response) noexcept;

}  // namespace workshop::explore
