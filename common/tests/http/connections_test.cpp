// How many connections a server has, and which options make no sense.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <future>
#include <list>
#include <string>
#include <vector>

#include "memory_use.hpp"
#include "raw_connection.hpp"
#include "wire_text.hpp"
#include "workshop/http/beast.hpp"
#include "workshop/testing/http_conformance_trial.hpp"

namespace workshop::tests {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using http_trial::ample;
using http_trial::ask;
using http_trial::Ended;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kPatience{30'000};
const HttpRequest kGet{HttpMethod::get, "/", "", {}};

Task<HttpResponse> answer_at_once(HttpRequest) { co_return HttpResponse{}; }

}  // namespace

TEST_CASE("a server has no more connections than it may, and the others wait") {
  BeastHttpClient client;
  http_trial::Gate gate;
  http_trial::Events entered;
  const BeastHttpServer server(
      [&](HttpRequest) -> Task<HttpResponse> {
        entered.happened();
        co_await gate;
        co_return HttpResponse{};
      },
      {.connections_max = 3});
  std::vector<std::future<Ended>> pending;
  const http_trial::OpenAtEnd open_at_end(gate);
  for (int i = 0; i < 9; ++i) {
    pending.push_back(
        std::async(std::launch::async, ask, std::ref(client), server.authority(), kGet, ample()));
  }
  REQUIRE(entered.wait_for(3, kPatience));
  CHECK_FALSE(entered.wait_for(4, milliseconds{100}));
  gate.open();
  for (auto& one : pending) CHECK(one.get().how == Ended::How::answered);
  CHECK(entered.count() == 9);
}

TEST_CASE("connections that say nothing make place when their time is over") {
  BeastHttpClient client;
  const BeastHttpServer server(answer_at_once,
                               {.connections_max = 2, .request_timeout_ms = milliseconds{200}});
  std::list<RawConnection> idle;
  for (int i = 0; i < 4; ++i) idle.emplace_back(server.port());
  CHECK(ask(client, server.authority(), kGet, ample()).how == Ended::How::answered);
  for (auto& connection : idle) CHECK(connection.receive_all().empty());
}

TEST_CASE("many connections that have begun a header cost little") {
  MemoryGrowth growth;
  const BeastHttpServer server(answer_at_once);
  std::list<RawConnection> begun;
  for (int i = 0; i < 300; ++i) {
    begun.emplace_back(server.port());
    begun.back().send(wire("GET / HTTP/1.1|Host: shop|a: b"));
  }
  for (int i = 0; i < 20; ++i) {
    growth.look();
    std::this_thread::sleep_for(milliseconds{10});
  }
  CHECK(growth.look() < 8 * 1024 * 1024);
}

TEST_CASE("a server with no place left can be stopped and destroyed") {
  auto server =
      std::make_unique<BeastHttpServer>(answer_at_once, HttpServerOptions{.connections_max = 1});
  RawConnection first(server->port());
  RawConnection second(server->port());
  first.send("G");
  server->stop();
  server.reset();
  CHECK(first.receive_all().empty());
}

TEST_CASE("options that make no sense are named, with what they have to be") {
  const auto failure = [](HttpServerOptions options) -> std::string {
    try {
      const BeastHttpServer server(answer_at_once, std::move(options));
    } catch (const InvalidRequest& error) {
      return error.what();
    }
    return "no failure";
  };
  CHECK_THAT(failure({.threads_count = 0}), ContainsSubstring("threads_count has to be 1 or more"));
  CHECK_THAT(failure({.connections_max = 0}),
             ContainsSubstring("connections_max has to be 1 or more"));
  CHECK_THAT(failure({.header_bytes_max = 63}),
             ContainsSubstring("header_bytes_max has to be 64 or more"));
  for (const auto time : {milliseconds{0}, milliseconds{-1}, milliseconds::min()}) {
    CHECK_THAT(failure({.request_timeout_ms = time}),
               ContainsSubstring("request_timeout_ms has to be positive"));
  }
  CHECK_THAT(failure({.stop_grace_ms = milliseconds{-1}}),
             ContainsSubstring("stop_grace_ms has to be 0 or more"));
  CHECK(failure({.header_bytes_max = 64}) == "no failure");
  CHECK_THROWS_AS(BeastHttpClient({.header_bytes_max = 63}), InvalidRequest);
  CHECK_NOTHROW(BeastHttpClient({.header_bytes_max = 64}));
}

TEST_CASE("what cannot be sent is named") {
  BeastHttpClient client;
  const auto failure = [&](const std::string& authority, HttpRequest request) {
    const auto ended = ask(client, authority, std::move(request), ample());
    CHECK(ended.how == Ended::How::invalid);
    return ended.what;
  };
  CHECK_THAT(failure("shop\n", kGet), StartsWith("'shop?' is no host and port"));
  CHECK_THAT(failure("shop:80", {HttpMethod::get, "/a b", "", {}}),
             StartsWith("the target '/a b' is no path"));
  CHECK_THAT(failure("shop:80", {HttpMethod::get, "/", "", {{"a b", "c"}}}),
             StartsWith("the header 'a b' has a name that is no token"));
  CHECK_THAT(failure("shop:80", {HttpMethod::get, "/", "", {{"a", "b\r\nc: d"}}}),
             StartsWith("the header 'a' has control characters"));
}

}  // namespace workshop::tests
