#include "workshop/explore/play/play_server.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <random>
#include <thread>

#include "planted.hpp"
#include "workshop/process/descriptor.hpp"
#include "workshop/protocol/play.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;
namespace play = protocol::play;

namespace {

Scenario breakable() {
  for (const auto& planted : planted_handlers()) {
    if (planted.name == "no deduplication") return planted_scenario(planted, 1, true);
  }
  throw std::logic_error("no such handler");
}

json::object object_of(const std::string& line) {
  INFO(line);
  CHECK(line.find('\n') == std::string::npos);
  return json::parse(line).as_object();
}

std::string text(const json::value& object, std::string_view name) {
  return std::string(std::string_view(object.at(name).as_string()));
}

std::int64_t number(const json::value& object, std::string_view name) {
  return object.at(name).to_number<std::int64_t>();
}

std::string error_of(const json::object& answer) {
  return answer.contains(play::kError) ? text(answer, play::kError) : std::string();
}

std::string schedule_of(const json::object& answer) { return text(answer, play::kSchedule); }

}  // namespace

TEST_CASE("a play session says what may happen, what has, and how few faults suffice") {
  const auto scenario = breakable();
  PlayServer server(scenario, "beef", {"a test", "lab98", ""});
  auto now = object_of(server.look(true));
  CHECK(now.contains(play::kStyle));
  CHECK(text(now, play::kTest) == "a test");
  CHECK(text(now, play::kVerdict) == play::kOpen);
  CHECK(number(now.at(play::kKnown), play::kFaults) == 1);
  CHECK_THAT(text(now, play::kKnownWords), ContainsSubstring("fails with 1 message, 1 fault"));
  const auto& choices = now.at(play::kChoices).as_array();
  REQUIRE_FALSE(choices.empty());
  CHECK(text(choices.front(), play::kKey) == "1");
  CHECK(text(choices.front(), play::kOperation) == "receive");
  CHECK(text(choices.front(), play::kSign) == ".");
  CHECK(text(choices.front(), play::kWords) == "receive Deposit m1");

  now = object_of(server.answer(R"({"take":1,"at":"beef:1@"})"));
  CHECK(number(now, play::kSteps) == 1);
  CHECK(text(now, play::kLast) == "receive Deposit m1");
  CHECK_FALSE(now.contains(play::kStyle));
  now = object_of(server.answer(R"({"goto":"beef:1@Arlcp!a"})"));
  now = object_of(server.answer(R"({"finish":true})"));
  CHECK(text(now, play::kVerdict) == play::kBroken);
  CHECK(text(now.at(play::kViolation), play::kName) == failure::kDuplicateEffect);
  CHECK(now.at(play::kNoReturn).is_int64());
  CHECK(now.at(play::kChoices).as_array().empty());
  CHECK(number(now, play::kFaults) == 1);
  const auto broken = schedule_of(now);
  now = object_of(server.answer(R"({"back":2})"));
  CHECK(text(now, play::kVerdict) == play::kOpen);
  CHECK(number(now, play::kUndone) == 2);
  now = object_of(server.answer(R"({"forth":2})"));
  CHECK(schedule_of(now) == broken);
  now = object_of(server.answer(R"({"reset":true})"));
  CHECK(schedule_of(now) == "beef:1@");
  now = object_of(server.answer(R"({"finish":true})"));
  CHECK(text(now, play::kVerdict) == play::kAtRest);
  CHECK(now.at(play::kViolation).is_null());
}

TEST_CASE("what is no command has one line for an answer, and the session lives on") {
  const auto [command, why] = GENERATE(table<std::string, std::string>({
      {"", "it is no JSON"},
      {"rubbish", "it is no JSON"},
      {"[1]", "it is no JSON object"},
      {"{}", "it asks for nothing"},
      {R"({"reset":false})", "it asks for nothing"},
      {R"({"look":1})", "it asks for nothing"},
      {R"({"take":0})", "numbered from 1"},
      {R"({"take":-1})", "'take' wants a number"},
      {R"({"take":1.5})", "'take' wants a number"},
      {R"({"take":"1"})", "'take' wants a number"},
      {R"({"take":99999999999})", "'take' wants a number"},
      {R"({"take":77})", "no choice 77"},
      {R"({"take":1,"at":"beef:1@Arl"})", "somebody else has gone on"},
      {R"({"take":1,"at":7})", "'at' wants a schedule"},
      {R"({"back":null})", "'back' wants a number"},
      {R"({"goto":1})", "'goto' wants a schedule"},
      {R"({"goto":"x"})", "not a schedule"},
      {R"({"goto":"cafe:1@Ar"})", "another exploration"},
      {std::string(play::kCommandMax + 1, ' '), "too long"},
  }));
  const auto scenario = breakable();
  PlayServer server(scenario, "beef", {});
  server.answer(R"({"take":1})");
  const auto before = server.look();
  const auto answer = object_of(server.answer(command));
  CHECK(answer.size() == 1);
  CHECK_THAT(error_of(answer), ContainsSubstring(why));
  CHECK(server.look() == before);
}

TEST_CASE("commands with any bytes in them are obeyed or refused") {
  const auto scenario = breakable();
  PlayServer server(scenario, "beef", {});
  std::mt19937 random(7);
  const std::string seeds[] = {R"({"take":1})", R"({"back":1})", R"({"goto":"beef:1@Arlcp!a"})",
                               R"({"finish":true})", R"({"take":2,"at":"beef:1@"})"};
  for (int i = 0; i < 300; ++i) {
    auto command = seeds[random() % 5];
    for (auto changes = random() % 3; changes > 0; --changes) {
      command[random() % command.size()] = static_cast<char>(random() % 256);
    }
    const auto answer = object_of(server.answer(command));
    CHECK((answer.contains(play::kError) || answer.contains(play::kSchedule)));
  }
}

TEST_CASE("commands come in pieces, and end with the pipe") {
  const auto scenario = breakable();
  PlayServer server(scenario, "beef", {});
  int to_server[2];
  int from_server[2];
  REQUIRE(::pipe(to_server) == 0);
  REQUIRE(::pipe(from_server) == 0);
  std::thread thread([&] {
    serve_play(server, to_server[0], from_server[1]);
    ::close(from_server[1]);
  });
  process::Descriptor commands(to_server[1]);
  const auto write = [&](const std::string& text) {
    REQUIRE(::write(commands.number(), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
  };
  write(R"({"ta)");
  write("ke\":1}\nnonsense\n{\"back\"");
  write(":1}\n" + std::string(40'000, 'x'));
  std::thread more([&] {
    write(std::string(200'000, 'x') + "\n{\"look\":true}\n");
    commands.close();
  });
  std::string all;
  char bytes[4096];
  for (;;) {
    const auto count = ::read(from_server[0], bytes, sizeof bytes);
    if (count <= 0) break;
    all.append(bytes, static_cast<std::size_t>(count));
  }
  thread.join();
  more.join();
  ::close(to_server[0]);
  ::close(from_server[0]);

  std::vector<json::object> answers;
  for (std::size_t at = 0; at < all.size();) {
    const auto end = all.find('\n', at);
    REQUIRE(end != std::string::npos);
    answers.push_back(object_of(all.substr(at, end - at)));
    at = end + 1;
  }
  REQUIRE(answers.size() == 6);
  CHECK(schedule_of(answers[0]) == "beef:1@");
  CHECK(schedule_of(answers[1]) == "beef:1@Ar");
  CHECK_THAT(error_of(answers[2]), ContainsSubstring("no JSON"));
  CHECK(schedule_of(answers[3]) == "beef:1@");
  CHECK_THAT(error_of(answers[4]), ContainsSubstring("too long"));
  CHECK(schedule_of(answers[5]) == "beef:1@");
}
