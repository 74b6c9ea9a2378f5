#include "workshop/core/task.hpp"

namespace workshop {

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

void detail::refuse_to_wait() {
  throw std::logic_error(
      "run_inline was called with a task that has to wait; a handler writes co_await instead");
}

}  // namespace workshop
