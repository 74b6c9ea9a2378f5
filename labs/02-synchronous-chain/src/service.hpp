#pragma once

#include <functional>
#include <utility>

#include "workshop/core/json.hpp"
#include "workshop/endpoint/entity_store.hpp"
#include "workshop/http/http.hpp"

namespace workshop::shop {

/// What a service can use while it serves one request: its store, the network, the time.
///
/// Every call over the network may take as long as its deadline allows, and may end without an
/// answer. Lives as long as the request is served; used by one coroutine only.
class Service {
 public:
  /// `store` and `http` must outlive the service; `now` reads a clock.
  Service(Store& store, HttpClient& http, std::function<Deadline()> now)
      : store_(store), http_(&http), now_(std::move(now)) {}

  /// The service's entities. Errors are the store's: Unavailable and VersionConflict are definite,
  /// OutcomeUnknown is not.
  EntityStore& store() noexcept { return store_; }

  /// Calls other services: `http().request(authority, request, deadline)`. The request carries the
  /// time that is left until the deadline. Errors: Unavailable (definite: it was not sent);
  /// OutcomeUnknown (it was sent, and no answer came: the other side may have executed it, or may
  /// still do so). An answer, whatever its status, is not an error.
  HttpClient& http() const noexcept { return *http_; }

  /// The time by this service's clock. The tests use a simulated clock, so take the time only from
  /// here.
  Deadline now() const { return now_(); }

  /// The time until which the sender of `request` waits; `fallback` when the request does not say.
  /// Counted from the moment of this call, so call it first.
  Deadline deadline_of(const HttpRequest& request, Deadline fallback) const;

 private:
  EntityStore store_;
  HttpClient* http_;
  std::function<Deadline()> now_;
};

}  // namespace workshop::shop
