#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/pages/page.hpp"

namespace workshop::runner {

/// Where a PageServer listens, and what its peers can take of it.
struct PageServerOptions {
  std::string address =
      "127.0.0.1";                 ///< a numeric address; "0.0.0.0": whoever reaches this machine
  std::uint16_t port = 0;          ///< 0: any free one
  std::vector<std::string> names;  ///< of this machine, which a Host may give, without a port
  std::size_t connections_max = 512;
  std::size_t connections_per_peer_max = 64;  ///< from one address; further ones are closed
  std::size_t event_clients_max = 32;         ///< per hub; further ones get a 503
  /// What may wait for one page that reads slowly; it is dropped when there is more, and connects
  /// again.
  std::size_t event_bytes_max = 2 * EventHub::kEventBytesMax;
  std::chrono::milliseconds request_timeout_ms{5'000};  ///< to arrive, all of it
  std::chrono::milliseconds answer_timeout_ms{10'000};  ///< to be taken; also each event
  std::chrono::milliseconds alive_ms{10'000};  ///< between two signs of life in a stream of events
  /// Told when a handler throws; who asked gets a 500 without its text.
  std::function<void(std::string_view)> on_error;
};

/// Serves routes over HTTP/1.1, one request on each connection, with Boost.Beast.
///
/// Answers without a handler, in one line that repeats nothing of the request: 400 malformed, 403 a
/// foreign Host or a page of another site, 404 no such page or a path outside, 405 another method,
/// 408 too slow, 411, 413 and 415 a body that is not as it should be, 431 a header above 8 KiB, 503
/// too many listen to events. Every answer forbids browsers to load anything of elsewhere, to guess
/// types, to keep it, and to show it in a frame of another site.
///
/// Thread-safety: the server has two threads of its own, one for connections and one for handlers.
class PageServer {
 public:
  /// Listens when it returns. Throws UserError when it cannot, with the mend.
  explicit PageServer(std::vector<Route> routes, PageServerOptions options = {});
  /// Closes all connections, and waits for a handler that runs.
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  std::uint16_t port() const noexcept;
  /// Such as "http://127.0.0.1:4711/".
  std::string url() const;

 private:
  class Session;
  struct Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop::runner
