#include "workshop/runner/guide/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "workshop/protocol/markup.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/programs.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// `text` from its first line that is not empty; that line keeps its indent, which makes it code.
std::string_view without_empty_lines_around(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  const auto begin = text.rfind('\n', first);
  return text.substr(
      begin == std::string_view::npos ? 0 : begin + 1,
      text.find_last_not_of(" \t\r\n") + 1 - (begin == std::string_view::npos ? 0 : begin + 1));
}

std::string minutes_words(double minutes) {
  return fmt::format("{:g} minute{}", minutes, minutes == 1 ? "" : "s");
}

/// `text` with a full stop, unless it ends as a sentence does.
std::string sentence(const std::string& text) {
  const bool ends = !text.empty() && std::string_view(".?!").find(text.back()) != std::string::npos;
  return ends ? text : text + ".";
}

/// `text` for a cell of a table, which a bar would end.
std::string in_cell(std::string text) {
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.insert(at, "\\");
  }
  return text;
}

/// A story without its last line, which the page has as a command.
std::string without_replay_line(const std::string& story) {
  const auto at = story.rfind("\n");
  const auto last =
      at == std::string::npos ? std::string_view() : trimmed(std::string_view(story).substr(at));
  return last.starts_with("replay: ") ? story.substr(0, at) : story;
}

/// Writes one page; each function adds a section.
class GuidePage {
 public:
  GuidePage(const LabMaterial& material, const Demonstration& shown)
      : material_(material), lab_(material.lab), shown_(shown) {}

  std::string write() {
    at_a_glance();
    clock();
    opening();
    demonstration();
    steps();
    mistakes();
    debrief();
    paragraph("## Bridge");
    paragraph(material_.bridge);
    cuts();
    return std::move(text_);
  }

 private:
  void line(const std::string& text) { text_ += text + "\n"; }
  void paragraph(const std::string& text) { text_ += text + "\n\n"; }
  void quote(const std::string& text) { text_ += "> " + text + "\n\n"; }
  void code(const std::string& text) {
    for (const auto& each : lines_of(text)) text_ += "    " + each + "\n";
    text_ += "\n";
  }

  std::string command(const std::string& name, const Variant& variant) const {
    const auto words = protocol::command_words({lab_.padded_number(), variant});
    return fmt::format("scripts/workshop {} {}", name, words);
  }

  /// Without the right run: a key would show it to a room that has not solved the lab.
  std::string replay_command(const Variant& variant, const std::string& schedule) const {
    return fmt::format("{}{} '{}'", command("replay", variant),
                       variant.mistake.empty() ? "" : " --no-diff", schedule);
  }

  const StepTimes* times_in(int step) const {
    const auto found = std::find_if(lab_.steps.begin(), lab_.steps.end(),
                                    [&](const StepTimes& each) { return each.number == step; });
    return found == lab_.steps.end() ? nullptr : &*found;
  }

  /// "alone 12, as a mob 6 minutes; in the room: alone + mob".
  std::string times_of(const GuideStep& step) const {
    const auto* times = times_in(step.number);
    if (times == nullptr) return step.time;
    auto text = fmt::format("alone {}, as a mob {} minutes; in the room: {}", times->alone_minutes,
                            times->mob_minutes, to_string(times->room));
    if (times->late_from > 0) {
      text += fmt::format("; {} minutes late: {}", times->late_from, to_string(times->when_late));
    }
    return text;
  }

  void at_a_glance() {
    paragraph(fmt::format("# Lab {}: {}", lab_.padded_number(), lab_.title));
    line("| | |\n|---|---|");
    line(fmt::format("| part | {} (day {}) |", lab_.part, lab_.day.value_or(0)));
    for (const auto& step : material_.steps) {
      line(fmt::format("| step {} | {}: {} |", step.number, step.title, times_of(step)));
    }
    if (!lab_.sources.empty()) {
      line(fmt::format("| the file to edit | `labs/{}/src/{}` |", lab_.folder.filename().string(),
                       lab_.sources.front().filename().string()));
    }
    paragraph(fmt::format("| concepts | {} |", fmt::join(lab_.concepts, ", ")));
    paragraph("## Objective");
    for (const auto& each : material_.lectures) paragraph("- " + each.objective);
    paragraph("Of the lab: " + material_.goal);
  }

  /// What is done when, and which slide it begins at.
  void clock() {
    paragraph("## The clock");
    line("| from | minutes | what |\n|---|---|---|");
    double sum = 0;
    for (const auto& row : material_.clock) {
      sum += row.minutes;
      line(fmt::format("| {}:{:02} | {:g} | {} |", row.start / 60, row.start % 60, row.minutes,
                       row.what));
    }
    paragraph(fmt::format("| | {:g} | in all |", sum));
    line("The slides, which `scripts/workshop slides` makes, open here:\n");
    for (const auto& lecture : material_.lectures) {
      for (const auto when : {SlideSource::When::lecture, SlideSource::When::demonstration,
                              SlideSource::When::debrief}) {
        const auto* slide = first_slide(lecture, when);
        if (slide == nullptr) continue;
        line(fmt::format("- {}: `build/slides/{}.html#/{}` ({})", slide->title, material_.deck,
                         anchor_of(lecture, when), minutes_on_slides(lecture, when)));
      }
    }
    paragraph(
        "\nA slide with an execution begins before its first step: the right arrow key steps it, "
        "the "
        "left one goes back, and Alt with an arrow key passes over all of its steps, as after a "
        "demonstration in the terminal. `?` lists the keys. `S` opens the speaker's view with "
        "these notes; its pace counts from the beginning of this lecture, and of the debrief.");
  }

  /// "2.5 minutes", of a lecture around its demonstration "0.5 minutes before the demonstration, 2
  /// behind it".
  static std::string minutes_on_slides(const Lecture& lecture, SlideSource::When when) {
    const auto minutes = minutes_of(lecture, when);
    const auto before = minutes_before_demonstration(lecture);
    const bool divided = when == SlideSource::When::lecture && before < minutes &&
                         first_slide(lecture, SlideSource::When::demonstration) != nullptr;
    if (!divided) return minutes_words(minutes);
    return fmt::format("{} before the demonstration, {:g} behind it", minutes_words(before),
                       minutes - before);
  }

  void opening() {
    paragraph("## Open with");
    paragraph("Say: " + material_.opening_said);
    quote("Ask: " + material_.opening.question);
    if (!material_.opening.answer.empty()) {
      paragraph("Usual answer: " + material_.opening.answer);
    }
  }

  void demonstration() {
    if (!material_.demonstration) return;
    const auto& execution = *material_.demonstration;
    paragraph("## Show it live");
    paragraph(fmt::format(
        "In the terminal, or on its slide \"{}\", not both: it is the same execution. The "
        "test \"{}\" fails as *{}*:",
        material_.demonstration_slide, execution.test, shown_.invariant));
    code(demonstration_command(material_));
    if (!shown_.schedule.empty()) {
      paragraph(
          "The same execution again, with its picture (open the page that it names in a browser; "
          "`L`: large; `Home`: its beginning; the arrow keys step):");
      code(replay_command(execution.variant, shown_.schedule));
    }
    code(without_replay_line(shown_.story));
    if (!material_.said_with_it.say.empty()) paragraph("Say: " + material_.said_with_it.say);
    if (material_.said_with_it.ask.empty()) return;
    quote("Ask: " + material_.said_with_it.ask);
    paragraph(silence_words(material_.said_with_it.silence_seconds));
    paragraph("Usual answer: " + material_.said_with_it.usual_answer);
    if (!material_.said_with_it.say_then.empty()) paragraph(material_.said_with_it.say_then);
  }

  /// What to ask in front of a failure of this step: only an execution has a step that is marked.
  std::string what_to_look_at(int step) const {
    const auto [executions, assertions] = failures_of_step(material_.mistakes, step);
    const std::string of_execution =
        "ask for the step before `►`: what does this process believe there, and is it true?";
    const std::string of_assertion = "ask what is expected, what was got, and of which input";
    if (assertions == 0) return of_execution;
    if (executions == 0) return of_assertion + " (an assertion has no story and no `►`).";
    return of_execution + " Of an assertion, which has no `►`, " + of_assertion + ".";
  }

  /// ", of these 4 to read the page and the header"; empty where there is nothing to read.
  static std::string reading_words(const StepTimes* times) {
    if (times == nullptr || times->reading_minutes == 0) return {};
    return fmt::format(", of these {} to read", times->reading_minutes);
  }

  /// What somebody does whose step is green before it begins.
  void when_green_at_once(const GuideStep& step) {
    const auto* times = times_in(step.number);
    const auto form = times == nullptr ? RoomPlan::Form::alone : times->room.form;
    const auto* mistake = mistake_to_break(material_, step.number);
    if (form == RoomPlan::Form::shown || step.number < 2 || mistake == nullptr) return;
    const auto& green = step.when_green;
    paragraph(fmt::format(
        "**Green at once?** {} Nobody goes on yet: they say why it holds, break it at one place, "
        "write down the story that will come, and run it. As a mob, break it with this, and ask "
        "before anybody reads the story:",
        step.decided_before
            ? fmt::format("Step {} decides tests of this one, so a room may have some or all of "
                          "them green by now, by care or by luck.",
                          step.number - 1)
            : "Somebody may have written it already."));
    code(command("check", {.solution = false, .mistake = mistake->name}) + " --no-diff");
    quote("Ask: " + mistake->header.ask);
    if (green.question.empty()) return;
    quote("Ask whoever is green: " + green.question);
    paragraph("Usual answer: " + green.answer);
  }

  /// In thirds of the time that there is behind the reading.
  void when_to_step_in(const GuideStep& step) {
    const auto row = [&](int minutes, const std::string& when, const std::string& what) {
      line(fmt::format("| {} min | {} | {} |", minutes, when, what));
    };
    const auto* times = times_in(step.number);
    const auto form = times == nullptr ? RoomPlan::Form::alone : times->room.form;
    const auto next_hint = fmt::format("`scripts/workshop hint {}`, the last one is {}",
                                       lab_.number, step.hints.size());
    if (form == RoomPlan::Form::shown) {
      paragraph(fmt::format("You show this step, in {} minutes; nobody works on it.",
                            times->room.shown_minutes));
      return;
    }
    if (form != RoomPlan::Form::mob) {
      const auto minutes = times == nullptr ? step.minutes : times->alone_minutes;
      line(fmt::format("Alone, {} minutes{}:\n\n| after | when somebody | do |\n|---|---|---|",
                       minutes, reading_words(times)));
      const auto reading = times == nullptr ? 0 : times->reading_minutes;
      if (reading > 0) {
        line(
            fmt::format("| 0 to {} min | reads the {} | say nothing; start `scripts/workshop check "
                        "{}` on your own machine |",
                        reading, step.number == 1 ? "page and the header" : "step", lab_.number));
      }
      const auto working = std::max(minutes - reading, 1);
      row(reading + std::max(working / 3, 1), "has not read the failure yet",
          "have them read it aloud, and ask hint 1");
      row(reading + std::max(2 * working / 3, 1), "has the right line and the wrong idea",
          "ask hint 2; look for their mistake below");
      row(minutes, "is still red",
          fmt::format("let them ask for the next hint ({}), or pair them with a neighbour who is "
                      "green",
                      next_hint));
      line("");
    }
    if (form != RoomPlan::Form::mob && form != RoomPlan::Form::alone_and_mob) return;
    const auto minutes = times->mob_minutes;
    line(fmt::format("As a mob, {} minutes:\n\n| after | when | do |\n|---|---|---|", minutes));
    row(std::max(minutes / 3, 1), "nobody has said what the next line is",
        what_to_look_at(step.number) + " Then ask hint 1");
    row(std::max(2 * minutes / 3, 1), "two ideas stand against each other, or the room is stuck",
        "run the one that fewer people believe in; then release the next hint (`h` on the mob's "
        "page, or " +
            next_hint + ")");
    row(minutes, "it is still red",
        step.number == material_.steps.back().number
            ? fmt::format("type it from `scripts/workshop solution {}`, line by line, and let the "
                          "room say why each line is there",
                          lab_.number)
            : fmt::format("`scripts/workshop catch-up {} --step {}` puts it in place and nothing "
                          "of the next step; let the room say why each line is there",
                          lab_.number, step.number));
    line("");
  }

  void steps() {
    paragraph("## While they work: when to step in");
    for (const auto& step : material_.steps) {
      paragraph(fmt::format("### Step {}: {} ({})", step.number, step.title, step.time));
      if (step.hints.size() < 3) continue;
      when_to_step_in(step);
      when_green_at_once(step);
      for (std::size_t i = 0; i < step.hints.size(); ++i) {
        const auto text = without_empty_lines_around(step.hints[i]);
        paragraph(
            fmt::format("Hint {}:{}{}", i + 1, text.starts_with("    ") ? "\n\n" : " ", text));
      }
    }
    paragraph("### As a mob");
    paragraph(
        "First somebody reads the failing execution aloud, from step 1 to `►`, or what an "
        "assertion "
        "expected and got; nobody types before that. Whoever types only types, the room says what, "
        "and every five minutes somebody else "
        "types. It is over when the step is green. On a machine on which you have tried the lab, "
        "`scripts/workshop reset` puts your attempt aside first, and gives the hints back:");
    code(fmt::format("scripts/workshop reset {}", lab_.number));
    const auto steps_count = material_.steps.size();
    if (steps_count > 1) {
      paragraph(
          "What a step may arrive at, and nothing of the next one (it keeps a copy of what is "
          "there):");
      for (std::size_t step = 1; step < steps_count; ++step) {
        code(fmt::format("scripts/workshop catch-up {} --step {}", lab_.number, step));
      }
    }
    paragraph("And in the end:");
    code(fmt::format("scripts/workshop solution {}", lab_.number));
  }

  void mistakes() {
    paragraph("## The commonest mistakes");
    paragraph("Without the one that is shown live, and of each step.");
    for (const auto& mistake : material_.commonest) {
      const auto& header = mistake.header;
      paragraph(fmt::format("**{}** {}People write it because {}", sentence(header.mistake),
                            mistake.step == 0 ? "" : fmt::format("In step {}. ", mistake.step),
                            sentence(header.why)));
      quote("Ask: " + header.ask);
      paragraph(fmt::format("The test \"{}\" fails, as *{}*.", header.caught_by, header.as));
      const Variant variant{.solution = false, .mistake = mistake.name};
      code(command("check", variant) + " --no-diff");
      if (mistake.slide.empty()) continue;
      paragraph(fmt::format("It is the execution on the slide \"{}\"; this runs it again:",
                            mistake.slide));
      code(replay_command(variant, mistake.found));
    }
    const auto number = lab_.padded_number();
    paragraph(fmt::format(
        "All {} are in `solutions/{}/mistakes`: [those of lab {} by what one "
        "sees](mistakes-{}.md), "
        "with what to ask, for when you stand behind somebody; [those of all labs](mistakes.md).",
        lab_.mistakes().size(), lab_.folder.filename().string(), number, number));
  }

  /// What the slides of the debrief say, and as many questions as there are minutes for.
  void debrief() {
    paragraph("## Debrief");
    const auto asked = questions_asked(material_);
    for (const auto& lecture : material_.lectures) {
      for (const auto& slide : lecture.slides) {
        if (slide.when != SlideSource::When::debrief) continue;
        const auto notes = read_notes(slide.notes);
        paragraph(fmt::format("### Slide: {} ({})", slide.title, minutes_words(slide.minutes)));
        if (!notes.say.empty()) paragraph("Say: " + notes.say);
        if (!notes.ask.empty()) {
          quote("Ask: " + notes.ask);
          paragraph(silence_words(notes.silence_seconds));
        }
        if (!notes.usual_answer.empty()) paragraph("Usual answer: " + notes.usual_answer);
        if (!notes.say_then.empty()) paragraph(notes.say_then);
        if (!notes.show.empty()) paragraph("Show: " + notes.show);
        questions(questions_on(slide));
      }
    }
    if (asked == 0) paragraph("The room has none. For whoever does the lab at home:");
    for (std::size_t i = asked; i < material_.debrief.size(); ++i) {
      if (i == asked && asked > 0) line("More, when there is time:\n");
      line(fmt::format("- {} {}", material_.debrief[i].question, material_.debrief[i].answer));
    }
    line("");
  }

  void questions(const QuestionRange& range) {
    for (auto i = range.first; i < range.first + range.count && i < material_.debrief.size(); ++i) {
      quote("Ask: " + material_.debrief[i].question);
      if (!material_.debrief[i].answer.empty()) paragraph(material_.debrief[i].answer);
    }
  }

  void cuts() {
    paragraph("## When time is short");
    line("| slide | minutes | what to leave out, or the sentence to say instead |\n|---|---|---|");
    for (const auto& lecture : material_.lectures) {
      for (const auto& slide : lecture.slides) {
        const auto cut = read_notes(slide.notes).cut;
        if (cut.empty() || cut == "Nothing.") continue;
        line(fmt::format("| {} | {:g} | {} |", in_cell(slide.title), slide.minutes, in_cell(cut)));
      }
    }
    line("");
    const auto& last = material_.steps.back();
    const auto* times = times_in(last.number);
    if (material_.steps.size() > 1 && times != nullptr && times->late_from > 0) {
      paragraph(
          fmt::format("Or show step {} ({}) instead of having it solved: `{}`, and the "
                      "solution's file beside it.",
                      last.number, last.time, command("check", {.solution = true, .mistake = {}})));
    }
  }

  const LabMaterial& material_;
  const Lab& lab_;
  const Demonstration& shown_;
  std::string text_;
};

constexpr std::string_view kStyle = R"(
body { font: 16px/1.5 sans-serif; max-width: 52em; margin: 2em auto; padding: 0 1em; color: #111; background: #fff }
pre { font-size: 13px; background: #f4f4f4; padding: .7em; overflow-x: auto }
table { border-collapse: collapse } td, th { border: 1px solid #999; padding: .2em .6em; vertical-align: top }
blockquote { border-left: 4px solid #06c; margin-left: 0; padding-left: 1em; font-size: 1.1em }
@media print { body { font-size: 11pt; margin: 0 } pre { white-space: pre-wrap } h2 { break-after: avoid } }
)";

}  // namespace

std::string guide_page_of(const LabMaterial& material, const Demonstration& shown) {
  return GuidePage(material, shown).write();
}

std::string guide_index_of(const std::vector<LabMaterial>& labs) {
  std::string text =
      "# The labs, for the instructor\n\n"
      "Made by `scripts/workshop guide`. The run sheet, the night before and what to do when "
      "things break are in docs/instructor-guide. [Mistakes by what one sees](mistakes.md), and "
      "those of one lab on a page that its page leads to: for when you stand behind somebody.\n\n"
      "| lab | lecture and demonstration | debrief | steps | opens with |\n|---|---|---|---|---|\n";
  for (const auto& each : labs) {
    double lecture = 0;
    double debrief = 0;
    for (const auto& one : each.lectures) {
      lecture += one.minutes;
      debrief += one.debrief;
    }
    std::vector<std::string> steps;
    for (const auto& step : each.steps) steps.push_back(step.time);
    text += fmt::format("| [{} {}](lab-{}.md) | {:g} min | {:g} min | {} | {} |\n",
                        each.lab.padded_number(), each.lab.title, each.lab.padded_number(), lecture,
                        debrief, fmt::join(steps, "; "), each.opening.question);
  }
  return text;
}

std::string guide_opening_of(const std::vector<Lecture>& lectures) {
  std::string text = "# The opening, word for word\n\nThe speaker's notes of slides/0-opening.\n\n";
  double minute = 0;
  for (const auto& lecture : lectures) {
    for (const auto& slide : lecture.slides) {
      text += fmt::format("## Minute {:g}: {}\n\n", minute, slide.title);
      minute += slide.minutes;
      const auto notes = read_notes(slide.notes);
      if (!notes.say.empty()) text += notes.say + "\n\n";
      if (!notes.show.empty()) text += "Show: " + notes.show + "\n\n";
      if (!notes.ask.empty()) {
        text += "> Ask: " + notes.ask + "\n\n" + silence_words(notes.silence_seconds) + "\n\n";
      }
      if (!notes.usual_answer.empty()) text += "Usual answer: " + notes.usual_answer + "\n\n";
      if (!notes.say_then.empty()) text += notes.say_then + "\n\n";
    }
  }
  return text + fmt::format("Minute {:g}: lab 01 begins.\n", minute);
}

std::string printed_guide(const std::string& title, const std::string& markdown) {
  auto body = html_of_markdown(markdown);
  for (auto at = body.find(".md\">"); at != std::string::npos; at = body.find(".md\">", at)) {
    body.replace(at, 3, ".html");
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>"
      "<style>{}</style></head>\n<body>\n{}</body></html>\n",
      protocol::escaped_html(title), kStyle, body);
}

}  // namespace workshop::runner
