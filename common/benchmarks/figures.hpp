#pragma once

#include <functional>
#include <string>
#include <vector>

#include "workshop/core/task.hpp"

namespace workshop::benchmarks {

/// Something whose rate is compared with that of others.
struct Contender {
  std::string name;
  std::function<double()> rate;  ///< runs once, and returns how many a second
};

/// One point of a plot.
struct Point {
  double x = 0;
  double y = 0;
};

/// How many programs wanted to run in the last minute: far beyond the cores, rates mean little.
double load();

/// All that one run has measured. Prints each figure as it comes.
class Figures {
 public:
  /// Runs the contenders in turn, `rounds` times, so that a machine whose speed drifts does not
  /// favour one of them. The rate is the median; the ratio is the median of those to the first
  /// contender in the same round.
  void compare(const std::string& title, const std::vector<Contender>& contenders, int rounds);
  /// A curve: how `y` grows with `x`.
  void plot(const std::string& title, const std::string& x, const std::string& y,
            const std::vector<double>& at, const std::function<double(double)>& measure);
  /// What could not be measured, and why.
  void skip(const std::string& title, const std::string& reason);

  /// Everything, with machine, compiler, commit and date, as JSON.
  std::string json() const;

 private:
  struct Row {
    std::string name;
    double rate = 0;
    double ratio = 0;
  };
  struct Comparison {
    std::string title;
    std::vector<Row> rows;
  };
  struct Plot {
    std::string title;
    std::string x;
    std::string y;
    std::vector<Point> points;
  };
  double load_before_ = load();  ///< so it is other programs'
  std::vector<Comparison> comparisons_;
  std::vector<Plot> plots_;
  std::vector<std::pair<std::string, std::string>> skipped_;
};

/// Seconds that `operation` takes.
double seconds_of(const std::function<void()>& operation);
/// Seconds of processor that it takes on this thread, which other programs disturb less.
double processor_seconds_of(const std::function<void()>& operation);
/// Seconds of processor that all threads of this process have taken, in the kernel too.
double processor_seconds_of_process();

/// The result of a task that never waits.
template <class T>
T done(Task<T> task) {
  task.resume();
  return task.take();
}

/// What is measured, and where files lie. `share` makes everything smaller: 1 is a full run.
struct Plan {
  std::string folder = ".";
  double share = 1;
  int rounds = 5;

  int of(int count) const { return std::max(1, static_cast<int>(count * share)); }
};

void measure_broker(Figures& figures, const Plan& plan);
void measure_durable_handling(Figures& figures, const Plan& plan);
void measure_processor_of_handling(Figures& figures, const Plan& plan);
void measure_memory(Figures& figures, const Plan& plan);
void measure_inbox(Figures& figures, const Plan& plan);
void measure_growth(Figures& figures, const Plan& plan);
void measure_explorer(Figures& figures, const Plan& plan);

/// Messages a second that lab 12's handler handles on a Host, with a journal and a file store.
struct Handling {
  double messages_a_second = 0;
  double syncs_a_message = 0;
  double processor_us_a_message = 0;  ///< with the send that brings it
};
Handling handle_durably(const std::string& parent, int handlers, int messages, int orders);

}  // namespace workshop::benchmarks
