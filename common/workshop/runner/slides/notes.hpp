#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace workshop::runner {

/// How long the room has to think after a question, where the notes say nothing else.
inline constexpr int kSilenceSeconds = 10;

/// What a slide's notes say, by their keys; empty where they say nothing.
struct SpeakerNotes {
  std::string say;  ///< before the question
  std::string ask;
  int silence_seconds = 0;  ///< behind the question; 0: there is none
  std::string usual_answer;
  std::string say_then;  ///< after the question
  std::string show;
  std::string cut;
};

/// Reads the notes of a slide: paragraphs that begin with "Say:", "Ask:" and so on. Several of one
/// key are put one after the other. "Silence: 5 seconds" behind a question says how long the room
/// has to think. Throws UserError if it cannot be read, or there is no question.
SpeakerNotes read_notes(std::string_view notes);

/// `notes` as a speaker reads them: the keys in bold, and behind the question a line that says how
/// long to be silent.
std::string for_the_speaker(std::string_view notes);

/// That line, in Markdown.
std::string silence_words(int seconds);

/// How many steps the picture of an execution has; 0: it is none. A key shows each.
std::size_t steps_of_picture(std::string_view svg);

/// Compares what `notes` say, ask and have answered, read aloud at 130 words a minute, a key
/// press of a second and a half for each of `steps`, and the silence behind a question, with the
/// `minutes` of their slide. Returns what is wrong, for behind the slide's title; empty: it fits.
std::string too_long_for(double minutes, const SpeakerNotes& notes, std::size_t steps);

}  // namespace workshop::runner
