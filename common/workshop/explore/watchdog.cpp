#include "workshop/explore/watchdog.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <ctime>
#include <future>
#include <map>
#include <memory>
#include <thread>

#include "workshop/core/task.hpp"
#include "workshop/explore/session.hpp"
#include "workshop/explore/world/live_worlds.hpp"
#include "workshop/protocol/phrases.hpp"

namespace workshop::explore {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookEvery{50};
constexpr std::chrono::seconds kTellingMax{3};

milliseconds cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::duration_cast<milliseconds>(std::chrono::seconds(now.tv_sec) +
                                                  std::chrono::nanoseconds(now.tv_nsec));
}

// Since when each world runs the handler that it runs, and since when the thread that runs the
// tests has awaited nothing in a task that it runs by itself.
class Watchdog {
 public:
  explicit Watchdog(const std::atomic<std::uint64_t>& inline_progress)
      : inline_progress_(&inline_progress) {}

  // A world whose handler has used as much without reaching an operation. It will not end: nothing
  // can stop its handler.
  const World* find_spinning(milliseconds cpu_max) {
    const World* spinning = nullptr;
    const auto now = cpu_time();
    std::map<const World*, Turn> turns;
    look_at_live_worlds([&](const World& world) {
      const auto number = world.turns_count();
      const auto before = turns_.find(&world);
      const bool goes_on = before != turns_.end() && before->second.number == number;
      const auto since = goes_on && World::in_handler(number) ? before->second.since : now;
      turns[&world] = {number, since};
      if (now - since >= cpu_max) spinning = &world;
    });
    turns_ = std::move(turns);
    return spinning;
  }

  bool spins_inline(milliseconds cpu_max) {
    const auto number = inline_progress_->load(std::memory_order_relaxed);
    const auto now = cpu_time();
    const bool goes_on = number == inline_.number && number % 2 == 1;
    inline_ = {number, goes_on ? inline_.since : now};
    return now - inline_.since >= cpu_max;
  }

 private:
  struct Turn {
    std::uint64_t number = 0;
    milliseconds since{0};
  };

  std::map<const World*, Turn> turns_;
  const std::atomic<std::uint64_t>* inline_progress_;
  Turn inline_;
};

constexpr const char* kReachesNext = "every handler reaches its next operation";

Violation violation_of(const World& world) {
  const auto depth = world.depth();
  namespace phrase = protocol::phrase;
  std::string got = fmt::format("a process {}", phrase::kSpinsFirst);
  if (depth > 0) {
    const auto& step = world.step(depth - 1);
    const auto& process = world.processes()[step.choice.process];
    // A handler that spins before its first operation has not said yet what it is about to do.
    got = process.state.steps_count == 0
              ? fmt::format("{} {}", process.spec.name, phrase::kSpinsFirst)
              : fmt::format("{} {} after step {}, {}", process.spec.name, phrase::kSpins, depth,
                            name_of(step.choice.kind));
  }
  return {std::string(failure::kLivelock), kReachesNext, got};
}

// What led to the spin, found by another world that stops short of it.
Trace trace_of_spin(const World& world) {
  const auto violation = violation_of(world);
  auto schedule = Schedule::of(world, session().tag);
  auto promise = std::make_shared<std::promise<Trace>>();
  auto result = promise->get_future();
  std::vector<Choice> before;
  for (std::size_t i = 0; i + 1 < world.depth(); ++i) before.push_back(world.step(i).choice);
  std::thread([promise, before, &world] {  // it may spin as well
    try {
      promise->set_value(trace_up_to(world.scenario(), world.messages_count(), before));
    } catch (...) {
      promise->set_value(Trace{});
    }
  })
      .detach();
  Trace trace;
  if (result.wait_for(kTellingMax) == std::future_status::ready) trace = result.get();
  if (trace.processes.empty()) {
    for (const auto& process : world.processes()) trace.processes.push_back(process.spec.name);
  }
  if (world.depth() > 0) {
    const auto& step = world.step(world.depth() - 1);
    TraceStep last;
    last.process = step.choice.process;
    last.kind = step.choice.kind;
    last.decision = step.choice.decision;
    last.attempt = step.attempt;
    last.what = std::string(name_of(last.kind)) + ", and then no other operation: it SPINS";
    last.deciding = true;
    trace.steps.push_back(std::move(last));
  }
  trace.violation = violation;
  trace.schedule = schedule.to_string();
  return trace;
}

// Of a handler that the test runs by itself: nobody has kept its steps.
Trace trace_of_inline_spin() {
  Trace trace;
  trace.violation = Violation{std::string(failure::kLivelock), kReachesNext,
                              fmt::format("one {}, without a fault", protocol::phrase::kSpins)};
  return trace;
}

}  // namespace

void watch_for_spins(milliseconds cpu_max, std::function<void(const Trace&)> found) {
  const auto& inline_progress = detail::InlineRun::progress();
  std::thread([cpu_max, &inline_progress, found = std::move(found)] {
    Watchdog watchdog(inline_progress);
    for (;;) {
      std::this_thread::sleep_for(kLookEvery);
      if (const auto* world = watchdog.find_spinning(cpu_max)) return found(trace_of_spin(*world));
      if (watchdog.spins_inline(cpu_max)) return found(trace_of_inline_spin());
    }
  }).detach();
}

}  // namespace workshop::explore
