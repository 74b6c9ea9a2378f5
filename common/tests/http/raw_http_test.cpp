#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <mutex>

#include "raw_connection.hpp"
#include "workshop/http/beast.hpp"

namespace workshop::tests {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using std::chrono::milliseconds;

namespace {

Task<HttpResponse> answer_with(HttpResponse response) { co_return response; }

Deadline ample() { return std::chrono::steady_clock::now() + std::chrono::seconds{60}; }

/// A server that keeps what its handler got last.
struct Kept {
  std::mutex mutex;
  HttpRequest request;
  int count = 0;
  HttpResponse response{200, "done", {}};

  HttpHandler handler() {
    return [this](HttpRequest got) {
      const std::lock_guard lock(mutex);
      request = std::move(got);
      ++count;
      return answer_with(response);
    };
  }
};

std::string post(const std::string& header, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: shop\r\n" + header + "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("a server takes chunks, and hides what describes the connection") {
  Kept kept;
  const BeastHttpServer server(kept.handler());
  const auto answer =
      raw_exchange(server.port(), post("X-Gift: car\r\nx-gift: boat\r\nConnection: keep-alive\r\n"
                                       "Transfer-Encoding: chunked",
                                       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  CHECK_THAT(answer, StartsWith("HTTP/1.1 200 ") && ContainsSubstring("Connection: close"));
  CHECK(kept.request.body == "abcde");
  CHECK(kept.request.headers == HttpHeaders{{"x-gift", "car, boat"}});
}

TEST_CASE("a body that turns out too large is a 413, in one piece or in chunks") {
  Kept kept;
  const BeastHttpServer server(kept.handler(), {.body_bytes_max = 10});
  CHECK_THAT(raw_exchange(server.port(), post("Content-Length: 11", "")),
             StartsWith("HTTP/1.1 413 "));
  CHECK_THAT(
      raw_exchange(server.port(), post("Transfer-Encoding: chunked", "b\r\n01234567890\r\n")),
      StartsWith("HTTP/1.1 413 "));
  CHECK(kept.count == 0);
}

TEST_CASE("a refusal reaches a client that still sends its large body") {
  Kept kept;
  const BeastHttpServer server(kept.handler(), {.body_bytes_max = 10});
  BeastHttpClient client;
  const std::string body(16 * 1024 * 1024, 'x');
  const auto response =
      sync_wait(client.request(server.authority(), {HttpMethod::put, "/", body, {}}, ample()));
  CHECK(response.status == 413);
  CHECK(kept.count == 0);
}

TEST_CASE("a refusal does not reset the connection of a client that sends first and reads then") {
  Kept kept;
  const BeastHttpServer server(kept.handler(), {.body_bytes_max = 10});
  constexpr std::size_t kBytes = 16 * 1024 * 1024;
  bool all_taken = false;
  const auto answer = raw_exchange(
      server.port(), post("Content-Length: " + std::to_string(kBytes), std::string(kBytes, 'x')),
      &all_taken);
  CHECK(all_taken);
  CHECK_THAT(answer, StartsWith("HTTP/1.1 413 "));
}

TEST_CASE("a connection on which no whole request comes in time is closed, and told why") {
  Kept kept;
  const BeastHttpServer server(kept.handler(), {.request_timeout_ms = milliseconds{500}});
  for (const auto& bytes : {std::string(), std::string("GET / HT"), post("A: b", "") + "x",
                            post("Content-Length: 10", "abc")}) {
    CAPTURE(bytes);
    const auto answer = raw_exchange(server.port(), bytes);  // ends when the server closes
    if (bytes.empty()) CHECK(answer == "");
    if (!bytes.empty() && bytes.find("A: b") == std::string::npos) {
      CHECK_THAT(answer, StartsWith("HTTP/1.1 408 "));
    }
  }
  CHECK(kept.count == 1);  // the one with a byte too many
}

TEST_CASE("a response that cannot be sent is a 500") {
  Kept kept;
  const BeastHttpServer server(kept.handler());
  for (const auto& response :
       {HttpResponse{200, "", {{"x", "1\r\ninjected: 2"}}}, HttpResponse{200, "", {{"a b", "1"}}},
        HttpResponse{99, "", {}}, HttpResponse{100, "", {}}, HttpResponse{1000, "", {}},
        HttpResponse{-1, "", {}}}) {
    kept.response = response;
    const auto answer = raw_exchange(server.port(), post("Content-Length: 0", ""));
    CHECK_THAT(answer, StartsWith("HTTP/1.1 500 ") && !ContainsSubstring("injected"));
  }
}

TEST_CASE("what is no whole answer leaves the outcome unknown, and is asked for once") {
  BeastHttpClient client({.header_bytes_max = 200, .body_bytes_max = 10});
  for (const auto& answer :
       {std::string(), std::string("nonsense\r\n\r\n"), std::string("HTTP/1.1 20"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"),
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: " + std::string(300, 'x') + "\r\n\r\n"}) {
    CAPTURE(answer);
    for (const std::string body : {"", "a body that is never read"}) {
      const RawServer server([&](const std::string&) { return answer; });
      CHECK_THROWS_AS(
          sync_wait(client.request(server.authority(), {HttpMethod::put, "/", body, {}}, ample())),
          OutcomeUnknown);
      CHECK(server.connections_count() == 1);
    }
  }
}

TEST_CASE("a connection that breaks under a large body leaves the outcome unknown") {
  BeastHttpClient client;
  const RawServer server([](const std::string&) { return ""; });
  const std::string body(16 * 1024 * 1024, 'x');
  CHECK_THROWS_AS(
      sync_wait(client.request(server.authority(), {HttpMethod::put, "/", body, {}}, ample())),
      OutcomeUnknown);
  CHECK(server.connections_count() == 1);
}

TEST_CASE("a client understands how other servers frame their answers") {
  BeastHttpClient client;
  for (const std::string answer : {"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nX-Gift: "
                                   "car\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                                   "HTTP/1.0 201 Created\r\nX-GIFT: car\r\n\r\nabc",
                                   "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Made\r\nx-gift: "
                                   "car\r\nContent-Length: 3\r\n\r\nabc"}) {
    CAPTURE(answer);
    std::string header;
    const RawServer server([&](const std::string& got) {
      header = got;
      return answer;
    });
    const auto response = sync_wait(
        client.request(server.authority(), {HttpMethod::get, "/gifts", "", {}}, Deadline::max()));
    CHECK(response == HttpResponse{201, "abc", {{"x-gift", "car"}}});
    CHECK_THAT(header, StartsWith("GET /gifts HTTP/1.1\r\n") &&
                           ContainsSubstring("Host: " + server.authority() + "\r\n") &&
                           ContainsSubstring("Connection: close\r\n"));
  }
}

}  // namespace workshop::tests
