#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "workshop/live_shop/backends.hpp"
#include "workshop/live_shop/ledger.hpp"

namespace workshop::live_shop {

/// What a person asks of the shop, and what the supervisor asks of its services.
struct Options {
  BrokerKind broker = BrokerKind::embedded;  ///< see Backends
  StoreKind store = StoreKind::embedded;     ///< see Backends
  int orders = 10'000;                       ///< how many are sold
  double chaos = 0;                          ///< the probability of a fault at an operation, 0 to 1
  std::uint64_t seed = 1;                    ///< of chaos and kills
  int kills = 0;                             ///< how many processes are killed in the whole run
  std::filesystem::path folder;              ///< of data that stays; empty: a temporary one
  std::filesystem::path modules;             ///< where engines that are npm packages are
  bool quiet = false;                        ///< no live summary
  int patience_s = 120;                      ///< without any progress, before the run is given up

  // Of a service alone.
  std::string role;    ///< "all" or the name of a role; empty: this is the supervisor
  std::string run;     ///< Backends::run
  int supervisor = 0;  ///< the process that started it: with it the service ends
};

/// Reads a command line. Returns the exit code when there is nothing to run: the line was refused,
/// and one sentence is on standard error; or it asked for help.
std::optional<int> read_options(int count, char** words, Options& options);

/// How a service is started.
std::vector<std::string> command_of_service(const std::string& program, const Options& options,
                                            const std::string& role);

}  // namespace workshop::live_shop
