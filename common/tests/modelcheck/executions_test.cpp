#include "workshop/modelcheck/executions.hpp"

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

#include "workshop/modelcheck/tla_value.hpp"

using namespace workshop;
using namespace workshop::modelcheck;

namespace {

/// One handler of one message, which saves a document and is done.
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
  CHECK(executions.told.front().back() == "at rest");
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
