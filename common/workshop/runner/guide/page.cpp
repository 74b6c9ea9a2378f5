#include "workshop/runner/guide/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/programs.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::size_t kDebriefCount = 4;  ///< questions that are printed whole

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

  /// "alone 12, as a mob 6; in the room: alone + mob".
  std::string times_of(const GuideStep& step) const {
    for (const auto& times : lab_.steps) {
      if (times.number != step.number) continue;
      auto text = fmt::format("alone {}, as a mob {} minutes; in the room: {}", times.alone_minutes,
                              times.mob_minutes, to_string(times.room));
      if (times.late_from > 0) {
        text += fmt::format("; {} minutes late: {}", times.late_from, to_string(times.when_late));
      }
      return text;
    }
    return step.time;
  }

  void at_a_glance() {
    double lecture = 0;
    for (const auto& each : material_.lectures) lecture += each.minutes;
    paragraph(fmt::format("# Lab {}: {}", lab_.padded_number(), lab_.title));
    line("| | |\n|---|---|");
    line(fmt::format("| part | {} (day {}) |", lab_.part, lab_.day.value_or(0)));
    line(fmt::format("| lecture | {} |", minutes_words(lecture)));
    for (const auto& step : material_.steps) {
      line(fmt::format("| step {} | {}: {} |", step.number, step.title, times_of(step)));
    }
    if (!material_.clock.empty()) line(fmt::format("| the clock | {} |", material_.clock));
    if (!lab_.sources.empty()) {
      line(fmt::format("| the file to edit | `labs/{}/src/{}` |", lab_.folder.filename().string(),
                       lab_.sources.front().filename().string()));
    }
    paragraph(fmt::format("| concepts | {} |", fmt::join(lab_.concepts, ", ")));
    paragraph("## Objective");
    for (const auto& each : material_.lectures) paragraph("- " + each.objective);
    paragraph("Of the lab: " + material_.goal);
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
    paragraph(
        fmt::format("In the terminal, or on its slide, not both. The test \"{}\" fails as *{}*:",
                    execution.test, shown_.invariant));
    code(command("check", execution.variant) +
         (execution.variant.mistake.empty() ? "" : " --no-diff"));
    if (!shown_.schedule.empty()) {
      paragraph(
          "The same execution again, with its picture (open the page that it names in a browser; "
          "`L`: large; the arrow keys step):");
      code(command("replay", execution.variant) + " '" + shown_.schedule + "'");
    }
    code(without_replay_line(shown_.story));
    if (!material_.said_with_it.say.empty()) paragraph("Say: " + material_.said_with_it.say);
    if (material_.said_with_it.ask.empty()) return;
    quote("Ask: " + material_.said_with_it.ask);
    paragraph("Usual answer: " + material_.said_with_it.usual_answer);
    if (!material_.said_with_it.say_then.empty()) paragraph(material_.said_with_it.say_then);
  }

  void steps() {
    paragraph("## While they work: when to step in");
    for (const auto& step : material_.steps) {
      paragraph(fmt::format("### Step {}: {} ({})", step.number, step.title, step.time));
      if (step.hints.size() < 3) continue;
      const auto third = std::max(step.minutes / 3, 1);
      line("| after | when somebody | do |\n|---|---|---|");
      line(
          fmt::format("| {} min | has not read the failure yet | have them read it aloud, and ask "
                      "hint 1 |",
                      third));
      line(
          fmt::format("| {} min | has the right line and the wrong idea | ask hint 2; look for "
                      "their mistake below |",
                      2 * third));
      paragraph(
          fmt::format("| {} min | is still red | let them ask for the next hint (`scripts/workshop "
                      "hint {}`, the last one is {}), or pair them with a neighbour who is green |",
                      step.minutes, lab_.number, step.hints.size()));
      for (std::size_t i = 0; i < step.hints.size(); ++i) {
        paragraph(fmt::format("Hint {}: {}", i + 1, trimmed(step.hints[i])));
      }
    }
    paragraph("### As a mob");
    paragraph(
        "First somebody reads the failing execution aloud, from step 1 to `►`; nobody types before "
        "that. Whoever types only types, the room says what, and every five minutes somebody else "
        "types. It is over when the step is green; what it may arrive at:");
    code("scripts/workshop solution " + std::to_string(lab_.number));
  }

  void mistakes() {
    paragraph("## The three commonest mistakes");
    for (const auto& [name, header] : material_.commonest) {
      paragraph(fmt::format("**{}** People write it because {}", sentence(header.mistake),
                            sentence(header.why)));
      quote("Ask: " + header.ask);
      paragraph(fmt::format("The test \"{}\" fails, as *{}*.", header.caught_by, header.as));
      code(command("check", {.solution = false, .mistake = name}) + " --no-diff");
    }
    const auto all = lab_.mistakes().size();
    paragraph(fmt::format("All {} are in `solutions/{}/mistakes`; NOTES.md says what to ask.", all,
                          lab_.folder.filename().string()));
  }

  void debrief() {
    paragraph("## Debrief");
    paragraph("In the last two minutes of the last step's mob. The first question never goes.");
    std::size_t count = 0;
    for (const auto& each : material_.debrief) {
      if (count++ == kDebriefCount) break;
      quote("Ask: " + each.question);
      if (!each.answer.empty()) paragraph(each.answer);
    }
    if (count <= kDebriefCount) return;
    line("More, when there is time (the answers are in NOTES.md):\n");
    for (std::size_t i = kDebriefCount; i < material_.debrief.size(); ++i) {
      line("- " + material_.debrief[i].question);
    }
    line("");
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
    if (material_.steps.size() > 1) {
      const auto& last = material_.steps.back();
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
      "things "
      "break are in docs/instructor-guide.\n\n"
      "| lab | lecture | steps | opens with |\n|---|---|---|---|\n";
  for (const auto& each : labs) {
    double lecture = 0;
    for (const auto& one : each.lectures) lecture += one.minutes;
    std::vector<std::string> steps;
    for (const auto& step : each.steps) steps.push_back(step.time);
    text += fmt::format("| [{} {}](lab-{}.md) | {:g} min | {} | {} |\n", each.lab.padded_number(),
                        each.lab.title, each.lab.padded_number(), lecture, fmt::join(steps, "; "),
                        each.opening.question);
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
      if (!notes.ask.empty()) text += "> Ask: " + notes.ask + "\n\n";
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
      escaped_html(title), kStyle, body);
}

}  // namespace workshop::runner
