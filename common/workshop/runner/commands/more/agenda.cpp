#include "workshop/runner/agenda/agenda.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"

namespace workshop::runner {
namespace {

struct AgendaOptions {
  DayFrame frame;
  int day = 0;   ///< 0: each
  int late = 0;  ///< minutes; 0: the day is on time
  std::string from;
};

std::string agenda_clock(int minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
}

/// Minutes after midnight of "13:25". Throws UserError.
int agenda_minutes(const std::string& text) {
  int hours = 0;
  int minutes = 0;
  int length = 0;
  if (std::sscanf(text.c_str(), "%2d:%2d%n", &hours, &minutes, &length) == 2 &&
      length == static_cast<int>(text.size()) && hours >= 0 && hours < 24 && minutes >= 0 &&
      minutes < 60) {
    return hours * 60 + minutes;
  }
  throw UserError(fmt::format("\"{}\" is no time of day, such as 13:25", text));
}

std::string agenda_words(const AgendaEntry& entry) {
  using Kind = AgendaEntry::Kind;
  const auto lab = fmt::format("lab {:02}, step {}: {}", entry.lab, entry.step, entry.title);
  switch (entry.kind) {
    case Kind::lecture:
      return "lecture  " + entry.title;
    case Kind::alone:
      return "  alone  " + lab;
    case Kind::mob:
      return "  mob    " + lab;
    case Kind::shown:
      return "  shown  " + lab;
    case Kind::debrief:
      return "debrief  " + entry.title;
    case Kind::pause:
      return entry.title;
  }
  return {};
}

double demonstrations_in(const AgendaDay& day) {
  double sum = 0;
  for (const auto& entry : day.entries) sum += entry.demonstration_minutes;
  return sum;
}

void print_day(Console& console, const AgendaDay& day, const DayFrame& frame) {
  using Kind = AgendaEntry::Kind;
  console.line(console.bold(fmt::format("Day {}", day.number)));
  for (const auto& entry : day.entries) {
    console.line(fmt::format("  {}  {:>3} min  {}", agenda_clock(entry.start), entry.minutes,
                             agenda_words(entry)));
    if (entry.reading_minutes > 0) {
      console.line(fmt::format("                    {} of them to read", entry.reading_minutes));
    }
    if (entry.demonstration_minutes > 0) {
      console.line(
          fmt::format("  {}             {:g} of them the demonstration",
                      agenda_clock(entry.start + static_cast<int>(entry.demonstration_after)),
                      entry.demonstration_minutes));
    }
  }
  console.line(fmt::format("  {}           end", agenda_clock(day.end)));
  const auto demonstrations = demonstrations_in(day);
  console.line(fmt::format(
      "  lectures {:g} min, demonstrations {:g}, alone {}, mob {}, shown {}, "
      "debriefs {}, pauses {}; {}",
      day.minutes_of(Kind::lecture) - demonstrations, demonstrations, day.minutes_of(Kind::alone),
      day.minutes_of(Kind::mob), day.minutes_of(Kind::shown), day.minutes_of(Kind::debrief),
      day.minutes_of(Kind::pause),
      day.end <= frame.end ? fmt::format("{} to spare", frame.end - day.end)
                           : fmt::format("{} too long", day.end - frame.end)));
  if (!day.further.empty()) {
    console.paragraph(
        fmt::format("for who is quick, and for home: {}", fmt::join(day.further, "; ")), 2);
  }
  console.line();
}

void print_cuts(Workspace& workspace, const AgendaDay& day, const AgendaOptions& options) {
  auto& console = workspace.console();
  const int from = options.from.empty() ? options.frame.start : agenda_minutes(options.from);
  console.line(console.bold(fmt::format("Day {}, {} minutes late at {}: cut, in this order",
                                        day.number, options.late, agenda_clock(from))));
  int saved = 0;
  for (const auto& cut : cuts_of(workspace.project(), day, options.late, from)) {
    saved += cut.saved_minutes;
    console.line(fmt::format("  lab {:02}, step {}: {} instead of {}, saves {} min", cut.lab,
                             cut.step.number, to_string(cut.step.when_late),
                             to_string(cut.step.room), cut.saved_minutes));
  }
  if (saved >= options.late) {
    console.line(fmt::format("  saves {} min: the day ends in time", saved));
  } else {
    console.line(
        fmt::format("  saves {} min; cut {} min more of the lectures (\"Cut:\" in their "
                    "notes)",
                    saved, options.late - saved));
  }
  console.line();
}

int agenda(Workspace& workspace, const AgendaOptions& options) {
  if (workspace.project().labs().empty()) throw UserError("labs/ holds no lab");
  for (const auto& day : agenda_of(workspace.project(), options.frame)) {
    if (options.day != 0 && day.number != options.day) continue;
    if (options.late == 0) {
      print_day(workspace.console(), day, options.frame);
    } else {
      print_cuts(workspace, day, options);
    }
  }
  return protocol::kExitGood;
}

Action add_agenda(CLI::App& app) {
  auto options = std::make_shared<AgendaOptions>();
  app.add_option("--day", options->day, "Only this day")->check(CLI::Range(1, 2));
  auto* late =
      app.add_option("--late", options->late, "What to cut when it is so many minutes late")
          ->check(CLI::IsMember({15, 30, 60}));
  app.add_option("--from", options->from, "The time at which it is late, such as 13:25 (the start)")
      ->needs(late);
  app.add_option("--break", options->frame.break_minutes, "Minutes of a break (15)")
      ->check(CLI::Range(0, 120));
  app.add_option("--lunch", options->frame.lunch_minutes, "Minutes of lunch (60)")
      ->check(CLI::Range(0, 240));
  return [options](Workspace& workspace) { return agenda(workspace, *options); };
}

}  // namespace

constexpr Command kAgendaCommand = kAgendaWords.done_by(add_agenda);

}  // namespace workshop::runner
