#include "workshop/live_shop/crew.hpp"

#include <fcntl.h>
#include <signal.h>  // kill

#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "workshop/live_shop/interrupts.hpp"
#include "workshop/process/descriptor.hpp"

namespace workshop::live_shop {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookAround{2};
constexpr milliseconds kEndMax{5'000};
constexpr milliseconds kEndMaxInterrupted{500};  // who interrupts waits for two seconds

constexpr int kEndsMax = 3;  // and once more for each kill: an engine may be away for long

/// RabbitMQ may forget a queue that is younger (broker/rabbitmq/rabbitmq_broker.hpp).
constexpr milliseconds kBeforeFirstKill{2'000};
/// The longest pauses before a kill, in ms.
constexpr int kPauseMax = 600;
constexpr int kPauseMaxAtStart = 30;
constexpr unsigned kPauseMaxAtWork = 60;

}  // namespace

Crew::Crew(std::string program, const Options& options, Ledger& ledger, Servers& servers)
    : program_(std::move(program)),
      options_(options),
      ledger_(ledger),
      servers_(servers),
      random_(options.seed) {
  if (options_.broker == BrokerKind::embedded) {
    roles_ = {"all"};
    return;
  }
  for (const auto role : kRoles) roles_.emplace_back(name_of(role));
}

void Crew::start(const std::string& role) {
  starts_before_ = ledger_.tally(Role::warehouse).starts;  // read first: its start is one more
  const auto log = options_.folder / "services.log";
  const process::Descriptor file(
      ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  auto started = std::make_unique<process::Program>(
      command_of_service(program_, options_, role),
      process::Options{.output = process::Output::file, .output_file = file.number()});
  if (!started->start_error().empty()) {
    throw std::runtime_error(program_ + " cannot be started: " + started->start_error());
  }
  processes_[role] = std::move(started);
}

std::string Crew::last_words() const {
  std::ifstream file(options_.folder / "services.log");
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last.empty() ? "it said nothing" : last;
}

/// Returns whether the shop has ended because all is done.
bool Crew::restart_the_ended() {
  for (const auto& role : roles_) {
    auto& process = *processes_.at(role);
    if (process.running()) continue;
    const auto result = process.wait();
    if (result.succeeded() && role == "all") return true;
    if (++ended_by_themselves_ > kEndsMax + options_.kills) {
      throw std::runtime_error("the service " + role + " ends by itself (" + describe_end(result) +
                               "): " + last_words());
    }
    start(role);
  }
  return false;
}

void Crew::kill_somebody(Kills& kills) {
  const auto count = roles_.size() + servers_.killable_count();
  const auto victim = random_() % count;
  if (victim < roles_.size()) {
    const auto& role = roles_[victim];
    processes_.at(role)->kill();
    start(role);
    ++kills.services;
  } else {
    servers_.kill_and_start(victim - roles_.size());
    ++kills.engines;
  }
}

/// Spreads the kills over the orders: each lets a share of them out.
void Crew::release(const Kills& kills) {
  const auto shares = static_cast<long long>(options_.kills) + 1;
  ledger_.orders_released() =
      static_cast<int>(options_.orders * (static_cast<long long>(kills.all()) + 1) / shares);
}

void Crew::plan_kill() {
  const auto within = [this](int ms) {
    return Clock::now() + milliseconds(random_() % static_cast<unsigned>(ms));
  };
  if (options_.broker != BrokerKind::embedded) {
    next_kill_ = within(kPauseMax);
    return;
  }
  // One kill in four comes while the shop still opens its files; the others when it is at work.
  next_kill_ = within(kPauseMaxAtStart);
  waits_for_start_ = random_() % 4 != 0;
}

bool Crew::is_time_to_kill() {
  if (waits_for_start_) {
    if (ledger_.tally(Role::warehouse).starts == starts_before_) return false;
    waits_for_start_ = false;
    next_kill_ = Clock::now() + milliseconds(random_() % kPauseMaxAtWork);
  }
  return Clock::now() >= next_kill_;
}

Kills Crew::run(Summary& summary) {
  Kills kills;
  release(kills);
  for (const auto& role : roles_) start(role);
  RestWatch rest(options_.orders, ledger_);
  Standstill standstill(std::chrono::seconds(options_.patience_s), ledger_);
  plan_kill();
  if (servers_.killable_count() > 0) next_kill_ = Clock::now() + kBeforeFirstKill;
  while (!interrupted()) {
    std::this_thread::sleep_for(kLookAround);
    summary.tick(kills);
    if (restart_the_ended()) return kills;
    if (standstill.has_come()) {
      throw std::runtime_error(standstill.in_words() + "; its last words: " + last_words());
    }
    if (kills.all() < options_.kills) {
      if (!is_time_to_kill()) continue;
      kill_somebody(kills);
      release(kills);
      plan_kill();
    } else if (options_.broker != BrokerKind::embedded && rest.may_be() &&
               (rest.is_quiet() || rest.is_stuck())) {
      break;
    }
  }
  stop();
  return kills;
}

void Crew::stop() {
  for (const auto& [role, process] : processes_) {
    if (process->id() > 0) ::kill(process->id(), SIGTERM);
  }
  const auto until = Clock::now() + (interrupted() ? kEndMaxInterrupted : kEndMax);
  for (const auto& [role, process] : processes_) {
    while (process->running() && Clock::now() < until) std::this_thread::sleep_for(kLookAround);
    process->kill();
  }
}

}  // namespace workshop::live_shop
