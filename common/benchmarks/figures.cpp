#include "figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <thread>

#include "workshop/process/program.hpp"

namespace workshop::benchmarks {
namespace {

double now_on(::clockid_t clock) {
  ::timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The processor's name, as Linux tells it, and how many cores this program may use.
std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  std::string name = "unknown processor";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    name = line.substr(line.find(':') + 2);
    break;
  }
  return fmt::format("{}, {} cores", name, std::thread::hardware_concurrency());
}

std::string commit() {
  auto told = process::run({"git", "rev-parse", "--short", "HEAD"});
  if (!told.succeeded()) return "unknown";
  const auto changed = process::run({"git", "status", "--porcelain", "--untracked-files=no"});
  auto name = told.output.substr(0, told.output.find('\n'));
  return changed.output.empty() ? name : name + ", changed";
}

std::string today() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
  return text;
}

}  // namespace

double seconds_of(const std::function<void()>& operation) {
  const auto start = std::chrono::steady_clock::now();
  operation();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double processor_seconds_of(const std::function<void()>& operation) {
  const auto start = now_on(CLOCK_THREAD_CPUTIME_ID);
  operation();
  return now_on(CLOCK_THREAD_CPUTIME_ID) - start;
}

double processor_seconds_of_process() { return now_on(CLOCK_PROCESS_CPUTIME_ID); }

void Figures::compare(const std::string& title, const std::vector<Contender>& contenders,
                      int rounds) {
  std::vector<std::vector<double>> rates(contenders.size());
  std::vector<std::vector<double>> ratios(contenders.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      rates[i].push_back(contenders[i].rate());
      ratios[i].push_back(rates[i].back() / rates[0].back());
    }
  }
  Comparison comparison{title, {}};
  fmt::print("{}\n", title);
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    comparison.rows.push_back({contenders[i].name, median(rates[i]), median(ratios[i])});
    const auto& row = comparison.rows.back();
    fmt::print("  {:<60} {:>12.0f} a second {:>8.3f}\n", row.name, row.rate, row.ratio);
    std::fflush(stdout);
  }
  comparisons_.push_back(std::move(comparison));
}

void Figures::plot(const std::string& title, const std::string& x, const std::string& y,
                   const std::vector<double>& at, const std::function<double(double)>& measure) {
  Plot plot{title, x, y, {}};
  fmt::print("{}: {} by {}\n", title, y, x);
  for (const auto value : at) {
    plot.points.push_back({value, measure(value)});
    fmt::print("  {:>12} {:>14.3f}\n", value, plot.points.back().y);
    std::fflush(stdout);
  }
  plots_.push_back(std::move(plot));
}

void Figures::skip(const std::string& title, const std::string& reason) {
  fmt::print("skipped: {}: {}\n", title, reason);
  skipped_.emplace_back(title, reason);
}

double load() {
  double minute = 0;
  return ::getloadavg(&minute, 1) == 1 ? minute : 0;
}

std::string Figures::json() const {
  boost::json::object all{{"machine", machine()},
                          {"compiler", std::string("Clang ") + __clang_version__},
                          {"commit", commit()},
                          {"date", today()},
                          {"load", load_before_}};
  boost::json::array comparisons;
  for (const auto& comparison : comparisons_) {
    boost::json::array rows;
    for (const auto& row : comparison.rows) {
      rows.push_back(
          boost::json::object{{"name", row.name}, {"a_second", row.rate}, {"ratio", row.ratio}});
    }
    comparisons.push_back(boost::json::object{{"title", comparison.title}, {"rows", rows}});
  }
  boost::json::array plots;
  for (const auto& plot : plots_) {
    boost::json::array points;
    for (const auto& point : plot.points) points.push_back(boost::json::array{point.x, point.y});
    plots.push_back(boost::json::object{
        {"title", plot.title}, {"x", plot.x}, {"y", plot.y}, {"points", points}});
  }
  boost::json::array skipped;
  for (const auto& [title, reason] : skipped_) {
    skipped.push_back(boost::json::object{{"title", title}, {"reason", reason}});
  }
  all["comparisons"] = comparisons;
  all["plots"] = plots;
  all["skipped"] = skipped;
  return boost::json::serialize(all);
}

}  // namespace workshop::benchmarks
