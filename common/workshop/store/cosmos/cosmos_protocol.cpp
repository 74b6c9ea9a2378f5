#include "workshop/store/cosmos/cosmos_protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "workshop/store/request_checks.hpp"

namespace workshop::detail {
namespace {

namespace json = boost::json;

constexpr int kFailedDependency = 424;  // of an operation in a batch that failed for another one
constexpr std::size_t kBatchMax = 100;
constexpr std::string_view kPartitionIsFull = "1014";  // 20 GB of one partition key
constexpr std::array kLevels = {"Eventual", "ConsistentPrefix", "Session", "BoundedStaleness",
                                "Strong"};

/// The server's own words, of which the first line tells.
std::string said_by(const RestResponse& response) {
  boost::system::error_code error;
  const auto value = json::parse(response.body, error);
  const auto* message =
      !error && value.is_object() ? value.as_object().if_contains("message") : nullptr;
  std::string said = message != nullptr && message->is_string() ? std::string(message->as_string())
                                                                : std::string();
  said = said.substr(0, said.find_first_of("\r\n")).substr(0, 300);
  return fmt::format("status {}{}{}", response.status, said.empty() ? "" : ": ", said);
}

json::object batch_operation(const char* type, const StoreOperation& operation) {
  json::object object{{"operationType", type}};
  if (const auto* version = operation.expected.as_version()) object["ifMatch"] = version->tag;
  return object;
}

void add_put(json::array& operations, const StoreOperation& put) {
  const auto* type = put.expected.is_absent() ? "Create"
                     : put.expected.is_any()  ? "Upsert"
                                              : "Replace";
  auto object = batch_operation(type, put);
  if (put.expected.as_version() != nullptr) object["id"] = cosmos_name(put.key.id);
  object["resourceBody"] = cosmos_document(put.key, put.body);
  operations.push_back(std::move(object));
}

/// How many operations of the server's an operation of ours became.
std::size_t parts_count(const StoreOperation& operation) {
  return operation.kind == StoreOperation::Kind::erase && operation.expected.is_any() ? 2 : 1;
}

[[noreturn]] void throw_refused(int status, const StoreOperation& operation) {
  if (status == 404 || status == 409 || status == 412) {
    throw_conflict(operation.kind == StoreOperation::Kind::put ? "put" : "erase", operation.key,
                   operation.expected);
  }
  // A batch that is refused is not done, whatever the reason: it is a transaction.
  throw_cosmos_failure({.status = status, .headers = {}, .body = {}}, false);
}

}  // namespace

std::string cosmos_name(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_') {
      result += c;
    } else {
      result += fmt::format("~{:02x}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string from_cosmos_name(std::string_view name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    unsigned byte = 0;
    if (name[i] == '~' && i + 2 < name.size() &&
        std::from_chars(&name[i + 1], &name[i + 1] + 2, byte, 16).ptr == &name[i + 1] + 2) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += name[i];
    }
  }
  return result;
}

json::object cosmos_document(const Key& key, std::string_view body) {
  return {{"id", cosmos_name(key.id)}, {"partition", cosmos_name(key.partition)}, {"body", body}};
}

Document from_cosmos_document(const json::object& document) {
  const auto text = [&](std::string_view name) {
    const auto* value = document.if_contains(name);
    if (value == nullptr || !value->is_string()) {
      throw Unavailable("Cosmos DB returns a document without a text as \"" + std::string(name) +
                        "\": another program has written it");
    }
    return std::string(value->as_string());
  };
  return {{from_cosmos_name(text("partition")), from_cosmos_name(text("id"))},
          text("body"),
          {text("_etag")}};
}

std::vector<Document> from_cosmos_list(const json::object& list) {
  const auto* items = list.if_contains("Documents");
  if (items == nullptr || !items->is_array()) {
    throw Unavailable("Cosmos DB's list of documents has none: is there a Cosmos DB at this URL?");
  }
  std::vector<Document> documents;
  for (const auto& item : items->as_array()) {
    documents.push_back(from_cosmos_document(item.is_object() ? item.as_object() : json::object{}));
  }
  return documents;
}

void throw_cosmos_failure(const RestResponse& response, bool writes) {
  const auto told = said_by(response);
  const int status = response.status;
  if (status == 429) {
    const auto wait = response.header("x-ms-retry-after-ms");
    throw Unavailable("Cosmos DB takes no more requests at the moment, this one was not done" +
                      (wait.empty() ? std::string() : "; wait " + wait + " ms") + ": " + told);
  }
  if (status == 449) {
    throw Unavailable("Cosmos DB met another write of the document, and this was not done: " +
                      told);
  }
  // 403 as well: "The authorization token is not valid at the current time".
  if (status == 401 || (status == 403 && told.find("authorization token") != std::string::npos)) {
    throw Unavailable("Cosmos DB refuses the key; is it right, and this machine's clock? " + told);
  }
  if (status == 403 && response.header("x-ms-substatus") == kPartitionIsFull) {
    throw Unavailable("Cosmos DB's partition is full, and this was not done: " + told);
  }
  if (status == 413) throw EntityTooLarge("Cosmos DB: " + told);
  if (status == 400) throw InvalidRequest("Cosmos DB: " + told);
  if (status == 408 || status == 410 || status >= 500) {
    if (writes) throw OutcomeUnknown("Cosmos DB failed, the write may have been done: " + told);
    throw Unavailable("Cosmos DB failed: " + told);
  }
  throw Unavailable("Cosmos DB refuses: " + told);
}

json::array cosmos_batch(const std::vector<StoreOperation>& operations) {
  json::array array;
  for (const auto& operation : operations) {
    if (operation.kind == StoreOperation::Kind::put) {
      add_put(array, operation);
      continue;
    }
    if (parts_count(operation) == 2) {
      add_put(array, StoreOperation::put(operation.key, "", Expected::any()));
    }
    auto erased = batch_operation("Delete", operation);
    erased["id"] = cosmos_name(operation.key.id);
    array.push_back(std::move(erased));
  }
  if (array.size() > kBatchMax) {
    throw CrossPartition(fmt::format(
        "a batch of {} operations, of which a blind erase counts as two; Cosmos DB allows {}",
        array.size(), kBatchMax));
  }
  return array;
}

std::vector<Version> from_cosmos_batch(const RestResponse& response,
                                       const std::vector<StoreOperation>& operations) {
  boost::system::error_code error;
  const auto value = json::parse(response.body, error);
  std::size_t parts = 0;
  for (const auto& operation : operations) parts += parts_count(operation);
  if (error || !value.is_array() || value.as_array().size() != parts) {
    throw_cosmos_failure(response.status < 300 ? RestResponse{502, {}, {}} : response, true);
  }
  std::vector<Version> versions;
  auto at = value.as_array().begin();
  for (const auto& operation : operations) {
    for (std::size_t i = parts_count(operation); i > 0; --i, ++at) {
      const auto& result = at->as_object();
      const auto status = result.at("statusCode").to_number<int>();
      if (status >= 300 && status != kFailedDependency) throw_refused(status, operation);
      if (i > 1) continue;
      const auto* tag = result.if_contains("eTag");
      const bool has_version = operation.kind == StoreOperation::Kind::put && tag != nullptr;
      versions.push_back({has_version ? std::string(tag->as_string()) : std::string()});
    }
  }
  return versions;
}

std::optional<CosmosConsistency> cosmos_consistency(const json::object& account) {
  const auto* policy = account.if_contains("userConsistencyPolicy");
  const auto* level = policy != nullptr && policy->is_object()
                          ? policy->as_object().if_contains("defaultConsistencyLevel")
                          : nullptr;
  if (level == nullptr || !level->is_string()) return std::nullopt;
  const auto found = std::find(kLevels.begin(), kLevels.end(), std::string(level->as_string()));
  if (found == kLevels.end()) return CosmosConsistency::eventual;
  return static_cast<CosmosConsistency>(found - kLevels.begin());
}

const char* name_of(CosmosConsistency consistency) noexcept {
  return kLevels[static_cast<std::size_t>(consistency)];
}

json::object cosmos_object(const RestResponse& response, bool writes) {
  boost::system::error_code error;
  auto value = json::parse(response.body, error);
  if (!error && value.is_object()) return std::move(value.as_object());
  throw_cosmos_failure({502, {}, R"({"message":"the answer is no JSON object"})"}, writes);
}

}  // namespace workshop::detail
