// Peers that never stop sending. Whatever they send, what is kept of it stays small, and it ends.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "memory_use.hpp"
#include "raw_connection.hpp"
#include "wire_text.hpp"
#include "workshop/http/beast.hpp"

namespace workshop::tests {

using Catch::Matchers::ContainsSubstring;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kMegabyte = 1024 * 1024;
constexpr std::size_t kGrowthMax = 8 * kMegabyte;
constexpr std::size_t kGrowthThatIsEnough = 64 * kMegabyte;  // a test that fails stops here

/// Bytes that a peer sends without end.
struct Endless {
  std::string name;
  std::string begin;
  std::string repeated;
  /// Between two sends, for what matters only when it arrives in pieces.
  std::chrono::microseconds pause{0};
};

/// What can follow the first line of a message.
std::vector<Endless> endless_headers(const std::string& line) {
  return {
      {"one field", line + "a: ", std::string(4096, 'b')},
      {"one field's name", line, std::string(4096, 'a')},
      {"fields", line, times(512, "a: b\r\n")},
      {"fields that come one by one", line + "a", ": b\r\na", std::chrono::microseconds{5}},
      {"a folded field", line + "a: b", times(512, "\r\n c")},
  };
}

/// What can follow a header that announces chunks.
std::vector<Endless> endless_chunks(const std::string& header) {
  return {
      {"a chunk's size", header, std::string(4096, '0')},
      {"a chunk's extension", header + "1;a=", std::string(4096, 'b')},
      {"a chunk's quoted extension", header + "1;a=\"", std::string(4096, 'b')},
      {"a chunk's many extensions", header + "1", times(1024, ";a=b")},
      {"chunks of one byte with extensions", header,
       times(8, "1;" + std::string(500, 'a') + "\r\nx\r\n")},
      {"the last chunk's extension", header + "0;a=", std::string(4096, 'b')},
      {"a trailer of one field", header + "0\r\na: ", std::string(4096, 'b')},
      {"a trailer of many fields", header + "0\r\n", times(512, "a: b\r\n")},
      {"a trailer that comes in pieces", header + "0\r\na", times(50, ": bcdefgh\r\na"),
       std::chrono::microseconds{100}},
      {"chunks", header, times(8, "200\r\n" + std::string(512, 'x') + "\r\n")},
  };
}

/// Sends them until the other side no longer takes them, or has taken far too much memory.
bool flood(RawConnection& connection, const Endless& endless, MemoryGrowth& growth,
           milliseconds time_max) {
  const auto end = steady_clock::now() + time_max;
  if (!connection.send(endless.begin)) return true;
  for (int round = 0; steady_clock::now() < end; ++round) {
    if (!connection.send(endless.repeated)) return true;
    if (round % 64 == 0 && growth.look() > kGrowthThatIsEnough) return false;
    if (endless.pause.count() > 0) std::this_thread::sleep_for(endless.pause);
  }
  return false;
}

Task<HttpResponse> answer_at_once(HttpRequest) { co_return HttpResponse{}; }

}  // namespace

TEST_CASE("a server keeps little of a request without end, and ends it") {
  int executed = 0;
  const BeastHttpServer server(
      [&](HttpRequest request) {
        ++executed;
        return answer_at_once(std::move(request));
      },
      {.threads_count = 1, .request_timeout_ms = milliseconds{3'000}});
  const std::string host = "Host: shop\r\n";
  auto all = endless_headers("POST / HTTP/1.1\r\n" + host);
  for (auto& endless :
       endless_chunks("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n")) {
    all.push_back(std::move(endless));
  }
  all.push_back({"a method", "", std::string(4096, 'G')});
  all.push_back({"a target", "GET /", std::string(4096, 'a')});
  all.push_back({"empty lines", "", times(2048, "\r\n")});
  all.push_back({"bytes that are no request", "", std::string(4096, '\0')});
  const auto before = std::string("requests after the first");
  all.push_back({before, "", times(64, "GET / HTTP/1.1\r\n" + host + "\r\n")});
  all.push_back({"a longer body than announced",
                 "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\n\r\n",
                 std::string(4096, 'x')});
  for (const auto& endless : all) {
    DYNAMIC_SECTION(endless.name) {
      MemoryGrowth growth;
      RawConnection connection(server.port());
      const bool ended = flood(connection, endless, growth, milliseconds{10'000});
      const auto grown_mb = growth.look() / kMegabyte;
      CAPTURE(grown_mb);
      CHECK(growth.look() < kGrowthMax);
      CHECK(ended);
      CHECK(executed == (endless.begin.find("Content-Length: 1\r\n") != std::string::npos ||
                         endless.name == before));
    }
  }
}

TEST_CASE("a client keeps little of an answer without end, and ends it before its deadline") {
  BeastHttpClient client;
  auto all = endless_headers("HTTP/1.1 200 OK\r\n");
  for (auto& endless : endless_chunks("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")) {
    all.push_back(std::move(endless));
  }
  all.push_back({"a status line", "HTTP/1.1 200 ", std::string(4096, 'O')});
  all.push_back({"bytes that are no answer", "", std::string(4096, 'x')});
  all.push_back({"interim answers", "", times(64, "HTTP/1.1 100 Continue\r\n\r\n")});
  all.push_back({"interim answers that come one by one", "", "HTTP/1.1 103 Hints\r\n\r\n",
                 std::chrono::microseconds{5}});
  all.push_back(
      {"a body to the end of the connection", "HTTP/1.1 200 OK\r\n\r\n", std::string(4096, 'x')});
  for (const auto& endless : all) {
    DYNAMIC_SECTION(endless.name) {
      MemoryGrowth growth;
      bool ended = false;
      std::string what = "an answer";
      {
        const RawServer server([&](const std::string&, RawConnection& connection) {
          ended = flood(connection, endless, growth, milliseconds{10'000});
        });
        try {
          sync_wait(client.request(server.authority(), {HttpMethod::get, "/", "", {}},
                                   steady_clock::now() + std::chrono::seconds{9}));
        } catch (const OutcomeUnknown& error) {
          what = error.what();
        }
      }
      const auto grown_mb = growth.look() / kMegabyte;
      CAPTURE(grown_mb);
      CHECK(growth.look() < kGrowthMax);
      CHECK(ended);
      CHECK_THAT(what,
                 ContainsSubstring("after the request was sent") && !ContainsSubstring("deadline"));
    }
  }
}

}  // namespace workshop::tests
