// The running shop on RabbitMQ with PostgreSQL and with DynamoDB's protocol, which are killed while
// it works; and what it says of servers that it cannot use.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <initializer_list>
#include <string>

#include "live_shop/shop_program.hpp"
#include "workshop/engines/server.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop::tests {
namespace {

using Catch::Matchers::ContainsSubstring;
using engines::Engine;

const engines::Places kPlaces{WORKSHOP_ENGINE_MODULES};
constexpr const char* kSolution = "lab12_shop_solution";

void require_engines(std::initializer_list<Engine> wanted) {
  for (const auto engine : wanted) {
    if (const auto why = engines::missing(engine, kPlaces); !why.empty()) SKIP(why);
  }
}

void check_kills(const std::string& store, const std::string& orders, const std::string& kills) {
  const auto run = run_shop(kSolution, {"--broker", "rabbitmq", "--store", store, "--orders",
                                        orders, "--kills", kills, "--seed", "7"});
  INFO(run.output);
  CHECK(run.succeeded());
  CHECK_THAT(run.output, ContainsSubstring("0 lost, 0 doubled, 0 untrue, 0 left over"));
  if (run.succeeded()) WARN(run.output);
}

TEST_CASE("a shop on RabbitMQ and PostgreSQL that are killed keeps its promise") {
  require_engines({Engine::rabbitmq, Engine::postgresql});
  check_kills("postgresql", "200", "12");
}

TEST_CASE("a shop on RabbitMQ and DynamoDB that are killed keeps its promise") {
  require_engines({Engine::rabbitmq, Engine::dynamodb});
  check_kills("dynamodb", "200", "12");
}

TEST_CASE("a shop on Cosmos DB keeps its promise, with faults and killed services") {
  require_engines({Engine::cosmos});
  const auto run = run_shop(kSolution, {"--store", "cosmos", "--orders", "100", "--chaos", "0.05"});
  INFO(run.output);
  CHECK(run.succeeded());
  CHECK_THAT(run.output, ContainsSubstring("0 lost, 0 doubled, 0 untrue, 0 left over"));
  require_engines({Engine::rabbitmq});
  check_kills("cosmos", "100", "6");
}

TEST_CASE("the audit of a shop with a mistake does not hold on Cosmos DB") {
  require_engines({Engine::cosmos});
  const auto run = run_shop("lab12_shop_mistake_decided_again",
                            {"--store", "cosmos", "--orders", "100", "--chaos", "0.05"});
  INFO(run.output);
  CHECK(run.exit_code == 1);
  CHECK_THAT(run.output, ContainsSubstring("orders have too many coins"));
}

TEST_CASE("the audit of a shop with a mistake does not hold on engines either") {
  require_engines({Engine::rabbitmq, Engine::dynamodb});
  const auto run = run_shop(
      "lab12_shop_mistake_decided_again",
      {"--broker", "rabbitmq", "--store", "dynamodb", "--orders", "100", "--chaos", "0.05"});
  INFO(run.output);
  CHECK(run.exit_code == 1);
  CHECK_THAT(run.output, ContainsSubstring("orders have too many coins"));
}

// For maintainers: docs/shop.md has its figures.
TEST_CASE("100 kills over RabbitMQ and PostgreSQL", "[.long]") {
  require_engines({Engine::rabbitmq, Engine::postgresql});
  check_kills("postgresql", "2000", "100");
}
TEST_CASE("100 kills over RabbitMQ and DynamoDB", "[.long]") {
  require_engines({Engine::rabbitmq, Engine::dynamodb});
  check_kills("dynamodb", "2000", "100");
}

/// One sentence on one line, which names `thing` and no secret.
void check_refusal(const std::vector<std::string>& words, const process::Variables& variables,
                   const std::string& thing) {
  const auto run = run_shop(kSolution, words, variables);
  INFO(run.output);
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.output, ContainsSubstring("The shop does not run: "));
  CHECK_THAT(run.output, ContainsSubstring(thing));
  CHECK_THAT(run.output, !ContainsSubstring("s3cret"));
}

TEST_CASE("a server that cannot be reached, or does not let one in, is told in a sentence") {
  check_refusal({"--broker", "rabbitmq"},
                {{"WORKSHOP_RABBITMQ", "amqp://shop:s3cret@127.0.0.1:1/"}}, "127.0.0.1:1");
  check_refusal({"--store", "postgresql"},
                {{"WORKSHOP_POSTGRESQL", "host=127.0.0.1 port=1 password=s3cret"}}, "127.0.0.1");
  check_refusal({"--store", "dynamodb"},
                {{"WORKSHOP_DYNAMODB", "http://127.0.0.1:1"}, {"AWS_SECRET_ACCESS_KEY", "s3cret"}},
                "127.0.0.1 port 1");
  check_refusal({"--store", "dynamodb"},
                {{"WORKSHOP_DYNAMODB", "https://dynamodb.eu-central-1.amazonaws.com"},
                 {"AWS_ACCESS_KEY_ID", ""}},
                "AWS_ACCESS_KEY_ID is not set");
  check_refusal({"--store", "dynamodb", "--modules", "/nonexistent"}, {}, "install");
  check_refusal(
      {"--store", "cosmos"},
      {{"WORKSHOP_COSMOS", "https://127.0.0.1:1"}, {"WORKSHOP_COSMOS_KEY", "s3cret+s3cret/xx"}},
      "127.0.0.1 port 1");
  check_refusal(
      {"--store", "cosmos"},
      {{"WORKSHOP_COSMOS", "https://shop.documents.azure.com"}, {"WORKSHOP_COSMOS_KEY", ""}},
      "WORKSHOP_COSMOS_KEY is not set");
}

TEST_CASE("a wrong password is told as one, and not repeated") {
  require_engines({Engine::rabbitmq, Engine::postgresql});
  const process::TemporaryFolder rabbitmq_folder{process::TemporaryFolder::Place::disk};
  const engines::Server rabbitmq(Engine::rabbitmq, kPlaces, rabbitmq_folder.path());
  check_refusal(
      {"--broker", "rabbitmq"},
      {{"WORKSHOP_RABBITMQ", "amqp://guest:s3cret@127.0.0.1:" + std::to_string(rabbitmq.port())}},
      "refuse");
  const process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  const engines::Server database(Engine::postgresql, kPlaces, folder.path());
  check_refusal({"--store", "postgresql"},
                {{"WORKSHOP_POSTGRESQL", "host=127.0.0.1 user=postgres dbname=postgres port=" +
                                             std::to_string(database.port()) + " password=s3cret"}},
                "password authentication failed");
}

}  // namespace
}  // namespace workshop::tests
