#include "workshop/runtime/host.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <coroutine>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "workshop/core/detached.hpp"
#include "workshop/core/resumer.hpp"
#include "workshop/core/saturating.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/runtime/logging.hpp"
#include "workshop/runtime/subject.hpp"
#include "workshop/runtime/thread_pool.hpp"

namespace workshop {

namespace net = boost::asio;
using std::chrono::milliseconds;

namespace {

/// A coroutine that awaits it continues on a thread of `resumer`, with a new stack.
struct OnThreadOf {
  Resumer& resumer;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> self) const { resumer.resume(self); }
  void await_resume() const noexcept {}
};

/// Resumes coroutines on the timers' thread, where it is their current resumer.
class IoResumer final : public Resumer {
 public:
  explicit IoResumer(net::io_context& io) : io_(io) {}

 private:
  void make_ready(std::coroutine_handle<> waiting) noexcept override {
    net::post(io_, [this, waiting] {
      const ScopedResumer here(*this);
      waiting.resume();
    });
  }

  net::io_context& io_;
};

/// A coroutine that awaits it continues when the time has passed or the timer is cancelled. On the
/// timers' thread only.
struct Ring {
  net::steady_timer& timer;
  milliseconds time;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> self) const {
    timer.expires_at(deadline_after(time));
    timer.async_wait([self](const boost::system::error_code&) { self.resume(); });
  }
  void await_resume() const noexcept {}
};

/// The lease of one delivery, as long as its handler runs.
struct Lease {
  const LeaseTag tag;
  const milliseconds renew_every;
  const Subject subject;
  std::atomic<bool> over{false};  ///< it need not be renewed any more
  /// Where it waits for its renewal, if it does; under the host's mutex of leases.
  std::set<std::pair<std::chrono::steady_clock::time_point, std::shared_ptr<Lease>>>::iterator
      place;
};

}  // namespace

struct Host::Impl {
  /// One endpoint that the host runs.
  struct Running {
    Endpoint endpoint;
    Store& store;
    RunOptions options;
  };
  /// One of its receivers. The mark is guarded by the host's mutex.
  struct Receiver {
    Running& running;
    std::uint64_t found_empty_at = 0;  ///< `activity` before its last receive of an empty queue
  };
  /// Renews a lease until this object is destroyed.
  struct Renewals {
    Renewals(Impl& host, std::shared_ptr<Lease> given);
    ~Renewals();
    Renewals(const Renewals&) = delete;
    Renewals& operator=(const Renewals&) = delete;
    Impl& host;
    std::shared_ptr<Lease> lease;  ///< nullptr: nothing is renewed
  };
  using Time = std::chrono::steady_clock::time_point;
  struct Watching {  // somebody waits for any change; made under the mutex
    explicit Watching(Impl& given) : host(given) { ++host.watchers_count; }
    ~Watching() { --host.watchers_count; }
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;
    Impl& host;
  };

  Impl(Broker& given_broker, HostOptions given)
      : broker(given_broker),
        options(given),
        pool(given.threads_count),
        io_thread([this] { io.run(); }) {}

  Detached receive(Receiver& receiver);
  Task<void> rounds(Receiver& receiver);
  Task<void> handle(Running& running, Delivery delivery);
  void await_renewal(std::shared_ptr<Lease> lease);
  void set_alarm();
  void ring();
  Detached renew(std::shared_ptr<Lease> lease);
  Task<void> pause(milliseconds time);

  void fail(std::exception_ptr why);
  void begin_stop();
  void end_renewals();
  template <class Change>
  void notify(Change change);
  bool is_idle() const;  // under the mutex
  void wake();           // under the mutex

  Broker& broker;
  const HostOptions options;
  net::io_context io{1};
  IoResumer on_io{io};
  net::executor_work_guard<net::io_context::executor_type> keeps_io_running{io.get_executor()};
  std::set<net::steady_timer*> pauses;  // of the timers' thread
  // One alarm for all leases: most are over before it rings, and cost no timer of their own.
  net::steady_timer alarm{io};  // of the timers' thread
  std::atomic<bool> stopping{false};
  std::atomic<bool> renews{true};

  std::mutex lease_mutex;                                    // guards the two members below
  std::set<std::pair<Time, std::shared_ptr<Lease>>> leases;  // by when they are renewed next
  Time alarm_at = Time::max();

  std::mutex mutex;  // guards the members below
  std::condition_variable changed;
  std::atomic<std::size_t> watchers_count{0};  // who waits for any change
  std::uint64_t changes_count = 0;
  std::uint64_t activity =
      1;  // rises when a delivery was settled, and when a thread waits for rest
  std::size_t receivers_count = 0;
  std::size_t renewals_count = 0;
  std::exception_ptr failure;
  std::list<Running> running;
  std::list<Receiver> receivers;

  ThreadPool pool;  // runs handlers; the last but one, because its threads use all others
  std::thread io_thread;
};

template <class Change>
void Host::Impl::notify(Change change) {
  const std::lock_guard lock(mutex);
  change();
  ++changes_count;
  wake();
}

/// Only those for whom there may be something new: waking a thread costs more than most changes.
void Host::Impl::wake() {
  if (watchers_count > 0 || failure || stopping || receivers_count == 0 || is_idle()) {
    changed.notify_all();
  }
}

void Host::Impl::begin_stop() {
  notify([this] { stopping = true; });
  net::post(io, [this] {
    for (auto* timer : pauses) timer->cancel();
  });
}

void Host::Impl::end_renewals() {
  renews = false;
  net::post(io, [this] { alarm.cancel(); });
}

void Host::Impl::fail(std::exception_ptr why) {
  notify([&] {
    if (!failure) failure = std::move(why);
  });
  begin_stop();
}

bool Host::Impl::is_idle() const {
  return std::all_of(receivers.begin(), receivers.end(), [this](const Receiver& receiver) {
    return receiver.found_empty_at == activity;
  });
}

/// Continues on a thread of the pool, after the time or when the host stops.
Task<void> Host::Impl::pause(milliseconds time) {
  co_await OnThreadOf{on_io};
  if (!stopping) {
    net::steady_timer timer(io);
    pauses.insert(&timer);
    co_await Ring{timer, time};
    pauses.erase(&timer);
  }
  co_await OnThreadOf{pool};
}

Detached Host::Impl::receive(Receiver& receiver) {
  co_await OnThreadOf{pool};
  try {
    co_await rounds(receiver);
  } catch (...) {
    fail(std::current_exception());
  }
  co_await OnThreadOf{pool};  // a handler's operation may have resumed it on another thread
  notify([this] { --receivers_count; });
}

Task<void> Host::Impl::rounds(Receiver& receiver) {
  auto& endpoint = receiver.running.endpoint;
  auto backoff = std::max(options.poll_interval_ms, milliseconds(1));
  const auto first_backoff = backoff;
  while (!stopping) {
    std::uint64_t activity_before = 0;
    notify([&] { activity_before = activity; });
    std::optional<Delivery> delivery;
    std::string refused;
    try {
      delivery = co_await broker.receive(endpoint.name());
    } catch (const InvalidRequest&) {
      throw;
    } catch (const Error& error) {
      refused = std::string("receive: ") + error.what();
    }
    if (!refused.empty()) {
      log(LogLevel::warning, "broker refused",
          {{"endpoint", endpoint.name()},
           {"wait_ms", std::to_string(backoff.count())},
           {"reason", std::move(refused)}});
      co_await pause(backoff);
      backoff = std::min(saturating_add(backoff, backoff),
                         std::max(options.backoff_max_ms, first_backoff));
      continue;
    }
    backoff = first_backoff;
    if (delivery) {
      const auto turn = pool.turn();
      co_await handle(receiver.running, std::move(*delivery));
      notify([this] { ++activity; });
      // Who has waited for nothing lets others have the thread; who has, did so then.
      const auto now = pool.turn();
      if (now == turn || now == ThreadPool::Turn{}) co_await OnThreadOf{pool};
    } else {
      notify([&] { receiver.found_empty_at = activity_before; });
      co_await pause(options.poll_interval_ms);
    }
  }
}

Task<void> Host::Impl::handle(Running& of, Delivery delivery) {
  const Subject subject{of.endpoint.name(), delivery.message.id.value, delivery.message.type,
                        delivery.delivery_count};
  const auto tag = delivery.tag;
  const bool is_last = delivery.delivery_count >= of.options.queue.deliveries_max;
  std::optional<Attempt> attempt;
  {
    const auto every = std::max(of.options.queue.lease_ms / 3, milliseconds(1));
    const Renewals renewals(*this, of.options.renews_leases
                                       ? std::shared_ptr<Lease>(new Lease{tag, every, subject})
                                       : nullptr);
    try {
      attempt =
          co_await of.endpoint.attempt(std::move(delivery), of.store, broker, of.options.http);
    } catch (const Todo&) {
      throw;
    } catch (...) {
      attempt = Attempt{.handled = false, .unexpected = true, .failure = "no std::exception"};
    }
  }
  switch (co_await Endpoint::settle(broker, tag, *attempt)) {
    case Settlement::settled:
      if (attempt->handled) {
        subject.log(LogLevel::info, "handled");
      } else if (is_last) {
        subject.log(LogLevel::error, "dead-lettered", attempt->failure);
      } else {
        subject.log(LogLevel::warning, "abandoned", attempt->failure);
      }
      break;
    case Settlement::lease_lost:
      subject.log(LogLevel::warning, "lease lost",
                  attempt->handled ? "handled, but too late to acknowledge" : attempt->failure);
      break;
    case Settlement::failed:
      subject.log(LogLevel::warning, "unsettled",
                  attempt->handled ? "handled, but not acknowledged" : attempt->failure);
      break;
  }
}

Host::Impl::Renewals::Renewals(Impl& given_host, std::shared_ptr<Lease> given)
    : host(given_host), lease(std::move(given)) {
  if (lease != nullptr) host.await_renewal(lease);
}

Host::Impl::Renewals::~Renewals() {
  if (lease == nullptr) return;
  const std::lock_guard lock(host.lease_mutex);
  lease->over = true;
  // Not there while it is being renewed.
  if (lease->place != host.leases.end()) host.leases.erase(lease->place);
}

/// The lease is renewed after its time, unless it is over before.
void Host::Impl::await_renewal(std::shared_ptr<Lease> lease) {
  const auto at = deadline_after(lease->renew_every);
  bool rings_too_late = false;
  {
    const std::lock_guard lock(lease_mutex);
    if (lease->over) return;
    auto* const renewed = lease.get();
    renewed->place = leases.emplace(at, std::move(lease)).first;
    rings_too_late = at < alarm_at;
    if (rings_too_late) alarm_at = at;
  }
  if (rings_too_late) net::post(io, [this] { set_alarm(); });
}

/// On the timers' thread.
void Host::Impl::set_alarm() {
  Time at;
  {
    const std::lock_guard lock(lease_mutex);
    alarm_at = leases.empty() ? Time::max() : leases.begin()->first;
    at = alarm_at;
  }
  if (at == Time::max() || !renews) return;
  alarm.expires_at(at);
  alarm.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) ring();
  });
}

/// Renews those whose time has come. On the timers' thread.
void Host::Impl::ring() {
  std::vector<std::shared_ptr<Lease>> due;
  {
    const std::lock_guard lock(lease_mutex);
    const auto now = std::chrono::steady_clock::now();
    while (!leases.empty() && leases.begin()->first <= now) {
      due.push_back(leases.begin()->second);
      due.back()->place = leases.end();
      leases.erase(leases.begin());
    }
  }
  for (auto& lease : due) {
    notify([this] { ++renewals_count; });
    renew(std::move(lease));
  }
  set_alarm();
}

Detached Host::Impl::renew(std::shared_ptr<Lease> lease) {
  bool lost = false;
  std::string refused;
  if (renews) {
    try {
      co_await broker.renew(lease->tag);
    } catch (const LeaseLost& error) {
      lost = true;
      refused = error.what();
    } catch (const std::exception& error) {
      refused = error.what();  // there are two thirds of the lease left to try again
    }
    co_await OnThreadOf{on_io};
  }
  if (lost && !lease->over) {
    lease->subject.log(LogLevel::warning, "lease lost while handled", refused);
  } else if (!lost && !refused.empty()) {
    lease->subject.log(LogLevel::warning, "renewal refused", refused);
  }
  if (!lost && renews) await_renewal(std::move(lease));
  notify([this] { --renewals_count; });
}

Host::Host(Broker& broker, HostOptions options) {
  if (options.threads_count < 1) throw InvalidRequest("a host needs a thread");
  if (options.poll_interval_ms.count() < 0 || options.stop_grace_ms.count() < 0) {
    throw InvalidRequest("a host's times are not negative");
  }
  impl_ = std::make_unique<Impl>(broker, options);
}

Host::~Host() {
  try {
    stop();
  } catch (...) {  // callers that want to know it call stop()
  }
  {
    std::unique_lock lock(impl_->mutex);
    const Impl::Watching watching(*impl_);
    impl_->changed.wait(
        lock, [this] { return impl_->receivers_count == 0 && impl_->renewals_count == 0; });
  }
  impl_->keeps_io_running.reset();
  impl_->io_thread.join();
  impl_->pool.join();
  impl_->on_io.await_callers();
  impl_->pool.await_callers();
}

void Host::run(Endpoint endpoint, Store& store, RunOptions options) {
  if (options.handlers_count < 1) throw InvalidRequest("an endpoint needs a handler");
  std::list<Impl::Receiver> added;
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->stopping) {
      throw InvalidRequest("endpoint '" + endpoint.name() + "' cannot run: the host has stopped");
    }
    impl_->running.push_back({std::move(endpoint), store, options});
    for (int i = 0; i < options.handlers_count; ++i) added.push_back({impl_->running.back()});
    impl_->receivers_count += added.size();
  }
  std::vector<Impl::Receiver*> begun;
  for (auto& receiver : added) begun.push_back(&receiver);
  impl_->notify([&] { impl_->receivers.splice(impl_->receivers.end(), added); });
  for (auto* receiver : begun) impl_->receive(*receiver);
}

bool Host::wait_until(const std::function<bool()>& predicate, milliseconds time_max) {
  const auto deadline = deadline_after(time_max);
  std::unique_lock lock(impl_->mutex);
  const Impl::Watching watching(*impl_);
  while (true) {
    if (impl_->failure) std::rethrow_exception(impl_->failure);
    const auto seen = impl_->changes_count;
    lock.unlock();
    if (predicate()) return true;  // not under the mutex, because it may call a broker or a store
    lock.lock();
    if (!impl_->changed.wait_until(lock, deadline, [&] { return impl_->changes_count != seen; })) {
      lock.unlock();
      return predicate();
    }
  }
}

bool Host::wait_until_idle(milliseconds time_max) {
  std::unique_lock lock(impl_->mutex);
  ++impl_->activity;  // receivers that have found their queue empty before must look again
  impl_->changed.wait_until(lock, deadline_after(time_max), [this] {
    return impl_->failure || impl_->stopping || impl_->is_idle();
  });
  if (impl_->failure) std::rethrow_exception(impl_->failure);
  return !impl_->stopping && impl_->is_idle();
}

void Host::stop() {
  impl_->begin_stop();
  std::exception_ptr failure;
  {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait_until(lock, deadline_after(impl_->options.stop_grace_ms),
                              [this] { return impl_->receivers_count == 0; });
    failure = std::exchange(impl_->failure, nullptr);
  }
  impl_->end_renewals();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace workshop
