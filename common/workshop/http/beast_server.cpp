#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "workshop/core/todo.hpp"
#include "workshop/http/beast.hpp"
#include "workshop/http/deadline.hpp"
#include "workshop/http/wire.hpp"

namespace workshop {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kAcceptAgainMs{20};
constexpr std::size_t kDiscardedBytesMax = 64 * 1024 * 1024;

/// A coroutine that nobody awaits: its frame goes when it ends.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

std::optional<HttpMethod> method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return HttpMethod::get;
    case http::verb::put:
      return HttpMethod::put;
    case http::verb::post:
      return HttpMethod::post;
    case http::verb::delete_:
      return HttpMethod::delete_;
    default:
      return std::nullopt;
  }
}

/// The answer to a request that could not be read; nothing when there is nobody to answer.
std::optional<int> status_for(const error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::end_of_stream || error == http::error::partial_message) {
    return std::nullopt;
  }
  if (error.category() == http::make_error_code(http::error::bad_method).category()) return 400;
  return std::nullopt;
}

}  // namespace

struct BeastHttpServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(HttpHandler given_handler, HttpServerOptions given)
      : handler(std::move(given_handler)),
        options(std::move(given)),
        pool(static_cast<std::size_t>(options.threads_count)) {}

  void listen();
  void accept();
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
  bool stopping = false;                        // of the I/O thread

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
      : impl_(std::move(impl)), socket_(std::move(socket)), timer_(impl_->io) {
    parser_.header_limit(impl_->options.header_bytes_max);
    parser_.body_limit(impl_->options.body_bytes_max);
  }

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
    http::async_read_header(
        socket_, buffer_, parser_,
        [self = shared_from_this()](error_code error, std::size_t) { self->header_came(error); });
  }

  void close() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
    const auto self = shared_from_this();
    impl_->sessions.erase(self);
    const std::lock_guard lock(impl_->mutex);
    --impl_->open_count;
    impl_->changed.notify_all();
  }

 private:
  void limit_time() {
    timer_.expires_after(impl_->options.request_timeout_ms);
    timer_.async_wait([self = shared_from_this(), round = ++timer_round_](error_code error) {
      if (!error && round == self->timer_round_) self->close();
    });
  }

  void header_came(error_code error) {
    if (state_ == State::closed) return;
    if (error) return refuse(error);
    const auto& message = parser_.get();
    const auto method = method_of(message.method());
    if (!method) return write({405, "", {{"allow", "GET, PUT, POST, DELETE"}}});
    const bool has_host = message.version() < 11 || message.count(http::field::host) == 1;
    if (!has_host || !detail::is_target(message.target())) return write({400, "", {}});
    request_.method = *method;
    request_.target = message.target();
    for (const auto& field : message) {
      const auto name = detail::lowercase(field.name_string());
      if (detail::is_connection_field(name)) continue;
      auto& value = request_.headers[name];
      value += (value.empty() ? "" : ", ") + std::string(field.value());
    }
    deadline_ = deadline_of(request_, Deadline::max());
    state_ = State::reading_body;
    http::async_read(
        socket_, buffer_, parser_,
        [self = shared_from_this()](error_code failed, std::size_t) { self->body_came(failed); });
  }

  void body_came(error_code error) {
    if (state_ == State::closed) return;
    if (error) return refuse(error);
    request_.body = std::move(parser_.get().body());
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

  void refuse(error_code error) {
    const auto status = status_for(error);
    if (!status) return close();
    write({*status, "", {}});
  }

  void write(HttpResponse response) {
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
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body) message_.body() = std::move(response.body);
    message_.prepare_payload();
    http::async_write(
        socket_, message_,
        [self = shared_from_this()](error_code error, std::size_t) { self->written(error); });
  }

  // To close with bytes unread would reset the connection, and could take the answer from the
  // client.
  void written(error_code error) {
    if (state_ == State::closed) return;
    if (error) return close();
    socket_.shutdown(tcp::socket::shutdown_send, error);
    state_ = State::discarding;
    limit_time();
    discard();
  }

  void discard() {
    socket_.async_read_some(net::buffer(discarded_),
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
  boost::beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::string_body> message_;
  HttpRequest request_;
  Deadline deadline_ = Deadline::max();
  std::array<char, 4096> discarded_{};
  std::size_t discarded_count_ = 0;
};

void BeastHttpServer::Impl::listen() {
  error_code error;
  const auto address = net::ip::make_address(options.address, error);
  if (error) throw InvalidRequest("not an address to listen on: '" + options.address + "'");
  const tcp::endpoint wanted(address, options.port);
  acceptor.open(wanted.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(wanted, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) {
    throw Unavailable("cannot listen on " + options.address + ":" + std::to_string(options.port) +
                      ": " + error.message());
  }
  options.port = acceptor.local_endpoint().port();
  authority = (address.is_v6() ? "[" + options.address + "]" : options.address) + ":" +
              std::to_string(options.port);
}

void BeastHttpServer::Impl::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    if (self->stopping) return;
    if (!error) {
      std::make_shared<Session>(self, std::move(socket))->begin();
      return self->accept();
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
  if (options.threads_count < 1) throw InvalidRequest("an HTTP server needs a thread");
  impl_ = std::make_shared<Impl>(std::move(handler), std::move(options));
  impl_->listen();
  impl_->accept();
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
    impl_->changed.wait_for(lock, impl_->options.stop_grace_ms,
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
