#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/http/http.hpp"
#include "workshop/testing/conformance.hpp"

namespace workshop {

/// A running server under test, and the hands that its world gives to the suite. Its destructor
/// waits until no handler runs.
class HttpServerUnderTest {
 public:
  HttpServerUnderTest() = default;
  HttpServerUnderTest(const HttpServerUnderTest&) = delete;
  HttpServerUnderTest& operator=(const HttpServerUnderTest&) = delete;
  virtual ~HttpServerUnderTest() = default;

  /// Where it listens, "127.0.0.1:8080"; the same as long as it lives.
  virtual std::string authority() const = 0;
  /// Closes every connection and goes on listening; handlers run on. Has happened when it returns.
  virtual void break_connections() = 0;
  /// Closes every connection and listens no longer; handlers run on. Has happened when it returns.
  virtual void die() = 0;
};

/// A client and a server that belong together.
struct HttpImplementation {
  /// Makes a client.
  std::function<std::unique_ptr<HttpClient>()> client;
  /// A new server at an authority of its own; it listens when the function returns.
  std::function<std::unique_ptr<HttpServerUnderTest>(HttpHandler)> server;
  /// Limits of the server and of the client, for header and body; 0: none, and not tested.
  std::size_t header_bytes_max = 0;
  std::size_t body_bytes_max = 0;  ///< of a body
  /// How long the suite waits for what ought to happen at once, such as the end of a request whose
  /// deadline has passed, before it calls it missing. Spent by wrong implementations only.
  std::chrono::milliseconds patience_ms{10'000};
};

/// The names of all properties that a client and a server must have together, in the order of the
/// contract. Each is a sentence.
std::vector<std::string> http_conformance_properties();

/// Checks one property with a client and servers of its own. Nothing when they have it.
/// InvalidRequest when no property has that name. Blocks; starts threads.
std::optional<ConformanceFailure> check_http_property(std::string_view property,
                                                      const HttpImplementation& implementation);

/// Checks all properties; the implementation conforms when the result is empty.
std::vector<ConformanceFailure> http_conformance(const HttpImplementation& implementation);

}  // namespace workshop
