#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "workshop/broker/broker.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/http/http.hpp"
#include "workshop/store/store.hpp"

namespace workshop {

/// Options of a Host, for all its endpoints. A time beyond the clock, such as milliseconds::max(),
/// never passes.
struct HostOptions {
  int threads_count = 2;  ///< threads that run handlers
  /// How long a receiver that found its queue empty waits before it looks again.
  std::chrono::milliseconds poll_interval_ms{20};
  /// How long a receiver waits at most after the broker has refused: it waits `poll_interval_ms`
  /// first, and twice as long each time after that.
  std::chrono::milliseconds backoff_max_ms{1'000};
  std::chrono::milliseconds stop_grace_ms{1'000};  ///< how long stop() waits for running handlers
};

/// Options of one endpoint of a Host.
struct RunOptions {
  int handlers_count = 1;  ///< deliveries that are handled at the same time
  /// The options with which the queue was declared. The lease is renewed each third of `lease_ms`
  /// while a handler runs; with `deliveries_max` the log says which abandoned delivery was the
  /// last.
  QueueOptions queue = {};
  bool renews_leases = true;   ///< false: a handler that takes longer than its lease loses it
  HttpClient* http = nullptr;  ///< the handlers' `context.http()`
};

/// Runs endpoints on threads: receive, handle, acknowledge, again and again. The same endpoints run
/// in the explorer, unchanged.
///
/// When a handler throws, its delivery is abandoned. While a handler runs, a timer renews its
/// lease, on a thread of its own, so that handlers that block delay no renewal. A lease that is
/// lost nevertheless is not renewed any more; the handler goes on, and its acknowledgement fails.
/// When the broker refuses, or its answer is lost, the host tries again after a while. No message
/// is lost by that, because a message that is not acknowledged is delivered again. So each message
/// is handled at least once, and only handlers that recognise a message have its effect exactly
/// once.
///
/// Every delivery that ends is one line in the log (logging.hpp): endpoint, message, type, delivery
/// count, and the result: handled, abandoned, dead-lettered, lease lost, unsettled.
///
/// A failure that waiting cannot cure stops the host: a Todo of a handler (its delivery is not
/// settled), or a queue that does not exist. The functions that wait, and stop(), throw it.
///
/// A handler starts on one of `threads_count` threads, and continues on whichever thread resumes
/// it. Thread-safety: any thread may call, except the thread of a handler.
class Host {
 public:
  /// `broker` must outlive the host. Throws InvalidRequest when an option makes no sense.
  explicit Host(Broker& broker, HostOptions options = {});
  /// Stops, then waits without a limit for handlers that still run, because they use objects that
  /// the owner destroys next.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Begins to run the endpoint; its queue must exist. `store` and the HTTP client must outlive the
  /// host. Throws InvalidRequest for options that make no sense, and after stop().
  void run(Endpoint endpoint, Store& store, RunOptions options = {});

  /// Blocks until `predicate` holds, at most `time_max`; returns whether it does. The predicate is
  /// called at first and whenever a receiver has ended a round (also a round that found the queue
  /// empty), on the calling thread. Throws the failure that stopped the host.
  bool wait_until(const std::function<bool()>& predicate,
                  std::chrono::milliseconds time_max = std::chrono::seconds(20));

  /// Blocks until all messages that were sent before the call, and all messages that this host has
  /// sent because of them, are handled: each receiver has found its queue empty after the last
  /// delivery was settled. Does not wait for messages that are delayed or leased to other
  /// receivers. Returns false after `time_max`, or when the host has stopped. Throws the failure
  /// that stopped the host.
  bool wait_until_idle(std::chrono::milliseconds time_max = std::chrono::seconds(20));

  /// Receives no more messages, and waits up to `stop_grace_ms` for the running handlers. Handlers
  /// that run longer go on, but their leases are not renewed any more. May be repeated. Throws the
  /// failure that stopped the host, once.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop
