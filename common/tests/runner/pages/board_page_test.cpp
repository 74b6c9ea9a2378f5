#include "workshop/runner/board/board_page.hpp"

#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <vector>

#include "http/memory_use.hpp"
#include "http/mutation.hpp"
#include "runner/pages/pages_test.hpp"
#include "runner/text_folder.hpp"
#include "workshop/runner/board/membership.hpp"
#include "workshop/runner/board/report.hpp"
#include "workshop/runner/pages/page_client.hpp"

using namespace workshop::runner;
using namespace workshop::tests;
using std::chrono::milliseconds;

namespace {

/// A checkout with one lab, and a board over it.
struct Class {
  Class() {
    folder.write(
        "labs/08-identity-deduplication/README.md",
        "---\ntitle: identity deduplication\npart: \"II: x\"\nday: 1\nalone: 12, 8\nmob: 6, 6\n"
        "room: alone, mob\nlate: keep, keep\nconcepts: x\nprerequisites: 06\n---\n\n# Lab 08\n\n"
        "## Step 1: book once (12 minutes)\n\nx\n\n## Step 2: same id (8 minutes)\n\nx\n");
    folder.write("labs/08-identity-deduplication/src/a.cpp", "int a;\n");
    folder.write("labs/08-identity-deduplication/CMakeLists.txt", "\n");
    page = std::make_unique<BoardPage>(Project(folder.path()), BoardPageOptions{.code = "KAT5WZ"});
    address = read_page_address(page->addresses().front());
    port = static_cast<std::uint16_t>(std::stoi(address.port));
    own_port = static_cast<std::uint16_t>(std::stoi(read_page_address(page->url()).port));
  }

  std::string joined(const std::string& name) const {
    const auto reply = post_json(address, "/join", R"({"code":"kat5wz","name":")" + name + "\"}",
                                 milliseconds(5'000));
    REQUIRE(reply.status == 200);
    const auto begin = reply.text.find(R"("token":")") + 9;
    return reply.text.substr(begin, 32);
  }
  PageReply post(const std::string& path, const std::string& body) const {
    return post_json(address, path, body, milliseconds(5'000));
  }
  /// What a page that connects now is told.
  std::string told(const std::string& path, const std::string& until) const {
    RawConnection connection(own_port);
    connection.send(get_text(own_port, path));
    std::string all;
    comes_true([&] {
      all += connection.receive();
      return all.find(until) != std::string::npos;
    });
    return all;
  }

  TextFolder folder;
  std::unique_ptr<BoardPage> page;
  PageAddress address;
  std::uint16_t port = 0;
  std::uint16_t own_port = 0;
};

Report report() {
  return {.lab = 8,
          .tests = {{"a secret sentence", 1, "red", "lost message", "a1:1@Al"}},
          .hints_taken = 0,
          .checked_at = 1};
}

}  // namespace

TEST_CASE("who has the code joins, reports and leaves; the board shows it, the room only counts") {
  const Class room;
  const auto token = room.joined("Ann");
  CHECK(room.post("/report", to_json(report(), token)).status == 200);
  CHECK(room.post("/hand", R"({"token":")" + token + R"(","raised":true})").status == 200);
  CHECK(room.told("/events", R"("hand":true)").find(R"("name":"Ann")") != std::string::npos);
  const auto seen = room.told("/room-events", R"("reason":"lost message","count":1)");
  CHECK(seen.find(R"("people":1)") != std::string::npos);
  CHECK(seen.find("Ann") == std::string::npos);
  CHECK(seen.find("secret") == std::string::npos);
  CHECK(room.post("/leave", R"({"token":")" + token + "\"}").status == 200);
  CHECK(room.post("/report", to_json(report(), token)).status == 410);
  CHECK(comes_true([&] {  // published some times a second
    return room.told("/events", R"("groups":)").find("Ann") == std::string::npos;
  }));
}

TEST_CASE("attendees can read nothing of the board") {
  const Class room;
  for (const char* target : {"/events", "/room-events", "/room", "/board.js", "/control"}) {
    CHECK(status_of(raw_exchange(room.port, get_text(room.port, target))) == 404);
  }
  CHECK(room.post("/control", R"({"what":"forget"})").status == 404);
  const auto hello = raw_exchange(room.port, get_text(room.port, "/"));
  CHECK(hello.find("KAT5WZ") == std::string::npos);
}

TEST_CASE("the button forgets everybody, and a page of another site cannot press it") {
  const Class room;
  const auto token = room.joined("Ann");
  const auto forget = post_text(room.own_port, "/control", R"({"what":"forget"})");
  const auto foreign = post_text(room.own_port, "/control", R"({"what":"forget"})",
                                 "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n");
  CHECK(status_of(raw_exchange(room.own_port, foreign)) == 403);
  CHECK(room.post("/report", to_json(report(), token)).status == 200);
  CHECK(status_of(raw_exchange(room.own_port, forget)) == 200);
  CHECK(room.post("/report", to_json(report(), token)).status == 410);
}

TEST_CASE("a wrong code is refused, and who tries many has to wait") {
  const Class room;
  int refused = 0;
  PageReply last;
  do {
    last = room.post("/join", R"({"code":"AAAAAA","name":"Eve"})");
  } while (last.status == 403 && ++refused < 50);
  CHECK(refused == 10);
  CHECK(last.status == 429);
  CHECK(room.joined("Ann").size() == 32);  // who knows the code is not locked out
}

TEST_CASE(
    "a name with markup, a large report, a foreign Host: refused, and nothing of it is shown") {
  const Class room;
  const auto token = room.joined("Ann");
  CHECK(room.post("/join", R"({"code":"KAT5WZ","name":"<img src=x>"})").status == 400);
  auto markup = report();
  markup.tests[0].name = "<img src=x>";
  CHECK(room.post("/report", to_json(markup, token)).status == 400);
  const auto large =
      raw_exchange(room.port, post_text(room.port, "/report", std::string(10'000'000, '<')));
  CHECK(status_of(large) == 413);
  auto forged = post_text(room.port, "/report", to_json(report(), token));
  forged.replace(forged.find("127.0.0.1:"), 10, "evil.site:");
  CHECK(status_of(raw_exchange(room.port, forged)) == 403);
  auto unknown_lab = report();
  unknown_lab.lab = 77;
  CHECK(room.post("/report", to_json(unknown_lab, token)).status == 400);
  const auto shown = room.told("/events", R"("name":"Ann")");
  CHECK(shown.find('<') == std::string::npos);
  CHECK(shown.find(R"("labs":{})") != std::string::npos);
}

TEST_CASE(
    "ten thousand malformed reports end clearly, leave nothing, and a person can still report") {
  const Class room;
  const auto token = room.joined("Ann");
  Mutator mutator({post_text(room.port, "/report", to_json(report(), token)),
                   post_text(room.port, "/join", R"({"code":"KAT5WZ","name":"Ann"})"),
                   post_text(room.port, "/hand", R"({"token":"x","raised":true})")},
                  20'261'129);
  MemoryGrowth growth;
  for (int i = 0; i < 10'000; ++i) {
    const auto request = mutator.next();
    CAPTURE(i, request.substr(0, 500));
    const auto answer = last_exchange(room.port, request);
    const auto status = status_of(answer);
    if (!answer.empty())
      REQUIRE((status == 200 || (status >= 400 && status < 500) || status == 503 || status == 505));
  }
  CHECK(growth.look() < 8 * 1024 * 1024);
  CHECK(status_of(raw_exchange(room.port, get_text(room.port, "/"))) == 200);
  CHECK(room.told("/events", R"("code")").find('<') == std::string::npos);
}

TEST_CASE("a board that is full of the largest reports is shown all the same") {
  TextFolder folder;
  for (int lab = 10; lab < 25; ++lab) {
    const auto name = "labs/" + std::to_string(lab) + "-lab/";
    folder.write(name + "README.md", "---\ntitle: lab\n---\n");
    folder.write(name + "CMakeLists.txt", "\n");
  }
  const BoardPage page(Project(folder.path()), BoardPageOptions{.code = "KAT5WZ"});
  const auto address = read_page_address(page.addresses().front());
  const auto own_port = static_cast<std::uint16_t>(std::stoi(read_page_address(page.url()).port));
  const auto post = [&](const std::string& path, const std::string& body) {
    return post_json(address, path, body, milliseconds(10'000));
  };
  for (std::size_t i = 0; i < Board::kPeopleMax; ++i) {
    const auto reply = post("/join", R"({"code":"KAT5WZ","name":")" + std::string(36, 'x') + "\"}");
    REQUIRE(reply.status == 200);
    const auto token = reply.text.substr(reply.text.find(R"("token":")") + 9, 32);
    for (int lab = 10; lab < 25; ++lab) {
      const auto name = std::string(117, 'x') + std::to_string(i);
      Report largest{.lab = lab,
                     .tests = {{name, 1, "red", "lost message", std::string(2'000, 'x')}},
                     .hints_taken = 9,
                     .checked_at = 1};
      REQUIRE(post("/report", to_json(largest, token)).status == 200);
    }
  }
  const auto last = "x " + std::to_string(Board::kPeopleMax);
  CHECK(comes_true([&] {
    RawConnection connection(own_port);
    connection.send(get_text(own_port, "/events"));
    std::string all;
    while (all.find(R"("groups":)") == std::string::npos) {
      const auto bytes = connection.receive();
      if (bytes.empty()) return false;
      all += bytes;
    }
    return all.find(last) != std::string::npos;
  }));
}

TEST_CASE("an address of a board is read, or the mend is said") {
  CHECK(read_page_address("192.168.1.5:4711").authority() == "192.168.1.5:4711");
  CHECK(read_page_address("http://localhost:80/").authority() == "localhost:80");
  CHECK(read_page_address("[::1]:4711").authority() == "[::1]:4711");
  for (const char* text : {"", "board", "board:80", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:0",
                           "127.0.0.1:70000", "127.0.0.1 :80", "a\r\nb:80", ":80"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(read_page_address(text), UserError);
  }
}

TEST_CASE("a checkout joins, tells, and leaves; without an answer it says so in time") {
  const Class room;
  const Project project(room.folder.path());
  CHECK_FALSE(Membership::load(project));
  const auto member = join_board(project, room.address, "KAT5WZ", "Ann");
  CHECK(member.name == "Ann");
  CHECK(Membership::load(project)->token == member.token);
  CHECK(join_board(project, room.address, "KAT5WZ", "Ann").name ==
        "Ann");  // the first one is forgotten
  CHECK(room.post("/report", to_json(report(), member.token)).status == 410);
  CHECK_THROWS_AS(join_board(project, room.address, "WRONG1", "Ann"), UserError);
  CHECK_THROWS_AS(join_board(project, room.address, "KAT5WZ", "<b>"), UserError);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(post_json({"127.0.0.1", "1"}, "/report", "{}", milliseconds(1'000)).status == 0);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
  Membership::remove(project);
  CHECK_FALSE(Membership::load(project));
}
