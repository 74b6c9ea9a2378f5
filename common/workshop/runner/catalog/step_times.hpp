#pragma once

#include <cstddef>
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
  int number = 0;           ///< from 1
  std::string title;        ///< of its heading: "two clicks, one order"
  int alone_minutes = 0;    ///< one person with the page
  int reading_minutes = 0;  ///< of those alone: the page up to this step's end, and the header
  int mob_minutes = 0;      ///< a mob, that has tried it alone where the plan says so
  RoomPlan room;            ///< on a day that is on time
  int late_from = 0;        ///< how late the day has to be for `when_late`; 0: it stays as it is
  RoomPlan when_late;

  /// How long the room is busy with it if it follows `plan`.
  int minutes_of(const RoomPlan& plan) const;
};

/// How many words `readme` has for whoever begins `step`: the step's section, and for the first
/// step everything in front of it, without the front matter.
std::size_t words_for_step(std::string_view readme, int step);

/// How many words `text` has, between blanks and line ends.
std::size_t words_count(std::string_view text);

/// How long `words` take to read, in whole minutes, rounded up; at 240 words a minute.
int reading_minutes_of(std::size_t words);

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
