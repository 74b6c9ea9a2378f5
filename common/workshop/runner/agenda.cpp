#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "workshop/runner/commands.hpp"
#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace {

constexpr int kNoon = 12 * 60;

std::string clock_time(int minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
}

/// Prints one entry after the other, each when the one before is over.
class Timetable {
 public:
  Timetable(Console& console, int now) : console_(console), now_(now) {}

  void entry(const std::string& what, int minutes) {
    console_.line(fmt::format("  {}  {:>3} min  {}", clock_time(now_), minutes, what));
    now_ += minutes;
  }
  /// A break after a part; the first one after eleven is lunch.
  void rest(const AgendaOptions& options) {
    if (!lunch_over_ && now_ >= kNoon - 60) {
      lunch_over_ = true;
      entry("lunch", options.lunch_minutes);
    } else {
      entry("break", options.break_minutes);
    }
  }
  void end() { console_.line(fmt::format("  {}           end", clock_time(now_))); }

 private:
  Console& console_;
  int now_;
  bool lunch_over_ = false;
};

}  // namespace

int agenda(const Project& project, Console& console, const AgendaOptions& options) {
  const auto labs = project.labs();
  if (labs.empty()) throw UserError("labs/ holds no lab");
  for (std::size_t i = 0; i < labs.size();) {
    const auto day = labs[i].day.value_or(0);
    console.line(console.bold(fmt::format("Day {}", day)));
    Timetable timetable(console, options.start_minutes);
    int in_labs = 0;
    for (bool first = true; i < labs.size() && labs[i].day.value_or(0) == day; first = false) {
      if (!first) timetable.rest(options);
      const auto part = labs[i].part;
      timetable.entry(fmt::format("talk: part {}", part), options.talk_minutes);
      for (; i < labs.size() && labs[i].day.value_or(0) == day && labs[i].part == part; ++i) {
        const auto minutes = labs[i].minutes.value_or(20);
        timetable.entry(fmt::format("lab {}: {}", labs[i].padded_number(), labs[i].title), minutes);
        in_labs += minutes;
      }
    }
    timetable.end();
    console.line(fmt::format("  {} min in labs", in_labs));
    console.line();
  }
  return 0;
}

}  // namespace workshop::runner
