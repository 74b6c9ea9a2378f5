#include "workshop/store/dynamodb/dynamodb_store.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <random>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "workshop/store/request_checks.hpp"
#include "workshop/store/rest/rest_client.hpp"
#include "workshop/store/rest/utf8.hpp"

namespace workshop {
namespace {

namespace json = boost::json;
using detail::RestResponse;

constexpr std::size_t kOverhead = 64;
constexpr std::size_t kPartitionMax = 2'048;
constexpr std::size_t kIdMax = 1'024;
constexpr std::chrono::milliseconds kPause{100};
constexpr int kTableWaitsMax = 600;  // a minute

std::string random_version() {
  thread_local std::random_device source;
  std::string version;
  for (int i = 0; i < 32; ++i) version += "0123456789abcdef"[source() % 16];
  return version;
}

json::object text(std::string_view value) { return {{"S", value}}; }

json::object key_of(const Key& key) { return {{"p", text(key.partition)}, {"i", text(key.id)}}; }

std::string text_at(const json::object& item, std::string_view name) {
  const auto* value = item.if_contains(name);
  if (value == nullptr) return {};
  return std::string(value->as_object().at("S").as_string());
}

Document document_of(const json::object& item) {
  return {{text_at(item, "p"), text_at(item, "i")}, text_at(item, "b"), {text_at(item, "v")}};
}

/// What a write is made under.
void add_condition(json::object& request, const Expected& expected) {
  if (expected.is_absent()) request["ConditionExpression"] = "attribute_not_exists(p)";
  if (const auto* version = expected.as_version()) {
    request["ConditionExpression"] = "v = :expected";
    request["ExpressionAttributeValues"] = {{":expected", text(version->tag)}};
  }
}

/// What the server says of a failure: "ValidationException", and a sentence.
struct Failure {
  std::string type;
  std::string said;
};

Failure failure_of(const RestResponse& response) {
  Failure failure;
  boost::system::error_code error;
  const auto value = json::parse(response.body, error);
  if (error || !value.is_object()) return {"", "status " + std::to_string(response.status)};
  const auto& object = value.as_object();
  for (const auto* name : {"__type", "message", "Message"}) {
    const auto* member = object.if_contains(name);
    if (member == nullptr || !member->is_string()) continue;
    auto& target = std::string_view(name) == "__type" ? failure.type : failure.said;
    target = std::string(member->as_string());
  }
  failure.type.erase(0, failure.type.find('#') + 1);  // of "com.amazonaws…#Name"
  return failure;
}

bool is_throttling(const std::string& type) {
  return type == "ProvisionedThroughputExceededException" || type == "ThrottlingException" ||
         type == "RequestLimitExceeded" || type == "Throttling";
}

bool is_refusal(const std::string& type) {
  static const std::set<std::string, std::less<>> kTypes = {
      "UnrecognizedClientException",  "InvalidSignatureException",
      "IncompleteSignatureException", "MissingAuthenticationTokenException",
      "MissingAuthenticationToken",   "AccessDeniedException",
      "ExpiredTokenException",        "InvalidClientTokenId"};
  return kTypes.contains(type);
}

/// (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html)
[[noreturn]] void throw_failure(const RestResponse& response, bool writes) {
  const auto [type, said] = failure_of(response);
  const auto told = type.empty() ? said : type + ": " + said;
  if (is_throttling(type)) {
    throw Unavailable("DynamoDB takes no more requests at the moment, this one was not done: " +
                      told);
  }
  if (response.status >= 500) {
    if (writes) throw OutcomeUnknown("DynamoDB failed, the write may have been done: " + told);
    throw Unavailable("DynamoDB failed: " + told);
  }
  if (is_refusal(type)) {
    throw Unavailable(
        "DynamoDB refuses the access key or the signature; are the keys right, and this machine's "
        "clock? " +
        told);
  }
  if (type == "ValidationException") {
    if (said.find("size has exceeded") != std::string::npos)
      throw EntityTooLarge("DynamoDB: " + said);
    throw InvalidRequest("DynamoDB: " + said);
  }
  throw Unavailable("DynamoDB refuses: " + told);
}

Profile profile_of_store() {
  auto profile = Profile::dynamodb();
  profile.document_bytes_max -= kOverhead;
  return profile;
}

void check_names(const Key& key) {
  detail::check_utf8(key.partition, "the partition of a key");
  detail::check_utf8(key.id, "the id of a key");
  if (key.partition.size() > kPartitionMax || key.id.size() > kIdMax) {
    throw InvalidRequest(
        "a key of DynamoDB has up to 2048 bytes of partition and 1024 of id, not " +
        std::to_string(key.partition.size()) + " and " + std::to_string(key.id.size()));
  }
}

detail::RestOptions rest_options(const DynamoDbStoreOptions& options) {
  detail::RestOptions rest;
  rest.url = options.url;
  rest.name = "DynamoDB";
  rest.connections_max = options.connections_max;
  rest.connect_timeout_ms = options.connect_timeout_ms;
  rest.answer_timeout_ms = options.answer_timeout_ms;
  rest.aws_signature = "aws:amz:" + options.region + ":dynamodb";
  rest.user = options.access_key;
  rest.password = options.secret_key;
  return rest;
}

}  // namespace

class DynamoDbStore::Impl {
 public:
  explicit Impl(DynamoDbStoreOptions options)
      : options_(checked(std::move(options))), client_(rest_options(options_)) {
    create_table();
  }

  const Profile& profile() const noexcept { return profile_; }

  std::optional<Document> get(const Key& key) {
    detail::check_key(key);
    check_names(key);
    auto request = on_table();
    request["Key"] = key_of(key);
    request["ConsistentRead"] = true;
    const auto answer = ask("GetItem", request, false);
    const auto* item = answer.if_contains("Item");
    if (item == nullptr) return std::nullopt;
    return document_of(item->as_object());
  }

  Version put(const Key& key, const std::string& body, const Expected& expected) {
    detail::check_put(profile_, key, body);
    check_names(key);
    detail::check_utf8(body, "the body of a document");
    Version version{random_version()};
    auto item = key_of(key);
    item["v"] = text(version.tag);
    if (!body.empty()) item["b"] = text(body);
    auto request = on_table();
    request["Item"] = std::move(item);
    write("PutItem", std::move(request), "put", key, expected);
    return version;
  }

  void erase(const Key& key, const Expected& expected) {
    detail::check_erase(key, expected);
    check_names(key);
    auto request = on_table();
    request["Key"] = key_of(key);
    write("DeleteItem", std::move(request), "erase", key, expected);
  }

  /// One operation at most: the profile allows no more.
  std::vector<Version> batch(const std::string& partition,
                             const std::vector<StoreOperation>& operations) {
    detail::check_batch(profile_, partition, operations);
    if (operations.empty()) return {};
    const auto& [kind, key, body, expected] = operations.front();
    if (kind == StoreOperation::Kind::put) return {put(key, body, expected)};
    erase(key, expected);
    return {Version{}};
  }

  std::vector<Document> documents() {
    std::vector<Document> documents;
    auto request = on_table();
    request["ConsistentRead"] = true;
    while (true) {
      const auto answer = ask("Scan", request, false);
      for (const auto& item : answer.at("Items").as_array()) {
        documents.push_back(document_of(item.as_object()));
      }
      const auto* last = answer.if_contains("LastEvaluatedKey");
      if (last == nullptr) return documents;
      request["ExclusiveStartKey"] = *last;
    }
  }

 private:
  static DynamoDbStoreOptions checked(DynamoDbStoreOptions options) {
    const auto in_name = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-' || c == '.';
    };
    const auto& table = options.table;
    if (table.size() < 3 || table.size() > 255 ||
        !std::all_of(table.begin(), table.end(), in_name)) {
      throw InvalidRequest("\"" + table.substr(0, 60) +
                           "\" is no name of a table: 3 to 255 letters, digits and _-.");
    }
    if (options.access_key.empty() || options.secret_key.empty()) {
      throw InvalidRequest(
          "DynamoDB wants an access key and a secret key, as AWS_ACCESS_KEY_ID and "
          "AWS_SECRET_ACCESS_KEY have them; a local engine takes any");
    }
    return options;
  }

  json::object on_table() const { return {{"TableName", options_.table}}; }

  RestResponse send(std::string_view operation, const json::object& request, bool writes) {
    detail::RestRequest rest{"POST",
                             "/",
                             {"Content-Type: application/x-amz-json-1.0",
                              "X-Amz-Target: DynamoDB_20120810." + std::string(operation)},
                             json::serialize(request),
                             writes};
    if (!options_.session_token.empty()) {
      rest.headers.push_back("X-Amz-Security-Token: " + options_.session_token);
    }
    return client_.send(rest);
  }

  static json::object parsed(const RestResponse& response, bool writes) {
    boost::system::error_code error;
    auto value = json::parse(response.body, error);
    if (!error && value.is_object()) return std::move(value.as_object());
    const std::string told = "DynamoDB answers with what is no JSON object";
    if (writes) throw OutcomeUnknown(told);
    throw Unavailable(told);
  }

  json::object ask(std::string_view operation, const json::object& request, bool writes) {
    const auto response = send(operation, request, writes);
    if (response.status != 200) throw_failure(response, writes);
    return parsed(response, writes);
  }

  void write(std::string_view operation, json::object request, const char* verb, const Key& key,
             const Expected& expected) {
    add_condition(request, expected);
    const auto response = send(operation, request, true);
    if (response.status == 200) return;
    if (failure_of(response).type == "ConditionalCheckFailedException") {
      detail::throw_conflict(verb, key, expected);
    }
    throw_failure(response, true);
  }

  bool table_is_there() {
    const auto response = send("DescribeTable", on_table(), false);
    if (response.status == 200) {
      const auto answer = parsed(response, false);
      return answer.at("Table").at("TableStatus").as_string() == "ACTIVE";
    }
    if (failure_of(response).type != "ResourceNotFoundException") throw_failure(response, false);
    auto request = on_table();
    request["BillingMode"] = "PAY_PER_REQUEST";
    request["AttributeDefinitions"] = {{{"AttributeName", "p"}, {"AttributeType", "S"}},
                                       {{"AttributeName", "i"}, {"AttributeType", "S"}}};
    request["KeySchema"] = {{{"AttributeName", "p"}, {"KeyType", "HASH"}},
                            {{"AttributeName", "i"}, {"KeyType", "RANGE"}}};
    // Somebody else may create it at the same time: ResourceInUseException.
    const auto created = send("CreateTable", request, false);
    if (created.status != 200 && failure_of(created).type != "ResourceInUseException") {
      throw_failure(created, false);
    }
    return false;
  }

  void create_table() {
    for (int i = 0; i < kTableWaitsMax; ++i) {
      if (table_is_there()) return;
      std::this_thread::sleep_for(i == 0 ? std::chrono::milliseconds{5} : kPause);
    }
    throw Unavailable("DynamoDB's table " + options_.table + " is not ready after a minute");
  }

  const DynamoDbStoreOptions options_;
  const Profile profile_ = profile_of_store();
  detail::RestClient client_;
};

DynamoDbStore::DynamoDbStore(DynamoDbStoreOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
DynamoDbStore::~DynamoDbStore() = default;

Task<std::optional<Document>> DynamoDbStore::get(Key key) { co_return impl_->get(key); }
Task<Version> DynamoDbStore::put(Key key, std::string body, Expected expected) {
  co_return impl_->put(key, body, expected);
}
Task<void> DynamoDbStore::erase(Key key, Expected expected) {
  impl_->erase(key, expected);
  co_return;
}
Task<std::vector<Version>> DynamoDbStore::batch(std::string partition,
                                                std::vector<StoreOperation> operations) {
  co_return impl_->batch(partition, operations);
}
const Profile& DynamoDbStore::profile() const noexcept { return impl_->profile(); }
std::vector<Document> DynamoDbStore::documents() const { return impl_->documents(); }

}  // namespace workshop
