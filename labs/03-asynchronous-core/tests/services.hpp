#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "orders.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/store/store.hpp"

namespace workshop {

/// The service `orders` as the button reaches it while it is stopped.
class StoppedOrders final : public HttpClient {
 public:
  Task<HttpResponse> request(std::string authority, HttpRequest, Deadline) override {
    throw Unavailable("no connection to " + authority);
  }
};

/// The service `orders` while it runs. It counts its requests.
class RunningOrders final : public HttpClient {
 public:
  Task<HttpResponse> request(std::string, HttpRequest, Deadline) override {
    ++requests_count_;
    co_return HttpResponse{201, "your order was made", {}};
  }
  int requests_count() const noexcept { return requests_count_; }

 private:
  int requests_count_ = 0;
};

/// A queue that loses every message that is sent to it, and its own answer.
class UnreachableQueue final : public Broker {
 public:
  Task<void> send(std::string, Message, std::chrono::milliseconds) override { lose(); }
  Task<void> publish(std::string, Message) override { lose(); }
  Task<std::optional<Delivery>> receive(std::string) override { lose(); }
  Task<void> acknowledge(LeaseTag) override { lose(); }
  Task<void> abandon(LeaseTag, std::string) override { lose(); }
  Task<void> renew(LeaseTag) override { lose(); }
  Task<std::size_t> redrive(std::string) override { lose(); }

 private:
  [[noreturn]] static void lose() { throw OutcomeUnknown("no answer: it may have been sent"); }
};

/// A database that cannot be reached.
class UnreachableStore final : public Store {
 public:
  Task<std::optional<Document>> get(Key) override { refuse(); }
  Task<Version> put(Key, std::string, Expected) override { refuse(); }
  Task<void> erase(Key, Expected) override { refuse(); }
  Task<std::vector<Version>> batch(std::string, std::vector<StoreOperation>) override { refuse(); }
  const Profile& profile() const noexcept override { return profile_; }

 private:
  [[noreturn]] static void refuse() { throw Unavailable("no connection to the database"); }

  Profile profile_ = Profile::relational();
};

/// Runs the service `orders`: it handles the messages of its queue, and requests get no answer.
/// After a round that fails, the next one begins.
inline Task<void> run_orders(explore::ProcessContext& context) {
  try {
    co_await receive_and_handle(context.store(), context.broker());
  } catch (const Error&) {
  }
}

}  // namespace workshop
