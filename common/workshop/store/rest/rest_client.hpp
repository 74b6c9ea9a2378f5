#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace workshop::detail {

/// How a RestClient is opened.
struct RestOptions {
  std::string url;   ///< "https://host:port", nothing behind it
  std::string name;  ///< how errors call the server: "DynamoDB"
  std::size_t connections_max = 16;
  std::chrono::milliseconds connect_timeout_ms{2'000};
  std::chrono::milliseconds answer_timeout_ms{5'000};  ///< of the whole request
  bool trusts_any_certificate = false;
  /// Of Amazon's signature, version 4, by which libcurl signs: "aws:amz:region:service"; "": none.
  std::string aws_signature;
  std::string user;      ///< the access key
  std::string password;  ///< the secret key
};

struct RestRequest {
  std::string method;  ///< "POST"
  std::string path;    ///< from "/" on, escaped
  std::vector<std::string> headers;
  std::string body;    ///< sent with POST, PUT and PATCH
  bool writes = true;  ///< whether it may change something
};

struct RestResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in small letters
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

/// Sends requests over connections that are kept. A request is issued once and never again by
/// itself: libcurl's own repetition on a connection that has died is refused, because the server
/// may have done what was asked, and a conditional write that is repeated then tells a conflict
/// with itself.
///
/// Thread-safe: `connections_max` requests at once, a further one waits; each blocks its thread.
class RestClient {
 public:
  /// Connects at the first request. Throws InvalidRequest for a URL that is none.
  explicit RestClient(RestOptions options);
  ~RestClient();

  /// The answer, whatever its status. Throws Unavailable when the request was not issued, or reads
  /// only; OutcomeUnknown when one that writes was, and no whole answer came.
  RestResponse send(const RestRequest& request);

  const RestOptions& options() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop::detail
