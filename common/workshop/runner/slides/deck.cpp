#include "workshop/runner/slides/deck.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "workshop/protocol/markup.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/slides/font.hpp"
#include "workshop/runner/slides/notes.hpp"
#include "workshop/runner/slides/questions.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

std::string text_of(const fs::path& file) {
  auto text = read_file(file);
  if (!text || fs::is_directory(file)) throw UserError(file.string() + " cannot be read");
  return *text;
}

/// Calls `with` for each line of a slide's body that is a directive, with its number in the file.
template <class With>
void for_each_directive(const Lecture& lecture, const SlideSource& slide, With&& with) {
  bool in_code = false;
  int number = slide.body_line - 1;
  for (const auto& line : lines_of(slide.body)) {
    ++number;
    if (line.starts_with("```")) in_code = !in_code;
    if (in_code || !line.starts_with("@")) continue;
    try {
      with(line, read_directive(line));
    } catch (const UserError& error) {
      throw UserError(fmt::format("{}:{}: {}", lecture.file.string(), number, error.what()));
    }
  }
}

std::string html_of_diff(std::string_view diff) {
  std::string out = "<pre>";
  for (const auto& line : lines_of(diff)) {
    const char sign = line.empty() ? ' ' : line.front();
    const auto* kind = sign == '-' ? "del" : sign == '+' ? "ins" : sign == '@' ? "at" : "";
    out += *kind == '\0'
               ? protocol::escaped_html(line) + "\n"
               : fmt::format("<span class=\"{}\">{}</span>", kind, protocol::escaped_html(line));
  }
  return out + "</pre>";
}

/// Makes the HTML of slides.
class SlideMaker {
 public:
  SlideMaker(const Project& project, const Executions& executions)
      : project_(project), executions_(executions) {}

  std::string section(const Lecture& lecture, const SlideSource& slide) {
    std::vector<std::string> pieces;
    std::string markdown;
    bool small = false;
    bool has_execution = false;
    auto body = slide.body;
    for_each_directive(lecture, slide, [&](const std::string& line, const Directive& directive) {
      if (directive.name == "small") {
        small = true;
        replace_line(body, line, "");
        return;
      }
      has_execution = has_execution || directive.name == "execution";
      pieces.push_back(piece(line, directive));
      replace_line(body, line, fmt::format("\n\x02{}\x03\n", pieces.size() - 1));
    });
    auto html = html_of_markdown(body);
    refuse_what_takes_too_long(lecture, slide, pieces);
    const auto notes = slide.notes + answers_;
    answers_.clear();
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const auto place = fmt::format("<p>\x02{}\x03</p>", i);
      const auto at = html.find(place);
      if (at != std::string::npos) html.replace(at, place.size(), pieces[i]);
    }
    return fmt::format(
        "<section{} class=\"{}\" data-talk=\"{}\" data-timing=\"{:.0f}\" data-source=\"{}:{}\">\n"
        "<h1>{}</h1>\n"
        "<div class=\"body{}\">{}</div>\n<aside class=\"notes\">{}</aside>\n</section>\n",
        &slide == first_slide(lecture, slide.when)
            ? fmt::format(" id=\"{}\"", anchor_of(lecture, slide.when))
            : std::string(),
        has_execution ? "has-execution" : "", talk_of(lecture, slide), slide.minutes * 60,
        lecture.file.lexically_relative(project_.root()).generic_string(), slide.line,
        inline_html(slide.title), small ? " small" : "", html,
        html_of_markdown(for_the_speaker(notes)));
  }

 private:
  static void refuse_what_takes_too_long(const Lecture& lecture, const SlideSource& slide,
                                         const std::vector<std::string>& pieces) {
    std::size_t steps = 0;
    for (const auto& piece : pieces) steps += steps_of_picture(piece);
    const auto where = fmt::format("{}:{}: \"{}\"", lecture.file.string(), slide.line, slide.title);
    std::string wrong;
    try {
      wrong = too_long_for(slide.minutes, read_notes(slide.notes), steps);
    } catch (const UserError& error) {
      throw UserError(fmt::format("{}: {}", where, error.what()));
    }
    if (!wrong.empty()) throw UserError(fmt::format("{} {}", where, wrong));
  }

  /// What the slide is given with: the lecture with its demonstration, or the debrief.
  static std::string talk_of(const Lecture& lecture, const SlideSource& slide) {
    const bool behind = slide.when == SlideSource::When::debrief;
    return anchor_of(lecture, behind ? slide.when : SlideSource::When::lecture);
  }

  static void replace_line(std::string& body, const std::string& line, const std::string& by) {
    const auto at = body.find(line + "\n");
    if (at != std::string::npos) body.replace(at, line.size(), by);
  }

  static std::string inline_html(const std::string& title) {
    auto html = html_of_markdown(title);
    const auto begin = html.find("<p>");
    const auto end = html.rfind("</p>");
    return begin == std::string::npos ? html : html.substr(begin + 3, end - begin - 3);
  }

  /// The first questions of a lab's NOTES, large; their answers go to the speaker.
  std::string questions(const Directive& directive) {
    const auto [first, count] = read_question_range(directive);
    const auto all = questions_of(project_.lab(directive.words.at(0)));
    if (first + count > all.size()) {
      throw UserError(fmt::format("NOTES.md of lab {} has {} under \"Questions to discuss\"",
                                  directive.words[0], protocol::counted(all.size(), "question")));
    }
    std::string html;
    for (auto i = first; i < first + count; ++i) {
      html += "<div class=\"ask\">" + inline_html(all[i].question) + "</div>";
      answers_ += "\nAsk: " + all[i].question + "\n\nUsual answer: " + all[i].answer + "\n";
    }
    return html;
  }

  std::string piece(const std::string& line, const Directive& directive) {
    const auto& words = directive.words;
    if (directive.name == "ask") {
      return "<div class=\"ask\">" + inline_html(std::string(trimmed(line.substr(4)))) + "</div>";
    }
    if (directive.name == "questions") {
      return questions(directive);
    }
    if (directive.name == "execution") {
      return "<div class=\"execution\">" +
             executions_.picture_of(read_execution(project_, directive)) + "</div>";
    }
    if (words.empty()) throw UserError("@" + directive.name + " wants something behind it");
    if (directive.name == "picture") {
      return "<div class=\"picture\">" + text_of(project_.root() / "slides/pictures" / words[0]) +
             "</div>";
    }
    if (directive.name == "code") return code(words[0]);
    if (directive.name == "diff" && words.size() == 2) {
      const auto diff = text_of(mistake_file(project_.lab(words[0]), words[1]));
      const auto hunk = diff.find("\n@@");
      return html_of_diff(std::string_view(diff).substr(hunk == std::string::npos ? 0 : hunk + 1));
    }
    throw UserError("nobody knows \"@" + directive.name + "\"; see slides/README.md");
  }

  std::string code(const std::string& place) const {
    const auto sharp = place.find('#');
    if (sharp == std::string::npos) throw UserError("@code wants FILE#NAME");
    const auto file = project_.root() / place.substr(0, sharp);
    const auto text = definition_of(text_of(file), place.substr(sharp + 1));
    if (text.empty()) {
      throw UserError(fmt::format("{} defines no {} at the margin", place.substr(0, sharp),
                                  place.substr(sharp + 1)));
    }
    return "<pre><code>" + protocol::escaped_html(text) + "</code></pre>";
  }

  const Project& project_;
  const Executions& executions_;
  std::string answers_;  ///< of the questions on the slide that is made
};

/// A script or a style sheet as it may stand in a page.
std::string embedded(const fs::path& file) {
  auto text = text_of(file);
  for (auto at = text.find("</script"); at != std::string::npos; at = text.find("</script", at)) {
    text.replace(at, 8, "<\\/script");
  }
  return text;
}

std::string filled(std::string text,
                   const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [name, value] : values) {
    const auto place = "{{" + name + "}}";
    if (const auto at = text.find(place); at != std::string::npos) {
      text.replace(at, place.size(), value);
    }
  }
  return text;
}

/// The lectures of one lab in the order of the steps that they stand before.
void order_by_step(std::vector<Lecture>& lectures) {
  for (auto first = lectures.begin(); first != lectures.end();) {
    const auto last = std::find_if(
        first, lectures.end(), [&](const Lecture& lecture) { return lecture.lab != first->lab; });
    if (first->lab != 0) {
      std::stable_sort(first, last,
                       [](const Lecture& a, const Lecture& b) { return a.step < b.step; });
    }
    first = last;
  }
}

}  // namespace

fs::path reveal_folder(const Project& project) {
  auto folder = project.root() / ".cache/reveal/package/dist";
  if (fs::exists(folder / "reveal.js")) return folder;
  throw UserError("reveal.js is not here; mend: scripts/setup --slides");
}

std::vector<Part> read_parts(const Project& project) {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(project.root() / "slides")) {
    const auto name = entry.path().filename().string();
    if (entry.is_directory() && name.size() > 2 && std::isdigit(name[0]) != 0 && name[1] == '-') {
      folders.push_back(entry.path());
    }
  }
  std::sort(folders.begin(), folders.end());
  std::vector<Part> parts;
  for (const auto& folder : folders) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".md") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    auto& part = parts.emplace_back();
    part.name = folder.filename().string();
    for (const auto& file : files) part.lectures.push_back(read_lecture(file, text_of(file)));
    order_by_step(part.lectures);
  }
  return parts;
}

std::vector<ShownExecution> executions_of(const Project& project, const Part& part) {
  std::vector<ShownExecution> executions;
  for (const auto& lecture : part.lectures) {
    for (const auto& slide : lecture.slides) {
      for_each_directive(lecture, slide, [&](const std::string&, const Directive& directive) {
        if (directive.name == "execution") executions.push_back(read_execution(project, directive));
      });
    }
  }
  return executions;
}

std::string page_of(const Project& project, const Part& part, const Executions& executions) {
  SlideMaker maker(project, executions);
  std::string sections;
  std::string wrong;
  for (const auto& lecture : part.lectures) {
    sections += "<section>\n";
    for (const auto& slide : lecture.slides) {
      try {
        sections += maker.section(lecture, slide);
      } catch (const UserError& error) {
        wrong += fmt::format("{}{}", wrong.empty() ? "" : "\n", error.what());
      }
    }
    sections += "</section>\n";
  }
  if (!wrong.empty()) throw UserError(wrong);
  const auto theme = project.root() / "slides/theme";
  const auto diagram = project.root() / "common/workshop/explore/picture/diagram.css";
  const auto reveal = reveal_folder(project);
  return filled(
      text_of(theme / "page.html"),
      {{"title",
        protocol::escaped_html(part.lectures.empty() ? part.name : part.lectures.front().title)},
       {"screen", embedded(reveal / "reveal.css")},  // on paper our own style sheet stands alone
       {"style", embedded(reveal / "reset.css") +
                     embedded_font(project.root() / ".cache/font/package") + embedded(diagram) +
                     embedded(theme / "slides.css")},
       {"slides", sections},
       {"reveal", embedded(reveal / "reveal.js")},
       {"notes", embedded(reveal / "plugin/notes.js")},
       {"pace", embedded(theme / "pace.js")},
       {"deck", embedded(theme / "deck.js")}});
}

std::size_t pages_of_pdf(std::string_view pdf) {
  constexpr std::string_view kCount = "/Count ";
  std::size_t most = 0;
  for (auto at = pdf.find(kCount); at != std::string_view::npos; at = pdf.find(kCount, at + 1)) {
    std::size_t count = 0;
    std::from_chars(pdf.data() + at + kCount.size(), pdf.data() + pdf.size(), count);
    most = std::max(most, count);
  }
  return most;
}

}  // namespace workshop::runner
