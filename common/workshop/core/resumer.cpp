#include "workshop/core/resumer.hpp"

#include <thread>

namespace workshop {
namespace {

thread_local Resumer* current_resumer = nullptr;

}  // namespace

Resumer* Resumer::current() noexcept { return current_resumer; }

void Resumer::await_callers() const noexcept {
  while (callers_count_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
}

ScopedResumer::ScopedResumer(Resumer& resumer) noexcept : previous_(current_resumer) {
  current_resumer = &resumer;
}
ScopedResumer::~ScopedResumer() { current_resumer = previous_; }

}  // namespace workshop
