#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <utility>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/saturating.hpp"
#include "workshop/http/http.hpp"
#include "workshop/store/store.hpp"

namespace workshop::explore {

struct Process;
class ScheduledHttpServer;

/// What `ProcessContext::point` returns.
class BarePoint {
 public:
  /// Of a process that stands still here.
  explicit BarePoint(Process& process) noexcept : process_(&process) {}
  /// Never: the driver decides when it goes on.
  bool await_ready() const noexcept { return false; }
  /// Hands the process to the driver.
  void await_suspend(std::coroutine_handle<> waiting) const noexcept;
  /// Goes on; a process that crashes here is destroyed instead.
  void await_resume() const;

 private:
  Process* process_;
};

/// A time of the simulated clock as a deadline counts it; its end when it is beyond that.
inline Deadline deadline_at(Timestamp now) {
  return Deadline(saturating_cast<Deadline::duration>(now.time_since_epoch()));
}

/// Says that what runs here has just let an error out to its caller: an outage of its operation is
/// over. For programs that call it again, as a customer does; an endpoint's round says so itself.
/// Does nothing outside of an exploration.
void error_was_let_out() noexcept;

/// What a process of the explored world can reach. All operations are scheduling points.
class ProcessContext {
 public:
  /// For the world that makes it; all of it must outlive this object.
  ProcessContext(Process& process, Broker& broker, std::vector<Store*> stores, HttpClient& http,
                 ScheduledHttpServer& http_server, const Clock& clock)
      : process_(&process),
        broker_(&broker),
        stores_(std::move(stores)),
        http_(&http),
        http_server_(&http_server),
        clock_(&clock) {}

  /// The world's broker.
  Broker& broker() const noexcept { return *broker_; }
  /// The world's `index`-th store.
  Store& store(std::size_t index = 0) const { return *stores_.at(index); }
  /// The network, as a client.
  HttpClient& http() const noexcept { return *http_; }
  /// The network, as the server that this process is.
  ScheduledHttpServer& http_server() const noexcept { return *http_server_; }
  /// The simulated time, which moves only while nobody can go on.
  const Clock& clock() const noexcept { return *clock_; }
  /// The simulated time `after` from now, as a deadline of a request.
  Deadline deadline(std::chrono::milliseconds after) const {
    return saturating_add(deadline_at(clock_->now()), after);
  }
  /// A bare scheduling point, to be awaited: others may run here, the process may crash here.
  BarePoint point() const noexcept { return BarePoint(*process_); }

 private:
  Process* process_;
  Broker* broker_;
  std::vector<Store*> stores_;
  HttpClient* http_;
  ScheduledHttpServer* http_server_;
  const Clock* clock_;
};

}  // namespace workshop::explore
