#include "workshop/modelcheck/executions.hpp"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "workshop/modelcheck/tla_value.hpp"
#include "workshop/process/temporary_folder.hpp"

using namespace workshop;
using namespace workshop::modelcheck;

namespace {

/// One handler of one message, which saves one document.
explore::Scenario one_message() {
  explore::Scenario scenario;
  scenario.queues.push_back({"orders", {}, {}});
  scenario.messages.push_back({"orders", Message{{"m1"}, "Submit", "{}", {}}, 1});
  scenario.processes.push_back(
      {"orders-1", "orders", "orders", [](explore::ProcessContext& context) -> Task<void> {
         const auto delivery = co_await context.broker().receive("orders");
         co_await context.store().put({"order-1", "Order"}, R"({"n": 1})", Expected::any());
         co_await context.broker().acknowledge(delivery->tag);
       }});
  scenario.bounds.faults = explore::Faults::all();
  return scenario;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("JSON becomes TLA+, objects within objects too") {
  CHECK(tla_of_json(R"({"a-b": {"c": [1, "x\"y"]}, "d": {}})") ==
        R"((("a-b" :> (("c" :> <<1, "x\"y">>))) @@ ("d" :> <<>>)))");
  CHECK(tla_of_json("[true, null, -3]") == "<<TRUE, <<>>, -3>>");
  CHECK_THROWS_AS(tla_of_json("{"), std::runtime_error);
}

TEST_CASE("an execution without faults is its operations, and rest") {
  const auto executions =
      sample_executions(one_message(), {.executions_count = 1, .faults_max = 0});

  CHECK(has(executions.module_text, "<<1,2,3,4>>"));
  CHECK(executions.steps_count == 4);
  CHECK(executions.events_in_words.front().back() == "at rest");
  CHECK(has(executions.module_text, R"(does |-> "receive", type |-> "Submit", id |-> "m1")"));
  CHECK(has(executions.module_text, R"(does |-> "save", type |-> "Order", id |-> "order-1")"));
  CHECK(has(executions.module_text, R"(body |-> (("n" :> 1)))"));
}

TEST_CASE("the same seed draws the same executions, another one draws others") {
  const auto draw = [](std::uint64_t seed) {
    return sample_executions(one_message(), {.executions_count = 50, .seed = seed}).schedules;
  };

  CHECK(draw(1) == draw(1));
  CHECK(draw(1) != draw(2));
}

TEST_CASE("what goes wrong is in the events of executions with faults") {
  const auto text =
      sample_executions(one_message(), {.executions_count = 200, .faults_max = 3}).module_text;

  for (const auto* does : {"crash", "throw", "lose lease"}) {
    CHECK(has(text, std::string("does |-> \"") + does + "\""));
  }
  CHECK(has(text, "copied |-> TRUE"));
}

TEST_CASE("names in documents are told in their order") {
  const auto module = [](std::string prefix) {
    auto scenario = one_message();
    scenario.processes.front().round = [](explore::ProcessContext& context) -> Task<void> {
      const auto delivery = co_await context.broker().receive("orders");
      co_await context.store().put({"order-1", "Order"}, R"({"of": ["/b", {"a": "/a"}], "n": "b"})",
                                   Expected::any());
      co_await context.broker().acknowledge(delivery->tag);
    };
    return sample_executions(scenario, {.executions_count = 1, .names_prefix = std::move(prefix)})
        .module_text;
  };

  CHECK(has(module("/"), R"(Names == <<"/a", "/b">>)"));
  CHECK(has(module(""), "Names == <<>>"));
}

TEST_CASE("requests and replies are told on both sides, and how a reply failed") {
  explore::Scenario scenario;
  scenario.processes.push_back(explore::server_process(
      "payments-1", "payments", [](HttpRequest request, explore::ProcessContext&) {
        return [](int status) -> Task<HttpResponse> {
          co_return HttpResponse{status, "said", {}};
        }(request.target == "/good" ? 200 : 404);
      }));
  scenario.processes.push_back(
      {"shop", "shop", "", [](explore::ProcessContext& context) -> Task<void> {
         for (const std::string target : {"/good", "/bad"}) {
           co_await context.http().request("payments", {HttpMethod::get, target, "", {}},
                                           Deadline::max());
         }
       }});
  scenario.bounds.faults = {explore::Fault::unanswered};
  const auto text =
      sample_executions(scenario, {.executions_count = 100, .faults_max = 1}).module_text;

  for (
      const auto* event :
      {R"(does |-> "request", type |-> "GET", id |-> "/good", copied |-> FALSE, failed |-> "")",
       R"(does |-> "accept", type |-> "GET", id |-> "/good")",
       R"(does |-> "respond", type |-> "404")",
       R"(does |-> "reply", type |-> "GET", id |-> "/good", copied |-> FALSE, failed |-> "", body |-> "said")",
       R"(does |-> "reply", type |-> "GET", id |-> "/bad", copied |-> FALSE, failed |-> "InvalidRequest")",
       R"(does |-> "reply", type |-> "GET", id |-> "/good", copied |-> FALSE, failed |-> "OutcomeUnknown")"}) {
    INFO(event);
    CHECK(has(text, event));
  }
}

TEST_CASE("a trace is a folder with all that TLC reads") {
  process::TemporaryFolder folder;
  const auto specs = folder.path() / "spec";
  std::filesystem::create_directories(specs);
  std::ofstream(specs / "OneTrace.tla")
      << "---- MODULE OneTrace ----\nEXTENDS One, Executions\n====\n";
  std::ofstream(specs / "OneTrace.cfg") << "SPECIFICATION TraceSpec\n";
  std::ofstream(specs / "One.tla") << "---- MODULE One ----\n====\n";
  const auto executions = sample_executions(one_message(), {.executions_count = 1});

  write_trace(executions, specs, "OneTrace", folder.path() / "trace");

  for (const auto* file :
       {"OneTrace.tla", "OneTrace.cfg", "One.tla", "Executions.tla", "Following.tla"}) {
    INFO(file);
    CHECK(std::filesystem::exists(folder.path() / "trace" / file));
  }
  CHECK_THROWS_AS(write_trace(executions, specs, "Another", folder.path() / "trace"),
                  std::runtime_error);
}
