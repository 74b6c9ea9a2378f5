// Requests that are almost right, many of them, with a seed: no crash, no growth, and each ends
// with a clear status.  WORKSHOP_SEED=7 tries others.

#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <thread>
#include <vector>

#include "http/memory_use.hpp"
#include "http/mutation.hpp"
#include "runner/pages/pages_test.hpp"
#include "workshop/runner/pages/page_server.hpp"

using namespace workshop::runner;
using namespace workshop::tests;

namespace {

constexpr std::size_t kGrowthMax = 8 * 1024 * 1024;
constexpr int kRequestsCount = 10'000;

std::uint64_t seed() {
  const char* text = std::getenv("WORKSHOP_SEED");
  return text == nullptr ? 20'261'129 : std::strtoull(text, nullptr, 10);
}

std::vector<std::string> requests(std::uint16_t port) {
  return {get_text(port, "/"),
          get_text(port, "/?a=b&c=%41"),
          get_text(port, "/live.js", "Accept: */*\r\nSec-Fetch-Site: same-origin\r\n"),
          get_text(port, "/", fmt::format("Origin: http://127.0.0.1:{}\r\n", port)),
          post_text(port, "/say", R"({"name": "Ann", "step": 2})"),
          post_text(port, "/say", "12", "Expect: 100-continue\r\n"),
          post_text(port, "/say", "", "Transfer-Encoding: chunked\r\n") + "2\r\n12\r\n0\r\n\r\n",
          "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
          "PUT /say HTTP/1.0\r\n\r\n"};
}

}  // namespace

TEST_CASE("ten thousand malformed requests end clearly, and leave nothing behind") {
  std::atomic<bool> all_small = true;
  const PageServer server({page("/", "room.css"), page("/live.js"),
                           post("/say", 1'000, [&](const PageRequest& request) {
                             if (request.body.size() > 1'000) all_small = false;
                             return json_answer("{}");
                           })});
  constexpr std::array kStatuses{200, 400, 403, 404, 405, 408, 411, 413, 415, 431, 505};
  Mutator mutator(requests(server.port()), seed());
  for (int i = 0; i < 200; ++i) raw_exchange(server.port(), get_text(server.port(), "/"));
  MemoryGrowth growth;
  int good = 0;
  for (int i = 0; i < kRequestsCount; ++i) {
    const auto request = mutator.next();
    CAPTURE(i, seed(), request.substr(0, 400));
    const auto answer = last_exchange(server.port(), request);
    const auto status = status_of(answer);
    CAPTURE(status, answer.substr(0, 400));
    REQUIRE((std::ranges::find(kStatuses, status) != kStatuses.end() || answer.empty()));
    if (answer.empty()) REQUIRE(request.find("\r\n\r\n") == std::string::npos);
    if (status >= 400) REQUIRE(body_of(answer).size() < 60);
    if (status == 200) ++good;
  }
  CHECK(all_small);
  CHECK(growth.look() < kGrowthMax);
  CHECK(good > kRequestsCount / 50);  // a mutator that makes only nonsense tries little
  CHECK(good < kRequestsCount * 3 / 4);
  UNSCOPED_INFO("grown by " << growth.look() << " bytes, " << good << " good");
  CHECK(status_of(raw_exchange(server.port(), get_text(server.port(), "/"))) == 200);
}

TEST_CASE("a thousand connections from one machine leave room for another, and end in time") {
  const PageServer server(
      {page("/live.js")},
      {.connections_per_peer_max = 32, .request_timeout_ms = std::chrono::milliseconds(500)});
  MemoryGrowth growth;
  std::vector<std::unique_ptr<RawConnection>> connections;
  for (int i = 0; i < 1'000; ++i) {
    if (connections.size() >= 200) connections.clear();
    connections.push_back(std::make_unique<RawConnection>(server.port()));
  }
  CHECK(growth.look() < kGrowthMax);
  CHECK(comes_true([&] {
    return status_of(raw_exchange(server.port(), get_text(server.port(), "/live.js"))) == 200;
  }));
}
