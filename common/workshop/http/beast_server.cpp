#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "workshop/core/detached.hpp"
#include "workshop/core/saturating.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/http/beast.hpp"
#include "workshop/http/deadline.hpp"
#include "workshop/http/message_reader.hpp"
#include "workshop/http/wire.hpp"

namespace workshop {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kAcceptAgainMs{20};
constexpr std::size_t kDiscardedBytesMax = 64 * 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

void require_sense(const HttpServerOptions& options) {
  const auto require = [](bool holds, const std::string& option, const char* wanted) {
    if (!holds) throw InvalidRequest("HttpServerOptions::" + option + " has to be " + wanted);
  };
  require(options.threads_count >= 1, "threads_count", "1 or more");
  require(options.connections_max >= 1, "connections_max", "1 or more");
  require(options.header_bytes_max >= detail::kHeaderBytesMin, "header_bytes_max", "64 or more");
  require(options.request_timeout_ms.count() > 0, "request_timeout_ms", "positive");
  require(options.stop_grace_ms.count() >= 0, "stop_grace_ms", "0 or more");
}

/// What to change when an address cannot be listened on.
std::string mend_for(const error_code& error) {
  if (error == net::error::address_in_use) {
    return "; set HttpServerOptions::port to another one, or to 0 for any that is free, or stop "
           "the "
           "program that listens there";
  }
  if (error == boost::system::errc::address_not_available) {
    return "; set HttpServerOptions::address to one of this machine, such as 127.0.0.1";
  }
  if (error == net::error::access_denied) {
    return "; ports below 1024 need a privilege: set HttpServerOptions::port to a higher one, or "
           "to 0 "
           "for any that is free";
  }
  return "; see HttpServerOptions::address and port";
}

}  // namespace

struct BeastHttpServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(HttpHandler given_handler, HttpServerOptions given)
      : handler(std::move(given_handler)),
        options(std::move(given)),
        pool(static_cast<std::size_t>(options.threads_count)) {}

  void listen();
  void accept();
  void accept_if_there_is_room();
  void on_io_thread(std::function<void()> work);
  template <class Which>
  void close_sessions(Which which);

  HttpHandler handler;
  HttpServerOptions options;
  std::string authority;
  net::io_context io{1};
  net::executor_work_guard<net::io_context::executor_type> keeps_io_running{io.get_executor()};
  tcp::acceptor acceptor{io};
  net::steady_timer accepts_again{io};
  net::thread_pool pool;  // where handlers start
  std::thread io_thread;
  std::set<std::shared_ptr<Session>> sessions;  // with an open connection; of the I/O thread
  bool accepting = false;                       // of the I/O thread, as the next two
  bool stopping = false;
  std::array<char, 16 * 1024> discarded{};  // what nobody reads, of all connections

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::size_t open_count = 0;     // connections
  std::size_t running_count = 0;  // handlers
  std::optional<Todo> todo;
};

/// One connection, and the one request on it. Everything happens on the I/O thread, except serve.
class BeastHttpServer::Session : public std::enable_shared_from_this<Session> {
 public:
  enum class State { reading_header, reading_body, running, writing, discarding, closed };

  Session(std::shared_ptr<Impl> impl, tcp::socket socket)
      : impl_(std::move(impl)),
        socket_(std::move(socket)),
        timer_(impl_->io),
        reader_(std::make_unique<detail::RequestReader>(detail::MessageLimits{
            impl_->options.header_bytes_max, impl_->options.body_bytes_max})) {}

  State state() const noexcept { return state_; }

  void begin() {
    impl_->sessions.insert(shared_from_this());
    {
      const std::lock_guard lock(impl_->mutex);
      ++impl_->open_count;
    }
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);  // without it only slower
    limit_time();
    read();
  }

  void close() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
    const auto self = shared_from_this();
    impl_->sessions.erase(self);
    {
      const std::lock_guard lock(impl_->mutex);
      --impl_->open_count;
      impl_->changed.notify_all();
    }
    impl_->accept_if_there_is_room();
  }

 private:
  bool is_reading() const noexcept {
    return state_ == State::reading_header || state_ == State::reading_body;
  }

  void limit_time() {
    timer_.expires_at(deadline_after(impl_->options.request_timeout_ms));
    timer_.async_wait([self = shared_from_this(), round = ++timer_round_](error_code error) {
      if (!error && round == self->timer_round_) self->time_is_over();
    });
  }

  void time_is_over() {
    if (!is_reading() || !reader_->has_begun()) return close();
    error_code ignored;
    socket_.cancel(ignored);
    refuse({408, "the request has not come in time"});
  }

  void read() {
    const auto space = reader_->space();
    socket_.async_read_some(net::buffer(space.data(), space.size()),
                            [self = shared_from_this()](error_code error, std::size_t count) {
                              if (self->is_reading()) self->received(error, count);
                            });
  }

  void received(error_code error, std::size_t count) {
    if (error && error != net::error::eof) return close();
    const auto progress = error ? reader_->ended() : reader_->received(count);
    if (progress == detail::Progress::refused) return refuse(reader_->refusal());
    if (progress == detail::Progress::header) return read();
    if (state_ == State::reading_header) header_came();
    if (progress == detail::Progress::whole) return run();
    if (!reader_->awaits_continue()) return read();
    net::async_write(socket_, net::buffer(kContinue),
                     [self = shared_from_this()](error_code failed, std::size_t) {
                       if (!self->is_reading()) return;
                       failed ? self->close() : self->read();
                     });
  }

  void header_came() {
    state_ = State::reading_body;
    deadline_ = deadline_of(reader_->request(), Deadline::max());
  }

  void run() {
    request_ = reader_->take();
    reader_.reset();
    state_ = State::running;
    ++timer_round_;  // a handler has no limit
    timer_.cancel();
    {
      const std::lock_guard lock(impl_->mutex);
      ++impl_->running_count;
    }
    net::post(impl_->pool, [self = shared_from_this()] { serve(self); });
  }

  static Detached serve(std::shared_ptr<Session> session) {
    const auto impl = session->impl_;  // lives until the last post to it has returned
    auto request = std::move(session->request_);
    if (session->deadline_ != Deadline::max()) {
      const auto remaining = remaining_ms(session->deadline_, std::chrono::steady_clock::now());
      request.headers[std::string(kDeadlineHeader)] = std::to_string(remaining.count());
    }
    std::optional<HttpResponse> response;
    try {
      response = co_await impl->handler(std::move(request));
    } catch (const Todo& todo) {
      const std::lock_guard lock(impl->mutex);
      if (!impl->todo) impl->todo = todo;
    } catch (...) {
      response = HttpResponse{500, "", {}};
    }
    net::post(impl->io, [session = std::move(session), response = std::move(response)]() mutable {
      session->handler_ended(std::move(response));
    });
  }

  void handler_ended(std::optional<HttpResponse> response) {
    {
      const std::lock_guard lock(impl_->mutex);
      --impl_->running_count;
      impl_->changed.notify_all();
    }
    if (state_ == State::closed) return;
    if (!response) return close();
    write(std::move(*response));
  }

  /// Answers a request that no handler sees; the answer to a HEAD has no body.
  void refuse(const detail::Refusal& refusal) {
    if (refusal.status == 0) return close();
    HttpResponse response{refusal.status, "", {}};
    if (refusal.status == 405) response.headers = {{"allow", "GET, PUT, POST, DELETE"}};
    if (reader_->is_head()) return write(std::move(response), false);
    response.body = "The request is refused: " + refusal.why + ".\n";
    response.headers.emplace("content-type", "text/plain; charset=utf-8");
    write(std::move(response));
  }

  void write(HttpResponse response, bool has_length = true) {
    const bool can_be_sent = response.status >= 200 && response.status <= 599 &&
                             detail::wrong_with(response.headers).empty();
    if (!can_be_sent) response = HttpResponse{500, "", {}};
    state_ = State::writing;
    limit_time();
    message_.version(11);
    message_.result(static_cast<unsigned>(response.status));
    message_.set(http::field::connection, "close");
    for (const auto& [name, value] : response.headers) {
      if (!detail::is_connection_field(detail::lowercase(name))) message_.insert(name, value);
    }
    // RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5.
    const bool has_body =
        response.status != 204 && response.status != 205 && response.status != 304;
    if (has_body) message_.body() = std::move(response.body);
    if (has_length) message_.prepare_payload();
    http::async_write(
        socket_, message_,
        [self = shared_from_this()](error_code error, std::size_t) { self->written(error); });
  }

  // To close with bytes unread would reset the connection, and could take the answer from the
  // client.
  void written(error_code error) {
    if (state_ == State::closed) return;
    if (error) return close();
    reader_.reset();
    socket_.shutdown(tcp::socket::shutdown_send, error);
    state_ = State::discarding;
    limit_time();
    discard();
  }

  void discard() {
    socket_.async_read_some(net::buffer(impl_->discarded),
                            [self = shared_from_this()](error_code error, std::size_t count) {
                              self->discarded_count_ += count;
                              if (self->state_ == State::closed) return;
                              if (error || self->discarded_count_ > kDiscardedBytesMax)
                                return self->close();
                              self->discard();
                            });
  }

  std::shared_ptr<Impl> impl_;  // before what belongs to its io_context
  tcp::socket socket_;
  net::steady_timer timer_;
  std::uint64_t timer_round_ = 0;
  State state_ = State::reading_header;
  std::unique_ptr<detail::RequestReader> reader_;  // until the request is whole, or refused
  http::response<http::string_body> message_;
  HttpRequest request_;
  Deadline deadline_ = Deadline::max();
  std::size_t discarded_count_ = 0;
};

void BeastHttpServer::Impl::listen() {
  error_code error;
  const auto address = net::ip::make_address(options.address, error);
  if (error) {
    throw InvalidRequest("HttpServerOptions::address is '" + detail::printable(options.address) +
                         "', which is no numeric address such as 127.0.0.1 or ::1");
  }
  authority = address.is_v6() ? "[" + options.address + "]" : options.address;
  const tcp::endpoint wanted(address, options.port);
  acceptor.open(wanted.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(wanted, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) {
    throw Unavailable("cannot listen on " + authority + ":" + std::to_string(options.port) + ": " +
                      error.message() + mend_for(error));
  }
  options.port = acceptor.local_endpoint().port();
  authority += ":" + std::to_string(options.port);
}

void BeastHttpServer::Impl::accept_if_there_is_room() {
  if (accepting || stopping || sessions.size() >= options.connections_max) return;
  accepting = true;
  accept();
}

void BeastHttpServer::Impl::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    if (self->stopping) return;
    if (!error) {
      std::make_shared<Session>(self, std::move(socket))->begin();
      self->accepting = false;
      return self->accept_if_there_is_room();
    }
    // Such as no file descriptor left: it passes, and trying at once would keep the thread busy.
    self->accepts_again.expires_after(kAcceptAgainMs);
    self->accepts_again.async_wait([self](error_code) {
      if (!self->stopping) self->accept();
    });
  });
}

void BeastHttpServer::Impl::on_io_thread(std::function<void()> work) {
  std::promise<void> done;
  net::post(io, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

template <class Which>
void BeastHttpServer::Impl::close_sessions(Which which) {
  for (const auto& session : std::set(sessions)) {
    if (which(*session)) session->close();
  }
}

BeastHttpServer::BeastHttpServer(HttpHandler handler, HttpServerOptions options) {
  if (!handler) throw InvalidRequest("an HTTP server needs a handler");
  require_sense(options);
  impl_ = std::make_shared<Impl>(std::move(handler), std::move(options));
  impl_->listen();
  impl_->accept_if_there_is_room();
  impl_->io_thread = std::thread([impl = impl_.get()] { impl->io.run(); });
}

BeastHttpServer::~BeastHttpServer() {
  try {
    stop();
  } catch (const Todo&) {  // who wants to know it calls stop()
  }
  {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [this] { return impl_->running_count == 0; });
  }
  impl_->keeps_io_running.reset();
  impl_->io_thread.join();
  impl_->pool.join();
}

std::uint16_t BeastHttpServer::port() const noexcept { return impl_->options.port; }
const std::string& BeastHttpServer::authority() const noexcept { return impl_->authority; }

void BeastHttpServer::break_connections() {
  impl_->on_io_thread([this] { impl_->close_sessions([](const Session&) { return true; }); });
}

void BeastHttpServer::stop() {
  impl_->on_io_thread([this] {
    impl_->stopping = true;
    error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->accepts_again.cancel();
    impl_->close_sessions([](const Session& session) {
      return session.state() == Session::State::reading_header ||
             session.state() == Session::State::discarding;
    });
  });
  {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait_until(lock, deadline_after(impl_->options.stop_grace_ms),
                              [this] { return impl_->open_count == 0; });
  }
  break_connections();
  std::optional<Todo> todo;
  {
    const std::lock_guard lock(impl_->mutex);
    todo.swap(impl_->todo);
  }
  if (todo) throw *todo;
}

}  // namespace workshop
