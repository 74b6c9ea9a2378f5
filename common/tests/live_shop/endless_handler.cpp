// A payments service that never ends with its tenth payment, as a loop without an end would.
#include <atomic>
#include <chrono>
#include <thread>

#include "payments_handler.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment&, HandlerContext&) {
  static std::atomic<int> count{0};
  while (++count >= 10) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  co_return;
}

}  // namespace workshop::shop
