#include "workshop/explore/search/watchdog.hpp"

#include <fmt/format.h>

#include <ctime>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "workshop/explore/explorer.hpp"

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

// The worlds that there are, and since when each runs the handler that it runs.
class Watchdog {
 public:
  void add(const World& world) {
    const std::lock_guard lock(mutex_);
    turns_[&world] = {0, milliseconds(0)};
  }
  void remove(const World& world) {
    const std::lock_guard lock(mutex_);
    turns_.erase(&world);
  }

  const World* spinning(milliseconds cpu_max) {
    const std::lock_guard lock(mutex_);
    const auto now = cpu_time();
    for (auto& [world, turn] : turns_) {
      const auto number = world->turns_count();
      if (!World::in_handler(number) || number != turn.number) {
        turn = {number, now};
      } else if (now - turn.since >= cpu_max) {
        return world;
      }
    }
    return nullptr;
  }

 private:
  struct Turn {
    std::uint64_t number = 0;
    milliseconds since{0};
  };

  std::mutex mutex_;
  std::map<const World*, Turn> turns_;
};

Watchdog& watchdog() {
  static auto* the_watchdog = new Watchdog;  // never destroyed: its thread may outlive main
  return *the_watchdog;
}

Violation violation_of(const World& world) {
  const auto depth = world.depth();
  std::string got = "a process spins before its first operation";
  if (depth > 0) {
    const auto& step = world.step(depth - 1);
    const auto& process = *world.processes()[step.process];
    // A handler that spins before its first operation has not told yet what it is about to do.
    got = process.steps_count() == 0
              ? fmt::format("{} spins before its first operation", process.spec().name)
              : fmt::format("{} spins without an operation after step {}, {}", process.spec().name,
                            depth, name_of(step.kind));
  }
  return {std::string(failure::kLivelock), "every handler reaches its next operation", got};
}

// What led to the spin, told by another world that stops short of it.
Trace tell(const World& world) {
  const auto violation = violation_of(world);
  auto schedule = Schedule::of(world, session().tag, world.messages_count());
  auto told = std::make_shared<std::promise<Trace>>();
  auto result = told->get_future();
  std::vector<Choice> before;
  for (std::size_t i = 0; i + 1 < world.depth(); ++i) {
    const auto& step = world.step(i);
    before.push_back({step.decision, step.process, step.index, step.kind, 0, 0});
  }
  std::thread([told, before, &world] {  // it may spin as well
    try {
      told->set_value(trace_up_to(world.scenario(), world.messages_count(), before));
    } catch (...) {
      told->set_value(Trace{});
    }
  })
      .detach();
  Trace trace;
  if (result.wait_for(kTellingMax) == std::future_status::ready) trace = result.get();
  if (trace.processes.empty()) {
    for (const auto& process : world.processes()) trace.processes.push_back(process->spec().name);
  }
  if (world.depth() > 0) {
    const auto& step = world.step(world.depth() - 1);
    TraceStep last;
    last.process = step.process;
    last.kind = step.kind;
    last.decision = step.decision;
    last.attempt = step.label;
    last.text = std::string(name_of(step.kind)) + ", and then no other operation: it SPINS";
    last.deciding = true;
    trace.steps.push_back(std::move(last));
  }
  trace.violation = violation;
  trace.schedule = schedule.to_string();
  return trace;
}

}  // namespace

void watch(const World& world) { watchdog().add(world); }
void watch_no_more(const World& world) { watchdog().remove(world); }

void watch_for_spins(milliseconds cpu_max, std::function<void(const Trace&)> found) {
  std::thread([cpu_max, found = std::move(found)] {
    for (;;) {
      std::this_thread::sleep_for(kLookEvery);
      if (const auto* world = watchdog().spinning(cpu_max)) {
        found(tell(*world));
        return;
      }
    }
  }).detach();
}

}  // namespace workshop::explore
