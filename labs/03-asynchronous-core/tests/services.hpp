#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "orders.hpp"

namespace workshop {

/// The service `orders` as the button reaches it while it is stopped.
class StoppedOrders final : public HttpClient {
 public:
  Task<HttpResponse> request(std::string authority, HttpRequest, Deadline) override {
    throw Unavailable("no connection to " + authority);
  }
};

/// The service `orders` while it runs. It counts how often it is asked.
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

/// A queue whose every answer is lost on its way back, and the message on its way there.
class UnreachableQueue final : public Broker {
 public:
  Task<void> send(std::string, Message, std::chrono::milliseconds) override { lose(); }
  Task<void> publish(std::string, Message) override { lose(); }
  Task<std::optional<Delivery>> receive(std::string) override { lose(); }
  Task<void> acknowledge(LeaseTag) override { lose(); }
  Task<void> abandon(LeaseTag) override { lose(); }
  Task<void> renew(LeaseTag) override { lose(); }
  Task<std::size_t> redrive(std::string) override { lose(); }

 private:
  [[noreturn]] static void lose() { throw OutcomeUnknown("no answer: it may have been sent"); }
};

}  // namespace workshop
