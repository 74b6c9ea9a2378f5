#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "workshop/broker/broker.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/http/http.hpp"
#include "workshop/store/store.hpp"

namespace workshop {

/// How a Host works, whatever it runs. A time beyond the clock, such as milliseconds::max(), never
/// passes.
struct HostOptions {
  int threads_count = 2;  ///< threads that run handlers
  /// How long a receiver that found its queue empty waits before it looks again.
  std::chrono::milliseconds poll_interval_ms{20};
  /// How long a receiver waits at most after the broker refused: from `poll_interval_ms` on it
  /// waits twice as long each time.
  std::chrono::milliseconds backoff_max_ms{1'000};
  std::chrono::milliseconds stop_grace_ms{1'000};  ///< what stop() leaves to running handlers
};

/// How a Host runs one endpoint.
struct RunOptions {
  int handlers_count = 1;  ///< deliveries that are handled at the same time
  /// As the queue was declared. The lease is renewed each third of `lease_ms` while a handler runs;
  /// `deliveries_max` tells the log which abandoned delivery was the last.
  QueueOptions queue = {};
  bool renews_leases = true;   ///< false: a handler that takes longer than its lease loses it
  HttpClient* http = nullptr;  ///< what handlers get as `context.http()`
};

/// Runs endpoints for real, on threads: receive, handle, acknowledge, again and again. The same
/// endpoints run in the explorer, unchanged.
///
/// A handler that throws has its delivery abandoned. While a handler runs its lease is renewed by a
/// timer, on a thread of its own, so that handlers that block make no renewal late. A lease that is
/// lost all the same is not renewed any more; the handler runs on, and its acknowledgement is
/// refused. A broker that refuses, or whose answer is lost, is asked again after a while: no
/// delivery is lost by it, because what is not acknowledged is delivered again. So each message is
/// handled at least once, and only handlers that recognise a message have its effect exactly once.
///
/// Every delivery that ends is one line in the log (logging.hpp): endpoint, message, type, delivery
/// count, and what came of it: handled, abandoned, dead-lettered, lease lost, unsettled.
///
/// What waiting cannot mend stops the host: a Todo of a handler (its delivery is not settled), a
/// queue that does not exist. The waits and stop() throw it.
///
/// A handler starts on one of `threads_count` threads and may go on wherever what it awaits resumes
/// it. Thread-safety: any thread may call, except a handler's own.
class Host {
 public:
  /// `broker` must outlive the host. Throws InvalidRequest when an option makes no sense.
  explicit Host(Broker& broker, HostOptions options = {});
  /// Stops, then waits without bound for handlers that still run: they use what their owner
  /// destroys next.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Begins to run the endpoint; the queue must be there. `store` and the HTTP client must outlive
  /// the host. Throws InvalidRequest for options that make no sense, and after stop().
  void run(Endpoint endpoint, Store& store, RunOptions options = {});

  /// Blocks until `predicate` holds, at most `time_max`; returns whether it does. It is asked at
  /// first and whenever a receiver has ended a round (also one that found its queue empty), on the
  /// calling thread. Throws what stopped the host.
  bool wait_until(const std::function<bool()>& predicate,
                  std::chrono::milliseconds time_max = std::chrono::seconds(20));

  /// Blocks until all that was sent before the call, and all that came of it on this host, is
  /// handled: each receiver has found its queue empty after the last delivery was settled. Does not
  /// wait for what is delayed or leased to somebody else. Returns false when `time_max` is over or
  /// the host stopped. Throws what stopped the host.
  bool wait_until_idle(std::chrono::milliseconds time_max = std::chrono::seconds(20));

  /// Takes no new message, waits up to `stop_grace_ms` for the running handlers, and leaves the
  /// rest: those run on, but their leases are not renewed any more. May be repeated. Throws what
  /// stopped the host, once.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace workshop
