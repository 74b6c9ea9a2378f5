#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace workshop::runner {

/// What the room does with a step of a lab.
struct RoomPlan {
  enum class Form {
    alone_and_mob,  ///< first everybody alone, then all together
    alone,
    mob,
    shown,    ///< the instructor shows it
    further,  ///< not in the room: for who is quick, and for home
  };
  Form form = Form::alone_and_mob;
  int shown_minutes = 0;  ///< of Form::shown

  friend bool operator==(const RoomPlan&, const RoomPlan&) = default;
};

/// "alone + mob", "shown 5": as the front matter says it.
std::string to_string(const RoomPlan& plan);

/// How long a step of a lab takes, in minutes, and what the room does with it.
struct StepTimes {
  int number = 0;         ///< from 1
  std::string title;      ///< of its heading: "two clicks, one order"
  int alone_minutes = 0;  ///< one person with the page
  int mob_minutes = 0;    ///< a mob, that has tried it alone where the plan says so
  RoomPlan room;          ///< on a day that is on time
  int late_from = 0;      ///< how late the day has to be for `when_late`; 0: it stays as it is
  RoomPlan when_late;

  /// How long the room is busy with it if it follows `plan`.
  int minutes_of(const RoomPlan& plan) const;
};

/// The steps of a lab, and a sentence for each thing in its front matter that cannot be read.
struct StepsRead {
  std::vector<StepTimes> steps;
  std::vector<std::string> wrong;
};

/// Reads the steps of a README: its headings "## Step 1: its title (12 minutes alone, 6 as a mob)",
/// and four keys of its front matter, each with an entry for each step:
///
///     alone: 14, 13
///     mob: 8, 10
///     room: alone + mob, shown 5
///     late: 30 mob, keep        from 30 minutes on only as a mob
StepsRead read_steps_of(const std::map<std::string, std::string>& front_matter,
                        std::string_view readme);

}  // namespace workshop::runner
