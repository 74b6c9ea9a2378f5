#include "workshop/core/task.hpp"

#include <string_view>

#include "workshop/core/sanitized.hpp"

namespace workshop {
namespace {

constexpr std::size_t kStep = 64;
constexpr std::size_t kSizes = 17;      // frames of up to a KiB
constexpr std::uint32_t kKeptMax = 64;  // of each size

struct KeptFrame {
  KeptFrame* next;
};

/// Frames that one thread keeps, by size. Without a destructor, because tasks may still end when
/// other objects of their thread are gone.
struct KeptFrames {
  struct List {
    KeptFrame* first = nullptr;
    std::uint32_t count = 0;
  };
  List lists[kSizes];
  bool is_open = false;    // frames are kept
  bool is_closed = false;  // never again, because the thread ends
};

constinit thread_local KeptFrames kept_frames;

struct KeptFramesEnd {
  KeptFramesEnd() { kept_frames.is_open = true; }
  KeptFramesEnd(const KeptFramesEnd&) = delete;
  KeptFramesEnd& operator=(const KeptFramesEnd&) = delete;
  ~KeptFramesEnd() {
    kept_frames.is_open = false;
    kept_frames.is_closed = true;
    for (auto& [first, count] : kept_frames.lists) {
      while (first != nullptr) ::operator delete(std::exchange(first, first->next));
      count = 0;
    }
  }
};

/// Whether this thread keeps frames; from the first one on that ends on it.
bool keeps_frames() noexcept {
  if (kept_frames.is_open || kept_frames.is_closed) return kept_frames.is_open;
  thread_local const KeptFramesEnd end;
  return kept_frames.is_open;
}

void* take_frame(std::size_t bytes) {
  const auto size = (bytes + kStep - 1) / kStep;
  if (size >= kSizes) return ::operator new(bytes);
  auto& [first, count] = kept_frames.lists[size];
  if (first == nullptr) return ::operator new(size * kStep);
  --count;
  return std::exchange(first, first->next);
}

void keep_frame(void* frame, std::size_t bytes) noexcept {
  const auto size = (bytes + kStep - 1) / kStep;
  if (size >= kSizes || kept_frames.lists[size].count >= kKeptMax || !keeps_frames()) {
    ::operator delete(frame);
    return;
  }
  auto& [first, count] = kept_frames.lists[size];
  first = ::new (frame) KeptFrame{first};
  ++count;
}

}  // namespace

void* detail::allocate_frame(std::size_t bytes) {
#if !WORKSHOP_SANITIZED
  return take_frame(bytes);
#else
  return ::operator new(bytes);
#endif
}

void detail::free_frame(void* frame, std::size_t bytes) noexcept {
#if !WORKSHOP_SANITIZED
  keep_frame(frame, bytes);
#else
  static_cast<void>(bytes);
  ::operator delete(frame);
#endif
}

template class Task<void>;
template struct detail::TaskPromise<bool>;
template class Task<bool>;

NeverRun& tasks_never_run() noexcept {
  thread_local NeverRun never_run;
  return never_run;
}

// An exception on its way destroys what was to be awaited later.
void detail::note_never_run(const char* function) noexcept {
  if (std::uncaught_exceptions() > 0) return;
  auto& never_run = tasks_never_run();
  ++never_run.count;
  never_run.last = function;
}

std::source_location detail::TaskPromiseBase::own_line(std::source_location here) const noexcept {
  const auto* task = this;
  while (std::string_view(here.file_name()).find("common/workshop/") != std::string_view::npos) {
    if (task->caller == nullptr) return {};
    here = task->called_at;
    task = task->caller;
  }
  return here;
}

void detail::InlineRun::refuse() const {
  if (stopped_at_ == nullptr) {
    throw std::logic_error(
        "run_inline was called with a task that has to wait; a handler writes co_await instead");
  }
  const auto here = stopped_at_->called_at;
  const auto* caller = stopped_at_->caller;
  const auto own = caller == nullptr ? here : caller->own_line(here);
  throw NeverEnds(own.line() == 0 ? here : own);
}

}  // namespace workshop
