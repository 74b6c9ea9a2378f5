#include "workshop/runner/slides/notes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr double kWordsPerMinute = 130;  // read aloud, to people who have not heard it before
constexpr double kKeyMinutes = 1.5 / 60;
constexpr std::string_view kSilence = "Silence:";
constexpr std::string_view kAsk = "Ask:";

void add_line(std::string& text, std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return;
  if (!text.empty()) text += ' ';
  text += line;
}

/// Of a text in one line.
std::size_t words_in(const std::string& text) {
  if (text.empty()) return 0;
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

/// The seconds of "Silence: 5 seconds".
int seconds_in(std::string_view line) {
  const auto text = trimmed(line.substr(kSilence.size()));
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error == std::errc() && seconds >= 3 && seconds <= 60 && unit == " seconds") return seconds;
  throw UserError(
      fmt::format("\"{}\" wants the seconds that the room has to think, 3 to 60, such as "
                  "\"Silence: 5 seconds\"",
                  line));
}

/// "Say: one" as "**Say:** one"; any other line as it is.
std::string with_bold_key(const std::string& line) {
  for (const std::string_view key : {"Say:", "Ask:", "Usual answer:", "Show:", "Cut:", "Source:"}) {
    if (line.starts_with(key)) return fmt::format("**{}**{}", key, line.substr(key.size()));
  }
  return line;
}

}  // namespace

SpeakerNotes read_notes(std::string_view notes) {
  SpeakerNotes read;
  const std::pair<std::string_view, std::string*> keys[] = {
      {"Say:", &read.say},   {"Ask:", &read.ask}, {"Usual answer:", &read.usual_answer},
      {"Show:", &read.show}, {"Cut:", &read.cut}, {"Source:", nullptr}};
  std::string* open = nullptr;
  for (const auto& line : lines_of(notes)) {
    if (line.starts_with(kSilence)) {
      read.silence_seconds = seconds_in(line);
      open = nullptr;
      continue;
    }
    std::string_view rest = line;
    for (const auto& [key, text] : keys) {
      if (!line.starts_with(key)) continue;
      open = text == &read.say && !read.ask.empty() ? &read.say_then : text;
      rest = std::string_view(line).substr(key.size());
    }
    if (open != nullptr) add_line(*open, rest);
  }
  if (!read.ask.empty() && read.silence_seconds == 0) read.silence_seconds = kSilenceSeconds;
  if (read.ask.empty() && read.silence_seconds != 0) {
    throw UserError("\"Silence:\" stands behind a question, and the notes have no \"Ask:\"");
  }
  return read;
}

std::string for_the_speaker(std::string_view notes) {
  const auto seconds = read_notes(notes).silence_seconds;
  std::string text;
  bool asked = false;  // in the paragraph of a question
  const auto add_silence = [&] { text += silence_words(seconds) + "\n\n"; };
  for (const auto& line : lines_of(notes)) {
    if (line.starts_with(kSilence)) continue;
    if (line.starts_with(kAsk)) asked = true;
    text += with_bold_key(line) + "\n";
    if (!asked || !trimmed(line).empty()) continue;
    add_silence();
    asked = false;
  }
  if (asked) {
    text += '\n';
    add_silence();
  }
  return text;
}

std::string silence_words(int seconds) {
  return fmt::format("*Silence: {} seconds. Count them, and look at the room.*", seconds);
}

std::size_t steps_of_picture(std::string_view svg) {
  constexpr std::string_view kStep = "data-step=\"";
  std::size_t last = 0;
  for (auto at = svg.find(kStep); at != std::string_view::npos; at = svg.find(kStep, at + 1)) {
    std::size_t step = 0;
    std::from_chars(svg.data() + at + kStep.size(), svg.data() + svg.size(), step);
    last = std::max(last, step);
  }
  return last;
}

std::string too_long_for(double minutes, const SpeakerNotes& notes, std::size_t steps) {
  const auto said = words_in(notes.say) + words_in(notes.say_then);
  const auto asked = words_in(notes.ask) + words_in(notes.usual_answer);
  const auto needed = static_cast<double>(said + asked) / kWordsPerMinute +
                      kKeyMinutes * static_cast<double>(steps) + notes.silence_seconds / 60.0;
  if (needed <= minutes) return {};
  return fmt::format(
      "takes {:.2f} minutes and has {:g}: {} words to say, {} of questions and answers, {}, {} "
      "of silence; it wants more minutes, or fewer words",
      needed, minutes, said, asked, protocol::counted(steps, "step"),
      protocol::counted(static_cast<std::size_t>(notes.silence_seconds), "second"));
}

}  // namespace workshop::runner
