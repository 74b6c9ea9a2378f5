#include "planted_http.hpp"

#include <mutex>
#include <thread>
#include <utility>

#include "workshop/http/beast.hpp"
#include "workshop/http/deadline.hpp"

namespace workshop::tests {
namespace {

class PlantedClient final : public HttpClient {
 public:
  explicit PlantedClient(HttpFault fault) : fault_(fault) {}

  Task<HttpResponse> request(std::string authority, HttpRequest request,
                             Deadline deadline) override {
    if (!is(HttpFault::sends_when_called)) {
      return later(std::move(authority), std::move(request), deadline);
    }
    return done(sync_wait(inner_.request(std::move(authority), std::move(request), deadline)));
  }

 private:
  bool is(HttpFault fault) const { return fault_ == fault; }

  static Task<HttpResponse> done(HttpResponse response) { co_return response; }

  void spoil(HttpRequest& request, Deadline& deadline) const {
    const auto now = std::chrono::steady_clock::now();
    if (is(HttpFault::ignores_deadline) && deadline > now) deadline = Deadline::max();
    if (is(HttpFault::gives_up_early) && deadline > now) deadline = now + (deadline - now) / 2;
    if (is(HttpFault::sends_after_the_deadline) && deadline <= now) {
      deadline = now + std::chrono::seconds{10};
    }
    if (is(HttpFault::method_is_post)) request.method = HttpMethod::post;
    if (is(HttpFault::forgets_headers)) request.headers.clear();
    if (is(HttpFault::cuts_body_at_nul)) request.body = request.body.c_str();
    if (is(HttpFault::sends_any_target)) {
      std::erase_if(request.target, [](char c) { return c <= ' '; });
    }
  }

  Task<HttpResponse> later(std::string authority, HttpRequest request, Deadline deadline) {
    const auto wanted = deadline;
    spoil(request, deadline);
    const bool again_on_deadline = is(HttpFault::sends_again_on_deadline);
    try {
      auto response = co_await inner_.request(authority, request, deadline);
      if (is(HttpFault::error_status_is_failure) && response.status >= 500) {
        throw Unavailable("status");
      }
      if (!is(HttpFault::follows_redirects) || response.status != 303) co_return response;
    } catch (const OutcomeUnknown&) {
      if (is(HttpFault::unknown_is_unavailable)) throw Unavailable("broken");
      const bool passed = std::chrono::steady_clock::now() >= wanted;
      const bool again = passed ? again_on_deadline : is(HttpFault::sends_again_when_unknown);
      if (!again) throw;
    } catch (const Unavailable&) {
      if (is(HttpFault::unavailable_is_unknown)) throw OutcomeUnknown("no connection");
      throw;
    }
    co_return co_await inner_.request(authority, request,
                                      std::chrono::steady_clock::now() + std::chrono::seconds{10});
  }

  HttpFault fault_;
  BeastHttpClient inner_{{.body_bytes_max = 2 * HttpClientOptions{}.body_bytes_max}};
};

/// What a planted server's handlers share.
struct PlantedHandler {
  HttpFault fault;
  HttpHandler inner;
  std::mutex mutex;
  std::string last_body = {};

  std::string swap(std::string body) {
    const std::lock_guard lock(mutex);
    return std::exchange(last_body, std::move(body));
  }
};

/// Ends a handler that would not be done before its client has gone.
Task<HttpResponse> until_deadline(HttpRequest request, PlantedHandler& planted) {
  const auto gone = deadline_of(request, Deadline::max()) + std::chrono::milliseconds{50};
  {
    auto task = planted.inner(std::move(request));
    task.resume();
    if (task.done()) co_return task.take();
  }
  while (std::chrono::steady_clock::now() < gone) std::this_thread::yield();
  co_return HttpResponse{503, "", {}};
}

Task<HttpResponse> handle(HttpRequest request, PlantedHandler& planted) {
  const auto fault = planted.fault;
  const auto deadline = request.headers.find(kDeadlineHeader);
  if (deadline != request.headers.end()) {
    if (fault == HttpFault::gives_more_time) deadline->second += "0";
    if (fault == HttpFault::gives_less_time) deadline->second.pop_back();
    if (fault == HttpFault::hides_deadline) request.headers.erase(deadline);
  }
  if (fault == HttpFault::cancels_at_deadline) {
    co_return co_await until_deadline(std::move(request), planted);
  }
  if (fault == HttpFault::one_at_a_time) co_return sync_wait(planted.inner(std::move(request)));
  if (fault == HttpFault::executes_twice) co_await planted.inner(request);
  HttpResponse response;
  try {
    response = co_await planted.inner(std::move(request));
  } catch (const std::exception& error) {
    if (fault == HttpFault::tells_exception) {
      response = {500, error.what(), {}};
    } else if (fault != HttpFault::answers_200_after_exception) {
      throw;
    }
  }
  if (fault == HttpFault::forgets_headers_of_answer) response.headers.clear();
  if (fault == HttpFault::swaps_answers) response.body = planted.swap(std::move(response.body));
  co_return response;
}

class PlantedServer final : public HttpServerUnderTest {
 public:
  PlantedServer(HttpFault fault, HttpHandler handler)
      : planted_{fault, std::move(handler), {}},
        server_([this](HttpRequest request) { return handle(std::move(request), planted_); },
                options_of(fault)) {}

  std::string authority() const override { return server_.authority(); }
  void break_connections() override { server_.break_connections(); }
  void die() override { server_.stop(); }

 private:
  static HttpServerOptions options_of(HttpFault fault) {
    HttpServerOptions options{.stop_grace_ms = std::chrono::milliseconds{0}};
    if (fault == HttpFault::takes_any_body) options.body_bytes_max *= 2;
    if (fault == HttpFault::takes_less_body) options.body_bytes_max -= 1;
    if (fault == HttpFault::takes_any_header) options.header_bytes_max *= 2;
    if (fault == HttpFault::one_at_a_time) options.threads_count = 1;
    return options;
  }

  PlantedHandler planted_;
  BeastHttpServer server_;
};

}  // namespace

HttpImplementation beast_with(HttpFault fault) {
  return {
      .client = [fault]() -> std::unique_ptr<HttpClient> {
        if (fault == HttpFault::none) return std::make_unique<BeastHttpClient>();
        return std::make_unique<PlantedClient>(fault);
      },
      .server = [fault](HttpHandler handler) -> std::unique_ptr<HttpServerUnderTest> {
        return std::make_unique<PlantedServer>(fault, std::move(handler));
      },
      .header_bytes_max = HttpServerOptions{}.header_bytes_max,
      .body_bytes_max = static_cast<std::size_t>(HttpServerOptions{}.body_bytes_max),
      .patience_ms = std::chrono::milliseconds{fault == HttpFault::none ? 10'000 : 500},
  };
}

}  // namespace workshop::tests
