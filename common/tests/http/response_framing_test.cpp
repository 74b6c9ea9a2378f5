// What RFC 9112 and RFC 9110 say of answers that are malformed, or whose end two readers could see
// in two places: each case with its section, and what a client makes of it.

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "raw_connection.hpp"
#include "wire_text.hpp"
#include "workshop/http/beast.hpp"
#include "workshop/testing/http_conformance_trial.hpp"

namespace workshop::tests {

using http_trial::ample;
using http_trial::ask;
using http_trial::Ended;

namespace {

using namespace std::string_literals;

constexpr int kUnknown = 0;  // OutcomeUnknown

struct Case {
  const char* section;  ///< of RFC 9112, or of RFC 9110 where it says so
  std::string answer;   ///< as wire() takes it
  int status;
  std::string seen = {};  ///< headers and body, when there is a status
};

std::string framed(const std::string& fields, const std::string& body) {
  return "HTTP/1.1 200 OK|" + fields + "||" + body;
}

std::string chunked(const std::string& chunks) {
  return framed("Transfer-Encoding: chunked", chunks);
}

/// Of an answer that is whole apart from its status line.
std::string with_line(const std::string& line) { return line + "|Content-Length: 0||"; }

std::string with_field(const std::string& field) {
  return framed("Content-Length: 0|" + field, "");
}

const std::vector<Case> kLines{
    {"4 a status line", with_line("HTTP/1.1 200 OK"), 200, "[]"},
    {"4 no reason", with_line("HTTP/1.1 200 "), 200, "[]"},
    {"4 a reason in any language", with_line("HTTP/1.1 200 \xc3\xa0 la carte"), 200, "[]"},
    {"4 no space after the status", with_line("HTTP/1.1 200"), kUnknown},
    {"4 no status", with_line("HTTP/1.1 OK"), kUnknown},
    {"4 no status", with_line("HTTP/1.1 20 OK"), kUnknown},
    {"4 no status", with_line("HTTP/1.1 2000 OK"), kUnknown},
    {"4 no status", with_line("HTTP/1.1 -20 OK"), kUnknown},
    {"4 control characters in the reason", with_line("HTTP/1.1 200 O\x01K"), kUnknown},
    {"4 two spaces", with_line("HTTP/1.1  200 OK"), kUnknown},
    {"9110 15 a status that cannot be", with_line("HTTP/1.1 000 OK"), kUnknown},
    {"9110 15 a status that cannot be", with_line("HTTP/1.1 099 OK"), kUnknown},
    {"9110 15 a status that cannot be", with_line("HTTP/1.1 600 OK"), kUnknown},
    {"9110 15 a status that cannot be", with_line("HTTP/1.1 999 OK"), kUnknown},
    {"9110 15 a status of its class", with_line("HTTP/1.1 599 OK"), 599, "[]"},
    {"9110 2.5 a later minor version", with_line("HTTP/1.2 200 OK"), 200, "[]"},
    {"9110 2.5 another major version", with_line("HTTP/2.0 200 OK"), kUnknown},
    {"9110 2.5 another major version", with_line("HTTP/0.9 200 OK"), kUnknown},
    {"2.3 a version that is none", with_line("http/1.1 200 OK"), kUnknown},
    {"2.3 a version that is none", with_line("HTTP/1.10 200 OK"), kUnknown},
    {"2.3 a version that is none", with_line("ICY 200 OK"), kUnknown},
    {"2.2 lines end in CR LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", kUnknown},
    {"2.2 lines end in CR LF", "HTTP/1.1 200 OK|Content-Length: 0\n|", kUnknown},
    {"2.2 bare CR", with_field("a: b\rc: d"), kUnknown},
    {"2.2 white space before the fields", "HTTP/1.1 200 OK| a: b|Content-Length: 0||", kUnknown},
    {"2.2 an empty line before it", "|HTTP/1.1 200 OK|Content-Length: 0||", kUnknown},
    {"2.2 no HTTP", "SSH-2.0-OpenSSH|", kUnknown},
    {"8 nothing comes", "", kUnknown},
    {"8 it ends within the header", "HTTP/1.1 200 OK|Content-Length: 0|", kUnknown},
    {"9110 15.2 interim answers", "HTTP/1.1 100 Continue||" + with_line("HTTP/1.1 201 Made"), 201,
     "[]"},
    {"9110 15.2 interim answers",
     "HTTP/1.1 103 Hints|a: b||HTTP/1.1 102 Wait||" + with_line("HTTP/1.1 201 Made"), 201, "[]"},
    {"9110 15.2 an interim answer has no body",
     "HTTP/1.1 103 Hints|Content-Length: 3||" + with_line("HTTP/1.1 201 Made"), 201, "[]"},
    {"9110 15.2 an interim answer has no body",
     "HTTP/1.1 103 Hints|Transfer-Encoding: gzip||" + with_line("HTTP/1.1 201 Made"), 201, "[]"},
    {"9110 15.2 only interim answers", "HTTP/1.1 100 Continue||", kUnknown},
    {"9110 15.2 interim answers without end", times(2'000, "HTTP/1.1 100 Continue||"), kUnknown},
    {"9110 15.2.2 nobody asked to switch",
     "HTTP/1.1 101 Switching||" + with_line("HTTP/1.1 200 OK"), kUnknown},
};

const std::vector<Case> kFields{
    {"5.1 white space before the colon", with_field("a : b"), kUnknown},
    {"5 a field without a name", with_field(": b"), kUnknown},
    {"5 a field without a colon", with_field("a"), kUnknown},
    {"5 a name that is no token", with_field("a b: c"), kUnknown},
    {"5.2 a folded line becomes a space", with_field("a: b|  c|\td"), 200, "a=b c d []"},
    {"9110 5.5 control characters", with_field("a: b\0c"s), kUnknown},
    {"9110 5.5 an empty value", with_field("a:"), 200, "a= []"},
    {"9110 5.3 equal names", with_field("A: 1|a: 2"), 200, "a=1, 2 []"},
    {"9110 5.3 an empty first", with_field("a:|a: 1"), 200, "a=, 1 []"},
    {"6.1 chunked is not there", framed("Transfer-Encoding: gzip", "abc"), kUnknown},
    {"6.1 chunked is not there", framed("Transfer-Encoding: identity", "abc"), kUnknown},
    {"6.1 chunked is not the last", framed("Transfer-Encoding: chunked, gzip", "0||"), kUnknown},
    {"6.1 an unknown coding", framed("Transfer-Encoding: gzip, chunked", "0||"), kUnknown},
    {"6.1 chunked twice", framed("Transfer-Encoding: chunked, chunked", "0||"), kUnknown},
    {"6.1 an empty coding", framed("Transfer-Encoding:|Transfer-Encoding: chunked", "0||"),
     kUnknown},
    {"6.1 chunked in 1.0", "HTTP/1.0 200 OK|Transfer-Encoding: chunked||0||", kUnknown},
    {"7 codings have no case", framed("Transfer-Encoding: Chunked", "3|abc|0||"), 200, "[abc]"},
    {"6.3 both", framed("Content-Length: 3|Transfer-Encoding: chunked", "3|abc|0||"), kUnknown},
    {"6.3 both", framed("Transfer-Encoding: chunked|Content-Length: 3", "3|abc|0||"), kUnknown},
    {"6.3 both", framed("Content-Length: 3|Transfer-Encoding: gzip", "abc"), kUnknown},
    {"9110 8.6 no number", framed("Content-Length: x", "abc"), kUnknown},
    {"9110 8.6 no number", framed("Content-Length: -3", "abc"), kUnknown},
    {"9110 8.6 no number", framed("Content-Length: +3", "abc"), kUnknown},
    {"9110 8.6 no number", framed("Content-Length:", "abc"), kUnknown},
    {"9110 8.6 beyond 64 bits", framed("Content-Length: 99999999999999999999", "abc"), kUnknown},
    {"6.3 two lengths", framed("Content-Length: 3|Content-Length: 4", "abcd"), kUnknown},
    {"6.3 two lengths", framed("Content-Length: 3, 4", "abcd"), kUnknown},
    {"6.3 one length twice", framed("Content-Length: 3, 3", "abc"), 200, "[abc]"},
    {"6.3 one length twice", framed("Content-Length: 3|Content-Length: 3", "abc"), 200, "[abc]"},
};

const std::vector<Case> kBodies{
    {"6.3 a length", framed("Content-Length: 3", "abc"), 200, "[abc]"},
    {"6.3 more than its length", framed("Content-Length: 3", "abcdef"), 200, "[abc]"},
    {"9.2 a second answer is not taken",
     framed("Content-Length: 3", "abc" + with_line("HTTP/1.1 500 No")), 200, "[abc]"},
    {"8 less than its length", framed("Content-Length: 3", "ab"), kUnknown},
    {"6.3 no length", framed("a: b", "abc"), 200, "a=b [abc]"},
    {"6.3 no length and no body", framed("a: b", ""), 200, "a=b []"},
    {"6.3 no length in 1.0", "HTTP/1.0 200 OK||abc", 200, "[abc]"},
    {"6.3 no length, and too large", framed("a: b", times(101, "x")), kUnknown},
    {"6.3 no length, and the largest", framed("a: b", times(100, "x")), 200,
     "a=b [" + times(100, "x") + "]"},
    {"6.3 too large", framed("Content-Length: 101", times(101, "x")), kUnknown},
    {"6.3 the largest", framed("Content-Length: 100", times(100, "x")), 200,
     "[" + times(100, "x") + "]"},
    {"6.3 a 204 has no body", "HTTP/1.1 204 None|Content-Length: 3||abc", 204, "[]"},
    {"6.3 a 204 has no body", "HTTP/1.1 204 None|Transfer-Encoding: chunked||3|abc|0||", 204, "[]"},
    {"6.3 a 204 has no body", "HTTP/1.1 204 None||abc", 204, "[]"},
    {"6.3 a 304 has no body", "HTTP/1.1 304 Same|Content-Length: 3||", 304, "[]"},
    {"6.3 a 304 has no body", "HTTP/1.1 304 Same|Transfer-Encoding: gzip||", 304, "[]"},
    {"7.1 chunks", chunked("3|abc|A|0123456789|0||"), 200, "[abc0123456789]"},
    {"7.1 no chunk but the last", chunked("0||"), 200, "[]"},
    {"7.1 too large", chunked("32|" + times(50, "x") + "|33|" + times(51, "x") + "|0||"), kUnknown},
    {"7.1 no size", chunked("|abc|0||"), kUnknown},
    {"7.1 no size", chunked("0x3|abc|0||"), kUnknown},
    {"7.1 no size", chunked("-3|abc|0||"), kUnknown},
    {"7.1 beyond 64 bits", chunked("10000000000000003|abc|0||"), kUnknown},
    {"7.1 lines end in CR LF", chunked("3\nabc\n0\n\n"), kUnknown},
    {"7.1 data longer than its size", chunked("3|abcd|0||"), kUnknown},
    {"8 no last chunk", chunked("3|abc|"), kUnknown},
    {"8 the last chunk has no end", chunked("3|abc|0|"), kUnknown},
    {"7.1.1 extensions are ignored", chunked("3;a=\"b\"|abc|0;c||"), 200, "[abc]"},
    {"7.1.1 control characters in extensions", chunked("3;a=\"\n\"|abc|0||"), kUnknown},
    {"7.1.1 extensions without bound", chunked(times(60, "1;" + times(500, "a") + "|x|") + "0||"),
     kUnknown},
    {"7.1.2 a trailer is not a header", chunked("3|abc|0|a: b|retry-after: 1||"), 200, "[abc]"},
    {"7.1.2 a trailer without bound", chunked("0|a: " + times(70'000, "b") + "||"), kUnknown},
    {"9110 6.5.1 framing in a trailer", chunked("3|abc|0|Content-Length: 3||"), kUnknown},
};

std::string seen_of(const HttpResponse& response) {
  std::string seen;
  for (const auto& [name, value] : response.headers) seen += name + "=" + value + " ";
  return seen + "[" + response.body + "]";
}

void check_cases(const std::vector<Case>& cases) {
  BeastHttpClient client({.body_bytes_max = 100});
  for (const auto& [section, answer, status, seen] : cases) {
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{1}}) {
      if (piece == 1 && answer.size() > 200) continue;
      CAPTURE(section, answer.substr(0, 200), status, piece);
      const RawServer server([&](const std::string&, RawConnection& connection) {
        const auto bytes = wire(answer);
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
          if (!connection.send(std::string_view(bytes).substr(at, piece))) return;
          if (piece == 1) std::this_thread::sleep_for(std::chrono::microseconds{20});
        }
      });
      const auto ended = ask(client, server.authority(), {HttpMethod::post, "/", "", {}}, ample());
      CAPTURE(ended.what);
      CHECK(server.connections_count() == 1);
      if (status == kUnknown) {
        CHECK(ended.how == Ended::How::unknown);
      } else {
        CHECK(ended.how == Ended::How::answered);
        CHECK(ended.response.status == status);
        CHECK(seen_of(ended.response) == seen);
      }
    }
  }
}

}  // namespace

TEST_CASE("status lines are taken or not as the RFCs say") { check_cases(kLines); }
TEST_CASE("header fields of answers are taken or not as the RFCs say") { check_cases(kFields); }
TEST_CASE("bodies of answers are taken or not as the RFCs say") { check_cases(kBodies); }

}  // namespace workshop::tests
