#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "workshop/live_shop/ledger.hpp"
#include "workshop/live_shop/options.hpp"
#include "workshop/live_shop/rest.hpp"
#include "workshop/live_shop/servers.hpp"
#include "workshop/live_shop/summary.hpp"
#include "workshop/process/program.hpp"

namespace workshop::live_shop {

/// The services' processes: all roles in one where the broker is embedded, else one each. They end
/// with this object. Not thread-safe; the thread that runs it must live as long as they.
class Crew {
 public:
  /// All must outlive it. `program` is started for each service.
  Crew(std::string program, const Options& options, Ledger& ledger, Servers& servers);

  /// Starts them, kills as often as the options say, and returns when all is done, or stuck, or
  /// `interrupted`. Throws std::runtime_error when a service ends by itself again and again, with
  /// its last words.
  Kills run(Summary& summary);

 private:
  using Clock = std::chrono::steady_clock;

  void start(const std::string& role);
  bool restart_the_ended();
  void kill_somebody(Kills& kills);
  void release(const Kills& kills);
  void plan_kill();
  bool is_time_to_kill();
  void stop();
  std::string last_words() const;

  const std::string program_;
  const Options& options_;
  Ledger& ledger_;
  Servers& servers_;
  std::vector<std::string> roles_;
  std::map<std::string, std::unique_ptr<process::Program>> processes_;
  int ended_by_themselves_ = 0;
  Clock::time_point next_kill_;
  bool waits_for_start_ = false;  ///< the time until the next kill counts from a service's start on
  std::uint64_t starts_before_ = 0;
  std::mt19937_64 random_;
};

}  // namespace workshop::live_shop
