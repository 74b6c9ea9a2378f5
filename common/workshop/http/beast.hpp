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
  /// Of an answer from its first byte to the empty line after its fields, with the interim answers
  /// before it; at least 64. Fields, and what frames the chunks of a body, are limited as with a
  /// server.
  std::uint32_t header_bytes_max = 16 * 1024;
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
/// broken connection, an answer that is no HTTP, or that RFC 9112 lets one read in two ways, or
/// that is larger than the limits. Of an answer that never ends no more is kept than the limits
/// say.
///
/// Thread-safety: any thread may call. A coroutine that awaits an answer goes on on one of the
/// client's own threads; connections and deadlines have a thread to themselves, so code that blocks
/// makes other coroutines wait, but no deadline late. A task that is destroyed before its request
/// has ended is not resumed, and the connection closes; the server may execute the request all the
/// same. Whether it has ended only the client's own threads know: with one thread, a coroutine that
/// goes on there may destroy the tasks of others at any time. Any other thread may do so only while
/// the request cannot end (task.hpp); a deadline serves it better. The destructor ends the requests
/// under way as if their connections broke, and waits for the coroutines it resumes; it must not
/// run in one of them.
class BeastHttpClient final : public HttpClient {
 public:
  /// Starts the threads that `options` asks for.
  explicit BeastHttpClient(HttpClientOptions options = {});
  ~BeastHttpClient() override;

  Task<HttpResponse> request(std::string authority, HttpRequest request,
                             Deadline deadline) override;

 private:
  class Exchange;
  struct Impl;

  std::shared_ptr<Impl> impl_;
};

/// Where a BeastHttpServer listens, and its limits. A time beyond the clock, such as
/// milliseconds::max(), never passes.
struct HttpServerOptions {
  std::string address = "127.0.0.1";  ///< a numeric address, IPv4 or IPv6
  std::uint16_t port = 0;             ///< 0: any free one
  int threads_count = 2;              ///< threads that run handlers
  /// Connections that are open at the same time, at least 1. Further ones wait until one closes.
  std::size_t connections_max = 256;
  /// Of a request from its first byte to the empty line after its fields; one byte more is a 431,
  /// or a 414 when its first line has no end, or a 501 when its method has none. At least 64. There
  /// are 256 fields at most.
  std::uint32_t header_bytes_max = 16 * 1024;
  std::uint64_t body_bytes_max = 1024 * 1024;  ///< body of a request; more is a 413
  /// How long a request may take to arrive, all of it, before a 408 or, when nothing of it has
  /// come, the end of its connection; and how long its answer may take to be taken. A handler may
  /// take longer.
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
/// The handler sees path and query of the request's target, its body, and its headers by lowercase
/// name (equal names joined by ", "), without those that describe the connection and without a
/// trailer; from `deadline-ms` the time between the header's arrival and the handler's start is
/// taken. Who asks for a 100 before he sends the body gets it.
///
/// Answers without a handler, which say in a line what is wrong: 400 malformed, or framed in a way
/// that two readers could take for two requests (RFC 9112, sections 6.3 and 11.2), 405 and 501
/// another method, 408 too slow, 413, 414 and 431 too large, 417 another expectation, 501 another
/// transfer coding, 505 another version. What follows a request on its connection is never
/// executed. A handler's exception is a 500 without its text, and so is a response that cannot be
/// sent (a status outside 200 to 599, a line break in a header). A Todo is no answer: the
/// connection breaks, and stop() throws it.
///
/// What peers can fill is bounded: for each of `connections_max` connections a body and twice a
/// header of the largest size, and what holds the 256 fields that it may have; more is a 431. A
/// line between chunks may be as long as a header; all of them, with extensions and trailer, may
/// have that and eight bytes more for each byte of the body before them. More is a 413.
///
/// Thread-safety: any thread may call, except stop() and the destructor within a handler.
class BeastHttpServer {
 public:
  /// Listens when it returns. The handler is called by several threads at once. Throws
  /// InvalidRequest (no handler, an option that makes no sense) or Unavailable (the port is taken,
  /// or is not for this program; the address is not of this machine), which name what to change.
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
