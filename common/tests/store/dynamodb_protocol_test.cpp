// What a DynamoDB store makes of answers that no engine of ours gives: a server that says them.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "workshop/http/beast.hpp"
#include "workshop/store/dynamodb/dynamodb_store.hpp"

namespace workshop::tests {
namespace {

using Catch::Matchers::ContainsSubstring;
using namespace std::chrono_literals;

const Key kOrder{"shop", "order-1"};
constexpr const char* kSecret = "a-secret-key";

/// Says that the table is there, and `answer` to all else, after `pause`.
class SayingDynamo {
 public:
  explicit SayingDynamo(HttpResponse answer, std::chrono::milliseconds pause = 0ms)
      : answer_(std::move(answer)), pause_(pause) {}

  std::unique_ptr<DynamoDbStore> store() {
    return std::make_unique<DynamoDbStore>(
        DynamoDbStoreOptions{.url = "http://" + server_.authority(),
                             .region = "eu-central-1",
                             .access_key = "AKEXAMPLE",
                             .secret_key = kSecret,
                             .session_token = "a-token",
                             .answer_timeout_ms = 500ms});
  }
  std::vector<HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  HttpResponse answer(const HttpRequest& request) {
    if (request.headers.at("x-amz-target").ends_with("DescribeTable")) {
      return {200, R"({"Table":{"TableStatus":"ACTIVE"}})", {}};
    }
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    std::this_thread::sleep_for(pause_);
    return answer_;
  }

  HttpResponse answer_;
  std::chrono::milliseconds pause_;
  std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  BeastHttpServer server_{
      [this](HttpRequest request) -> Task<HttpResponse> { co_return answer(request); }};
};

HttpResponse failure(int status, const std::string& type, const std::string& said = "so it is") {
  return {
      status,
      R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + type + R"(","message":")" + said + "\"}",
      {}};
}

template <class E>
std::string put_fails(DynamoDbStore& store) {
  try {
    sync_wait(store.put(kOrder, "{}", Expected::absent()));
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("throttling, a full partition and a refused key are definite, and tell what to do") {
  for (const auto* type :
       {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
        "ResourceNotFoundException", "ItemCollectionSizeLimitExceededException"}) {
    CAPTURE(type);
    SayingDynamo server(failure(400, type));
    CHECK_THAT(put_fails<Unavailable>(*server.store()), ContainsSubstring(type));
    CHECK(server.requests().size() == 1);  // nothing is tried again
  }
  SayingDynamo late(failure(400, "InvalidSignatureException",
                            "Signature expired: 20261129T080000Z is now earlier than …"));
  CHECK_THAT(put_fails<Unavailable>(*late.store()), ContainsSubstring("clock") &&
                                                        ContainsSubstring("expired") &&
                                                        !ContainsSubstring(kSecret));
  SayingDynamo unknown(failure(400, "UnrecognizedClientException"));
  CHECK_THAT(put_fails<Unavailable>(*unknown.store()), ContainsSubstring("keys"));
}

TEST_CASE("a server that fails may have written, and has not harmed by reading") {
  for (const int status : {500, 503}) {
    SayingDynamo server(failure(status, "InternalServerError"));
    const auto store = server.store();
    CHECK(!put_fails<OutcomeUnknown>(*store).empty());
    CHECK_THROWS_AS(sync_wait(store->erase(kOrder, Expected::any())), OutcomeUnknown);
    CHECK_THROWS_AS(sync_wait(store->get(kOrder)), Unavailable);
    CHECK(server.requests().size() == 3);
  }
  SayingDynamo garbage({502, "<html>", {}});
  CHECK(!put_fails<OutcomeUnknown>(*garbage.store()).empty());
  CHECK_THROWS_AS(sync_wait(garbage.store()->get(kOrder)), Unavailable);
}

TEST_CASE("an answer that comes too late is an unknown outcome of a write alone") {
  SayingDynamo server({200, "{}", {}}, 1'500ms);
  const auto store = server.store();
  CHECK(!put_fails<OutcomeUnknown>(*store).empty());
  CHECK_THROWS_AS(sync_wait(store->get(kOrder)), Unavailable);
}

TEST_CASE("a condition that fails, and what is too large, are told as such") {
  SayingDynamo conflict(failure(400, "ConditionalCheckFailedException"));
  CHECK(!put_fails<VersionConflict>(*conflict.store()).empty());
  SayingDynamo large(
      failure(400, "ValidationException", "Item size has exceeded the maximum allowed size"));
  CHECK(!put_fails<EntityTooLarge>(*large.store()).empty());
  SayingDynamo invalid(failure(400, "ValidationException", "no"));
  CHECK(!put_fails<InvalidRequest>(*invalid.store()).empty());
}

TEST_CASE("a request is signed for its region, and has no secret in it") {
  SayingDynamo server({200, "{}", {}});
  CHECK(!sync_wait(server.store()->get(kOrder)));
  const auto requests = server.requests();
  REQUIRE(requests.size() == 1);
  const auto& headers = requests[0].headers;
  CHECK_THAT(headers.at("authorization"),
             ContainsSubstring("AWS4-HMAC-SHA256 Credential=AKEXAMPLE/") &&
                 ContainsSubstring("/eu-central-1/dynamodb/aws4_request") &&
                 ContainsSubstring("x-amz-target") && !ContainsSubstring(kSecret));
  CHECK(headers.at("x-amz-security-token") == "a-token");
  CHECK_THAT(requests[0].body, ContainsSubstring(R"("ConsistentRead":true)"));
}

}  // namespace
}  // namespace workshop::tests
