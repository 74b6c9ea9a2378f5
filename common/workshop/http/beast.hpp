#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "workshop/http/http.hpp"

namespace workshop {

/// How a BeastHttpClient works.
struct HttpClientOptions {
  int threads_count = 1;  ///< threads on which coroutines go on when their answer has come
  std::uint32_t header_bytes_max = 16 * 1024;  ///< status line and header of an answer
  std::uint64_t body_bytes_max = 1024 * 1024;  ///< body of an answer
};

/// HTTP/1.1 over TCP, with Boost.Beast. Authorities are "host:port".
///
/// Each request has a connection of its own, which is closed after the answer: no request is ever
/// sent again because a kept connection turned out to be dead. `deadline` covers looking up the
/// host, connecting, sending and receiving. What remains of it when the request is sent goes along
/// in the header `deadline-ms` (deadline.hpp), whatever the caller had set there. Redirects are
/// answers like any other.
///
/// Errors. Definite: Unavailable: no connection, or the deadline passed before there was one;
/// InvalidRequest: see HttpClient; also a header that cannot be sent. From the moment when the
/// first byte may have left everything that is no whole answer is OutcomeUnknown: the deadline, a
/// broken connection, an answer that is no HTTP or larger than the limits.
///
/// Thread-safety: any thread may call. A coroutine that awaits an answer goes on on one of the
/// client's own threads; connections and deadlines have a thread to themselves, so code that blocks
/// makes other coroutines wait, but no deadline late. A task that is destroyed while its request is
/// under way is not resumed, and the connection closes; the server may execute the request all the
/// same. The destructor ends the requests under way as if their connections broke, and waits
/// for the coroutines it resumes; it must not run in one of them.
class BeastHttpClient final : public HttpClient {
 public:
  explicit BeastHttpClient(HttpClientOptions options = {});
  ~BeastHttpClient() override;

  Task<HttpResponse> request(std::string authority, HttpRequest request,
                             Deadline deadline) override;

 private:
  class Exchange;
  struct Impl;

  std::shared_ptr<Impl> impl_;
};

/// Where a BeastHttpServer listens, and its limits.
struct HttpServerOptions {
  std::string address = "127.0.0.1";           ///< a numeric address, IPv4 or IPv6
  std::uint16_t port = 0;                      ///< 0: any free one
  int threads_count = 2;                       ///< threads that run handlers
  std::uint32_t header_bytes_max = 16 * 1024;  ///< request line and header; more is a 431
  std::uint64_t body_bytes_max = 1024 * 1024;  ///< body of a request; more is a 413
  /// How long a request may take to arrive, and its answer to be taken; then the connection closes.
  /// A handler may take longer.
  std::chrono::milliseconds request_timeout_ms{10'000};
  std::chrono::milliseconds stop_grace_ms{1'000};  ///< what stop() leaves to requests under way
};

/// Serves HTTP/1.1 over TCP, with Boost.Beast; one request on each connection.
///
/// The handler starts on one of `threads_count` threads and may go on wherever what it awaits
/// resumes it. Connections have a thread to themselves: a handler that blocks holds up other
/// handlers, nothing else. A client that goes away, or whose deadline passes, does not end its
/// handler: the effect happens, and the answer is lost.
///
/// The handler sees the request's target, body and headers by lowercase name (equal names joined by
/// ", "), without those that describe the connection; from `deadline-ms` the time between the
/// header's arrival and the handler's start is taken. Answers without a handler: 400 malformed, 405
/// another method, 413 and 431 too large. A handler's exception is a 500 without its text, and so
/// is a response that cannot be sent (a status outside 200 to 599, a line break in a header). A
/// Todo is no answer: the connection breaks, and stop() throws it.
///
/// Thread-safety: any thread may call, except stop() and the destructor within a handler.
class BeastHttpServer {
 public:
  /// Listens when it returns. The handler is called by several threads at once. Throws
  /// InvalidRequest (no handler, an address that is none, no threads) or Unavailable (the port is
  /// taken).
  explicit BeastHttpServer(HttpHandler handler, HttpServerOptions options = {});
  /// Stops, then waits for the handlers that still run, without bound: they use what their owner
  /// destroys next.
  ~BeastHttpServer();
  BeastHttpServer(const BeastHttpServer&) = delete;
  BeastHttpServer& operator=(const BeastHttpServer&) = delete;

  /// The port it listens on, also when any was asked for.
  std::uint16_t port() const noexcept;
  /// Address and port, as a client takes them.
  const std::string& authority() const noexcept;

  /// Closes every connection, as a failing network does, and goes on listening. Handlers run on,
  /// and their answers are lost.
  void break_connections();

  /// Takes no new connection, gives the requests whose header has arrived `stop_grace_ms` to be
  /// answered, closes all connections. Handlers that still run then run on. Blocks until the
  /// connections are closed; may be repeated. Throws the first Todo of a handler, once.
  void stop();

 private:
  class Session;
  struct Impl;

  std::shared_ptr<Impl> impl_;
};

}  // namespace workshop
