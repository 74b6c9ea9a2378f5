// What the explorer costs, each figure beside a peer in the same run: how a machine is loaded
// changes both. Ratios are printed at the end.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <coroutine>
#include <map>
#include <string>
#include <vector>

#include "planted_bugs.hpp"
#include "reference_space.hpp"
#include "workshop/explore/drivers/random.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/store/explorable_store.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

// ---- what a scheduling point costs -------------------------------------------------------------

struct Generator {
  struct promise_type {
    Generator get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};

Generator forever() {
  for (;;) co_await std::suspend_always{};
}

void coroutine_switch(benchmark::State& state) {
  const auto generator = forever();
  for (auto _ : state) generator.handle.resume();
  generator.handle.destroy();
}

// Forward alone: one process that does nothing but reach points.
void point_forward(benchmark::State& state) {
  constexpr int kPoints = 200;
  const auto scenario = pure(1, kPoints);
  World world(scenario, 0);
  std::vector<Choice> choices;
  for (auto _ : state) {
    for (int i = 0; i < kPoints; ++i) {
      world.choices({}, true, choices);
      world.take(choices.front());
    }
    world.return_to(0);
  }
  state.counters["points"] =
      benchmark::Counter(kPoints * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// ---- executions a second -----------------------------------------------------------------------

void count(benchmark::State& state, const Verdict& verdict) {
  const auto& counts = verdict.report.counts;
  const auto iterations = static_cast<double>(state.iterations());
  if (!verdict.holds() || verdict.report.ended != Ended::exhausted) {
    state.SkipWithError("not complete");
  }
  state.counters["executions"] = static_cast<double>(counts.executions_count);
  state.counters["executions/s"] = benchmark::Counter(
      static_cast<double>(counts.executions_count) * iterations, benchmark::Counter::kIsRate);
  state.counters["operations/s"] = benchmark::Counter(
      static_cast<double>(counts.steps_count) * iterations, benchmark::Counter::kIsRate);
}

void explore_all(benchmark::State& state, const Scenario& scenario) {
  Verdict verdict;
  for (auto _ : state) verdict = explore::explore(scenario);
  count(state, verdict);
}

Scenario without_reduction(Scenario scenario) {
  scenario.search.prune_by_digest = false;
  scenario.bounds.preemptions_max = kUnlimitedPreemptions;
  scenario.bounds.faults_max = 0;
  return scenario;
}

// Three processes, ten operations on documents of their own: 10! / (4! 3! 3!) = 4,200
// interleavings.
Scenario ten_operations() {
  auto scenario = pure(3, 1);
  scenario.stores = {Profile::relational()};
  for (int i = 0; i < 3; ++i) {
    scenario.processes[static_cast<std::size_t>(i)].round = [i](ProcessContext& context) {
      return [](ProcessContext& in, int who) -> Task<void> {
        const Key key{"p" + std::to_string(who), "d"};
        for (int done = 0; done < (who == 0 ? 2 : 1); ++done) {
          const auto document = co_await in.store().get(key);
          co_await in.store().put(key, document ? "2" : "1", Expected::any());
        }
        if (who != 0) co_await in.store().get(key);
      }(context, i);
    };
  }
  return scenario;
}

// The same ten operations, one after the other, without an explorer around them.
void ten_operations_alone(benchmark::State& state) {
  ExplorableStore store;
  store.begin_exploration();
  for (auto _ : state) {
    const auto depth = store.checkpoint();
    for (const auto* partition : {"p0", "p0", "p1", "p2"}) {
      const Key key{partition, "d"};
      benchmark::DoNotOptimize(store.find(key));
      run_inline(store.put(key, "1", Expected::any()));
    }
    benchmark::DoNotOptimize(store.find(Key{"p1", "d"}));
    benchmark::DoNotOptimize(store.find(Key{"p2", "d"}));
    store.rollback_to(depth);
  }
}

// ---- against other searches --------------------------------------------------------------------

// How a search goes about the bugs: how many executions and how long until each is found.
enum class Way { explorer, plain_dfs, random, pct };

constexpr std::uint64_t kExecutionsMax = 200'000;

std::uint64_t executions_until_found(const Scenario& scenario, Way way, std::uint64_t seed) {
  Execution execution(scenario, scenario.messages.size());
  if (way == Way::explorer) return explore::explore(scenario).report.counts.executions_count;
  if (way == Way::plain_dfs) {
    Search search(execution);
    Search::Limits limits;
    limits.budget = {scenario.bounds.faults_max, scenario.bounds.preemptions_max};
    limits.prune = false;
    limits.steps_max = scenario.bounds.steps_max;
    limits.executions_max = kExecutionsMax;
    limits.deadline = std::chrono::steady_clock::time_point::max();
    search.run(limits);
    return search.counts().executions_count;
  }
  RandomOptions options;
  options.executions_max = kExecutionsMax;
  options.seed = seed;
  options.steps_max = scenario.bounds.steps_max;
  options.faults_max = scenario.bounds.faults.empty() ? 0 : scenario.bounds.faults_max;
  options.pct_depth = way == Way::pct ? 3 : 0;
  return explore_at_random(execution, options).executions_count;
}

// The bugs that are planted deepest: several messages, handlers or faults.
void find_bugs(benchmark::State& state, Way way) {
  std::vector<Scenario> scenarios;
  for (const auto& bug : planted_bugs()) {
    auto scenario = bug.scenario();
    if (scenario.messages.size() < 2) continue;
    scenario.bounds.faults = Faults::all();
    scenarios.push_back(std::move(scenario));
  }
  std::uint64_t executions = 0;
  std::uint64_t seed = 0;
  std::uint64_t missed = 0;
  for (auto _ : state) {
    ++seed;
    for (const auto& scenario : scenarios) {
      const auto count = executions_until_found(scenario, way, seed);
      executions += count;
      missed += count >= kExecutionsMax ? 1 : 0;
    }
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["bugs"] = static_cast<double>(scenarios.size());
  state.counters["executions"] = static_cast<double>(executions) / runs;
  state.counters["missed"] = static_cast<double>(missed) / runs;
}

Scenario shared_by(Scenario scenario, std::uint32_t threads) {
  scenario.search.threads = threads;
  return scenario;
}

Scenario with_all_faults(Scenario scenario) {
  scenario.bounds.faults = Faults::all();
  return scenario;
}

Scenario with_sleep_sets(Scenario scenario) {
  scenario.search.sleep_sets = true;
  return scenario;
}

// ---- ratios
// --------------------------------------------------------------------------------------

// Remembers the times, and tells them beside each other.
class Ratios : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    benchmark::ConsoleReporter::ReportRuns(runs);
    for (const auto& run : runs) {
      const auto iterations =
          static_cast<double>(std::max<benchmark::IterationCount>(1, run.iterations));
      cpu_us_[run.benchmark_name()] = 1e6 * run.cpu_accumulated_time / iterations;
      wall_us_[run.benchmark_name()] = 1e6 * run.real_accumulated_time / iterations;
    }
  }

  void print() const {
    fmt::print("\nratios of this run (CPU time, but for threads)\n");
    ratio("a point forward / a coroutine switch", "point_forward", "coroutine_switch", 200, 1);
    ratio("an execution of ten operations / the operations alone", "ten_operations",
          "ten_operations_alone", 4200, 1);
    ratio("no reduction / pruning by digest (2 messages, no fault)", "no_reduction", "pruned", 1,
          1);
    ratio("no reduction / sleep sets (2 messages, no fault)", "no_reduction", "sleep_sets", 1, 1);
    ratio("plain DFS / explorer, until all bugs are found", "bugs/plain_dfs/iterations:1",
          "bugs/explorer", 1, 1);
    ratio("random / explorer, the same", "bugs/random", "bugs/explorer", 1, 1);
    ratio("PCT / explorer, the same", "bugs/pct", "bugs/explorer", 1, 1);
    if (wall_us_.contains("threads/1/real_time") && wall_us_.contains("threads/2/real_time")) {
      fmt::print("{:<62} {:>8.2f}\n", "wall clock of one thread / of two (3 messages)",
                 wall_us_.at("threads/1/real_time") / wall_us_.at("threads/2/real_time"));
    }
  }

 private:
  void ratio(const char* what, const char* above, const char* below, double above_count,
             double below_count) const {
    const auto one = cpu_us_.find(above);
    const auto other = cpu_us_.find(below);
    if (one == cpu_us_.end() || other == cpu_us_.end()) return;  // filtered out
    fmt::print("{:<62} {:>8.2f}\n", what,
               one->second / above_count / (other->second / below_count));
  }

  std::map<std::string, double> cpu_us_;
  std::map<std::string, double> wall_us_;
};

void register_all() {
  using benchmark::RegisterBenchmark;
  const auto space = [](const char* name, Scenario scenario) {
    return RegisterBenchmark(name, [scenario = std::move(scenario)](
                                       benchmark::State& state) { explore_all(state, scenario); })
        ->Unit(benchmark::kMillisecond);
  };
  RegisterBenchmark("coroutine_switch", &coroutine_switch);
  RegisterBenchmark("point_forward", &point_forward);
  space("pure_3432", pure(2, 7));
  RegisterBenchmark("ten_operations_alone", &ten_operations_alone);
  space("ten_operations", ten_operations());
  space("no_reduction", without_reduction(outbox(2, true)));
  space("sleep_sets", with_sleep_sets(without_reduction(outbox(2, true))));
  auto pruned = without_reduction(outbox(2, true));
  pruned.search.prune_by_digest = true;
  space("pruned", std::move(pruned));
  space("reference/2_messages", outbox(2, true));
  space("reference/2_messages_all_faults", with_all_faults(outbox(2, true)));
  space("threads/1", outbox(3, true))->UseRealTime();
  space("threads/2", shared_by(outbox(3, true), 2))->UseRealTime();
  const auto bugs = [](const char* name, Way way) {
    RegisterBenchmark(name, [way](benchmark::State& state) {
      find_bugs(state, way);
    })->Unit(benchmark::kMillisecond);
  };
  bugs("bugs/explorer", Way::explorer);
  bugs("bugs/random", Way::random);
  bugs("bugs/pct", Way::pct);
  RegisterBenchmark("bugs/plain_dfs",
                    [](benchmark::State& state) { find_bugs(state, Way::plain_dfs); })
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1);
}

}  // namespace

int main(int argc, char** argv) {
  register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  Ratios ratios;
  benchmark::RunSpecifiedBenchmarks(&ratios);
  ratios.print();
  benchmark::Shutdown();
  return 0;
}
