#include "workshop/store/cosmos/cosmos_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <mutex>
#include <string_view>
#include <utility>

#include "workshop/store/cosmos/cosmos_protocol.hpp"
#include "workshop/store/cosmos/cosmos_signature.hpp"
#include "workshop/store/request_checks.hpp"
#include "workshop/store/rest/utf8.hpp"

namespace workshop {
namespace {

namespace json = boost::json;
using detail::RestResponse;

constexpr std::size_t kOverhead = 4'096;
constexpr std::size_t kIdMax = 255;
constexpr std::size_t kPartitionMax = 2'048;
constexpr int kListedMax = 1'000;  // in one answer
constexpr const char* kVersion = "2018-12-31";

bool is_done(const RestResponse& response) {
  return response.status >= 200 && response.status < 300;
}

Profile profile_of(const CosmosStoreOptions& options) {
  auto profile = Profile::cosmos();
  profile.document_bytes_max -= kOverhead;
  profile.batch_bytes_max -= kOverhead;
  if (!options.has_transactional_batches) profile.batch_operations_max = 1;
  return profile;
}

void check_names(const Key& key) {
  detail::check_utf8(key.partition, "the partition of a key");
  detail::check_utf8(key.id, "the id of a key");
  const auto partition = detail::cosmos_name(key.partition).size();
  const auto id = detail::cosmos_name(key.id).size();
  if (partition > kPartitionMax || id > kIdMax) {
    throw InvalidRequest(fmt::format(
        "a key of Cosmos DB has up to {} bytes of partition and {} of id, escaped, not {} and {}",
        kPartitionMax, kIdMax, partition, id));
  }
}

CosmosStoreOptions checked(CosmosStoreOptions options) {
  if (options.key.empty()) throw InvalidRequest("Cosmos DB wants the master key of the account");
  detail::cosmos_authorization("get", "", "", "", options.key);  // that it is base64
  for (const auto* name : {&options.database, &options.container}) {
    if (name->empty() || name->size() > kIdMax || detail::cosmos_name(*name) != *name) {
      throw InvalidRequest("\"" + name->substr(0, 60) +
                           "\" is no name of a database or container: letters, digits, _ and -");
    }
  }
  return options;
}

detail::RestOptions rest_options(const CosmosStoreOptions& options) {
  detail::RestOptions rest;
  rest.url = options.url;
  rest.name = "Cosmos DB";
  rest.connections_max = options.connections_max;
  rest.connect_timeout_ms = options.connect_timeout_ms;
  rest.answer_timeout_ms = options.answer_timeout_ms;
  rest.trusts_any_certificate = options.trusts_any_certificate;
  return rest;
}

/// A version that no server gave: none, or one that would not be read as a single ETag, such as
/// "*", which matches every document.
bool is_no_etag(const Expected& expected) {
  const auto* version = expected.as_version();
  if (version == nullptr) return false;
  const auto is_in_etag = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("\"-_+/=:.").find(c) != std::string_view::npos;
  };
  return version->tag.empty() || !std::all_of(version->tag.begin(), version->tag.end(), is_in_etag);
}

std::string partition_header(const std::string& partition) {
  return "x-ms-documentdb-partitionkey: [\"" + detail::cosmos_name(partition) + "\"]";
}

std::string condition_header(const Expected& expected) {
  const auto* version = expected.as_version();
  return version == nullptr ? "If-None-Match: *" : "If-Match: " + version->tag;
}

}  // namespace

class CosmosStore::Impl {
 public:
  explicit Impl(CosmosStoreOptions options)
      : options_(checked(std::move(options))),
        profile_(profile_of(options_)),
        client_(rest_options(options_)) {
    check_consistency();
    create("dbs", "", options_.database, {{"id", options_.database}});
    create("colls", "dbs/" + options_.database, options_.container,
           {{"id", options_.container},
            {"partitionKey", {{"paths", {"/partition"}}, {"kind", "Hash"}, {"version", 2}}}});
  }

  const Profile& profile() const noexcept { return profile_; }
  CosmosConsistency consistency() const noexcept { return consistency_; }

  std::optional<Document> get(const Key& key) {
    detail::check_key(key);
    check_names(key);
    auto headers = headers_of(key);
    // A point read, which needs no more; without it an emulator fails where no document is.
    headers.emplace_back("x-ms-documentdb-query-enablecrosspartition: true");
    {
      const std::lock_guard lock(mutex_);
      if (!session_.empty()) headers.push_back("x-ms-session-token: " + session_);
    }
    const auto response = send("GET", "docs", document(key), std::move(headers), {}, false);
    if (response.status == 404) return std::nullopt;
    if (!is_done(response)) detail::throw_cosmos_failure(response, false);
    return detail::from_cosmos_document(detail::cosmos_object(response, false));
  }

  Version put(const Key& key, const std::string& body, const Expected& expected) {
    detail::check_put(profile_, key, body);
    check_names(key);
    detail::check_utf8(body, "the body of a document");
    auto headers = headers_of(key);
    const bool replaces = expected.as_version() != nullptr;
    if (is_no_etag(expected)) detail::throw_conflict("put", key, expected);
    if (expected.is_any()) {
      headers.emplace_back("x-ms-documentdb-is-upsert: true");
    } else {
      headers.push_back(condition_header(expected));
    }
    const auto response =
        send(replaces ? "PUT" : "POST", "docs", replaces ? document(key) : container(),
             std::move(headers), json::serialize(detail::cosmos_document(key, body)), true);
    if (is_done(response)) {
      return detail::from_cosmos_document(detail::cosmos_object(response, true)).version;
    }
    const int status = response.status;
    if (status == 409 || status == 412 || (replaces && status == 404)) {
      detail::throw_conflict("put", key, expected);
    }
    detail::throw_cosmos_failure(response, true);
  }

  void erase(const Key& key, const Expected& expected) {
    detail::check_erase(key, expected);
    check_names(key);
    auto headers = headers_of(key);
    if (is_no_etag(expected)) detail::throw_conflict("erase", key, expected);
    if (!expected.is_any()) headers.push_back(condition_header(expected));
    const auto response = send("DELETE", "docs", document(key), std::move(headers), {}, true);
    if (is_done(response) || (expected.is_any() && response.status == 404)) return;
    if (response.status == 404 || response.status == 412) {
      detail::throw_conflict("erase", key, expected);
    }
    detail::throw_cosmos_failure(response, true);
  }

  std::vector<Version> batch(const std::string& partition,
                             const std::vector<StoreOperation>& operations) {
    detail::check_batch(profile_, partition, operations);
    if (operations.empty()) return {};
    for (const auto& operation : operations) {
      check_names(operation.key);
      detail::check_utf8(operation.body, "the body of a document");
      if (is_no_etag(operation.expected)) {
        detail::throw_conflict("batch of", operation.key, operation.expected);
      }
    }
    if (operations.size() == 1) return {single(operations.front())};
    const auto request = json::serialize(detail::cosmos_batch(operations));
    const auto response =
        send("POST", "docs", container(),
             {partition_header(partition), "x-ms-cosmos-is-batch-request: true",
              "x-ms-cosmos-batch-atomic: true", "x-ms-cosmos-batch-continue-on-error: false"},
             request, true);
    return detail::from_cosmos_batch(response, operations);
  }

  std::vector<Document> documents() {
    std::vector<Document> documents;
    std::string continuation;
    do {
      std::vector<std::string> headers{"x-ms-max-item-count: " + std::to_string(kListedMax)};
      if (!continuation.empty()) headers.push_back("x-ms-continuation: " + continuation);
      const auto path = "/" + container() + "/docs";
      const auto response = issue("GET", path, "docs", container(), std::move(headers), {}, false);
      if (!is_done(response)) detail::throw_cosmos_failure(response, false);
      auto part = detail::from_cosmos_list(detail::cosmos_object(response, false));
      std::move(part.begin(), part.end(), std::back_inserter(documents));
      continuation = response.header("x-ms-continuation");
    } while (!continuation.empty());
    return documents;
  }

 private:
  std::string container() const {
    return "dbs/" + options_.database + "/colls/" + options_.container;
  }
  std::string document(const Key& key) const {
    return container() + "/docs/" + detail::cosmos_name(key.id);
  }
  static std::vector<std::string> headers_of(const Key& key) {
    return {partition_header(key.partition)};
  }

  Version single(const StoreOperation& operation) {
    if (operation.kind == StoreOperation::Kind::put) {
      return put(operation.key, operation.body, operation.expected);
    }
    erase(operation.key, operation.expected);
    return {};
  }

  /// `link`: the resource, or, with POST, the one in which another is made.
  RestResponse send(const std::string& method, const std::string& type, const std::string& link,
                    std::vector<std::string> headers, std::string body, bool writes) {
    auto path = "/" + link;
    if (method == "POST") path += (link.empty() ? "" : "/") + type;
    return issue(method, path, type, link, std::move(headers), std::move(body), writes);
  }

  RestResponse issue(const std::string& method, const std::string& path, const std::string& type,
                     const std::string& link, std::vector<std::string> headers, std::string body,
                     bool writes) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto date = detail::http_date(now);
    headers.push_back("x-ms-date: " + date);
    headers.push_back(std::string("x-ms-version: ") + kVersion);
    headers.push_back("Content-Type: application/json");
    headers.push_back("authorization: " +
                      detail::cosmos_authorization(method, type, link, date, options_.key));
    auto response = client_.send({method, path, std::move(headers), std::move(body), writes});
    const auto session = response.header("x-ms-session-token");
    if (!session.empty()) {
      const std::lock_guard lock(mutex_);
      session_ = session;
    }
    return response;
  }

  void check_consistency() {
    const auto response = send("GET", "", "", {}, {}, false);
    if (!is_done(response)) detail::throw_cosmos_failure(response, false);
    const auto said = detail::cosmos_consistency(detail::cosmos_object(response, false));
    consistency_ = said.value_or(options_.consistency_assumed);
    if (consistency_ >= options_.consistency_min) return;
    throw InvalidRequest(fmt::format(
        "the Cosmos DB account promises the consistency {}{}, and {} is wanted: a later read could "
        "return what was before a write; change the account's default consistency",
        detail::name_of(consistency_), said ? "" : " (assumed: it does not say)",
        detail::name_of(options_.consistency_min)));
  }

  void create(const std::string& type, const std::string& parent, const std::string& name,
              const json::object& resource) {
    const auto link = (parent.empty() ? "" : parent + "/") + type + "/" + name;
    const auto there = send("GET", type, link, {}, {}, false);
    if (is_done(there)) return;
    if (there.status != 404) detail::throw_cosmos_failure(there, false);
    const auto created = send("POST", type, parent, {}, json::serialize(resource), false);
    // 409: somebody else has created it meanwhile.
    if (!is_done(created) && created.status != 409) detail::throw_cosmos_failure(created, false);
  }

  const CosmosStoreOptions options_;
  const Profile profile_;
  CosmosConsistency consistency_ = CosmosConsistency::eventual;
  std::mutex mutex_;
  std::string session_;  // of the server's last answer: own writes are seen at the level session
  detail::RestClient client_;
};

CosmosStore::CosmosStore(CosmosStoreOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
CosmosStore::~CosmosStore() = default;

Task<std::optional<Document>> CosmosStore::get(Key key) { co_return impl_->get(key); }
Task<Version> CosmosStore::put(Key key, std::string body, Expected expected) {
  co_return impl_->put(key, body, expected);
}
Task<void> CosmosStore::erase(Key key, Expected expected) {
  impl_->erase(key, expected);
  co_return;
}
Task<std::vector<Version>> CosmosStore::batch(std::string partition,
                                              std::vector<StoreOperation> operations) {
  co_return impl_->batch(partition, operations);
}
const Profile& CosmosStore::profile() const noexcept { return impl_->profile(); }
std::vector<Document> CosmosStore::documents() const { return impl_->documents(); }
CosmosConsistency CosmosStore::consistency() const noexcept { return impl_->consistency(); }

}  // namespace workshop
