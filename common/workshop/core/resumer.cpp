#include "workshop/core/resumer.hpp"

namespace workshop {
namespace {

thread_local Resumer* current_resumer = nullptr;

}  // namespace

Resumer* Resumer::current() noexcept { return current_resumer; }

ScopedResumer::ScopedResumer(Resumer& resumer) noexcept : previous_(current_resumer) {
  current_resumer = &resumer;
}
ScopedResumer::~ScopedResumer() { current_resumer = previous_; }

}  // namespace workshop
