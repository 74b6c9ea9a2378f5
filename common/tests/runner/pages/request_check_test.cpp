#include "workshop/runner/pages/request_check.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

using namespace workshop::runner;

namespace {

const std::vector<std::string> kHosts = {"127.0.0.1:80", "localhost:80"};

std::vector<Route> routes() {
  const auto nothing = [](const PageRequest&) { return PageAnswer{}; };
  return {get("/", nothing), get("/pictures/", nothing), post("/rotate", 100, nothing)};
}

RequestHead get_of(std::string_view target) {
  return {.method = "GET", .target = target, .host = "127.0.0.1:80"};
}

RequestHead post_of(std::string_view target) {
  return {.method = "POST",
          .target = target,
          .host = "127.0.0.1:80",
          .content_type = "application/json",
          .body_bytes = 2};
}

/// 200, or the status of the refusal.
int status_of(const RequestHead& head) {
  const auto all = routes();
  const auto checked = check_request(head, all, kHosts);
  return checked.route == nullptr ? checked.refused.status : 200;
}

}  // namespace

TEST_CASE("a request for this server finds its route, and path and query apart") {
  const auto all = routes();
  const auto checked = check_request(get_of("/pictures/a.html?b=1&c=%20x"), all, kHosts);
  REQUIRE(checked.route == &all[1]);
  CHECK(checked.path == "/pictures/a.html");
  CHECK(checked.query == "b=1&c=%20x");
  CHECK(query_value(checked.query, "c") == " x");
  CHECK(query_value(checked.query, "d") == std::nullopt);
  CHECK(status_of(get_of("/")) == 200);
  CHECK(status_of(post_of("/rotate")) == 200);
}

TEST_CASE("a foreign Host is refused, whatever it asks for") {
  for (const char* host :
       {"evil.example", "127.0.0.1", "127.0.0.1:81", "", "127.0.0.1:80.evil.example"}) {
    auto head = get_of("/");
    head.host = host;
    CHECK(status_of(head) == 403);
  }
  auto two = get_of("/");
  two.hosts_count = 2;
  CHECK(status_of(two) == 400);
  auto name = get_of("/");
  name.host = "LocalHost:80";
  CHECK(status_of(name) == 200);
}

TEST_CASE("a page of another site can follow a link to here, and nothing else") {
  auto head = post_of("/rotate");
  head.origin = "http://evil.example";
  CHECK(status_of(head) == 403);
  head.origin = "null";
  CHECK(status_of(head) == 403);
  head.origin = "http://127.0.0.1:80";
  CHECK(status_of(head) == 200);
  head.fetch_site = "cross-site";
  CHECK(status_of(head) == 403);
  head.fetch_site = "same-site";
  CHECK(status_of(head) == 403);
  head.fetch_site = "same-origin";
  CHECK(status_of(head) == 200);

  auto link = get_of("/");
  link.fetch_site = "cross-site";
  link.fetch_mode = "no-cors";
  CHECK(status_of(link) == 403);
  link.fetch_mode = "navigate";
  CHECK(status_of(link) == 200);
}

TEST_CASE("a post that a form of another site could send is refused") {
  auto head = post_of("/rotate");
  head.content_type = "text/plain";
  CHECK(status_of(head) == 415);
  head.content_type = "application/json; charset=utf-8";
  CHECK(status_of(head) == 200);
}

TEST_CASE("what leads outside is no page") {
  for (const char* target :
       {"/pictures/../secret", "/pictures/%2e%2e/secret", "/pictures//etc/passwd", "/pictures\\..",
        "/nothing", "//127.0.0.1/"}) {
    CAPTURE(target);
    CHECK(status_of(get_of(target)) == 404);
  }
  CHECK(status_of(get_of("http://127.0.0.1:80/")) == 400);
  CHECK(status_of(get_of("*")) == 400);
}

TEST_CASE("another method is refused as one") {
  auto head = get_of("/");
  for (const char* method : {"HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "get"}) {
    head.method = method;
    CHECK(status_of(head) == 405);
  }
  CHECK(status_of(get_of("/rotate")) == 405);
  CHECK(status_of(post_of("/")) == 405);
}

TEST_CASE("a body is judged before it is read") {
  auto head = post_of("/rotate");
  head.body_bytes = 101;
  CHECK(status_of(head) == 413);
  head.body_bytes = 100;
  CHECK(status_of(head) == 200);
  head.body_bytes.reset();
  CHECK(status_of(head) == 411);
  head.chunked = true;
  CHECK(status_of(head) == 411);
  auto with_body = get_of("/");
  with_body.body_bytes = 1;
  CHECK(status_of(with_body) == 400);
}

TEST_CASE("no refusal repeats what came in") {
  const auto all = routes();
  auto head = get_of("/<script>");
  head.host = "<script>:80";
  CHECK(check_request(head, all, kHosts).refused.body.find('<') == std::string::npos);
  head.host = "127.0.0.1:80";
  CHECK(check_request(head, all, kHosts).refused.body.find('<') == std::string::npos);
}
