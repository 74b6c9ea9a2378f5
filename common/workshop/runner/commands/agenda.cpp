#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"

namespace workshop::runner {
namespace {

/// How a day of the workshop is divided.
struct AgendaOptions {
  int start_minutes = 9 * 60;  ///< after midnight
  int talk_minutes = 30;       ///< before the labs of a part
  int break_minutes = 15;      ///< after a part
  int lunch_minutes = 60;      ///< instead of the first break after eleven
};

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

int agenda(Workspace& workspace, const AgendaOptions& options) {
  auto& console = workspace.console();
  const auto labs = workspace.project().labs();
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
  return protocol::kExitGood;
}

Action add_agenda(CLI::App& app) {
  auto options = std::make_shared<AgendaOptions>();
  app.add_option("--talk", options->talk_minutes, "Minutes before each part (30)")
      ->check(CLI::Range(0, 240));
  app.add_option("--break", options->break_minutes, "Minutes of a break (15)")
      ->check(CLI::Range(0, 120));
  app.add_option("--lunch", options->lunch_minutes, "Minutes of lunch (60)")
      ->check(CLI::Range(0, 240));
  return [options](Workspace& workspace) { return agenda(workspace, *options); };
}

}  // namespace

constexpr Command kAgendaCommand = {.name = "agenda",
                                    .description = "When what happens on the two days",
                                    .example = "scripts/workshop agenda --talk 20 --lunch 90",
                                    .audience = Audience::instructor,
                                    .add = add_agenda};

}  // namespace workshop::runner
