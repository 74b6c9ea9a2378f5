#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/mistakes/mistake_header.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/slides/questions.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

using When = SlideSource::When;

constexpr std::size_t kLineLeast = 20;  // a shorter line of code says nothing by itself

/// The lines of code that a lab's solution has and its skeleton has not.
std::set<std::string> lines_to_write(const Lab& lab) {
  const auto lines_in = [](const fs::path& folder) {
    std::set<std::string> lines;
    if (!fs::exists(folder)) return lines;
    for (const auto& entry : fs::directory_iterator(folder)) {
      for (const auto& line : lines_of(read_file(entry.path()).value_or(""))) {
        const std::string text(trimmed(line));
        if (text.size() >= kLineLeast && !text.starts_with("//")) lines.insert(text);
      }
    }
    return lines;
  };
  auto lines = lines_in(lab.solution / "src");
  for (const auto& line : lines_in(lab.folder / "src")) lines.erase(line);
  return lines;
}

bool is_worked_on(const StepTimes& step) {
  const auto form = step.room.form;
  return form != RoomPlan::Form::further && form != RoomPlan::Form::shown;
}

/// One lecture against its lab; collects sentences.
class LectureCheck {
 public:
  LectureCheck(const Project& project, const Lecture& lecture, std::vector<std::string>& errors)
      : project_(project), lecture_(lecture), errors_(errors) {}

  /// `next_step` is the step before which the lab's next lecture stands; 0: there is none.
  void check(const Lab* lab, int next_step) {
    for (const auto& slide : lecture_.slides) check_slide(slide);
    if (lab == nullptr || lab->solution.empty()) return;
    const bool worked =
        std::any_of(lab->steps.begin(), lab->steps.end(), [&](const StepTimes& step) {
          const bool covered =
              step.number >= lecture_.step && (next_step == 0 || step.number < next_step);
          return covered && is_worked_on(step);
        });
    if (!worked) return;
    const auto to_write = lines_to_write(*lab);
    for (const auto& slide : lecture_.slides) {
      if (slide.when != When::debrief) check_gives_nothing_away(*lab, to_write, slide);
    }
  }

 private:
  void wrong(const SlideSource& slide, const std::string& what) {
    errors_.push_back(fmt::format(
        "{}:{}: \"{}\" {}", lecture_.file.lexically_relative(project_.root()).generic_string(),
        slide.line, slide.title, what));
  }

  void check_slide(const SlideSource& slide) {
    const auto asked = questions_on(slide).count;
    if (slide.minutes < static_cast<double>(asked)) {
      wrong(slide,
            fmt::format("asks {} questions in {:g} minutes; each takes one", asked, slide.minutes));
    }
    if (asked > 0 && slide.when != When::debrief) {
      wrong(slide, "asks what is discussed behind the exercise: it wants \"when: debrief\"");
    }
    for (const auto& line : lines_of(slide.body)) {
      if (line.starts_with("@execution ")) check_execution(slide, line);
    }
  }

  /// `check --mistake` tells the test first that the mistake's file names, and so do the guide's
  /// commands: it must be the slide's.
  void check_execution(const SlideSource& slide, const std::string& line) {
    const auto execution = read_execution(project_, read_directive(line));
    const auto& mistake = execution.variant.mistake;
    if (mistake.empty() || execution.found.empty()) return;
    const auto file = mistake_file(execution.lab, mistake);
    const auto header =
        read_mistake_header(read_file(file).value_or(""), header_form_of(file.filename()));
    if (header.caught_by == execution.test && header.as == execution.fails) return;
    wrong(slide, fmt::format("shows \"{}\" as {}, and the file of {} says \"{}\" as {}: `check {} "
                             "--mistake {}` would tell another execution than the slide",
                             execution.test, execution.fails, mistake, header.caught_by, header.as,
                             execution.lab.number, mistake));
  }

  void check_gives_nothing_away(const Lab& lab, const std::set<std::string>& to_write,
                                const SlideSource& slide) {
    const auto gives_away = [&](const std::string& what) {
      wrong(slide, fmt::format("shows {} before lab {} is worked on: put it behind the exercise "
                               "(when: debrief)",
                               what, lab.padded_number()));
    };
    bool in_code = false;
    for (const auto& line : lines_of(slide.body)) {
      if (line.starts_with("```")) in_code = !in_code;
      const std::string text(trimmed(line));
      if (in_code && to_write.contains(text)) gives_away("the solution's line \"" + text + "\"");
      if (in_code || !line.starts_with("@")) continue;
      const auto directive = read_directive(line);
      if (directive.words.empty()) continue;
      const bool own = directive.words[0] == lab.padded_number();
      const bool of_solution = std::find(directive.words.begin(), directive.words.end(),
                                         "solution") != directive.words.end();
      if (directive.name == "diff" && own) gives_away("lines of the solution");
      if (directive.name == "execution" && own && of_solution) gives_away("the solution's run");
      if (directive.name == "code" && directive.words[0].starts_with(lab_path(lab))) {
        gives_away("code of the solution");
      }
    }
    check_commands(lab, slide);
  }

  static std::string lab_path(const Lab& lab) {
    return "solutions/" + lab.folder.filename().string() + "/";
  }

  /// A mistake's run begins with the lines of the solution that it changes.
  void check_commands(const Lab& lab, const SlideSource& slide) {
    const auto check = fmt::format("scripts/workshop check {}", lab.number);
    for (auto at = slide.notes.find(check); at != std::string::npos;
         at = slide.notes.find(check, at + 1)) {
      auto command = slide.notes.substr(at, slide.notes.find('`', at) - at);
      std::replace(command.begin(), command.end(), '\n', ' ');  // it may stand on two lines
      const bool mistake = command.find(" --mistake") != std::string::npos;
      if (mistake && command.find(" --no-diff") == std::string::npos) {
        wrong(slide,
              fmt::format("runs `{}`, which prints lines of the solution first: add --no-diff",
                          command));
      }
      if (command.find(" --solution") != std::string::npos) {
        wrong(slide, fmt::format("runs `{}` before the exercise", command));
      }
    }
  }

  const Project& project_;
  const Lecture& lecture_;
  std::vector<std::string>& errors_;
};

}  // namespace

std::vector<std::string> check_lectures(const Project& project, const std::vector<Part>& parts) {
  std::vector<std::string> errors;
  const auto labs = project.labs();
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < part.lectures.size(); ++i) {
      const auto& lecture = part.lectures[i];
      const auto lab = std::find_if(labs.begin(), labs.end(),
                                    [&](const Lab& each) { return each.number == lecture.lab; });
      const bool same_next =
          i + 1 < part.lectures.size() && part.lectures[i + 1].lab == lecture.lab;
      LectureCheck(project, lecture, errors)
          .check(lab == labs.end() ? nullptr : &*lab, same_next ? part.lectures[i + 1].step : 0);
    }
  }
  return errors;
}

}  // namespace workshop::runner
