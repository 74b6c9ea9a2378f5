// Requests and answers that are almost right, many of them, with a seed: no crash, no hang, no
// growth, and every one ends in a clear way.
//
//   WORKSHOP_MUTATIONS=12000 common_mutated_requests   the long run
//   WORKSHOP_SEED=7 common_mutated_requests            other messages

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdlib>
#include <semaphore>
#include <string>
#include <thread>

#include "memory_use.hpp"
#include "mutation.hpp"
#include "raw_connection.hpp"
#include "workshop/http/beast.hpp"
#include "workshop/http/deadline.hpp"
#include "workshop/testing/http_conformance_trial.hpp"

namespace workshop::tests {

using http_trial::ask;
using http_trial::Ended;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kGrowthMax = 8 * 1024 * 1024;
constexpr milliseconds kHang{10'000};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t mutations_count() { return number_from("WORKSHOP_MUTATIONS", 1'500); }
std::uint64_t seed() { return number_from("WORKSHOP_SEED", 20'241'224); }

/// The message as a person can read it and send it again.
std::string readable(const std::string& message) {
  std::string text;
  for (const char c : message.substr(0, 2'000)) {
    const auto code = static_cast<unsigned char>(c);
    constexpr auto kDigits = "0123456789abcdef";
    if (code >= 0x20 && code < 0x7f && c != '\\') {
      text += c;
    } else {
      text += std::string("\\x") + kDigits[code / 16] + kDigits[code % 16];
    }
  }
  return text;
}

/// Sends it as it is, or in pieces that are read one by one.
void send(RawConnection& connection, const std::string& message, Mutator& mutator) {
  if (!mutator.chance(20)) {
    connection.send(message);
    return;
  }
  for (std::size_t at = 0; at < message.size();) {
    const auto count = 1 + mutator.below(mutator.chance(50) ? 4 : 200);
    if (!connection.send(std::string_view(message).substr(at, count))) return;
    at += count;
    if (message.size() < 400) std::this_thread::sleep_for(std::chrono::microseconds{30});
  }
}

bool is_seen_as_it_should(const HttpRequest& request) {
  const auto is_line = [](const std::string& text) {
    return std::ranges::none_of(
        text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
  };
  return request.target.starts_with('/') && request.target.find(' ') == std::string::npos &&
         is_line(request.target) && request.body.size() <= 1'000 &&
         std::ranges::all_of(request.headers, [&](const auto& field) {
           return !field.first.empty() && is_line(field.first) && is_line(field.second) &&
                  field.first.find_first_of(" :\t") == std::string::npos &&
                  field.first != "transfer-encoding" && field.first != "content-length";
         });
}

/// The status of the one answer that this is; -1 when it is no whole answer, 0 when it is empty.
int status_of(std::string answer) {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  if (answer.starts_with(kContinue)) answer.erase(0, kContinue.size());
  if (answer.empty()) return 0;
  const auto end = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 ") || end == std::string::npos) return -1;
  const auto header = answer.substr(0, end + 2);
  if (header.find("Connection: close\r\n") == std::string::npos) return -1;
  const auto body_bytes = answer.size() - end - 4;
  const auto length = "Content-Length: " + std::to_string(body_bytes) + "\r\n";
  if (body_bytes > 0 && header.find(length) == std::string::npos) return -1;
  return std::stoi(answer.substr(9, 3));
}

}  // namespace

TEST_CASE("a server ends every request that is almost right, clearly and soon") {
  std::atomic<int> executed = 0;
  std::atomic<bool> all_seen_as_they_should = true;
  const BeastHttpServer server(
      [&](HttpRequest request) -> Task<HttpResponse> {
        ++executed;
        if (!is_seen_as_it_should(request)) all_seen_as_they_should = false;
        deadline_of(request, Deadline::max());
        co_return HttpResponse{200, std::move(request.body), {}};
      },
      {.body_bytes_max = 1'000, .request_timeout_ms = milliseconds{1'000}});
  constexpr std::array kRefusals{400, 405, 408, 413, 414, 417, 431, 501, 505};
  Mutator mutator(right_requests(), seed());
  MemoryGrowth growth;
  std::size_t done = 0;
  std::size_t refused = 0;
  for (std::uint64_t i = 0; i < mutations_count(); ++i) {
    const auto request = mutator.next();
    CAPTURE(i, seed(), readable(request));
    executed = 0;
    const auto begin = steady_clock::now();
    RawConnection connection(server.port());
    send(connection, request, mutator);
    if (i % 1'000 != 999) connection.end_sending();  // or the server waits, and says 408
    const auto answer = connection.receive_all();
    CAPTURE(readable(answer));
    REQUIRE(steady_clock::now() - begin < kHang);
    const auto status = status_of(answer);
    const bool is_refusal = std::ranges::find(kRefusals, status) != kRefusals.end();
    // To a request of nothing there is no answer, and a HEAD says 405.
    REQUIRE((status == 200 || is_refusal || (status == 0 && request.empty())));
    REQUIRE(executed == (status == 200 ? 1 : 0));
    REQUIRE(all_seen_as_they_should);
    REQUIRE(growth.look() < kGrowthMax);
    ++(status == 200 ? done : refused);
  }
  CHECK(done > mutations_count() / 10);  // a mutator that makes only nonsense tries little
  CHECK(refused > mutations_count() / 10);
}

TEST_CASE("a client ends every answer that is almost right, clearly and soon") {
  BeastHttpClient client({.body_bytes_max = 1'000});
  Mutator mutator(right_answers(), seed());
  MemoryGrowth growth;
  std::string answer;
  bool hangs = false;
  std::binary_semaphore served{0};  // the client may be done before all has been sent to it
  const RawServer server([&](const std::string&, RawConnection& connection) {
    send(connection, answer, mutator);
    if (hangs) connection.receive_all();  // until the client goes
    served.release();
  });
  std::size_t answered = 0;
  std::size_t unknown = 0;
  for (std::uint64_t i = 0; i < mutations_count(); ++i) {
    answer = mutator.next();
    hangs = i % 1'000 == 999;
    CAPTURE(i, seed(), readable(answer));
    const auto begin = steady_clock::now();
    const auto ended = ask(client, server.authority(), {HttpMethod::post, "/", "", {}},
                           begin + (hangs ? milliseconds{300} : kHang));
    CAPTURE(ended.what);
    REQUIRE(steady_clock::now() - begin < kHang);
    REQUIRE(served.try_acquire_for(kHang));
    const bool is_answer = ended.how == Ended::How::answered && ended.response.status >= 200 &&
                           ended.response.status <= 599 && ended.response.body.size() <= 1'000;
    REQUIRE((is_answer || ended.how == Ended::How::unknown));
    REQUIRE(growth.look() < kGrowthMax);
    ++(is_answer ? answered : unknown);
  }
  CHECK(server.connections_count() == static_cast<int>(mutations_count()));
  CHECK(answered > mutations_count() / 10);
  CHECK(unknown > mutations_count() / 10);
}

}  // namespace workshop::tests
