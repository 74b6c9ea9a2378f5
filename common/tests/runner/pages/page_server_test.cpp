#include "workshop/runner/pages/page_server.hpp"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

#include "runner/pages/pages_test.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/pages/sources.hpp"

using namespace workshop::runner;
using namespace workshop::tests;
using std::chrono::milliseconds;

namespace {

std::string ask(const PageServer& server, std::string_view target, std::string_view more = {}) {
  return raw_exchange(server.port(), get_text(server.port(), target, more));
}

/// Reads until `text` has come; what has come.
std::string receive_until(RawConnection& connection, std::string_view text) {
  std::string all;
  while (all.find(text) == std::string::npos) {
    const auto bytes = connection.receive();
    if (bytes.empty()) break;
    all += bytes;
  }
  return all;
}

}  // namespace

TEST_CASE("a page comes with its type, and with what forbids browsers the rest of the world") {
  const PageServer server({page("/live.js"), page("/", "room.css")});
  const auto answer = ask(server, "/live.js");
  CHECK(status_of(answer) == 200);
  CHECK(body_of(answer) == source("live.js"));
  CHECK(answer.find("Content-Type: text/javascript; charset=utf-8\r\n") != std::string::npos);
  CHECK(answer.find("Content-Security-Policy: default-src 'self'") != std::string::npos);
  CHECK(answer.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
  CHECK(answer.find("Cache-Control: no-store\r\n") != std::string::npos);
  CHECK(body_of(ask(server, "/")) == source("room.css"));
  CHECK(server.url() == fmt::format("http://127.0.0.1:{}/", server.port()));
}

TEST_CASE("a post reaches its handler with its body, and a handler that fails is a 500") {
  std::string told;
  const PageServer server(
      {post("/say", 100, [](const PageRequest& request) { return json_answer(request.body); }),
       get("/fail", [](const PageRequest&) -> PageAnswer { throw std::runtime_error("secret"); })},
      {.on_error = [&](std::string_view what) { told = what; }});
  const auto answer = raw_exchange(server.port(), post_text(server.port(), "/say", R"({"a": 1})"));
  CHECK(status_of(answer) == 200);
  CHECK(body_of(answer) == R"({"a": 1})");
  const auto failed = ask(server, "/fail");
  CHECK(status_of(failed) == 500);
  CHECK(failed.find("secret") == std::string::npos);
  CHECK(told == "secret");
}

TEST_CASE("a large post is refused before it is taken, also when it waits for a 100") {
  const PageServer server(
      {post("/say", 100, [](const PageRequest& request) { return json_answer(request.body); })});
  const auto large =
      raw_exchange(server.port(), post_text(server.port(), "/say", std::string(10'000'000, 'x')));
  CHECK(status_of(large) == 413);
  CHECK(body_of(large) == "The body is too large.\n");
  const auto waits = raw_exchange(
      server.port(), post_text(server.port(), "/say", "12", "Expect: 100-continue\r\n"));
  CHECK(waits.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_CASE("a header of more than 8 KiB is refused") {
  const PageServer server({page("/live.js")});
  const auto more = "X-Much: " + std::string(9'000, 'x') + "\r\n";
  CHECK(status_of(ask(server, "/live.js", more)) == 431);
  CHECK(status_of(ask(server, "/live.js", "X-Much: " + std::string(7'000, 'x') + "\r\n")) == 200);
}

TEST_CASE("a request that does not come in time is refused, and an idle connection ends") {
  const PageServer server({page("/live.js")}, {.request_timeout_ms = milliseconds(1'000)});
  RawConnection slow(server.port());
  slow.send("GET /live.js HTTP/1.1\r\nHost: 127");
  CHECK(status_of(slow.receive_all()) == 408);
  RawConnection idle(server.port());
  CHECK(idle.receive_all().empty());
}

TEST_CASE("files of a folder are served, and nothing that lies elsewhere") {
  const workshop::process::TemporaryFolder root;
  const auto folder = root.path() / "pictures";
  std::filesystem::create_directories(folder / "deeper");
  std::ofstream(folder / "a.html") << "<p>picture</p>";
  std::ofstream(folder / "a.txt") << "text";
  std::ofstream(root.path() / "secret.html") << "secret";
  std::ofstream(folder / "deeper" / "b.html") << "deeper";
  std::filesystem::create_symlink(root.path() / "secret.html", folder / "link.html");
  const PageServer server({files("/pictures/", folder, {".html"})});
  const auto answer = ask(server, "/pictures/a.html");
  CHECK(status_of(answer) == 200);
  CHECK(body_of(answer) == "<p>picture</p>");
  CHECK(answer.find("default-src 'none'; script-src 'unsafe-inline'") != std::string::npos);
  for (const char* target : {"/pictures/a.txt", "/pictures/link.html", "/pictures/deeper/b.html",
                             "/pictures/", "/pictures/../secret.html", "/pictures/none.html"}) {
    CAPTURE(target);
    CHECK(status_of(ask(server, target)) == 404);
  }
}

TEST_CASE("events come as they are published, with the last state first") {
  EventHub hub;
  hub.publish("state", "1");
  const PageServer server({events("/events", hub)}, {.alive_ms = std::chrono::hours(1)});
  RawConnection page(server.port());
  page.send(get_text(server.port(), "/events"));
  const auto head = receive_until(page, "data: 1\n\n");
  CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(head.find("event: state\ndata: 1\n\n") != std::string::npos);
  hub.publish("state", "2");  // nothing else wakes whoever writes to the page
  CHECK(receive_until(page, "data: 2\n\n").find("data: 2") != std::string::npos);
}

TEST_CASE("a page to which nothing is told hears that the server is alive") {
  EventHub hub;
  const PageServer server({events("/events", hub)}, {.alive_ms = milliseconds(50)});
  RawConnection page(server.port());
  page.send(get_text(server.port(), "/events"));
  CHECK(receive_until(page, "event: alive").find("event: alive") != std::string::npos);
}

TEST_CASE("a page that is closed is forgotten, and the others go on") {
  EventHub hub;
  const PageServer server({events("/events", hub)});
  RawConnection stays(server.port());
  stays.send(get_text(server.port(), "/events"));
  {
    RawConnection leaves(server.port());
    leaves.send(get_text(server.port(), "/events"));
    REQUIRE(comes_true([&] { return hub.subscribers_count() == 2; }));
  }
  CHECK(comes_true([&] { return hub.subscribers_count() == 1; }));
  hub.publish("state", "7");
  CHECK(receive_until(stays, "data: 7").find("data: 7") != std::string::npos);
}

TEST_CASE("a page that reads nothing is dropped, and delays nobody") {
  EventHub hub;
  const PageServer server({events("/events", hub)},
                          {.answer_timeout_ms = std::chrono::minutes(10)});
  RawConnection dead(server.port());
  dead.send(get_text(server.port(), "/events"));
  RawConnection reads(server.port());
  reads.send(get_text(server.port(), "/events"));
  REQUIRE(comes_true([&] { return hub.subscribers_count() == 2; }));
  const std::string large = '"' + std::string(900'000, 'x') + '"';
  for (int i = 0; i < 40; ++i) {
    hub.publish("large", large);
    const auto mark = std::to_string(i);
    hub.publish("mark", mark);
    REQUIRE(receive_until(reads, "event: mark\ndata: " + mark + "\n").find("mark") !=
            std::string::npos);
  }
  CHECK(comes_true([&] { return hub.subscribers_count() == 1; }));
}

TEST_CASE("no more pages listen than there is room for, and no peer takes all connections") {
  EventHub hub;
  const PageServer server({events("/events", hub), page("/live.js")},
                          {.connections_per_peer_max = 6,
                           .event_clients_max = 2,
                           .request_timeout_ms = std::chrono::minutes(10)});
  std::vector<std::unique_ptr<RawConnection>> pages;
  for (int i = 0; i < 2; ++i) {
    pages.push_back(std::make_unique<RawConnection>(server.port()));
    pages.back()->send(get_text(server.port(), "/events"));
  }
  REQUIRE(comes_true([&] { return hub.subscribers_count() == 2; }));
  CHECK(status_of(ask(server, "/events")) == 503);
  CHECK(status_of(ask(server, "/live.js")) == 200);
  for (int i = 0; i < 4; ++i) pages.push_back(std::make_unique<RawConnection>(server.port()));
  CHECK(RawConnection(server.port()).receive().empty());
  pages.clear();
  CHECK(comes_true([&] { return status_of(ask(server, "/live.js")) == 200; }));
}

TEST_CASE("a port that is taken is said, with the mend") {
  const PageServer server({page("/live.js")});
  try {
    const PageServer second({page("/live.js")}, {.port = server.port()});
    FAIL("it listens");
  } catch (const UserError& error) {
    CHECK(std::string(error.what()).find("choose another --port") != std::string::npos);
  }
}
