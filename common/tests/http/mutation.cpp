#include "mutation.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "wire_text.hpp"

namespace workshop::tests {
namespace {

using namespace std::string_view_literals;

/// What parsers stumble over. As wire() takes it.
constexpr std::array kInteresting{"|"sv,
                                  "||"sv,
                                  "\r"sv,
                                  "\n"sv,
                                  "\0"sv,
                                  " "sv,
                                  "\t"sv,
                                  ":"sv,
                                  ","sv,
                                  ";"sv,
                                  "\""sv,
                                  "0"sv,
                                  "-1"sv,
                                  "\x7f"sv,
                                  "\xff"sv,
                                  "18446744073709551616"sv,
                                  "ffffffffffffffff"sv,
                                  "0||"sv,
                                  "|0||"sv,
                                  "| "sv,
                                  "|a: b"sv,
                                  "|:"sv,
                                  "|Host: other"sv,
                                  "|Content-Length: 3"sv,
                                  "|Content-Length: 4"sv,
                                  "|Transfer-Encoding: chunked"sv,
                                  "|Transfer-Encoding: gzip"sv,
                                  ", chunked"sv,
                                  "|Expect: 100-continue"sv,
                                  "|deadline-ms: 99999999999999999999"sv,
                                  "HTTP/1.1 100 Continue||"sv,
                                  "HTTP/1.0"sv,
                                  "HTTP/2.0"sv,
                                  "GET / HTTP/1.1|Host: shop||"sv,
                                  ";a=\"b\""sv,
                                  "[::1]"sv,
                                  "http://shop"sv};

}  // namespace

Mutator::Mutator(std::vector<std::string> corpus, std::uint64_t seed)
    : corpus_(std::move(corpus)), random_(seed) {}

std::size_t Mutator::below(std::size_t end) {
  return static_cast<std::size_t>(random_() % end);  // std's distributions differ by library
}

std::string Mutator::next() {
  auto message = corpus_[below(corpus_.size())];
  for (auto changes = 1 + below(4); changes > 0; --changes) change(message);
  return message;
}

void Mutator::change(std::string& message) {
  const auto at = below(message.size() + 1);
  const auto count = std::min(1 + below(8), message.size() - at);
  switch (below(9)) {
    case 0:
      if (count > 0) message[at] = static_cast<char>(below(256));
      break;
    case 1:
      if (count > 0) message[at] = static_cast<char>(message[at] ^ (1 << below(8)));
      break;
    case 2:
      message.erase(at, count);
      break;
    case 3:
      message.insert(at, message.substr(at, count));
      break;
    case 4:
      message.insert(at, wire(kInteresting[below(kInteresting.size())]));
      break;
    case 5:
      message.replace(at, count, wire(kInteresting[below(kInteresting.size())]));
      break;
    case 6:  // the beginning of one, the end of another
    {
      const auto& other = corpus_[below(corpus_.size())];
      message = message.substr(0, at) + other.substr(below(other.size()));
    } break;
    case 7:
      if (chance(20)) message.resize(at);
      break;
    case 8:
      if (chance(20)) message.insert(at, times(below(6'000), message.substr(at, count)));
      break;
  }
}

std::vector<std::string> right_requests() {
  std::vector<std::string> requests;
  for (const auto* text :
       {"GET / HTTP/1.1|Host: shop||", "GET /gifts?max=3 HTTP/1.0||",
        "GET http://shop:80/a?b HTTP/1.1|Host: shop:80||",
        "DELETE /a%20b HTTP/1.1|Host: [::1]:80||",
        "PUT /a HTTP/1.1|Host: shop|Content-Length: 3||abc",
        "POST /a HTTP/1.1|Host: shop|Content-Length: 10|Content-Length: 10||0123456789",
        "POST /a HTTP/1.1|Host: shop|deadline-ms: 1000|x: |X: y|Transfer-Encoding: chunked||"
        "3|abc|A;b=c|0123456789|0||",
        "POST /a HTTP/1.1|Host: shop|Transfer-Encoding: chunked||3;a=\"b;c\"|abc|0;d|e: f|g: h||",
        "POST /a HTTP/1.1|Host: shop|Expect: 100-continue|Content-Length: 3||abc",
        "POST /a HTTP/1.1|Host: shop|Transfer-Encoding: chunked||0||",
        "|GET / HTTP/1.1|Host: shop|Connection: keep-alive, TE||GET /b HTTP/1.1|Host: shop||"}) {
    requests.push_back(wire(text));
  }
  return requests;
}

std::vector<std::string> right_answers() {
  std::vector<std::string> answers;
  for (const auto* text :
       {"HTTP/1.1 200 OK|Content-Length: 3||abc", "HTTP/1.0 201 ||abc", "HTTP/1.1 204 None|a: b||",
        "HTTP/1.1 100 Continue||HTTP/1.1 200 OK|Content-Length: 0||",
        "HTTP/1.1 103 Hints|link: </a>||HTTP/1.1 404 No|Content-Length: 2|a: b|A: c||no",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|abc|A;b=c|0123456789|0||",
        "HTTP/1.1 500 No|Transfer-Encoding: chunked||1;a=\"b\"|x|0|retry-after: 1||",
        "HTTP/1.1 200 OK|a: b| c|Content-Length: 10, 10||0123456789",
        "HTTP/1.1 304 Same|Content-Length: 10||", "HTTP/1.1 200 OK|a: b||body to the end"}) {
    answers.push_back(wire(text));
  }
  return answers;
}

}  // namespace workshop::tests
