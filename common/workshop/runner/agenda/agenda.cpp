#include "workshop/runner/agenda/agenda.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/slides/deck.hpp"

namespace workshop::runner {
namespace {

using Kind = AgendaEntry::Kind;
using Form = RoomPlan::Form;
using When = SlideSource::When;

constexpr int kLatenesses[] = {15, 30, 60};

struct Pause {
  const char* title;
  int at;
  int minutes;
};

std::string clock_time(int minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
}

/// Puts lectures and exercises one after the other, day by day; without clock times.
class Sequence {
 public:
  explicit Sequence(const Project& project) : labs_(project.labs()) {
    if (std::filesystem::exists(project.root() / "slides")) parts_ = read_parts(project);
  }

  std::vector<AgendaDay> days() {
    for (const auto& part : parts_) add_part(part);
    for (const auto& lab : labs_) {
      if (!has_lecture(lab)) add_lab(lab, {});
    }
    for (auto& day : days_) day.number = static_cast<int>(&day - days_.data()) + 1;
    return std::move(days_);
  }

 private:
  bool has_lecture(const Lab& lab) const {
    return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
      return std::any_of(part.lectures.begin(), part.lectures.end(),
                         [&](const Lecture& lecture) { return lecture.lab == lab.number; });
    });
  }

  const Lab* lab_of(int number) const {
    const auto found = std::find_if(labs_.begin(), labs_.end(),
                                    [&](const Lab& lab) { return lab.number == number; });
    return found == labs_.end() ? nullptr : &*found;
  }

  AgendaDay& today() {
    if (days_.size() < static_cast<std::size_t>(day_)) days_.resize(static_cast<std::size_t>(day_));
    return days_[static_cast<std::size_t>(day_) - 1];
  }

  void add_part(const Part& part) {
    for (const auto& lecture : part.lectures) {
      if (const auto* lab = lab_of(lecture.lab)) day_ = std::max(day_, lab->day.value_or(day_));
    }
    bool begun = false;  // a part's opening and its first lecture are not torn apart
    for (std::size_t i = 0; i < part.lectures.size();) {
      const auto* lab = lab_of(part.lectures[i].lab);
      if (lab == nullptr) {
        add_lecture(part.lectures[i], i == 0);
        begun = begun || i == 0;
        ++i;
        continue;
      }
      std::vector<Lecture> lectures;
      for (; i < part.lectures.size() && part.lectures[i].lab == lab->number; ++i) {
        lectures.push_back(part.lectures[i]);
      }
      add_lab(*lab, lectures, !begun);
      begun = false;
    }
  }

  void add_lecture(const Lecture& lecture, bool may_pause_before) {
    today().entries.push_back({.kind = Kind::lecture,
                               .title = lecture.title,
                               .lab = lecture.lab,
                               .step = lecture.step,
                               .minutes = static_cast<int>(std::lround(lecture.minutes)),
                               .start = 0,
                               .may_pause_before = may_pause_before,
                               .demonstration_after = minutes_before_demonstration(lecture),
                               .demonstration_minutes = minutes_of(lecture, When::demonstration)});
  }

  void add_debrief(const Lecture& lecture) {
    if (lecture.debrief <= 0) return;
    today().entries.push_back({.kind = Kind::debrief,
                               .title = lecture.title,
                               .lab = lecture.lab,
                               .step = lecture.step,
                               .minutes = static_cast<int>(std::lround(lecture.debrief))});
  }

  void add_lab(const Lab& lab, const std::vector<Lecture>& lectures, bool may_pause_before = true) {
    day_ = std::max(day_, lab.day.value_or(day_));
    const Lecture* open = nullptr;  // whose debrief is still to come
    for (const auto& step : lab.steps) {
      bool pause = step.number > 1 || may_pause_before;
      for (const auto& lecture : lectures) {
        if (std::max(lecture.step, 1) != step.number) continue;
        if (open != nullptr) add_debrief(*open);
        open = &lecture;
        add_lecture(lecture, pause);
        pause = false;
      }
      add_step(lab, step, pause);
    }
    if (open != nullptr) add_debrief(*open);
  }

  void add_step(const Lab& lab, const StepTimes& step, bool may_pause_before) {
    const auto add = [&](Kind kind, int minutes) {
      today().entries.push_back(
          {.kind = kind,
           .title = step.title,
           .lab = lab.number,
           .step = step.number,
           .minutes = minutes,
           .start = 0,
           .may_pause_before = may_pause_before,
           .reading_minutes = kind == Kind::alone ? step.reading_minutes : 0});
      may_pause_before = false;
    };
    const auto form = step.room.form;
    if (form == Form::alone_and_mob || form == Form::alone) add(Kind::alone, step.alone_minutes);
    if (form == Form::alone_and_mob || form == Form::mob) add(Kind::mob, step.mob_minutes);
    if (form == Form::shown) add(Kind::shown, step.room.shown_minutes);
    if (form == Form::further) {
      today().further.push_back(fmt::format("lab {}, step {}", lab.padded_number(), step.number));
    }
  }

  std::vector<Lab> labs_;
  std::vector<Part> parts_;
  std::vector<AgendaDay> days_;
  int day_ = 1;
};

/// Gives the entries of a day their times, and puts each pause where it is nearest to its own.
void lay_out(AgendaDay& day, const DayFrame& frame) {
  std::vector<Pause> pauses = {{"break", 10 * 60 + 50, frame.break_minutes},
                               {"lunch", 12 * 60 + 30, frame.lunch_minutes},
                               {"break", 15 * 60 + 10, frame.break_minutes}};
  auto entries = std::move(day.entries);
  day.entries.clear();
  int now = frame.start;
  const auto add = [&](AgendaEntry entry) {
    entry.start = now;
    now += entry.minutes;
    day.entries.push_back(std::move(entry));
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].may_pause_before && i > 0 && !pauses.empty()) {
      int next = now + entries[i].minutes;  // when the next pause is possible
      for (auto j = i + 1; j < entries.size() && !entries[j].may_pause_before; ++j) {
        next += entries[j].minutes;
      }
      const auto& pause = pauses.front();
      if (std::abs(now - pause.at) <= std::abs(next - pause.at)) {
        add({.kind = Kind::pause, .title = pause.title, .minutes = pause.minutes});
        pauses.erase(pauses.begin());
      }
    }
    add(std::move(entries[i]));
  }
  day.end = now;
}

int sum_of(const std::vector<AgendaCut>& cuts) {
  int sum = 0;
  for (const auto& cut : cuts) sum += cut.saved_minutes;
  return sum;
}

}  // namespace

int AgendaDay::minutes_of(AgendaEntry::Kind kind) const {
  int sum = 0;
  for (const auto& entry : entries) sum += entry.kind == kind ? entry.minutes : 0;
  return sum;
}

LabMinutes minutes_of_lab(const AgendaDay& day, int lab) {
  LabMinutes minutes;
  for (const auto& entry : day.entries) {
    if (entry.lab != lab) continue;
    if (entry.kind == Kind::lecture) {
      minutes.lecture += entry.minutes - entry.demonstration_minutes;
      minutes.demonstration += entry.demonstration_minutes;
    } else if (entry.kind == Kind::debrief) {
      minutes.debrief += entry.minutes;
    } else {
      minutes.exercise += entry.minutes;
    }
  }
  return minutes;
}

std::string to_string(const LabMinutes& minutes) {
  return fmt::format("{:g} + {:g} + {:g} + {:g}", minutes.lecture, minutes.demonstration,
                     minutes.exercise, minutes.debrief);
}

std::vector<AgendaDay> agenda_of(const Project& project, const DayFrame& frame) {
  auto days = Sequence(project).days();
  for (auto& day : days) lay_out(day, frame);
  return days;
}

std::vector<AgendaCut> cuts_of(const Project& project, const AgendaDay& day, int late, int from) {
  std::vector<AgendaCut> possible;
  for (const auto& lab : project.labs()) {
    for (const auto& step : lab.steps) {
      if (step.late_from == 0) continue;
      const auto begins =
          std::find_if(day.entries.begin(), day.entries.end(), [&](const AgendaEntry& entry) {
            return entry.kind != Kind::lecture && entry.kind != Kind::debrief &&
                   entry.lab == lab.number && entry.step == step.number;
          });
      if (begins == day.entries.end() || begins->start < from) continue;
      possible.push_back(
          {lab.number, step, step.minutes_of(step.room) - step.minutes_of(step.when_late)});
    }
  }
  std::stable_sort(possible.begin(), possible.end(), [](const AgendaCut& a, const AgendaCut& b) {
    return a.step.late_from < b.step.late_from;
  });
  std::vector<AgendaCut> cuts;
  for (auto& cut : possible) {
    if (sum_of(cuts) >= late) break;
    cuts.push_back(std::move(cut));
  }
  for (auto cut = cuts.begin(); cut != cuts.end();) {
    const bool is_needed = sum_of(cuts) - cut->saved_minutes < late;
    cut = is_needed ? cut + 1 : cuts.erase(cut);
  }
  return cuts;
}

std::vector<std::string> check_agenda(const Project& project, const DayFrame& frame) {
  std::vector<std::string> errors;
  for (const auto& day : agenda_of(project, frame)) {
    if (day.end > frame.end) {
      errors.push_back(
          fmt::format("agenda: day {} ends at {}, {} after {}", day.number, clock_time(day.end),
                      protocol::counted(day.end - frame.end, "minute"), clock_time(frame.end)));
    }
    for (const int late : kLatenesses) {
      const auto saved = sum_of(cuts_of(project, day, late, frame.start));
      if (saved >= late) continue;
      errors.push_back(fmt::format(
          "agenda: when day {} begins {} minutes late, the front matter names {} minutes to cut",
          day.number, late, saved));
    }
  }
  return errors;
}

}  // namespace workshop::runner
