#pragma once

#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {

/// How a day of the workshop is divided. Clock times are minutes after midnight.
struct DayFrame {
  int start = 9 * 60 + 30;
  int end = 17 * 60 + 30;
  int break_minutes = 15;  ///< two a day, as near as possible to 10:50 and 15:10
  int lunch_minutes = 60;  ///< as near as possible to 12:30
};

/// One thing that the room does.
struct AgendaEntry {
  enum class Kind { lecture, alone, mob, shown, debrief, pause };
  Kind kind = Kind::lecture;
  std::string title;  ///< of the lecture, the step or the pause
  int lab = 0;        ///< 0: of none
  int step = 0;       ///< 0: of none
  int minutes = 0;
  int start = 0;
  bool may_pause_before = false;
  int reading_minutes = 0;           ///< of Kind::alone: to read the page
  double demonstration_after = 0;    ///< of a lecture: how many minutes of it come before
  double demonstration_minutes = 0;  ///< of them; 0: it has none
};

struct AgendaDay {
  int number = 0;  ///< from 1
  std::vector<AgendaEntry> entries;
  std::vector<std::string> further;  ///< steps that the room leaves out: "lab 05, step 1"
  int end = 0;                       ///< when its last entry is over

  int minutes_of(AgendaEntry::Kind kind) const;
};

/// What of a lab's time on a day goes where, in minutes. The parts add up to the whole.
struct LabMinutes {
  double lecture = 0;  ///< without the demonstration
  double demonstration = 0;
  double exercise = 0;  ///< alone, as a mob and shown
  double debrief = 0;
};

LabMinutes minutes_of_lab(const AgendaDay& day, int lab);

/// "5 + 1.5 + 23 + 3": lecture, demonstration, exercise and debrief.
std::string to_string(const LabMinutes& minutes);

/// The days of the workshop: each exercise behind its lecture, from the front matter of slides/ and
/// labs/, with breaks and lunch. Throws UserError if a lecture cannot be read.
std::vector<AgendaDay> agenda_of(const Project& project, const DayFrame& frame = {});

/// A step that is done in another way because the day is late.
struct AgendaCut {
  int lab = 0;
  StepTimes step;
  int saved_minutes = 0;
};

/// What to cut of `day` when it is `late` minutes late at the clock time `from`, in this order: as
/// the labs' front matter says, those first that go first, until `late` minutes are saved or
/// nothing is left to cut. One that the others make needless is left out.
std::vector<AgendaCut> cuts_of(const Project& project, const AgendaDay& day, int late, int from);

/// A sentence for each day that does not end in its frame, and for each lateness of 15, 30 and 60
/// minutes at its start for which the front matter does not name enough to cut.
std::vector<std::string> check_agenda(const Project& project, const DayFrame& frame = {});

}  // namespace workshop::runner
