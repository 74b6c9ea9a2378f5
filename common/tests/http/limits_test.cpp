// The limits that a client and a server promise: they are exact, in bytes and in time.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <future>
#include <limits>
#include <string>
#include <thread>
#include <vector>

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
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kHeaderBytes = 16 * 1024;
constexpr milliseconds kPatience{30'000};
const HttpRequest kGet{HttpMethod::get, "/", "", {}};

/// Longer than the clock can tell: the operators of std::chrono would overflow.
const std::vector<milliseconds> kLongTimes{
    milliseconds::max(), milliseconds::max() / 2, std::chrono::years{300},
    milliseconds{std::numeric_limits<std::int64_t>::max() / 1'000'000}};

Task<HttpResponse> answer_at_once(HttpRequest request) {
  co_return HttpResponse{200, std::move(request.body), {}};
}

/// Headers of exactly `bytes` bytes that begin with `line`, each filled in another way.
std::vector<std::string> headers_of_size(const std::string& line, std::size_t bytes) {
  const std::string begin = wire(line + "|Content-Length: 0|");
  const auto left = bytes - begin.size() - 2;  // of the empty line
  const std::string one = begin + "x: " + std::string(left - 5, 'x');
  std::string many = begin;
  while (bytes - many.size() > 200) many += "abc: " + std::string(93, 'd') + "\r\n";
  many += "x: " + std::string(bytes - many.size() - 7, 'x');
  return {one + wire("||"), many + wire("||"), begin + std::string(left - 3, 'n') + wire(":||")};
}

/// Sends in pieces, waiting a little after each, so that each is read for itself.
void send_in_pieces(RawConnection& connection, const std::string& bytes, std::size_t piece) {
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!connection.send(std::string_view(bytes).substr(at, piece))) return;
    std::this_thread::sleep_for(std::chrono::microseconds{50});
  }
}

std::string in_pieces(const BeastHttpServer& server, const std::string& bytes, std::size_t piece) {
  RawConnection connection(server.port());
  send_in_pieces(connection, bytes, piece);
  return connection.receive_all();
}

}  // namespace

TEST_CASE("a server takes a header of the largest size and not one byte more") {
  const BeastHttpServer server(answer_at_once);
  const std::string line = "POST / HTTP/1.1|Host: shop";
  const auto largest = headers_of_size(line, kHeaderBytes);
  const auto larger = headers_of_size(line, kHeaderBytes + 1);
  for (const std::size_t piece : {100'000, 1'000, 37}) {
    for (std::size_t i = 0; i < largest.size(); ++i) {
      CAPTURE(piece, i);
      REQUIRE(largest[i].size() == kHeaderBytes);
      REQUIRE(larger[i].size() == kHeaderBytes + 1);
      CHECK_THAT(in_pieces(server, largest[i], piece), StartsWith("HTTP/1.1 200 "));
      CHECK_THAT(in_pieces(server, larger[i], piece), StartsWith("HTTP/1.1 431 "));
    }
  }
}

TEST_CASE("the first line of a request counts with its header") {
  const BeastHttpServer server(answer_at_once);
  const std::string rest = " HTTP/1.1|Host: shop||";
  const auto path = "GET /" + std::string(kHeaderBytes - wire("GET /" + rest).size(), 'a');
  CHECK_THAT(raw_exchange(server.port(), wire(path + rest)), StartsWith("HTTP/1.1 200 "));
  CHECK_THAT(raw_exchange(server.port(), wire(path + "a" + rest)), StartsWith("HTTP/1.1 431 "));
}

TEST_CASE("a header whose fields come one by one has the same limit") {
  const BeastHttpServer server(answer_at_once);
  RawConnection connection(server.port());
  connection.send(wire("GET / HTTP/1.1|Host: shop|a"));
  // Each piece ends one byte after a line: a parser that has taken all lines until then, and forgot
  // their size, takes them for ever.
  std::size_t sent = 0;
  const auto piece = wire(": " + times(95, "b") + "|a");
  while (sent < 4 * kHeaderBytes && connection.send(piece)) {
    sent += piece.size();
    std::this_thread::sleep_for(std::chrono::microseconds{50});
  }
  connection.end_sending();
  CHECK_THAT(connection.receive_all(), StartsWith("HTTP/1.1 431 "));
}

TEST_CASE("a header has at most 256 fields") {
  const BeastHttpServer server(answer_at_once);
  BeastHttpClient client;
  for (const std::size_t count : {256, 257}) {
    CAPTURE(count);
    const auto request = wire("GET / HTTP/1.1|Host: shop|" + times(count - 1, "a:b|") + "|");
    CHECK_THAT(raw_exchange(server.port(), request),
               StartsWith(count == 256 ? "HTTP/1.1 200 " : "HTTP/1.1 431 "));
    const RawServer other([&](const std::string&) {
      return wire("HTTP/1.1 200 OK|Content-Length: 0|" + times(count - 1, "a:b|") + "|");
    });
    CHECK(ask(client, other.authority(), kGet, ample()).how ==
          (count == 256 ? Ended::How::answered : Ended::How::unknown));
  }
}

TEST_CASE("a client takes a header of the largest size and not one byte more") {
  BeastHttpClient client;
  const auto largest = headers_of_size("HTTP/1.1 200 OK", kHeaderBytes);
  const auto larger = headers_of_size("HTTP/1.1 200 OK", kHeaderBytes + 1);
  const std::string interim = wire("HTTP/1.1 100 Continue||");
  const auto outcome_of = [&](const std::string& answer, std::size_t piece) {
    const RawServer server([&](const std::string&, RawConnection& connection) {
      send_in_pieces(connection, answer, piece);
    });
    return ask(client, server.authority(), kGet, ample()).how;
  };
  for (const std::size_t piece : {100'000, 1'000}) {
    for (std::size_t i = 0; i < largest.size(); ++i) {
      CAPTURE(piece, i);
      CHECK(outcome_of(largest[i], piece) == Ended::How::answered);
      CHECK(outcome_of(larger[i], piece) == Ended::How::unknown);
      CHECK(outcome_of(interim + largest[i], piece) == Ended::How::unknown);
      const auto smaller = headers_of_size("HTTP/1.1 200 OK", kHeaderBytes - interim.size());
      CHECK(outcome_of(interim + smaller[i], piece) == Ended::How::answered);
    }
  }
}

TEST_CASE("a server that gives requests all the time there is waits for them") {
  for (const auto time : kLongTimes) {
    CAPTURE(time.count());
    const BeastHttpServer server(answer_at_once, {.request_timeout_ms = time});
    RawConnection connection(server.port());
    connection.send(wire("POST / HTTP/1.1|Host: shop|Content-"));
    std::this_thread::sleep_for(milliseconds{20});  // a time that ends at once is over by then
    connection.send(wire("Length: 3||abc"));
    CHECK_THAT(connection.receive_all(), StartsWith("HTTP/1.1 200 ") && ContainsSubstring("abc"));
  }
}

TEST_CASE("a server that gives its handlers all the time there is waits for them") {
  for (const auto time : kLongTimes) {
    CAPTURE(time.count());
    BeastHttpClient client;
    http_trial::Gate gate;
    http_trial::Events entered;
    BeastHttpServer server(
        [&](HttpRequest) -> Task<HttpResponse> {
          entered.happened();
          co_await gate;
          co_return HttpResponse{};
        },
        {.stop_grace_ms = time});
    auto pending =
        std::async(std::launch::async, ask, std::ref(client), server.authority(), kGet, ample());
    const http_trial::OpenAtEnd open_at_end(gate);
    REQUIRE(entered.wait_for(1, kPatience));
    auto stopped = std::async(std::launch::async, [&] { server.stop(); });
    CHECK(stopped.wait_for(milliseconds{20}) == std::future_status::timeout);
    gate.open();
    CHECK(pending.get().how == Ended::How::answered);
  }
}

TEST_CASE("a client whose deadline is almost the last point in time is answered") {
  BeastHttpClient client;
  const BeastHttpServer server(answer_at_once);
  for (const auto before : {std::chrono::nanoseconds{0}, std::chrono::nanoseconds{1},
                            std::chrono::nanoseconds{std::chrono::hours{1}}}) {
    CAPTURE(before.count());
    CHECK(ask(client, server.authority(), kGet, Deadline::max() - before).how ==
          Ended::How::answered);
  }
}

TEST_CASE("bytes that come slowly give a request no more time") {
  const BeastHttpServer server(answer_at_once, {.request_timeout_ms = milliseconds{300}});
  const auto begin = steady_clock::now();
  RawConnection connection(server.port());
  connection.send("G");
  std::size_t sent = 0;
  while (steady_clock::now() - begin < kPatience && connection.send("E")) {
    ++sent;
    std::this_thread::sleep_for(milliseconds{10});
    if (sent % 100 == 0) break;  // a second, of which a third is allowed
  }
  CHECK_THAT(connection.receive_all(), StartsWith("HTTP/1.1 408 "));
}

TEST_CASE("an answer that is not taken is given up") {
  constexpr std::size_t kBytes = 64 * 1024 * 1024;  // more than sockets keep
  const BeastHttpServer server(
      [](HttpRequest) -> Task<HttpResponse> {
        co_return HttpResponse{200, std::string(kBytes, 'x'), {}};
      },
      {.request_timeout_ms = milliseconds{200}});
  RawConnection connection(server.port());
  connection.send(wire("GET / HTTP/1.1|Host: shop||"));
  std::this_thread::sleep_for(milliseconds{1'000});
  CHECK(connection.receive_all().size() < kBytes);
}

TEST_CASE("an address that cannot be listened on is named, with what to change") {
  const auto failure = [](HttpServerOptions options) -> std::string {
    try {
      const BeastHttpServer server(answer_at_once, std::move(options));
    } catch (const Unavailable& error) {
      return std::string("unavailable: ") + error.what();
    } catch (const InvalidRequest& error) {
      return std::string("invalid: ") + error.what();
    }
    return "no failure";
  };
  const BeastHttpServer first(answer_at_once);
  const auto taken = std::to_string(first.port());
  CHECK_THAT(failure({.port = first.port()}),
             StartsWith("unavailable: ") && ContainsSubstring("127.0.0.1:" + taken + ": ") &&
                 ContainsSubstring("in use") && ContainsSubstring("HttpServerOptions::port"));
  CHECK_THAT(failure({.address = "0.0.0.0", .port = first.port()}),
             StartsWith("unavailable: ") && ContainsSubstring("0.0.0.0:" + taken) &&
                 ContainsSubstring("HttpServerOptions::port"));
  CHECK_THAT(failure({.address = "192.0.2.1"}),  // for documentation: no machine has it
             StartsWith("unavailable: ") && ContainsSubstring("192.0.2.1:0: ") &&
                 ContainsSubstring("HttpServerOptions::address"));
  CHECK_THAT(failure({.address = "shop"}),
             StartsWith("invalid: ") && ContainsSubstring("HttpServerOptions::address") &&
                 ContainsSubstring("'shop'") && ContainsSubstring("127.0.0.1"));
  CHECK(failure({}) == "no failure");
}

}  // namespace workshop::tests
