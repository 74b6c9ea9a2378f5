// What a Cosmos DB store makes of answers that no engine of ours gives: a server that says them.
#include "workshop/store/cosmos/cosmos_protocol.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "severing_proxy.hpp"
#include "workshop/http/beast.hpp"
#include "workshop/store/cosmos/cosmos_signature.hpp"
#include "workshop/store/cosmos/cosmos_store.hpp"

namespace workshop::tests {
namespace {

using Catch::Matchers::ContainsSubstring;
using namespace std::chrono_literals;

const Key kOrder{"shop", "order-1"};
constexpr const char* kKey =
    "dsZQi3KtZmCv1ljt3VNWNm7sQUF1y5rJfC6kv5JiwvW0EndXdDku/dkKBp8/ufDToSxLzR4y+O/0H/t4bQtVNw==";

/// Says that the account and its containers are there, and `answer` to what is asked of documents.
class SayingServer {
 public:
  explicit SayingServer(HttpResponse answer, std::string account = kStrong)
      : answer_(std::move(answer)), account_(std::move(account)) {}

  static constexpr const char* kStrong =
      R"({"userConsistencyPolicy":{"defaultConsistencyLevel":"Strong"}})";

  std::unique_ptr<CosmosStore> store() const { return store_at(server_.authority()); }
  /// Whose requests go through `proxy`.
  std::unique_ptr<CosmosStore> store_behind(const SeveringProxy& proxy) const {
    return store_at("127.0.0.1:" + std::to_string(proxy.port()));
  }
  int port() const {
    const auto authority = server_.authority();
    return std::stoi(authority.substr(authority.find(':') + 1));
  }
  /// What it says from the second request on.
  void says_then(HttpResponse answer) { next_ = std::move(answer); }
  std::vector<HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  static std::unique_ptr<CosmosStore> store_at(const std::string& authority) {
    return std::make_unique<CosmosStore>(CosmosStoreOptions{
        .url = "http://" + authority, .key = kKey, .answer_timeout_ms = 2'000ms});
  }
  HttpResponse answer(const HttpRequest& request) {
    if (request.target == "/") return {200, account_, {}};
    if (request.target.find("/docs") == std::string::npos) return {200, "{}", {}};
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    return next_ && requests_.size() > 1 ? *next_ : answer_;
  }

  HttpResponse answer_;
  std::optional<HttpResponse> next_;
  std::string account_;
  std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  BeastHttpServer server_{
      [this](HttpRequest request) -> Task<HttpResponse> { co_return answer(request); }};
};

TEST_CASE("a request is signed as the documentation's example") {
  using namespace std::chrono;
  const auto date = detail::http_date(sys_days{2017y / 4 / 27} + 0h + 51min + 12s);
  CHECK(date == "Thu, 27 Apr 2017 00:51:12 GMT");
  CHECK(detail::cosmos_authorization("GET", "dbs", "dbs/ToDoList", date, kKey) ==
        "type%3dmaster%26ver%3d1.0%26sig%3dc09PEVJrgp2uQRkr934kFbTqhByc7TVr3OHyqlu%2bc%2bc%3d");
  CHECK_THROWS_AS(detail::cosmos_authorization("GET", "", "", date, "no key!"), InvalidRequest);
}

TEST_CASE("names that look alike stay apart and come back") {
  for (const std::string name :
       {"a/b", "a~2fb", "A", "a", ".", "..", "g\xc3\xbc", "a b", "~", "~7"}) {
    CHECK(detail::from_cosmos_name(detail::cosmos_name(name)) == name);
  }
  CHECK(detail::cosmos_name("a/b") != detail::cosmos_name("a~2fb"));
}

TEST_CASE("what a failure is follows from its status") {
  struct Case {
    int status;
    Outcome of_write;
  };
  for (const auto& [status, of_write] :
       {Case{401, Outcome::definite}, Case{403, Outcome::definite}, Case{408, Outcome::unknown},
        Case{409, Outcome::definite}, Case{410, Outcome::unknown}, Case{412, Outcome::definite},
        Case{413, Outcome::definite}, Case{429, Outcome::definite}, Case{449, Outcome::definite},
        Case{500, Outcome::unknown}, Case{503, Outcome::unknown}}) {
    CAPTURE(status);
    SayingServer server(
        {status, R"({"code":"x","message":"so it is\r\nmore"})", {{"x-ms-retry-after-ms", "30"}}});
    const auto store = server.store();
    try {
      sync_wait(store->put(kOrder, "{}", Expected::absent()));
      FAIL("it was done");
    } catch (const Error& error) {
      CHECK(error.outcome() == of_write);
      CHECK_THAT(error.what(), !ContainsSubstring(kKey));
      if (status == 429) CHECK_THAT(error.what(), ContainsSubstring("30 ms"));
    }
    CHECK(server.requests().size() == 1);  // nothing is tried again
    CHECK_THROWS_AS(sync_wait(store->put(kOrder, "{}", Expected::version({"1"}))), Error);
    try {
      sync_wait(store->get(kOrder));
      FAIL("it was read");
    } catch (const Error& error) {
      CHECK(error.outcome() == Outcome::definite);
    }
  }
}

std::string put_fails(SayingServer& server) {
  try {
    sync_wait(server.store()->put(kOrder, "{}", Expected::absent()));
  } catch (const Unavailable& error) {
    CHECK(error.outcome() == Outcome::definite);
    CHECK_THAT(error.what(), !ContainsSubstring(kKey));
    return error.what();
  }
  return "";
}

TEST_CASE("a wrong key, a clock that is off, and a full partition are told as what they are") {
  const auto answer = [](int status, const std::string& message, HttpHeaders headers = {}) {
    return HttpResponse{status, R"({"message":")" + message + "\"}", std::move(headers)};
  };
  SayingServer wrong(answer(401, "The input authorization token can't serve the request."));
  CHECK_THAT(put_fails(wrong), ContainsSubstring("key") && ContainsSubstring("clock"));
  SayingServer late(answer(403,
                           "The authorization token is not valid at the current time. Current "
                           "server time: Sun, 29 Nov 2026 08:00:00 GMT"));
  CHECK_THAT(put_fails(late), ContainsSubstring("clock") && ContainsSubstring("08:00:00"));
  SayingServer full(
      answer(403, "Partition key reached maximum size of 20 GB", {{"x-ms-substatus", "1014"}}));
  CHECK_THAT(put_fails(full), ContainsSubstring("is full") && ContainsSubstring("not done") &&
                                  !ContainsSubstring("clock"));
  SayingServer barred(answer(403, "Request originated from a client IP that is barred."));
  CHECK_THAT(put_fails(barred), ContainsSubstring("barred") && !ContainsSubstring("clock"));
}

TEST_CASE("conditions are those of ETags") {
  SayingServer server({412, "{}", {}});
  const auto store = server.store();
  CHECK_THROWS_AS(sync_wait(store->put(kOrder, "{}", Expected::version({"\"7\""}))),
                  VersionConflict);
  CHECK_THROWS_AS(sync_wait(store->erase(kOrder, Expected::version({"\"7\""}))), VersionConflict);
  CHECK_THROWS_AS(sync_wait(store->put(kOrder, "{}", Expected::absent())), VersionConflict);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].headers.at("if-match") == "\"7\"");
  CHECK(requests[0].target == "/dbs/shop/colls/documents/docs/order-1");
  CHECK(requests[1].headers.at("if-match") == "\"7\"");
  CHECK(requests[2].headers.at("if-none-match") == "*");
  CHECK(requests[0].headers.at("x-ms-documentdb-partitionkey") == "[\"shop\"]");
}

TEST_CASE("a version that no server gave matches nothing, and nothing is asked") {
  SayingServer server({200, R"({"id":"order-1","partition":"shop","body":"","_etag":"1"})", {}});
  const auto store = server.store();
  for (const std::string tag : {"", "*", "\"1\", \"2\"", "1\r\nIf-Match: *"}) {
    CAPTURE(tag);
    const auto expected = Expected::version({tag});
    CHECK_THROWS_AS(sync_wait(store->put(kOrder, "{}", expected)), VersionConflict);
    CHECK_THROWS_AS(sync_wait(store->erase(kOrder, expected)), VersionConflict);
    const std::vector<StoreOperation> batch = {
        StoreOperation::put({"shop", "new"}, "1", Expected::absent()),
        StoreOperation::erase(kOrder, expected)};
    CHECK_THROWS_AS(sync_wait(store->batch("shop", batch)), VersionConflict);
  }
  CHECK(server.requests().empty());
}

const std::vector<StoreOperation> kBatch = {
    StoreOperation::put(kOrder, "1", Expected::version({"5"})),
    StoreOperation::erase({"shop", "old"}, Expected::any()),
    StoreOperation::put({"shop", "new"}, "2", Expected::absent())};

TEST_CASE("a connection that breaks in a write is an unknown outcome, and nothing is sent twice") {
  using Cut = SeveringProxy::Cut;
  SayingServer server({200, R"({"id":"order-1","partition":"shop","body":"","_etag":"1"})", {}});
  SeveringProxy proxy(server.port());
  const auto store = server.store_behind(proxy);
  // The connection has been used before: libcurl would issue the request again over another one.
  CHECK(sync_wait(store->get(kOrder)));
  std::size_t arrived = 2;
  SECTION("the answer to a conditional write") {
    proxy.cut_at("order-1", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->put(kOrder, "1", Expected::version({"5"}))), OutcomeUnknown);
  }
  SECTION("the request of a conditional write") {
    proxy.cut_at("order-1", Cut::request);
    CHECK_THROWS_AS(sync_wait(store->put(kOrder, "1", Expected::version({"5"}))), OutcomeUnknown);
    arrived = 1;
  }
  SECTION("the answer to an erase") {
    proxy.cut_at("order-1", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->erase(kOrder, Expected::version({"5"}))), OutcomeUnknown);
  }
  SECTION("the answer to a batch") {
    proxy.cut_at("order-1", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->batch("shop", kBatch)), OutcomeUnknown);
  }
  SECTION("the answer to a read") {
    proxy.cut_at("order-1", Cut::answer);
    CHECK_THROWS_AS(sync_wait(store->get(kOrder)), Unavailable);
  }
  CHECK(proxy.cuts_count() == 1);
  CHECK(server.requests().size() == arrived);
  CHECK_NOTHROW(sync_wait(store->get(kOrder)));  // over another connection
}

TEST_CASE("a batch is one transaction, and says the version of each operation") {
  SayingServer server({200,
                       R"([{"statusCode":200,"eTag":"6"},{"statusCode":201,"eTag":"7"},)"
                       R"({"statusCode":204},{"statusCode":201,"eTag":"8"}])",
                       {}});
  const auto store = server.store();
  const auto versions = sync_wait(store->batch("shop", kBatch));
  CHECK(versions == std::vector<Version>{{"6"}, {""}, {"8"}});
  const auto requests = server.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].headers.at("x-ms-cosmos-batch-atomic") == "true");
  CHECK_THAT(requests[0].body, ContainsSubstring(R"("operationType":"Replace","ifMatch":"5")") &&
                                   ContainsSubstring(R"({"operationType":"Delete","id":"old"})") &&
                                   ContainsSubstring(R"("operationType":"Create")"));
  const std::vector<StoreOperation> many(51,
                                         StoreOperation::erase({"shop", "old"}, Expected::any()));
  CHECK_THROWS_AS(sync_wait(store->batch("shop", many)), CrossPartition);
}

TEST_CASE("a batch fails as the operation that was refused, and as a whole") {
  const auto failure = [](int status) {
    return R"([{"statusCode":424},{"statusCode":424},{"statusCode":424},{"statusCode":)" +
           std::to_string(status) + "}]";
  };
  {
    SayingServer server({207, failure(409), {}});
    CHECK_THROWS_AS(sync_wait(server.store()->batch("shop", kBatch)), VersionConflict);
  }
  {
    SayingServer server({207, failure(413), {}});
    CHECK_THROWS_AS(sync_wait(server.store()->batch("shop", kBatch)), EntityTooLarge);
  }
  {
    SayingServer server({207, failure(429), {}});
    CHECK_THROWS_AS(sync_wait(server.store()->batch("shop", kBatch)), Unavailable);
  }
  {
    SayingServer server({503, "", {}});
    CHECK_THROWS_AS(sync_wait(server.store()->batch("shop", kBatch)), OutcomeUnknown);
  }
  {
    SayingServer server({200, "no answer", {}});
    CHECK_THROWS_AS(sync_wait(server.store()->batch("shop", kBatch)), OutcomeUnknown);
  }
}

TEST_CASE("only an account that promises enough is taken") {
  const auto failure = [](const std::string& account) {
    SayingServer server({200, "{}", {}}, account);
    try {
      server.store();
    } catch (const InvalidRequest& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(failure(SayingServer::kStrong).empty());
  CHECK_THAT(failure(R"({"userConsistencyPolicy":{"defaultConsistencyLevel":"BoundedStaleness"}})"),
             ContainsSubstring("BoundedStaleness"));
  CHECK_THAT(failure("{}"), ContainsSubstring("does not say"));
}

TEST_CASE("a document that another program wrote is one clear error") {
  SayingServer server({200, R"({"id":"order-1","partition":"shop","_etag":"1"})", {}});
  CHECK_THROWS_AS(sync_wait(server.store()->get(kOrder)), Unavailable);
}

TEST_CASE("options that cannot be meant, and a host that is not there, are one clear error") {
  const auto failure = [](const CosmosStoreOptions& options) {
    try {
      const CosmosStore store(options);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto refused = failure({.url = "http://127.0.0.1:1", .key = kKey});
  CHECK_THAT(refused, ContainsSubstring("Cosmos DB") && !ContainsSubstring(kKey));
  CHECK_THAT(failure({.url = "http://127.0.0.1:1"}), ContainsSubstring("key"));
  CHECK_THAT(failure({.url = "http://127.0.0.1:1", .key = "secret!!"}),
             ContainsSubstring("base64") && !ContainsSubstring("secret!!"));
  CHECK_THAT(failure({.url = "http://127.0.0.1:1", .key = kKey, .container = "a/b"}),
             ContainsSubstring("is no name"));
}

TEST_CASE("a long list is asked for part by part") {
  const auto part = [](const std::string& id) {
    return R"({"Documents":[{"id":")" + id +
           R"(","partition":"shop","body":"{}","_etag":"1"}],"_count":1})";
  };
  SayingServer server({200, part("order-1"), {{"x-ms-continuation", R"({"token":"+RID:1"})"}}});
  server.says_then({200, part("order-2"), {}});
  const auto documents = server.store()->documents();
  REQUIRE(documents.size() == 2);
  CHECK(documents[0].key == kOrder);
  CHECK(documents[1].key == Key{"shop", "order-2"});
  const auto requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].target == "/dbs/shop/colls/documents/docs");
  CHECK(!requests[0].headers.contains("x-ms-continuation"));
  CHECK(requests[1].headers.at("x-ms-continuation") == R"({"token":"+RID:1"})");
}

TEST_CASE("a list that is none is told as a server that fails") {
  for (const auto* body : {"{}", R"({"Documents":7})", R"({"Documents":[7]})"}) {
    SayingServer server({200, body, {}});
    CHECK_THROWS_AS(server.store()->documents(), Unavailable);
  }
  SayingServer busy({429, "{}", {}});
  CHECK_THROWS_AS(busy.store()->documents(), Unavailable);
}

}  // namespace
}  // namespace workshop::tests
