#include "workshop/runner/pages/page_server.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/pages/request_check.hpp"

namespace workshop::runner {
namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;

namespace {

constexpr std::uint32_t kHeaderBytesMax = 8 * 1024;
constexpr std::size_t kBufferBytesMax = 16 * 1024;
constexpr std::size_t kDiscardedBytesMax = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds kAcceptAgain{20};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

constexpr std::string_view kOwnFiles =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
constexpr std::string_view kSelfContained =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

PageAnswer unreadable(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refusal(431, "The header is larger than 8 KiB");
  }
  return refusal(400, "This is no HTTP request");
}

}  // namespace

struct PageServer::Impl {
  Impl(std::vector<Route> given_routes, PageServerOptions given)
      : routes(std::move(given_routes)), options(std::move(given)) {}

  void listen();
  void accept();
  std::vector<std::string> hosts_of(const tcp::endpoint& local) const;

  std::vector<Route> routes;
  PageServerOptions options;
  net::io_context io{1};
  net::executor_work_guard<net::io_context::executor_type> keeps_running{io.get_executor()};
  tcp::acceptor acceptor{io};
  net::steady_timer accepts_again{io};
  net::thread_pool handlers{1};
  bool stopping = false;  // of the I/O thread, as the next two
  std::set<std::shared_ptr<Session>> sessions;
  std::map<std::string, std::size_t> sessions_of_peer;
  std::thread io_thread;
};

/// One connection and its request. Everything happens on the I/O thread, except what is posted to
/// the handlers, and `offer`.
class PageServer::Session final : public EventHub::Subscriber,
                                  public std::enable_shared_from_this<Session> {
 public:
  Session(Impl& impl, tcp::socket socket, std::string peer)
      : impl_(impl), socket_(std::move(socket)), timer_(impl.io), peer_(std::move(peer)) {
    head_.emplace();
    head_->header_limit(kHeaderBytesMax);
    head_->body_limit(boost::none);  // judged by the header, before a byte of it is read
  }

  void begin() {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    limit_time(impl_.options.request_timeout_ms, [](Session& session) { session.too_slow(); });
    http::async_read_header(socket_, buffer_, *head_,
                            [self = shared_from_this()](error_code error, std::size_t) {
                              if (self->closed_ || self->answering_) return;
                              self->header_came(error);
                            });
  }

  void close() {
    if (closed_) return;
    closed_ = true;
    if (hub_ != nullptr) hub_->unsubscribe(*this);
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
    const auto count = impl_.sessions_of_peer.find(peer_);
    if (--count->second == 0) impl_.sessions_of_peer.erase(count);
    impl_.sessions.erase(shared_from_this());
  }

  void offer(std::shared_ptr<const std::string> frame) override {
    net::post(impl_.io, [self = shared_from_this(), frame = std::move(frame)] {
      if (self->closed_) return;
      self->waiting_bytes_ += frame->size();
      if (self->waiting_bytes_ > self->impl_.options.event_bytes_max) return self->close();
      self->frames_.push_back(frame);
      if (self->frames_.size() == 1) self->write_frame();
    });
  }

 private:
  template <class Action>
  void limit_time(std::chrono::milliseconds time, Action action) {
    timer_.expires_after(time);
    timer_.async_wait(
        [self = shared_from_this(), round = ++timer_round_, action](error_code error) {
          if (!error && round == self->timer_round_ && !self->closed_) action(*self);
        });
  }

  void too_slow() {
    if (answering_) return;
    const bool has_begun = buffer_.size() > 0 || body_ || head_->got_some();
    if (!has_begun) return close();
    error_code ignored;
    socket_.cancel(ignored);
    answer(refusal(408, "The request has not come in time"));
  }

  void header_came(error_code error) {
    static const auto& of_http = http::make_error_code(http::error::end_of_stream).category();
    if (error == http::error::end_of_stream || (error && error.category() != of_http)) {
      return close();  // nothing has been asked, or nobody is there
    }
    if (error) return answer(unreadable(error));
    const auto& fields = head_->get();
    if (fields.version() != 11) return answer(refusal(505, "Only HTTP/1.1 is answered"));
    const auto field = [&](http::field name) -> std::string_view { return fields[name]; };
    RequestHead head{.method = fields.method_string(),
                     .target = fields.target(),
                     .host = field(http::field::host),
                     .hosts_count = fields.count(http::field::host),
                     .origin = std::nullopt,
                     .fetch_site = std::string_view(fields["Sec-Fetch-Site"]),
                     .fetch_mode = std::string_view(fields["Sec-Fetch-Mode"]),
                     .content_type = field(http::field::content_type),
                     .chunked = fields.count(http::field::transfer_encoding) > 0,
                     .body_bytes = std::nullopt};
    if (fields.count(http::field::origin) > 0) head.origin = field(http::field::origin);
    if (const auto length = head_->content_length()) head.body_bytes = *length;
    error_code failed;
    const auto local = socket_.local_endpoint(failed);
    if (failed) return close();
    auto checked = check_request(head, impl_.routes, impl_.hosts_of(local));
    if (checked.route == nullptr) return answer(std::move(checked.refused));
    route_ = checked.route;
    request_ = {std::move(checked.path), std::move(checked.query), {}, peer_};
    if (route_->hub != nullptr) return send_events();
    if (!route_->post) return run();
    const bool waits = field(http::field::expect) == "100-continue";
    body_.emplace(std::move(*head_));
    body_->body_limit(boost::none);
    if (!waits) return read_body();
    net::async_write(socket_, net::buffer(kContinue),
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (self->closed_ || self->answering_) return;
                       error ? self->close() : self->read_body();
                     });
  }

  void read_body() {
    http::async_read(socket_, buffer_, *body_,
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (self->closed_ || self->answering_) return;
                       if (error) return self->answer(refusal(400, "The body ends too early"));
                       self->request_.body = std::move(self->body_->get().body());
                       self->run();
                     });
  }

  void run() {
    answering_ = true;
    ++timer_round_;  // a handler has no limit
    timer_.cancel();
    net::post(impl_.handlers, [self = shared_from_this()] {
      PageAnswer result = refusal(500, "The page cannot be made");
      const auto& on_error = self->impl_.options.on_error;
      try {
        result = self->route_->handler(self->request_);
      } catch (const std::exception& error) {
        if (on_error) on_error(error.what());
      }
      net::post(self->impl_.io, [self, result = std::move(result)]() mutable {
        if (!self->closed_) self->answer(std::move(result));
      });
    });
  }

  void set_common_fields(PageAnswer::Policy policy, std::string_view type) {
    response_.version(11);
    response_.set(http::field::connection, "close");
    response_.set(http::field::content_type, type);
    response_.set(http::field::cache_control, "no-store");
    response_.set("Content-Security-Policy",
                  policy == PageAnswer::Policy::own_files ? kOwnFiles : kSelfContained);
    response_.set("X-Content-Type-Options", "nosniff");
    response_.set("Referrer-Policy", "no-referrer");
    response_.set("Cross-Origin-Resource-Policy", "same-origin");
  }

  void answer(PageAnswer given) {
    answering_ = true;
    set_common_fields(given.policy, given.type);
    response_.result(static_cast<unsigned>(given.status));
    if (given.status == 405) response_.set(http::field::allow, "GET, POST");
    const bool is_head =
        head_ && head_->is_header_done() && head_->get().method() == http::verb::head;
    if (!is_head) response_.body() = std::move(given.body);
    response_.prepare_payload();
    limit_time(impl_.options.answer_timeout_ms, [](Session& session) { session.close(); });
    http::async_write(socket_, response_,
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (!self->closed_) self->written(error);
                      });
  }

  // To close with bytes unread would reset the connection, and could take the answer from the
  // client.
  void written(error_code error) {
    if (error) return close();
    response_.body().clear();
    socket_.shutdown(tcp::socket::shutdown_send, error);
    discard();
  }

  void discard() {
    socket_.async_read_some(net::buffer(rest_),
                            [self = shared_from_this()](error_code error, std::size_t count) {
                              if (self->closed_) return;
                              self->discarded_bytes_ += count;
                              const bool enough = self->discarded_bytes_ > kDiscardedBytesMax;
                              error || enough ? self->close() : self->discard();
                            });
  }

  void send_events() {
    if (route_->hub->subscribers_count() >= impl_.options.event_clients_max) {
      return answer(refusal(503, "Too many pages are open"));
    }
    answering_ = true;
    set_common_fields(PageAnswer::Policy::own_files, "text/event-stream");
    std::string head = "HTTP/1.1 200 OK\r\n";
    for (const auto& field : response_) {
      head += fmt::format("{}: {}\r\n", std::string_view(field.name_string()),
                          std::string_view(field.value()));
    }
    offer(std::make_shared<const std::string>(head + "\r\nretry: 500\n\n"));
    hub_ = route_->hub;
    hub_->subscribe(shared_from_this());
    notice_end();
  }

  /// A page that listens says nothing more.
  void notice_end() {
    socket_.async_read_some(net::buffer(rest_), [self = shared_from_this()](
                                                    error_code, std::size_t) { self->close(); });
  }

  void write_frame() {
    limit_time(impl_.options.answer_timeout_ms, [](Session& session) { session.close(); });
    net::async_write(socket_, net::buffer(*frames_.front()),
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (self->closed_) return;
                       if (error) return self->close();
                       self->frame_written();
                     });
  }

  void frame_written() {
    waiting_bytes_ -= frames_.front()->size();
    frames_.pop_front();
    if (!frames_.empty()) return write_frame();
    limit_time(impl_.options.alive_ms, [](Session& session) {
      session.offer(std::make_shared<const std::string>(event_frame("alive", "1")));
    });
  }

  Impl& impl_;
  tcp::socket socket_;
  net::steady_timer timer_;
  std::uint64_t timer_round_ = 0;
  std::string peer_;
  bool closed_ = false;
  bool answering_ = false;  // what is read from now on does not count
  boost::beast::flat_buffer buffer_{kBufferBytesMax};
  std::optional<http::request_parser<http::empty_body>> head_;
  std::optional<http::request_parser<http::string_body>> body_;
  const Route* route_ = nullptr;
  PageRequest request_;
  http::response<http::string_body> response_;
  std::array<char, 1024> rest_ = {};
  std::size_t discarded_bytes_ = 0;
  EventHub* hub_ = nullptr;
  std::deque<std::shared_ptr<const std::string>> frames_;
  std::size_t waiting_bytes_ = 0;
};

std::vector<std::string> PageServer::Impl::hosts_of(const tcp::endpoint& local) const {
  const auto address = local.address();
  std::vector<std::string> hosts = {fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"),
                                                address.to_string(), local.port())};
  if (address.is_loopback()) hosts.push_back(fmt::format("localhost:{}", local.port()));
  for (const auto& name : options.names) hosts.push_back(fmt::format("{}:{}", name, local.port()));
  return hosts;
}

void PageServer::Impl::listen() {
  error_code error;
  const auto address = net::ip::make_address(options.address, error);
  if (error) {
    throw UserError(fmt::format("'{}' is no numeric address such as 127.0.0.1", options.address));
  }
  const tcp::endpoint wanted(address, options.port);
  acceptor.open(wanted.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(wanted, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  if (error) {
    throw UserError(fmt::format("cannot listen on {}, port {}: {}; choose another --port, or none",
                                options.address, options.port, error.message()));
  }
  options.port = acceptor.local_endpoint().port();
}

void PageServer::Impl::accept() {
  acceptor.async_accept([this](error_code error, tcp::socket socket) {
    if (stopping) return;
    if (error) {  // such as no descriptor left: it passes
      accepts_again.expires_after(kAcceptAgain);
      return accepts_again.async_wait([this](error_code) {
        if (!stopping) accept();
      });
    }
    error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    if (!gone && sessions.size() < options.connections_max) {
      auto name = peer.address().to_string();
      auto& count = sessions_of_peer[name];
      if (count < options.connections_per_peer_max) {
        ++count;
        auto session = std::make_shared<Session>(*this, std::move(socket), std::move(name));
        sessions.insert(session);
        session->begin();
      }
    }
    accept();
  });
}

PageServer::PageServer(std::vector<Route> routes, PageServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(routes), std::move(options))) {
  impl_->listen();
  impl_->accept();
  impl_->io_thread = std::thread([this] { impl_->io.run(); });
}

PageServer::~PageServer() {
  impl_->handlers.join();
  net::post(impl_->io, [this] {
    impl_->stopping = true;
    error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->accepts_again.cancel();
    for (const auto& session : std::set(impl_->sessions)) session->close();
    impl_->keeps_running.reset();
  });
  impl_->io_thread.join();
}

std::uint16_t PageServer::port() const noexcept { return impl_->options.port; }

std::string PageServer::url() const {
  const auto& address = impl_->options.address;
  const bool any = address == "0.0.0.0" || address == "::";
  const bool v6 = address.find(':') != std::string::npos && !any;
  return fmt::format("http://{}:{}/",
                     any  ? "127.0.0.1"
                     : v6 ? "[" + address + "]"
                          : address,
                     port());
}

}  // namespace workshop::runner
