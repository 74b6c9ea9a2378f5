#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "workshop/http/beast.hpp"
#include "workshop/http/deadline.hpp"
#include "workshop/http/message_reader.hpp"
#include "workshop/http/wire.hpp"

namespace workshop {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;

struct BeastHttpClient::Impl {
  explicit Impl(HttpClientOptions given)
      : options(given), resuming(static_cast<std::size_t>(given.threads_count)) {}

  HttpClientOptions options;
  net::io_context io{1};
  net::executor_work_guard<net::io_context::executor_type> keeps_io_running{io.get_executor()};
  net::thread_pool resuming;      // where coroutines go on
  std::set<Exchange*> under_way;  // of the I/O thread
  std::mutex mutex;
  bool closed = false;  // guarded by the mutex: nothing is posted to `io` any more
  std::thread io_thread;
};

/// One request and its answer. Everything happens on the I/O thread, except start, abandon and
/// take.
class BeastHttpClient::Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<Impl> impl, std::string authority, detail::Authority host,
           HttpRequest request, Deadline deadline)
      : impl_(std::move(impl)),
        authority_(std::move(authority)),
        host_(std::move(host)),
        request_(std::move(request)),
        deadline_(deadline),
        resolver_(impl_->io),
        socket_(impl_->io),
        timer_(impl_->io),
        reader_({impl_->options.header_bytes_max, impl_->options.body_bytes_max}) {}

  /// Starts the request; `awaiting` is resumed when it has ended. False when the client is closed:
  /// then it has ended already.
  bool start(std::coroutine_handle<> awaiting) {
    const auto impl = impl_;  // the coroutine may go on, and end, before this function does
    awaiting_ = awaiting;
    const std::lock_guard lock(impl->mutex);
    if (impl->closed) {
      claimed_.test_and_set();
      failure_ = "the client is closed";
      return false;
    }
    net::post(impl->io, [self = shared_from_this()] { self->begin(); });
    return true;
  }

  /// The coroutine that awaits is being destroyed: it is not resumed any more.
  void abandon() {
    if (claimed_.test_and_set()) return;
    const auto impl = impl_;
    const std::lock_guard lock(impl->mutex);
    if (impl->closed) return;  // the exchange ends anyway
    net::post(impl->io, [self = shared_from_this()] { self->fail("nobody waits"); });
  }

  HttpResponse take() {
    if (response_) return std::move(*response_);
    if (sent_) throw OutcomeUnknown(failure_ + " after the request was sent to " + authority_);
    throw Unavailable(failure_ + " before the request was sent to " + authority_);
  }

  void fail(std::string reason) {
    if (done_) return;
    failure_ = std::move(reason);
    finish();
  }

 private:
  void begin() {
    impl_->under_way.insert(this);
    if (deadline_ <= std::chrono::steady_clock::now()) return fail("the deadline passed");
    if (deadline_ != Deadline::max()) {
      timer_.expires_at(deadline_);
      timer_.async_wait([self = shared_from_this()](error_code error) {
        if (!error) self->fail("the deadline passed");
      });
    }
    error_code no_address;
    const auto address = net::ip::make_address(host_.host, no_address);
    if (!no_address) {
      const auto port = static_cast<std::uint16_t>(std::stoi(host_.port));
      socket_.async_connect({address, port}, [self = shared_from_this()](error_code error) {
        self->connected(error);
      });
      return;
    }
    resolver_.async_resolve(
        host_.host, host_.port,
        [self = shared_from_this()](error_code error, const tcp::resolver::results_type& found) {
          if (self->done_) return;
          if (error) return self->fail("no such host: " + error.message());
          net::async_connect(self->socket_, found, [self](error_code failed, const tcp::endpoint&) {
            self->connected(failed);
          });
        });
  }

  void connected(error_code error) {
    if (done_) return;
    if (error) return fail("no connection: " + error.message());
    socket_.set_option(tcp::no_delay(true), error);  // without it only slower
    compose();
    sent_ = true;
    // Both at once: a server may answer, and refuse, before it has read all of a large request. A
    // failed write says nothing that the read does not say too.
    http::async_write(socket_, message_, [self = shared_from_this()](error_code, std::size_t) {});
    read();
  }

  void compose() {
    message_.version(11);
    message_.method_string(name_of(request_.method));
    message_.target(request_.target);
    message_.set(http::field::host, authority_);
    message_.set(http::field::connection, "close");
    for (const auto& [name, value] : request_.headers) {
      const auto lowercase = detail::lowercase(name);
      if (detail::is_connection_field(lowercase) || lowercase == kDeadlineHeader) continue;
      message_.insert(name, value);
    }
    if (deadline_ != Deadline::max()) {
      const auto remaining = remaining_ms(deadline_, std::chrono::steady_clock::now());
      message_.set(kDeadlineHeader, std::to_string(remaining.count()));
    }
    message_.body() = std::move(request_.body);
    message_.prepare_payload();
  }

  void read() {
    const auto space = reader_.space();
    socket_.async_read_some(net::buffer(space.data(), space.size()),
                            [self = shared_from_this()](error_code error, std::size_t count) {
                              if (!self->done_) self->received(error, count);
                            });
  }

  void received(error_code error, std::size_t count) {
    if (error && error != net::error::eof) {
      return fail("no answer came (" + error.message() + ")");
    }
    switch (error ? reader_.ended() : reader_.received(count)) {
      case detail::Progress::header:
      case detail::Progress::body:
        return read();
      case detail::Progress::refused:
        return fail("no answer came (" + reader_.refusal().why + ")");
      case detail::Progress::whole:
        response_ = reader_.take();
        finish();
    }
  }

  void finish() {
    done_ = true;
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    timer_.cancel();
    impl_->under_way.erase(this);
    net::post(impl_->resuming, [self = shared_from_this()] {
      if (!self->claimed_.test_and_set()) self->awaiting_.resume();
    });
  }

  std::shared_ptr<Impl> impl_;  // before what belongs to its io_context
  std::string authority_;
  detail::Authority host_;
  HttpRequest request_;
  Deadline deadline_;

  tcp::resolver resolver_;
  tcp::socket socket_;
  net::steady_timer timer_;
  http::request<http::string_body> message_;
  detail::ResponseReader reader_;

  bool done_ = false;
  bool sent_ = false;  // the first byte may have left
  std::optional<HttpResponse> response_;
  std::string failure_;
  std::coroutine_handle<> awaiting_;
  std::atomic_flag claimed_;  // set by who comes first: who resumes, or who destroys, the coroutine
};

BeastHttpClient::BeastHttpClient(HttpClientOptions options) {
  if (options.threads_count < 1) {
    throw InvalidRequest("HttpClientOptions::threads_count has to be 1 or more");
  }
  if (options.header_bytes_max < detail::kHeaderBytesMin) {
    throw InvalidRequest("HttpClientOptions::header_bytes_max has to be 64 or more");
  }
  impl_ = std::make_shared<Impl>(options);
  impl_->io_thread = std::thread([impl = impl_.get()] { impl->io.run(); });
}

BeastHttpClient::~BeastHttpClient() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->closed = true;
    net::post(impl_->io, [impl = impl_.get()] {
      for (auto* exchange : std::set(impl->under_way)) exchange->fail("the client was closed");
    });
  }
  impl_->keeps_io_running.reset();
  impl_->io_thread.join();
  impl_->resuming.join();
}

Task<HttpResponse> BeastHttpClient::request(std::string authority, HttpRequest request,
                                            Deadline deadline) {
  auto host = detail::parse_authority(authority);
  if (!host) {
    throw InvalidRequest("'" + detail::printable(authority) +
                         "' is no host and port, such as shop:8080 or [::1]:8080");
  }
  if (!detail::is_target(request.target)) {
    throw InvalidRequest("the target '" + detail::printable(request.target.substr(0, 60)) +
                         "' is no path that begins with '/', with all else percent-encoded");
  }
  const auto wrong = detail::wrong_with(request.headers);
  if (!wrong.empty()) throw InvalidRequest(wrong);

  struct Answer {
    std::shared_ptr<Exchange> exchange;
    explicit Answer(std::shared_ptr<Exchange> started) : exchange(std::move(started)) {}
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() { exchange->abandon(); }
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> awaiting) const { return exchange->start(awaiting); }
    HttpResponse await_resume() const { return exchange->take(); }
  };
  Answer answer(std::make_shared<Exchange>(impl_, std::move(authority), std::move(*host),
                                           std::move(request), deadline));
  co_return co_await answer;
}

}  // namespace workshop
