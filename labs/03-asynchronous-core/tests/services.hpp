#pragma once

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

}  // namespace workshop
