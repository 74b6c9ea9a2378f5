#include "workshop/http/beast.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <future>
#include <latch>
#include <semaphore>
#include <string>
#include <vector>

#include "workshop/core/todo.hpp"
#include "workshop/http/deadline.hpp"
#include "workshop/testing/http_conformance_trial.hpp"

namespace workshop::tests {

using http_trial::ample;
using http_trial::ask;
using http_trial::Ended;
using http_trial::Events;
using http_trial::Gate;
using http_trial::OpenAtEnd;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

const HttpRequest kCharge{HttpMethod::post, "/charges", "100", {}};
constexpr milliseconds kPatience{30'000};

Task<HttpResponse> answer_at_once(HttpRequest request) {
  co_return HttpResponse{200, std::move(request.body), {}};
}

/// A handler that waits at a gate.
struct Slow {
  Gate gate;
  Events entered;
  Events effects;

  Task<HttpResponse> run() {
    entered.happened();
    co_await gate;
    effects.happened();
    co_return HttpResponse{200, "charged", {}};
  }
  HttpHandler handler() {
    return [this](HttpRequest) { return run(); };
  }
};

std::future<Ended> start(HttpClient& client, const BeastHttpServer& server) {
  return std::async(std::launch::async, ask, std::ref(client), server.authority(), kCharge,
                    ample());
}

}  // namespace

TEST_CASE("a server says where it listens, and refuses what it cannot listen on") {
  const BeastHttpServer server(answer_at_once);
  CHECK(server.port() != 0);
  CHECK(server.authority() == "127.0.0.1:" + std::to_string(server.port()));
  CHECK_THROWS_AS(BeastHttpServer(answer_at_once, {.port = server.port()}), Unavailable);
  CHECK_THROWS_AS(BeastHttpServer(answer_at_once, {.address = "shop"}), InvalidRequest);
  CHECK_THROWS_AS(BeastHttpServer(answer_at_once, {.threads_count = 0}), InvalidRequest);
  CHECK_THROWS_AS(BeastHttpServer(nullptr), InvalidRequest);
  CHECK_THROWS_AS(BeastHttpClient({.threads_count = 0}), InvalidRequest);
}

TEST_CASE("a server that was stopped is started again on its port") {
  BeastHttpClient client;
  std::uint16_t port = 0;
  for (int round = 0; round < 3; ++round) {
    BeastHttpServer server(answer_at_once, {.port = port});
    port = server.port();
    CHECK(ask(client, server.authority(), kCharge, ample()).response.body == "100");
    server.stop();
    server.stop();
    CHECK(ask(client, server.authority(), kCharge, ample()).how == Ended::How::unavailable);
  }
}

TEST_CASE("names are looked up, and an unknown one is Unavailable") {
  BeastHttpClient client;
  const BeastHttpServer server(answer_at_once);
  const auto local = ask(client, "localhost:" + std::to_string(server.port()), kCharge, ample());
  CHECK(local.response.status == 200);
  CHECK(local.how == Ended::How::answered);
  const auto nowhere = ask(client, "shop.invalid:80", kCharge, http_trial::in(milliseconds{2'000}));
  CHECK(nowhere.how == Ended::How::unavailable);
}

TEST_CASE("authorities that are no host and port are invalid requests") {
  BeastHttpClient client;
  for (const auto* authority :
       {"127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:+1",
        "a b:80", "user@shop:80", "::1:80", "http://shop:80"}) {
    CAPTURE(authority);
    CHECK(ask(client, authority, kCharge, ample()).how == Ended::How::invalid);
  }
}

TEST_CASE("stop lets a request that runs be answered") {
  BeastHttpClient client;
  Slow slow;
  BeastHttpServer server(slow.handler(), {.stop_grace_ms = kPatience});
  auto pending = start(client, server);
  const OpenAtEnd open_at_end(slow.gate);
  REQUIRE(slow.entered.wait_for(1, kPatience));
  auto stopped = std::async(std::launch::async, [&] { server.stop(); });
  // It listens no longer, although it still waits for the answer.
  while (ask(client, server.authority(), kCharge, http_trial::in(milliseconds{50})).how !=
         Ended::How::unavailable) {
  }
  CHECK(stopped.wait_for(milliseconds{0}) == std::future_status::timeout);
  slow.gate.open();
  stopped.get();
  CHECK(pending.get().response.body == "charged");
}

TEST_CASE("stop does not wait for ever, and the handler runs on") {
  BeastHttpClient client;
  Slow slow;
  BeastHttpServer server(slow.handler(), {.stop_grace_ms = milliseconds{20}});
  auto pending = start(client, server);
  const OpenAtEnd open_at_end(slow.gate);
  REQUIRE(slow.entered.wait_for(1, kPatience));
  server.stop();
  CHECK(pending.get().how == Ended::How::unknown);
  CHECK(slow.effects.count() == 0);
  slow.gate.open();
  CHECK(slow.effects.wait_for(1, kPatience));
}

TEST_CASE("a server waits for its handlers before it is gone") {
  BeastHttpClient client;
  auto slow = std::make_unique<Slow>();
  auto server =
      std::make_unique<BeastHttpServer>(slow->handler(), HttpServerOptions{.stop_grace_ms = {}});
  auto pending = start(client, *server);
  REQUIRE(slow->entered.wait_for(1, kPatience));
  auto destroyed = std::async(std::launch::async, [&] { server.reset(); });
  CHECK(pending.get().how == Ended::How::unknown);  // it has stopped by now
  CHECK(destroyed.wait_for(milliseconds{20}) == std::future_status::timeout);
  slow->gate.open();
  destroyed.get();
  CHECK(slow->effects.count() == 1);
  slow.reset();
}

TEST_CASE("handlers that block their threads hold up neither stop nor deadlines") {
  BeastHttpClient client;
  std::counting_semaphore<2> release{0};
  Events entered;
  BeastHttpServer server(
      [&](HttpRequest request) {
        entered.happened();
        release.acquire();
        return answer_at_once(std::move(request));
      },
      {.threads_count = 1, .stop_grace_ms = milliseconds{0}});
  auto first = start(client, server);
  REQUIRE(entered.wait_for(1, kPatience));
  const auto deadline = http_trial::in(milliseconds{500});
  const auto second = ask(client, server.authority(), kCharge, deadline);
  CHECK(second.how == Ended::How::unknown);
  CHECK(second.at >= deadline);
  server.stop();
  CHECK(first.get().how == Ended::How::unknown);
  release.release(2);  // the second runs, although its client has gone
  CHECK(entered.wait_for(2, kPatience));
}

TEST_CASE("a handler's Todo is no answer, and stop throws it once") {
  BeastHttpClient client;
  BeastHttpServer server([](HttpRequest) -> Task<HttpResponse> { todo(2, "answer"); });
  CHECK(ask(client, server.authority(), kCharge, ample()).how == Ended::How::unknown);
  CHECK_THROWS_AS(server.stop(), Todo);
  CHECK_NOTHROW(server.stop());
}

TEST_CASE("a task that is destroyed while its request is under way is never resumed") {
  BeastHttpClient client;
  Slow slow;
  const BeastHttpServer server(slow.handler());
  const OpenAtEnd open_at_end(slow.gate);
  for (int round = 1; round <= 20; ++round) {
    auto task = client.request(server.authority(), kCharge, ample());
    task.resume();
    if (round % 2 == 0) REQUIRE(slow.entered.wait_for(round / 2, kPatience));
  }
  slow.gate.open();
  CHECK(slow.effects.wait_for(10, kPatience));
  CHECK(ask(client, server.authority(), kCharge, ample()).response.body == "charged");
}

namespace {

/// Goes on on the client's thread, and destroys `victim` there, whose answer comes at any time.
Task<void> destroy_when_answered(HttpClient& client, std::string authority,
                                 Task<HttpResponse>& victim, int& unfinished) {
  co_await client.request(authority, kCharge, ample());
  unfinished += victim.done() ? 0 : 1;
  victim = {};
}

}  // namespace

TEST_CASE("the client's own thread may destroy a task whose answer is coming") {
  BeastHttpClient client;
  const BeastHttpServer server(
      [](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{200, "charged", {}}; });
  int unfinished = 0;
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    auto victim = client.request(server.authority(), kCharge, ample());
    // Started on the client's thread as well, so that this thread is out of it.
    sync_wait([](HttpClient& asked, std::string authority, Task<HttpResponse>& started,
                 int& count) -> Task<void> {
      co_await asked.request(authority, kCharge, ample());
      started.resume();
      co_await destroy_when_answered(asked, authority, started, count);
    }(client, server.authority(), victim, unfinished));
  }
  CHECK(ask(client, server.authority(), kCharge, ample()).response.body == "charged");
  INFO(unfinished << " of " << kRounds << " were destroyed before their answer had come");
  CHECK(unfinished < kRounds);
}

TEST_CASE("a client that is destroyed ends what is under way") {
  auto client = std::make_unique<BeastHttpClient>();
  Slow slow;
  const BeastHttpServer server(slow.handler());
  auto pending = start(*client, server);
  const OpenAtEnd open_at_end(slow.gate);
  REQUIRE(slow.entered.wait_for(1, kPatience));
  client.reset();
  const auto ended = pending.get();
  CHECK(ended.how == Ended::How::unknown);
  CHECK(ended.what.find("the client was closed") != std::string::npos);  // not its deadline
}

namespace {

constexpr milliseconds kTimeToAnswer{10'000};  ///< on a busy machine, too

/// Shop asks payments, and passes on what remains of its caller's deadline.
Task<HttpResponse> ask_payments(HttpRequest request, HttpClient& client, std::string payments) {
  const auto deadline = deadline_of(request, ample()) - kTimeToAnswer;
  try {
    co_return co_await client.request(payments, kCharge, deadline);
  } catch (const OutcomeUnknown&) {
    co_return HttpResponse{504, "unknown", {}};
  }
}

}  // namespace

TEST_CASE("a chain of servers answers in time although the last one hangs") {
  Slow slow;
  const BeastHttpServer payments(slow.handler());
  BeastHttpClient between;
  BeastHttpClient client;
  const BeastHttpServer shop([&](HttpRequest request) {
    return ask_payments(std::move(request), between, payments.authority());
  });
  const OpenAtEnd open_at_end(slow.gate);
  const auto deadline = http_trial::in(kTimeToAnswer + milliseconds{500});
  const auto ended = ask(client, shop.authority(), kCharge, deadline);
  CHECK(ended.how == Ended::How::answered);
  CHECK(ended.response == HttpResponse{504, "unknown", {}});
  CHECK(ended.at < deadline);
  CHECK(slow.effects.count() == 0);
}

TEST_CASE("many requests from several threads each get their answer") {
  BeastHttpClient client({.threads_count = 2});
  const BeastHttpServer server(answer_at_once);
  constexpr int kThreads = 4;
  constexpr int kRequests = 50;
  std::latch ready(kThreads);
  std::vector<std::future<int>> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.push_back(std::async(std::launch::async, [&, thread] {
      ready.arrive_and_wait();
      int right = 0;
      for (int i = 0; i < kRequests; ++i) {
        const auto body = std::to_string(thread) + "-" + std::to_string(i);
        right += ask(client, server.authority(), {HttpMethod::post, "/", body, {}}, ample())
                     .response.body == body;
      }
      return right;
    }));
  }
  for (auto& thread : threads) CHECK(thread.get() == kRequests);
}

TEST_CASE("a request over loopback takes no time that a person would see") {
  BeastHttpClient client;
  const BeastHttpServer server(answer_at_once);
  std::vector<std::chrono::microseconds> times;
  for (int i = 0; i < 500; ++i) {
    const auto begin = steady_clock::now();
    CHECK(ask(client, server.authority(), kCharge, ample()).response.status == 200);
    times.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin));
  }
  std::ranges::sort(times);
  const auto median_us = times[times.size() / 2].count();
  const auto p99_us = times[times.size() * 99 / 100].count();
  CAPTURE(median_us, p99_us);
  CHECK(median_us < 10'000);
}

}  // namespace workshop::tests
