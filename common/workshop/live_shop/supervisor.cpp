#include "workshop/live_shop/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <thread>

#include "workshop/core/todo.hpp"
#include "workshop/live_shop/audit.hpp"
#include "workshop/live_shop/crew.hpp"
#include "workshop/live_shop/interrupts.hpp"
#include "workshop/live_shop/payments_lab.hpp"
#include "workshop/live_shop/rest.hpp"
#include "workshop/live_shop/servers.hpp"
#include "workshop/live_shop/summary.hpp"
#include "workshop/live_shop/worker.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/numbers.hpp"

namespace workshop::live_shop {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kExitInterrupted = 130;
constexpr milliseconds kTick{5};
/// Deliveries of a message: a kill uses one up, and an engine that is away some more.
constexpr std::uint32_t kDeliveriesMax = 20;
constexpr std::uint32_t kDeliveriesMaxWithKills = 1'000;
constexpr std::chrono::seconds kAuditTriesMax{20};

/// The folder of a run: a new one, or the one that was asked for.
class RunFolder {
 public:
  explicit RunFolder(const fs::path& wanted) {
    if (wanted.empty()) {
      temporary_.emplace(process::TemporaryFolder::Place::disk);
      path_ = temporary_->path();
      return;
    }
    std::error_code error;
    fs::create_directories(wanted, error);
    if (error) throw InvalidRequest(wanted.string() + " cannot be made: " + error.message());
    if (!fs::is_empty(wanted, error) || error) {
      throw InvalidRequest(wanted.string() + " is not empty: name a folder that is, or a new one");
    }
    path_ = fs::absolute(wanted);
  }
  const fs::path& path() const { return path_; }
  /// For a process that ends without destructors: removes it if it was to be removed.
  void leave() noexcept { temporary_.reset(); }

 private:
  std::optional<process::TemporaryFolder> temporary_;
  fs::path path_;
};

Backends backends_of(const Options& options) {
  return {.broker = options.broker,
          .store = options.store,
          .folder = options.folder,
          .run = options.run,
          .deliveries_max = options.kills > 0 ? kDeliveriesMaxWithKills : kDeliveriesMax};
}

Work work_of(const Options& options, std::vector<Role> roles) {
  return {.roles = std::move(roles),
          .orders = options.orders,
          .chaos = options.chaos,
          .seed = options.seed,
          .backends = backends_of(options),
          .connect_max = std::chrono::seconds(0)};
}

/// Ends this process although a handler runs on that never ends.
[[noreturn]] void give_up(RunFolder& folder, Summary& summary, const Standstill& standstill) {
  summary.end();
  std::cout << std::flush;
  std::cerr << "The shop does not run: " << standstill.in_words() << std::endl;
  folder.leave();
  std::_Exit(protocol::kExitNotJudged);
}

/// In this process, on a thread of its own; this one shows how far it is.
void work_here(const Options& options, RunFolder& folder, Ledger& ledger, Summary& summary) {
  std::exception_ptr failure;
  std::string todo;
  std::atomic<bool> has_ended{false};
  std::thread worker([&] {
    try {
      do_work(work_of(options, {kRoles.begin(), kRoles.end()}), ledger, interrupted());
    } catch (const Todo& left) {
      todo = left.what();
    } catch (...) {
      failure = std::current_exception();
    }
    has_ended = true;
  });
  Standstill standstill(std::chrono::seconds(options.patience_s), ledger);
  while (!has_ended) {
    std::this_thread::sleep_for(kTick);
    summary.tick({});
    if (standstill.has_come()) give_up(folder, summary, standstill);
  }
  worker.join();
  if (!todo.empty()) throw std::runtime_error("the payments service stops at its TODO: " + todo);
  if (failure) std::rethrow_exception(failure);
}

/// Engines that were killed a moment ago may refuse.
template <class Operation>
auto until_done(Operation operation) {
  const auto until = steady_clock::now() + kAuditTriesMax;
  while (true) {
    try {
      return operation();
    } catch (const InvalidRequest&) {
      throw;
    } catch (const Error&) {
      if (interrupted() || steady_clock::now() > until) throw;
      std::this_thread::sleep_for(milliseconds(200));
    }
  }
}

AuditReport audit_of(const Options& options) {
  const auto backends = backends_of(options);
  const auto documents = until_done([&] { return open_store(backends).documents(); });
  const auto broker = until_done([&] { return open_broker(backends); });
  return audit(options.orders, documents,
               until_done([&] { return take_what_is_left(*broker.broker); }));
}

std::string title(const Options& options) {
  return fmt::format("{} orders, the payments handler of lab {}{}{}",
                     protocol::grouped(static_cast<std::uint64_t>(options.orders)), lab_number(),
                     options.chaos > 0 ? fmt::format(", {:g} % faults", options.chaos * 100) : "",
                     options.kills > 0 ? fmt::format(", {} kills", options.kills) : "");
}

int run(const std::string& program, Options options) {
  RunFolder folder(options.folder);
  options.folder = folder.path();
  options.run = fmt::format("shop_{}", ::getpid());
  std::cout << title(options) << std::endl;
  Servers servers(options);
  for (const auto& line : servers.in_words()) std::cout << line << std::endl;
  {  // what cannot be reached is told now; and queues are there before anybody sends
    open_store(backends_of(options));
    open_broker(backends_of(options));
  }
  auto ledger = Ledger::create(folder.path() / "ledger", options.orders);
  Summary summary(options.orders, ledger, !options.quiet);
  Kills kills;
  if (options.kills == 0 && options.broker == BrokerKind::embedded) {
    work_here(options, folder, ledger, summary);
  } else {
    Crew crew(program, options, ledger, servers);
    kills = crew.run(summary);
  }
  const auto elapsed = summary.elapsed();
  summary.end();
  if (interrupted()) {
    std::cout << "Interrupted; nothing runs on." << std::endl;
    return kExitInterrupted;
  }
  const auto seconds = static_cast<double>(elapsed.count()) / 1000;
  std::cout << fmt::format("{:.1f} s, {:.0f} orders/s\n", seconds, options.orders / seconds);
  if (kills.all() > 0) {
    std::cout << fmt::format("killed: services {} times, engines {} times\n", kills.services,
                             kills.engines);
  }
  std::cout << '\n' << summary.table() << std::endl;
  const auto report = audit_of(options);
  std::cout << in_words(options.orders, report) << std::flush;
  return report.holds() ? protocol::kExitGood : protocol::kExitRed;
}

}  // namespace

int supervise(const std::string& program, const Options& options) {
  heed_interrupts();
  try {
    return run(program, options);
  } catch (const std::exception& error) {
    if (interrupted()) return kExitInterrupted;
    std::cout << std::flush;
    std::cerr << "The shop does not run: " << error.what() << std::endl;
    return protocol::kExitNotJudged;
  }
}

int serve(const Options& options) {
  heed_interrupts();
  die_with(options.supervisor);
  std::vector<Role> roles;
  for (const auto role : kRoles) {
    if (options.role == "all" || options.role == name_of(role)) roles.push_back(role);
  }
  try {
    Ledger ledger(options.folder / "ledger");
    auto work = work_of(options, roles);
    if (options.kills > 0) work.connect_max = std::chrono::seconds(60);
    do_work(work, ledger, interrupted());
    return protocol::kExitGood;
  } catch (const Todo& left) {
    std::cerr << "it stops at its TODO: " << left.what() << std::endl;
  } catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
  }
  return protocol::kExitNotJudged;
}

}  // namespace workshop::live_shop
