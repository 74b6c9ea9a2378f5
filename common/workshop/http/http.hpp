#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "workshop/core/error.hpp"
#include "workshop/core/task.hpp"

namespace workshop {

/// The methods of RFC 9110 that the labs use. GET is safe; GET, PUT and DELETE are idempotent by
/// definition, POST is not.
enum class HttpMethod { get, put, post, delete_ };

/// "GET", "PUT", "POST", "DELETE".
std::string_view name_of(HttpMethod method) noexcept;

/// Header fields by lowercase name.
using HttpHeaders = std::map<std::string, std::string, std::less<>>;

/// One request, without the server that it goes to. A value.
struct HttpRequest {
  HttpMethod method = HttpMethod::get;  ///< what is asked for
  std::string target;                   ///< path and query, such as "/requests/1"
  std::string body;                     ///< bytes; "" for none
  HttpHeaders headers;                  ///< beyond those that the client sets itself
};

/// One answer. A value.
struct HttpResponse {
  int status = 200;     ///< RFC 9110, section 15
  std::string body;     ///< bytes; "" for none
  HttpHeaders headers;  ///< by lowercase name

  /// Field by field.
  friend bool operator==(const HttpResponse&, const HttpResponse&) = default;
};

/// A point in time on the monotonic clock until which a caller waits. Passed on from caller to
/// callee: what remains of it is all that a call further down may take.
using Deadline = std::chrono::steady_clock::time_point;

/// Sends requests to servers.
///
/// Errors. Definite: Unavailable (no connection: the request was not sent), InvalidRequest (a
/// target that is no path, an unknown authority). Unknown: OutcomeUnknown (the deadline passed or
/// the connection broke after the request was sent: the server may have executed it, or may execute
/// it yet). An answer, whatever its status, is no error. Thread-safety: an implementation says.
class HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// Sends the request to `authority` ("payments" in a simulated network, "127.0.0.1:8080" in a
  /// real one) and returns the answer. Never sends it twice.
  virtual Task<HttpResponse> request(std::string authority, HttpRequest request,
                                     Deadline deadline) = 0;
};

/// What a server does with one request. An exception becomes a 500 without its text, Todo excepted.
using HttpHandler = std::function<Task<HttpResponse>(HttpRequest)>;

}  // namespace workshop
