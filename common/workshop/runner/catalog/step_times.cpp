#include "workshop/runner/catalog/step_times.hpp"

#include <fmt/core.h>

#include <charconv>
#include <cstdlib>
#include <optional>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

using Form = RoomPlan::Form;

constexpr std::string_view kStepHeading = "## Step ";

std::vector<std::string> entries_of(std::string_view value) {
  std::vector<std::string> entries;
  while (!trimmed(value).empty()) {
    const auto comma = value.find(',');
    entries.emplace_back(trimmed(value.substr(0, comma)));
    value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
  }
  return entries;
}

std::optional<int> minutes_in(std::string_view text) {
  int minutes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minutes);
  if (error != std::errc() || end != text.data() + text.size() || minutes < 1) return std::nullopt;
  return minutes;
}

std::optional<RoomPlan> plan_in(std::string_view text) {
  if (text == "alone + mob") return RoomPlan{Form::alone_and_mob, 0};
  if (text == "alone") return RoomPlan{Form::alone, 0};
  if (text == "mob") return RoomPlan{Form::mob, 0};
  if (text == "further") return RoomPlan{Form::further, 0};
  if (!text.starts_with("shown ")) return std::nullopt;
  const auto minutes = minutes_in(text.substr(6));
  if (!minutes) return std::nullopt;
  return RoomPlan{Form::shown, *minutes};
}

/// The title of "## Step 1: its title (12 minutes alone, 6 as a mob)".
std::string title_in(const std::string& heading) {
  const auto colon = heading.find(": ");
  if (colon == std::string::npos) return {};
  const auto bracket = heading.ends_with(")") ? heading.rfind(" (") : std::string::npos;
  return heading.substr(colon + 2, bracket == std::string::npos ? bracket : bracket - colon - 2);
}

/// Reads one key of the front matter after the other into the steps.
class Reader {
 public:
  Reader(const std::map<std::string, std::string>& front_matter, std::string_view readme)
      : front_matter_(front_matter) {
    for (const auto& line : lines_of(readme)) {
      if (!line.starts_with(kStepHeading)) continue;
      StepTimes step;
      step.number = std::atoi(line.c_str() + kStepHeading.size());
      step.title = title_in(line);
      read_.steps.push_back(step);
    }
  }

  StepsRead read() {
    each("alone", "minutes, such as 12", [](StepTimes& step, const std::string& entry) {
      const auto minutes = minutes_in(entry);
      step.alone_minutes = minutes.value_or(0);
      return minutes.has_value();
    });
    each("mob", "minutes, such as 12", [](StepTimes& step, const std::string& entry) {
      const auto minutes = minutes_in(entry);
      step.mob_minutes = minutes.value_or(0);
      return minutes.has_value();
    });
    each("room", "\"alone + mob\", \"alone\", \"mob\", \"shown 5\" or \"further\"",
         [](StepTimes& step, const std::string& entry) {
           const auto plan = plan_in(entry);
           step.room = plan.value_or(RoomPlan{});
           step.when_late = step.room;
           return plan.has_value();
         });
    if (!read_.wrong.empty()) return std::move(read_);  // "late" is judged by the others
    each("late", "\"keep\", or a lateness and what the room does then, such as \"15 mob\"",
         [](StepTimes& step, const std::string& entry) {
           if (entry == "keep") return true;
           const auto space = entry.find(' ');
           const auto from = minutes_in(std::string_view(entry).substr(0, space));
           const auto plan = space == std::string::npos
                                 ? std::nullopt
                                 : plan_in(std::string_view(entry).substr(space + 1));
           if (!from || !plan) return false;
           step.late_from = *from;
           step.when_late = *plan;
           return step.minutes_of(step.when_late) < step.minutes_of(step.room);
         });
    return std::move(read_);
  }

 private:
  template <typename Set>
  void each(const std::string& key, std::string_view wanted, Set set) {
    const auto found = front_matter_.find(key);
    const auto entries =
        entries_of(found == front_matter_.end() ? std::string_view{} : found->second);
    if (entries.size() != read_.steps.size()) {
      read_.wrong.push_back(fmt::format("\"{}\" has {} entries for {} steps", key, entries.size(),
                                        read_.steps.size()));
      return;
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (set(read_.steps[i], entries[i])) continue;
      read_.wrong.push_back(fmt::format("\"{}\" of step {} is \"{}\", and wants {}", key,
                                        read_.steps[i].number, entries[i], wanted));
    }
  }

  const std::map<std::string, std::string>& front_matter_;
  StepsRead read_;
};

}  // namespace

std::string to_string(const RoomPlan& plan) {
  switch (plan.form) {
    case Form::alone_and_mob:
      return "alone + mob";
    case Form::alone:
      return "alone";
    case Form::mob:
      return "mob";
    case Form::shown:
      return fmt::format("shown {}", plan.shown_minutes);
    case Form::further:
      return "further";
  }
  return {};
}

int StepTimes::minutes_of(const RoomPlan& plan) const {
  switch (plan.form) {
    case Form::alone_and_mob:
      return alone_minutes + mob_minutes;
    case Form::alone:
      return alone_minutes;
    case Form::mob:
      return mob_minutes;
    case Form::shown:
      return plan.shown_minutes;
    case Form::further:
      return 0;
  }
  return 0;
}

std::size_t words_count(std::string_view text) {
  std::size_t count = 0;
  bool in_word = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank && !in_word) ++count;
    in_word = !blank;
  }
  return count;
}

int reading_minutes_of(std::size_t words) {
  constexpr std::size_t kReadAMinute = 240;
  return static_cast<int>((words + kReadAMinute - 1) / kReadAMinute);
}

std::size_t words_for_step(std::string_view readme, int step) {
  std::size_t count = 0;
  int dashes = 0;  // lines that begin and end the front matter
  int section = 0;
  for (const auto& line : lines_of(readme)) {
    if (dashes < 2 && trimmed(line) == "---") {
      ++dashes;
      continue;
    }
    if (dashes == 1) continue;
    if (line.starts_with("## ")) {
      section = line.starts_with(kStepHeading) ? std::atoi(line.c_str() + kStepHeading.size()) : -1;
    }
    if (section == step || (section == 0 && step == 1)) count += words_count(line);
  }
  return count;
}

StepsRead read_steps_of(const std::map<std::string, std::string>& front_matter,
                        std::string_view readme) {
  return Reader(front_matter, readme).read();
}

}  // namespace workshop::runner
