#include "workshop/runner/slides/lecture.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstdlib>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

using When = SlideSource::When;

class LectureReader {
 public:
  LectureReader(const std::filesystem::path& file, std::string_view text) : lines_(lines_of(text)) {
    lecture_.file = file;
  }

  Lecture read() {
    read_front_matter();
    while (at_ < lines_.size()) read_line();
    end_slide();
    check();
    return std::move(lecture_);
  }

 private:
  [[noreturn]] void refuse(std::size_t line, const std::string& why) const {
    throw UserError(fmt::format("{}:{}: {}", lecture_.file.string(), line, why));
  }

  void read_front_matter() {
    if (lines_.empty() || lines_[0] != "---") refuse(1, "it does not begin with front matter, ---");
    for (at_ = 1; at_ < lines_.size() && lines_[at_] != "---"; ++at_) {
      const auto colon = lines_[at_].find(':');
      if (colon == std::string::npos) refuse(at_ + 1, "it wants \"key: value\"");
      const auto key = lines_[at_].substr(0, colon);
      const std::string value(trimmed(std::string_view(lines_[at_]).substr(colon + 1)));
      if (key == "title") {
        lecture_.title = value;
      } else if (key == "lab") {
        lecture_.lab = std::atoi(value.c_str());
      } else if (key == "step") {
        lecture_.step = std::atoi(value.c_str());
      } else if (key == "minutes") {
        lecture_.minutes = std::atof(value.c_str());
      } else if (key == "debrief") {
        lecture_.debrief = std::atof(value.c_str());
      } else if (key == "objective") {
        lecture_.objective = value;
      } else {
        refuse(at_ + 1, "nobody reads the key \"" + key + "\"");
      }
    }
    if (lecture_.title.empty()) refuse(1, "the front matter has no title");
    if (lecture_.minutes <= 0) refuse(1, "the front matter has no minutes");
    ++at_;
  }

  void read_line() {
    const auto& line = lines_[at_++];
    if (line.starts_with("```")) in_code_ = !in_code_;
    if (!in_code_ && line.starts_with("# ")) {
      end_slide();
      slide_ = {.title = line.substr(2),
                .minutes = 0,
                .when = When::lecture,
                .body = {},
                .notes = {},
                .line = static_cast<int>(at_),
                .body_line = static_cast<int>(at_) + 1};
      open_ = true;
      in_notes_ = false;
      return;
    }
    if (!open_) {
      if (!trimmed(line).empty()) refuse(at_, "a slide begins with \"# title\"");
      return;
    }
    if (!in_code_ && line == "Notes:") {
      in_notes_ = true;
      return;
    }
    if (slide_.minutes == 0 && line.starts_with("minutes:")) {
      slide_.minutes = std::atof(line.c_str() + 8);
      slide_.body_line = static_cast<int>(at_) + 1;
      return;
    }
    if (slide_.minutes > 0 && trimmed(slide_.body).empty() && line.starts_with("when:")) {
      read_when(trimmed(std::string_view(line).substr(5)));
      slide_.body_line = static_cast<int>(at_) + 1;
      return;
    }
    (in_notes_ ? slide_.notes : slide_.body).append(line).append("\n");
  }

  void read_when(std::string_view word) {
    if (word == "demonstration") {
      slide_.when = When::demonstration;
    } else if (word == "debrief") {
      slide_.when = When::debrief;
    } else {
      refuse(at_, fmt::format("\"when:\" is \"demonstration\" or \"debrief\", not \"{}\"", word));
    }
  }

  void end_slide() {
    if (!open_) return;
    const auto line = static_cast<std::size_t>(slide_.line);
    if (slide_.minutes <= 0) refuse(line, "the slide has no minutes");
    if (slide_.notes.find("Say:") == std::string::npos) {
      refuse(line, "its notes do not say what to say (Say: …)");
    }
    const bool behind = !lecture_.slides.empty() && lecture_.slides.back().when == When::debrief;
    if (behind && slide_.when != When::debrief) {
      refuse(line, "it stands behind the exercise, and is no slide of the debrief (when: debrief)");
    }
    if (slide_.when == When::demonstration && first_slide(lecture_, slide_.when) != nullptr) {
      refuse(line, "the lecture has a demonstration already");
    }
    lecture_.slides.push_back(std::move(slide_));
    open_ = false;
  }

  void check() const {
    const auto debrief = minutes_of(lecture_, When::debrief);
    const auto sum =
        minutes_of(lecture_, When::lecture) + minutes_of(lecture_, When::demonstration);
    if (std::abs(sum - lecture_.minutes) > 0.01) {
      refuse(1, fmt::format("the slides take {} minutes together, and the lecture {}", sum,
                            lecture_.minutes));
    }
    if (std::abs(debrief - lecture_.debrief) > 0.01) {
      refuse(1, fmt::format("the slides of the debrief take {} minutes together, and \"debrief:\" "
                            "says {}",
                            debrief, lecture_.debrief));
    }
    for (const auto minutes : {lecture_.minutes, lecture_.debrief}) {
      if (minutes == std::floor(minutes)) continue;
      refuse(1, fmt::format("{} minutes: the agenda counts whole minutes", minutes));
    }
  }

  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  Lecture lecture_;
  SlideSource slide_;
  bool open_ = false;
  bool in_notes_ = false;
  bool in_code_ = false;
};

}  // namespace

Lecture read_lecture(const std::filesystem::path& file, std::string_view text) {
  return LectureReader(file, text).read();
}

double minutes_of(const Lecture& lecture, SlideSource::When when) {
  double sum = 0;
  for (const auto& slide : lecture.slides) sum += slide.when == when ? slide.minutes : 0;
  return sum;
}

const SlideSource* first_slide(const Lecture& lecture, SlideSource::When when) {
  for (const auto& slide : lecture.slides) {
    if (slide.when == when) return &slide;
  }
  return nullptr;
}

double minutes_before_demonstration(const Lecture& lecture) {
  double sum = 0;
  for (const auto& slide : lecture.slides) {
    if (slide.when == When::demonstration) break;
    if (slide.when == When::lecture) sum += slide.minutes;
  }
  return sum;
}

std::string anchor_of(const Lecture& lecture, SlideSource::When when) {
  if (lecture.lab == 0) return lecture.file.stem().string();
  auto anchor = fmt::format("lab-{:02}", lecture.lab);
  if (lecture.step > 0) anchor += fmt::format("-step-{}", lecture.step);
  if (when == When::demonstration) anchor += "-demonstration";
  if (when == When::debrief) anchor += "-debrief";
  return anchor;
}

Directive read_directive(std::string_view line) {
  line.remove_prefix(1);
  Directive directive;
  const auto end = std::min(line.find(' '), line.size());
  directive.name = line.substr(0, end);
  line.remove_prefix(end);
  for (line = trimmed(line); !line.empty(); line = trimmed(line)) {
    auto& word = directive.words.emplace_back();
    for (bool quoted = false; !line.empty() && (quoted || line.front() != ' ');
         line.remove_prefix(1)) {
      if (line.front() == '"') {
        quoted = !quoted;
        if (quoted && line.find('"', 1) == std::string_view::npos) {
          throw UserError("a quotation does not end");
        }
      } else {
        word += line.front();
      }
    }
  }
  return directive;
}

}  // namespace workshop::runner
