// Requests that are almost right, ten thousand to the page of a mob and to that of play: no crash,
// no growth, and each ends with a clear status. (To the board's: board_page_test.cpp.)
// WORKSHOP_SEED=7 tries others.

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <vector>

#include "http/memory_use.hpp"
#include "http/mutation.hpp"
#include "runner/pages/pages_test.hpp"
#include "runner/text_folder.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/mob/mob_page.hpp"
#include "workshop/runner/pages/page_client.hpp"
#include "workshop/runner/play/play_page.hpp"

using namespace workshop;
using namespace workshop::runner;
using namespace workshop::tests;

namespace {

constexpr std::size_t kGrowthMax = 8 * 1024 * 1024;
constexpr int kRequestsCount = 10'000;
constexpr std::array kStatuses{200, 204, 400, 403, 404, 405, 408, 409,
                               411, 413, 415, 429, 431, 503, 505};

std::uint64_t seed() {
  const char* text = std::getenv("WORKSHOP_SEED");
  return text == nullptr ? 20'261'129 : std::strtoull(text, nullptr, 10);
}

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(read_page_address(url).port));
}

/// `right` are requests that the page does; each of those that are sent is one of them, changed.
void send_many(std::uint16_t port, const std::vector<std::string>& right) {
  Mutator mutator(right, seed());
  for (int i = 0; i < 200; ++i)
    raw_exchange(port, right[static_cast<std::size_t>(i) % right.size()]);
  MemoryGrowth growth;
  const auto before = memory_bytes();
  int good = 0;
  for (int i = 0; i < kRequestsCount; ++i) {
    const auto request = mutator.next();
    CAPTURE(i, seed(), request.substr(0, 400));
    const auto answer = last_exchange(port, request);
    const auto status = status_of(answer);
    CAPTURE(status, answer.substr(0, 400));
    REQUIRE((std::ranges::find(kStatuses, status) != kStatuses.end() || answer.empty()));
    if (answer.empty()) REQUIRE(request.find("\r\n\r\n") == std::string::npos);
    if (status >= 400) REQUIRE(body_of(answer).size() < 400);
    if (status == 200) ++good;
    if (i % 100 == 0) growth.look();
  }
  CHECK(growth.look() < kGrowthMax);
  CHECK(good > kRequestsCount / 50);
  CHECK(good < kRequestsCount * 3 / 4);
  UNSCOPED_INFO("resident before " << before << ", after " << memory_bytes() << " bytes; " << good
                                   << " of " << kRequestsCount << " were done");
  CHECK(status_of(raw_exchange(port, get_text(port, "/"))) == 200);
}

}  // namespace

TEST_CASE("ten thousand requests that are almost right leave the mob's page as it was") {
  TextFolder folder;
  folder.write("labs/08-identity/README.md", "# Lab 08\n\n## Step 1: book once (12 minutes)\n");
  folder.write("labs/08-identity/src/a.cpp", "int a;\n");
  folder.write("labs/08-identity/CMakeLists.txt", "SOURCES src/a.cpp\n");
  folder.write("slides/README.md", "slides\n");
  const Project project(folder.path());
  RemoteKeys keys;
  MobPage page(project, keys, {.names = {"Ann", "Bea"}});
  page.lab_taken(project.lab("8"));
  const auto port = port_of(page.url());
  send_many(port, {get_text(port, "/"), get_text(port, "/mob.js"),
                   post_text(port, "/change", R"({"what":"pause"})"),
                   post_text(port, "/change", R"({"what":"go on"})"),
                   post_text(port, "/change", R"({"what":"absent","person":1})"),
                   post_text(port, "/press", R"({"key":"r"})"),
                   post_text(port, "/restore",
                             R"({"people":[{"name":"Ann","absent":false}],"phase":"running",)"
                             R"("reason":"","remaining_ms":9000,"turns":3,"driver":0})"),
                   post_text(port, "/set", R"({"turn":5,"names":["Ann","Cem"]})"),
                   get_text(port, "/pictures/a.html"), get_text(port, "/slides/a.html")});
}

TEST_CASE("ten thousand requests that are almost right leave the page of play as it was") {
  const process::TemporaryFolder folder;
  PlayProgram program({"lab98", "lab 98", RUNNER_LAB},
                      "a message, [twice] or \"more\" often, is counted once", "",
                      folder.file("play.log"));
  const PlayPage page(program);
  const auto port = port_of(page.url());
  send_many(port, {get_text(port, "/"), get_text(port, "/play.js"),
                   post_text(port, "/command", R"({"take":0})"),
                   post_text(port, "/command", R"({"back":1})"),
                   post_text(port, "/command", R"({"finish":true})"),
                   post_text(port, "/command", R"({"goto":""})")});
}
