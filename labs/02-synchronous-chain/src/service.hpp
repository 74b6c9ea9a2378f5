#pragma once

#include <functional>
#include <utility>

#include "workshop/core/json.hpp"
#include "workshop/endpoint/entity_store.hpp"
#include "workshop/http/http.hpp"

namespace workshop::shop {

/// What a service has at hand while it serves one request: its store, the network, the time.
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

  /// Calls other services: `http().request(authority, request, deadline)`. What remains of the
  /// deadline goes along with the request. Errors: Unavailable (definite: it was not sent);
  /// OutcomeUnknown (it was sent, and no answer came: the other side may have executed it, or may
  /// yet). An answer, whatever its status, is no error.
  HttpClient& http() const noexcept { return *http_; }

  /// The time by this service's clock. The tests' clock stands still while anybody can go on, so
  /// take the time from here and from nowhere else.
  Deadline now() const { return now_(); }

  /// Until when the sender of `request` waits; `fallback` when the request does not say. Counted
  /// from this call: call it first.
  Deadline deadline_of(const HttpRequest& request, Deadline fallback) const;

 private:
  EntityStore store_;
  HttpClient* http_;
  std::function<Deadline()> now_;
};

}  // namespace workshop::shop
