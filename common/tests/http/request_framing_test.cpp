// What RFC 9112 and RFC 9110 say of requests that are malformed, or whose end two readers could see
// in two places: each case with its section, and what comes of it.

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "raw_connection.hpp"
#include "wire_text.hpp"
#include "workshop/http/beast.hpp"

namespace workshop::tests {
namespace {

using namespace std::string_literals;

constexpr int kNoAnswer = 0;

struct Case {
  const char* section;  ///< of RFC 9112, or of RFC 9110 where it says so
  std::string request;  ///< as wire() takes it
  int status;
  std::string seen = {};  ///< by the handler, when the status is 200
};

/// Tells in its answer what it was asked.
Task<HttpResponse> tell(HttpRequest request) {
  std::string seen(name_of(request.method));
  seen += " " + request.target;
  for (const auto& [name, value] : request.headers) seen += " " + name + "=" + value;
  co_return HttpResponse{200, seen + " [" + request.body + "]", {}};
}

std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

int status_of(const std::string& answer) {
  if (answer.empty()) return kNoAnswer;
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : -1;
}

/// A request with a body that is framed by `fields`.
std::string framed(const std::string& fields, const std::string& body) {
  return "POST / HTTP/1.1|Host: shop|" + fields + "||" + body;
}

std::string chunked(const std::string& chunks) {
  return framed("Transfer-Encoding: chunked", chunks);
}

std::string with_host(const std::string& host) { return "GET / HTTP/1.1|Host: " + host + "||"; }

std::string with_version(const std::string& version) {
  return "GET / " + version + "|Host: shop||";
}

std::string with_target(const std::string& target) {
  return "GET " + target + " HTTP/1.1|Host: shop||";
}

std::string with_field(const std::string& field) {
  return "GET / HTTP/1.1|Host: shop|" + field + "||";
}

const std::string kSeen = "GET / []";

const std::vector<Case> kLines{
    {"2.2 lines end in CR LF", "GET / HTTP/1.1\nHost: shop\n\n", 400},
    {"2.2 lines end in CR LF", "GET / HTTP/1.1|Host: shop\na: b||", 400},
    {"2.2 lines end in CR LF", "GET / HTTP/1.1|Host: shop\n|", 400},
    {"2.2 bare CR", with_field("a: b\rc: d"), 400},
    {"2.2 bare CR", "GET /\r HTTP/1.1|Host: shop||", 400},
    {"2.2 bare CR", "GET / HTTP/1.1\r|Host: shop||", 400},
    {"2.2 an empty line before it", "|GET / HTTP/1.1|Host: shop||", 200, kSeen},
    {"2.2 two empty lines before it", "||GET / HTTP/1.1|Host: shop||", 400},
    {"2.2 white space before the fields", "GET / HTTP/1.1| a: b|Host: shop||", 400},
    {"2.2 white space before the fields", "GET / HTTP/1.1|\tHost: shop||", 400},
    {"2.2 no HTTP", "nonsense||", 400},
    {"2.2 no HTTP", "\x16\x03\x01\x02\x01\x01\xfc"s, 400},
    {"2.2 no HTTP", "\0\0\0\0||"s, 400},
    {"9110 2.5 a later minor version", with_version("HTTP/1.2"), 200, kSeen},
    {"9110 2.5 a later minor version", "GET / HTTP/1.9||", 400},
    {"9110 15.6.6 another major version", with_version("HTTP/2.0"), 505},
    {"9110 15.6.6 another major version", with_version("HTTP/0.9"), 505},
    {"9110 15.6.6 another major version", "PRI * HTTP/2.0||SM||", 505},
    {"2.3 a version that is none", with_version("HTTP/1.10"), 400},
    {"2.3 a version that is none", with_version("HTTP/01.1"), 400},
    {"2.3 a version that is none", with_version("HTTP/1"), 400},
    {"2.3 a version that is none", with_version("HTTP/1,1"), 400},
    {"2.3 a version that is none", with_version("http/1.1"), 400},
    {"2.3 a version that is none", with_version("HTTP /1.1"), 400},
    {"2.3 a version that is none", with_version("HTTP/1.1 "), 400},
    {"2.3 a version that is none", "GET /||", 400},
    {"3 single spaces", "GET  / HTTP/1.1|Host: shop||", 400},
    {"3 single spaces", "GET /  HTTP/1.1|Host: shop||", 400},
    {"3 single spaces", " GET / HTTP/1.1|Host: shop||", 400},
    {"3 single spaces", "GET\t/ HTTP/1.1|Host: shop||", 400},
    {"3 a method without end", std::string(20'000, 'G'), 501},
    {"3 a target without end", "GET /" + std::string(20'000, 'a'), 414},
    {"5 a header without end", "GET / HTTP/1.1|Host: shop|a: " + std::string(20'000, 'a'), 431},
    {"3.1 an unknown method", "FETCH / HTTP/1.1|Host: shop||", 501},
    {"3.1 methods have a case", "get / HTTP/1.1|Host: shop||", 501},
    {"3.1 a method is a token", "G(T / HTTP/1.1|Host: shop||", 400},
    {"9110 9.1 a method that is not allowed", "PATCH / HTTP/1.1|Host: shop||", 405},
    {"9110 9.1 a method that is not allowed", "TRACE / HTTP/1.1|Host: shop||", 405},
    {"3.2.3 authority-form", "CONNECT shop:80 HTTP/1.1|Host: shop:80||", 405},
    {"3.2.4 asterisk-form", "OPTIONS * HTTP/1.1|Host: shop||", 405},
    {"3.2.4 asterisk-form", with_target("*"), 400},
    {"3.2.1 origin-form", with_target("/a?b=c&d"), 200, "GET /a?b=c&d []"},
    {"3.2.1 origin-form", with_target("gifts"), 400},
    {"3.2.1 origin-form", with_target("?a"), 400},
    {"3.2.1 origin-form", with_target("/a#b"), 400},
    {"3.2 target characters", with_target("/a b"), 400},
    {"3.2 target characters", with_target("/\xc3\xab"), 400},
    {"3.2 target characters", with_target("/a\0b"s), 400},
    {"3.2.2 absolute-form", with_target("http://shop/a?b"), 200, "GET /a?b []"},
    {"3.2.2 absolute-form", with_target("HTTP://shop:80/a"), 200, "GET /a []"},
    {"3.2.2 absolute-form", with_target("http://shop"), 200, kSeen},
    {"3.2.2 absolute-form", with_target("http://shop?b"), 200, "GET /?b []"},
    {"3.2.2 another host than Host", with_target("http://other/"), 200, kSeen},
    {"3.2.2 absolute-form without Host", "GET http://shop/ HTTP/1.1||", 400},
    {"3.2.2 another scheme", with_target("https://shop/"), 400},
    {"3.2.2 another scheme", with_target("file:///etc"), 400},
    {"9110 4.2.1 no host", with_target("http:///a"), 400},
    {"9110 4.2.4 user information", with_target("http://me@shop/"), 400},
};

const std::vector<Case> kFields{
    {"3.2 no Host", "GET / HTTP/1.1||", 400},
    {"3.2 no Host", "OPTIONS * HTTP/1.1||", 400},
    {"3.2 no Host in 1.0", "GET / HTTP/1.0||", 200, kSeen},
    {"3.2 two Hosts", with_host("shop|Host: other"), 400},
    {"3.2 two Hosts", with_host("shop|Host: shop"), 400},
    {"3.2 two Hosts in 1.0", "GET / HTTP/1.0|Host: shop|Host: other||", 400},
    {"3.2 an invalid Host", with_host("a b"), 400},
    {"3.2 an invalid Host", with_host("shop/x"), 400},
    {"3.2 an invalid Host", with_host("me@shop"), 400},
    {"3.2 an invalid Host", with_host("shop:x"), 400},
    {"3.2 an invalid Host", with_host("shop:80:80"), 400},
    {"3.2 an invalid Host", with_host("shop:1234567"), 400},
    {"3.2 an invalid Host", with_host("[::1"), 400},
    {"3.2 an invalid Host", with_host("[shop]"), 400},
    {"3.2 an invalid Host", with_host("[::1]80"), 400},
    {"3.2 an invalid Host", with_host("%zz"), 400},
    {"3.2 an invalid Host", with_host("sh\xf6p"), 400},
    {"3.2 an invalid Host in 1.0", "GET / HTTP/1.0|Host: a b||", 400},
    {"3.3 an empty Host", with_host(""), 400},
    {"3.2 a Host", with_host("shop:80"), 200, kSeen},
    {"3.2 a Host", with_host("SHOP.example:"), 200, kSeen},
    {"3.2 a Host", with_host("127.0.0.1:1"), 200, kSeen},
    {"3.2 a Host", with_host("[::1]:80"), 200, kSeen},
    {"3.2 a Host", with_host("a%2db"), 200, kSeen},
    {"5 a field without a name", with_field(": a"), 400},
    {"5 a field without a colon", with_field("a"), 400},
    {"5 a name that is no token", with_field("a b: c"), 400},
    {"5 a name that is no token", with_field("a(b: c"), 400},
    {"5 a name that is no token", with_field("\xc3\xab: c"), 400},
    {"5.1 white space before the colon", with_field("a : b"), 400},
    {"5.1 white space before the colon", with_field("a\t: b"), 400},
    {"5.1 white space before the colon", "GET / HTTP/1.1|Host : shop||", 400},
    {"5.1 white space before the colon", framed("Content-Length : 3", "abc"), 400},
    {"5.1 white space before the colon", framed("Transfer-Encoding : chunked", "0||"), 400},
    {"5.2 a folded line", with_field("a: b| c"), 400},
    {"5.2 a folded line", with_field("a: b|\tc"), 400},
    {"5.2 a folded line", framed("Transfer-Encoding:| chunked", "0||"), 400},
    {"5.2 a folded line", framed("Content-Length:| 3", "abc"), 400},
    {"9110 5.5 control characters", with_field("a: b\0c"s), 400},
    {"9110 5.5 control characters", with_field("a: b\x01"), 400},
    {"9110 5.5 control characters", with_field("a: b\x7f"), 400},
    {"9110 5.5 blanks around a value", with_field("a: \t b \t"), 200, "GET / a=b []"},
    {"9110 5.5 bytes beyond ASCII", with_field("a: Zo\xc3\xab"), 200, "GET / a=Zo\xc3\xab []"},
    {"9110 5.5 an empty value", with_field("a:"), 200, "GET / a= []"},
    {"9110 5.3 equal names", with_field("A: 1|b: 2|a: 3"), 200, "GET / a=1, 3 b=2 []"},
    {"9110 5.3 an empty first", with_field("a:|a: 1"), 200, "GET / a=, 1 []"},
    {"9110 5.3 an empty last", with_field("a: 1|a:"), 200, "GET / a=1, []"},
    {"9110 10.1.1 another expectation", with_field("Expect: a miracle"), 417},
    {"9110 10.1.1 nothing to wait for", with_field("Expect: 100-continue"), 200, kSeen},
};

const std::vector<Case> kLengths{
    {"6.1 chunked is not there", framed("Transfer-Encoding: gzip", ""), 400},
    {"6.1 chunked is not there", framed("Transfer-Encoding: xchunked", "0||"), 400},
    {"6.1 chunked is not there", framed("Transfer-Encoding: identity", ""), 400},
    {"6.1 chunked is not there", framed("Transfer-Encoding:", ""), 400},
    {"6.1 chunked is not there", framed("Transfer-Encoding: chunk", "0||"), 400},
    {"6.1 chunked is not there", framed("Transfer-Encoding: \"chunked\"", "0||"), 400},
    {"6.1 chunked is not there",
     framed("Transfer-Encoding: \x0b"
            "chunked",
            "0||"),
     400},
    {"6.1 chunked is not the last", framed("Transfer-Encoding: chunked, gzip", "0||"), 400},
    {"6.1 chunked is not the last", framed("Transfer-Encoding: chunked, identity", "0||"), 400},
    {"6.1 chunked is not the last",
     framed("Transfer-Encoding: chunked|Transfer-Encoding: gzip", "0||"), 400},
    {"6.1 chunked twice", framed("Transfer-Encoding: chunked, chunked", "0||"), 400},
    {"6.1 chunked twice", framed("Transfer-Encoding: chunked|Transfer-Encoding: chunked", "0||"),
     400},
    {"6.1 an empty coding", framed("Transfer-Encoding: , chunked", "0||"), 400},
    {"6.1 an empty coding", framed("Transfer-Encoding: chunked,", "0||"), 400},
    {"6.1 an empty coding", framed("Transfer-Encoding:|Transfer-Encoding: chunked", "0||"), 400},
    {"7.1 chunked has no parameters", framed("Transfer-Encoding: chunked;q=1", "0||"), 400},
    {"6.1 an unknown coding", framed("Transfer-Encoding: gzip, chunked", "0||"), 501},
    {"6.1 an unknown coding", framed("Transfer-Encoding: gzip|Transfer-Encoding: chunked", "0||"),
     501},
    {"7 codings have no case", framed("Transfer-Encoding: CHUNKED", "3|abc|0||"), 200,
     "POST / [abc]"},
    {"6.1 chunked in 1.0", "POST / HTTP/1.0|Transfer-Encoding: chunked||3|abc|0||", 400},
    {"6.1 gzip in 1.0", "POST / HTTP/1.0|Transfer-Encoding: gzip||", 400},
    {"6.3 both", framed("Content-Length: 5|Transfer-Encoding: chunked", "0||"), 400},
    {"6.3 both", framed("Transfer-Encoding: chunked|Content-Length: 5", "0||"), 400},
    {"6.3 both", framed("Content-Length: 3|Transfer-Encoding: gzip", "abc"), 400},
    {"6.3 both", framed("Transfer-Encoding: gzip|Content-Length: 3", "abc"), 400},
    {"6.3 both in 1.0", "POST / HTTP/1.0|Content-Length: 3|Transfer-Encoding: chunked||0||", 400},
    {"5 another name", framed("Transfer_Encoding: chunked", "3|abc|0||"), 200,
     "POST / transfer_encoding=chunked []"},
    {"9110 8.6 no number", framed("Content-Length: x", ""), 400},
    {"9110 8.6 no number", framed("Content-Length:", ""), 400},
    {"9110 8.6 no number", framed("Content-Length: -1", "a"), 400},
    {"9110 8.6 no number", framed("Content-Length: -0", ""), 400},
    {"9110 8.6 no number", framed("Content-Length: +1", "a"), 400},
    {"9110 8.6 no number", framed("Content-Length: 0x1", "a"), 400},
    {"9110 8.6 no number", framed("Content-Length: 1_0", "abc"), 400},
    {"9110 8.6 no number", framed("Content-Length: 1 0", "abc"), 400},
    {"9110 8.6 no number", framed("Content-Length: 1e1", "abc"), 400},
    {"9110 8.6 no number", framed("Content-Length: 1.0", "abc"), 400},
    {"9110 8.6 no number", framed("Content-Length: 1;q=1", "abc"), 400},
    {"9110 8.6 no number", framed("Content-Length: 1,", "abc"), 400},
    {"9110 8.6 beyond 64 bits", framed("Content-Length: 99999999999999999999", ""), 400},
    {"9110 8.6 beyond 64 bits", framed("Content-Length: 18446744073709551616", ""), 400},
    {"9110 15.5.14 too large", framed("Content-Length: 18446744073709551615", ""), 413},
    {"9110 15.5.14 too large", framed("Content-Length: 101", ""), 413},
    {"6.3 two lengths", framed("Content-Length: 3, 4", "abc"), 400},
    {"6.3 two lengths", framed("Content-Length: 3|Content-Length: 4", "abcd"), 400},
    {"6.3 two lengths", framed("Content-Length: 4|Content-Length: 3", "abcd"), 400},
    {"6.3 one length twice", framed("Content-Length: 3, 3", "abc"), 200, "POST / [abc]"},
    {"6.3 one length twice", framed("Content-Length: 3|Content-Length: 3", "abc"), 200,
     "POST / [abc]"},
    {"9110 8.6 leading zeros", framed("Content-Length: 003", "abc"), 200, "POST / [abc]"},
    {"6.2 a GET with a body", "GET / HTTP/1.1|Host: shop|Content-Length: 3||abc", 200,
     "GET / [abc]"},
    {"6.3 no length", framed("a: b", "abc"), 200, "POST / a=b []"},
    {"6.3 more than its length", framed("Content-Length: 3", "abcd"), 200, "POST / [abc]"},
    {"8 it ends within the body", framed("Content-Length: 3", "ab"), 400},
    {"8 it ends within the header", "GET / HTTP/1.1|Host: shop|", 400},
    {"8 it ends within the first line", "GE", 400},
    {"8 nothing comes", "", kNoAnswer},
    {"9.6 what follows it is not executed",
     framed("Content-Length: 3", "abcPOST /second HTTP/1.1|Host: shop|Content-Length: 0||"), 200,
     "POST / [abc]"},
    {"9.6 what follows it is not executed", with_host("shop") + with_host("shop"), 200, kSeen},
};

const std::vector<Case> kChunks{
    {"7.1 chunks", chunked("3|abc|A|0123456789|a|0123456789|0||"), 200,
     "POST / [abc01234567890123456789]"},
    {"7.1 no chunk but the last", chunked("0||"), 200, "POST / []"},
    {"7.1 leading zeros", chunked("003|abc|000||"), 200, "POST / [abc]"},
    {"7.1 no size", chunked("zz|abc|0||"), 400},
    {"7.1 no size", chunked("zz|"), 400},
    {"7.1 no size", chunked("|abc|0||"), 400},
    {"7.1 no size", chunked("-3|abc|0||"), 400},
    {"7.1 no size", chunked("+3|abc|0||"), 400},
    {"7.1 no size", chunked("0x3|abc|0||"), 400},
    {"7.1 no size", chunked(" 3|abc|0||"), 400},
    {"7.1 no size", chunked("3 |abc|0||"), 400},
    {"7.1 no size", chunked("3_|abc|0||"), 400},
    {"7.1 no size", chunked("3,3|abc|0||"), 400},
    {"7.1 beyond 64 bits", chunked("10000000000000003|abc|0||"), 400},
    {"7.1 too large", chunked("ffffffffffffffff|abc|0||"), 413},
    {"7.1 too large", chunked("65|abc|0||"), 413},
    {"7.1 too large together", chunked("32|" + times(50, "a") + "|33|" + times(51, "a") + "|0||"),
     413},
    {"7.1 lines end in CR LF", chunked("3\nabc|0||"), 400},
    {"7.1 lines end in CR LF", chunked("3\rabc|0||"), 400},
    {"7.1 lines end in CR LF", chunked("3|abc\n0||"), 400},
    {"7.1 lines end in CR LF", chunked("3|abc|0\n|"), 400},
    {"7.1 data longer than its size", chunked("3|abcd|0||"), 400},
    {"7.1 data without its end", chunked("3|abc0||"), 400},
    {"8 no last chunk", chunked("3|abc|"), 400},
    {"8 no last chunk", chunked("3|ab"), 400},
    {"8 the last chunk has no end", chunked("3|abc|0|"), 400},
    {"8 the last chunk has no end", chunked("0|"), 400},
    {"7.1.1 extensions are ignored", chunked("3;a=b;c=\"d;e\" ; f|abc|0;g||"), 200, "POST / [abc]"},
    {"7.1.1 malformed extensions", chunked("3;|abc|0||"), 400},
    {"7.1.1 malformed extensions", chunked("3;a=|abc|0||"), 400},
    {"7.1.1 malformed extensions", chunked("3;a=\"b|abc|0||"), 400},
    {"7.1.1 malformed extensions", chunked("3 a|abc|0||"), 400},
    {"7.1.1 control characters in extensions", chunked("3;a=\"\n\"|abc|0||"), 400},
    {"7.1.1 control characters in extensions", chunked("3;a=\"\x01\"|abc|0||"), 400},
    {"7.1.1 control characters in extensions", chunked("3;a=\rb|abc|0||"), 400},
    {"7.1.1 control characters in extensions", chunked("3|abc|0;a=\"\n\"||"), 400},
    {"7.1.1 extensions without bound", chunked(times(60, "1;" + times(500, "a") + "|x|")), 413},
    {"7.1.1 an extension without bound", chunked("3;" + times(20'000, "a") + "|abc|0||"), 413},
    {"7.1.2 a trailer is not a header", chunked("3|abc|0|a: b|Host: other||"), 200, "POST / [abc]"},
    {"7.1.2 a malformed trailer", chunked("3|abc|0|a b||"), 400},
    {"7.1.2 a malformed trailer", chunked("3|abc|0|a : b||"), 400},
    {"7.1.2 a malformed trailer", chunked("3|abc|0|a: b\nc: d||"), 400},
    {"9110 6.5.1 framing in a trailer", chunked("3|abc|0|Content-Length: 3||"), 400},
    {"9110 6.5.1 framing in a trailer", chunked("3|abc|0|Transfer-Encoding: gzip||"), 400},
    {"7.1.2 a trailer without bound", chunked("3|abc|0|a: " + times(20'000, "b") + "||"), 413},
    {"7.1.2 a trailer without bound", chunked("0|a: " + times(70'000, "b") + "||"), 413},
    {"9.6 what follows it is not executed", chunked("0||GET /second HTTP/1.1|Host: shop||"), 200,
     "POST / []"},
};

void check_cases(const std::vector<Case>& cases) {
  std::atomic<int> executed = 0;
  const BeastHttpServer server(
      [&](HttpRequest request) {
        ++executed;
        return tell(std::move(request));
      },
      {.body_bytes_max = 100});
  for (const auto& [section, request, status, seen] : cases) {
    CAPTURE(section, request.substr(0, 200), status);
    executed = 0;
    RawConnection connection(server.port());
    connection.send(wire(request));
    connection.end_sending();
    const auto answer = connection.receive_all();
    CAPTURE(answer);
    CHECK(status_of(answer) == status);
    CHECK(executed == (status == 200 ? 1 : 0));
    if (status == 200) CHECK(body_of(answer) == seen);
    if (status > 200) CHECK(body_of(answer).starts_with("The request is refused: "));
  }
}

}  // namespace

TEST_CASE("request lines are taken or refused as the RFCs say") { check_cases(kLines); }
TEST_CASE("header fields of requests are taken or refused as the RFCs say") {
  check_cases(kFields);
}
TEST_CASE("lengths of requests are taken or refused as the RFCs say") { check_cases(kLengths); }
TEST_CASE("chunks of requests are taken or refused as the RFCs say") { check_cases(kChunks); }

TEST_CASE("a last chunk that comes byte by byte ends its request") {
  const BeastHttpServer server(tell);
  for (const std::string chunks : {"0||", "3;a|abc|0;b|c: d||", "1|a|0||"}) {
    CAPTURE(chunks);
    RawConnection connection(server.port());
    for (const char byte : wire(chunked(chunks))) {
      REQUIRE(connection.send({&byte, 1}));
      std::this_thread::sleep_for(std::chrono::microseconds{300});  // each is read for itself
    }
    CHECK(status_of(connection.receive_all()) == 200);
  }
}

TEST_CASE("the refusal of a HEAD has no body, and that of another method says what is allowed") {
  const BeastHttpServer server(tell);
  for (const std::string request :
       {"HEAD / HTTP/1.1|Host: shop||", "HEAD / HTTP/1.1||", "HEAD / HTTP/3.0||", "HEAD /\n"}) {
    CAPTURE(request);
    const auto answer = raw_exchange(server.port(), wire(request));
    CHECK(status_of(answer) >= 400);
    CHECK(answer.ends_with("\r\n\r\n"));
  }
  const auto answer = raw_exchange(server.port(), wire("PATCH / HTTP/1.1|Host: shop||"));
  CHECK(answer.find("allow: GET, PUT, POST, DELETE\r\n") != std::string::npos);
}

TEST_CASE("who waits for a 100 before he sends the body gets it") {
  const BeastHttpServer server(tell, {.body_bytes_max = 10});
  const std::string waits = "POST / HTTP/1.1|Host: shop|Expect: 100-Continue|Content-Length: ";
  {
    RawConnection connection(server.port());
    connection.send(wire(waits + "3||"));
    CHECK(connection.receive() == wire("HTTP/1.1 100 Continue||"));
    connection.send("abc");
    CHECK(body_of(connection.receive_all()) == "POST / [abc]");
  }
  // RFC 9110, section 10.1.1: not for whom is refused, nor needed when the body has begun to come.
  CHECK(status_of(raw_exchange(server.port(), wire(waits + "11||"))) == 413);
  CHECK(status_of(raw_exchange(server.port(), wire(waits + "3||abc"))) == 200);
  const auto old = raw_exchange(
      server.port(), wire("POST / HTTP/1.0|Expect: 100-continue|Content-Length: 3||abc"));
  CHECK(status_of(old) == 200);
}

}  // namespace workshop::tests
