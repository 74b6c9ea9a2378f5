#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "text_folder.hpp"
#include "workshop/protocol/markup.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/slides/deck.hpp"
#include "workshop/runner/slides/font.hpp"
#include "workshop/runner/slides/lecture.hpp"
#include "workshop/runner/slides/notes.hpp"
#include "workshop/runner/slides/pieces.hpp"
#include "workshop/runner/slides/questions.hpp"

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Message;
using Catch::Matchers::MessageMatches;

namespace {

constexpr const char* kLecture =
    "---\ntitle: Two writes\nlab: 8\nminutes: 3\ndebrief: 2\nobjective: Say why.\n---\n\n"
    "# One gap\nminutes: 1.5\n\nText.\n\n```cpp\n# no title\n@no directive\n```\n\n"
    "Notes:\n\nSay: It is there.\n\n"
    "# Another\nminutes: 1.5\nwhen: demonstration\n\n@ask Who?\n\nNotes:\n\nSay: Ask it.\n\n"
    "# The answer\nminutes: 2\nwhen: debrief\n\n@questions 8 2-3\n\nNotes:\n\nSay: So.\n";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

TEST_CASE("a lecture is front matter and slides, each with its minutes and notes") {
  const auto lecture = read_lecture("08.md", kLecture);
  CHECK(lecture.title == "Two writes");
  CHECK(lecture.lab == 8);
  CHECK(lecture.minutes == 3);
  CHECK(lecture.debrief == 2);
  REQUIRE(lecture.slides.size() == 3);
  CHECK(lecture.slides[0].title == "One gap");
  CHECK(lecture.slides[0].minutes == 1.5);
  CHECK(lecture.slides[0].body == "\nText.\n\n```cpp\n# no title\n@no directive\n```\n\n");
  CHECK(lecture.slides[0].notes == "\nSay: It is there.\n\n");
  CHECK(lecture.slides[1].line == 23);
  CHECK(lecture.slides[1].body == "\n@ask Who?\n\n");
}

TEST_CASE("slides of the demonstration and of the debrief have their own minutes and anchors") {
  using When = SlideSource::When;
  const auto lecture = read_lecture("08.md", kLecture);
  CHECK(minutes_of(lecture, When::lecture) == 1.5);
  CHECK(minutes_of(lecture, When::demonstration) == 1.5);
  CHECK(minutes_of(lecture, When::debrief) == 2);
  CHECK(minutes_before_demonstration(lecture) == 1.5);
  CHECK(first_slide(lecture, When::debrief)->title == "The answer");
  CHECK(anchor_of(lecture) == "lab-08");
  CHECK(anchor_of(lecture, When::demonstration) == "lab-08-demonstration");
  CHECK(anchor_of(read_lecture("08.md", replaced(kLecture, "lab: 8", "lab: 8\nstep: 2")),
                  When::debrief) == "lab-08-step-2-debrief");
  CHECK(anchor_of(read_lecture("1/00-part.md", replaced(kLecture, "lab: 8\n", ""))) == "00-part");
}

TEST_CASE("a slide asks some of its lab's questions") {
  const auto lecture = read_lecture("08.md", kLecture);
  CHECK(questions_on(lecture.slides[0]).count == 0);
  CHECK(questions_on(lecture.slides[2]).first == 1);
  CHECK(questions_on(lecture.slides[2]).count == 2);
  CHECK(read_question_range(read_directive("@questions 08 1")).count == 1);
  CHECK_THROWS_AS(read_question_range(read_directive("@questions 08")), UserError);
  CHECK_THROWS_AS(read_question_range(read_directive("@questions 08 3-2")), UserError);
}

TEST_CASE("a lecture that lacks something is refused with its file and line") {
  const auto refused = [](const std::string& text, const std::string& why) {
    CHECK_THROWS_MATCHES(read_lecture("08.md", text), UserError,
                         MessageMatches(ContainsSubstring(why)));
  };
  refused("# One gap\n", "08.md:1: it does not begin with front matter");
  refused(replaced(kLecture, "title: Two writes\n", ""), "no title");
  refused(replaced(kLecture, "lab: 8", "laboratory: 8"), "08.md:3: nobody reads the key");
  refused(replaced(kLecture, "minutes: 3", "minutes: 4"),
          "the slides take 3 minutes together, and the lecture 4");
  refused(replaced(kLecture, "debrief: 2", "debrief: 1"),
          "the slides of the debrief take 2 minutes together, and \"debrief:\" says 1");
  refused(replaced(replaced(kLecture, "minutes: 3", "minutes: 3.5"), "minutes: 1.5\n\nText",
                   "minutes: 2\n\nText"),
          "3.5 minutes: the agenda counts whole minutes");
  refused(replaced(kLecture, "minutes: 1.5\n", ""), "08.md:9: the slide has no minutes");
  refused(replaced(kLecture, "Say: Ask it.", "Ask: it"), "08.md:23: its notes do not say");
  refused(replaced(kLecture, "when: debrief", "when: later"),
          "08.md:35: \"when:\" is \"demonstration\" or \"debrief\", not \"later\"");
  refused(replaced(kLecture, "when: debrief", "when: demonstration"),
          "the lecture has a demonstration already");
  refused(replaced(kLecture, "when: demonstration", "when: debrief") +
              "\n# Late\nminutes: 1\n\n"
              "Notes:\n\nSay: x\n",
          "it stands behind the exercise, and is no slide of the debrief");
}

TEST_CASE("a directive has words, and what is quoted is one of them") {
  const auto directive =
      read_directive("@execution 08 \"a test, with a comma\" mistake=early_return");
  CHECK(directive.name == "execution");
  CHECK(directive.words ==
        std::vector<std::string>{"08", "a test, with a comma", "mistake=early_return"});
  CHECK(read_directive("@execution 08 fails=\"lost message\" found=1@A").words ==
        std::vector<std::string>{"08", "fails=lost message", "found=1@A"});
  CHECK(read_directive("@small").words.empty());
  CHECK_THROWS_AS(read_directive("@execution 08 \"a test"), UserError);
}

TEST_CASE("a slide that says how its execution fails is compared with the execution") {
  ShownExecution shown;
  shown.test = "a test";
  CHECK_THAT(contradiction_of(shown, "lost message", "1@Arl"),
             ContainsSubstring("write fails=\"lost message\" found=1@Arl"));
  shown.fails = "lost message";
  shown.found = "1@Arl";
  CHECK(contradiction_of(shown, "lost message", "1@Arl").empty());
  CHECK_THAT(contradiction_of(shown, "ghost message", "1@Arl"),
             ContainsSubstring("\"a test\" fails otherwise than the slide says"));
  CHECK_THAT(contradiction_of(shown, "lost message", "1@Arlc"), ContainsSubstring("found=1@Arlc"));
  CHECK_THAT(contradiction_of(shown, "", ""), ContainsSubstring("fails=\"nothing\""));

  ShownExecution followed;
  followed.schedule = "1@Arl";
  followed.fails = "nothing";
  CHECK(contradiction_of(followed, "", "").empty());
  CHECK_FALSE(contradiction_of(followed, "lost message", "").empty());
}

TEST_CASE("a slide that shows a lab as it is at first is refused where the lab has been changed") {
  const TextFolder folder;
  folder.write("README.md", "## Step 1: one\n\n## Step 2: two\n");
  folder.write("src/a.cpp", "// TODO(step 1): this\n// TODO(step 2): that\n");
  ShownExecution shown;
  shown.lab.number = 7;
  shown.lab.folder = folder.path();
  shown.lab.sources = {folder.path() / "src/a.cpp"};
  CHECK_NOTHROW(require_as_at_first(shown));
  folder.write("src/a.cpp", "// TODO(step 2): that\n");
  CHECK_THROWS_MATCHES(require_as_at_first(shown), UserError,
                       MessageMatches(ContainsSubstring("lab 07 fails as it is at first") &&
                                      ContainsSubstring("mend: scripts/workshop reset 7,")));
  shown.variant.solution = true;
  CHECK_NOTHROW(require_as_at_first(shown));
}

TEST_CASE("slides without reveal.js are refused before anything is built") {
  const TextFolder folder;
  CHECK_THROWS_MATCHES(reveal_folder(Project(folder.path())), UserError,
                       MessageMatches(ContainsSubstring("mend: scripts/setup --slides")));
}

TEST_CASE("a PDF has as many pages as the root of their tree says") {
  CHECK(pages_of_pdf("<</Count 8>> <</Count 51>> <</Count 3>>") == 51);
  CHECK(pages_of_pdf("no PDF") == 0);
  CHECK(pages_of_pdf("/Count ") == 0);
}

TEST_CASE("the type of the slides is embedded in base64") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64(std::string_view("\xff\x00\xfe\x80", 4)) == "/wD+gA==");
  CHECK_THROWS_MATCHES(embedded_font("/nowhere"), UserError,
                       MessageMatches(ContainsSubstring("mend: scripts/setup --slides")));
}

TEST_CASE("a definition is found from the margin to its closing brace") {
  const std::string source =
      "struct Order;\nMessageId id_of(int a);\n\n// id_of() below\nMessageId id_of(int a) {\n"
      "  return make(a);\n}\n\nstruct Order {\n  int paid = 0;\n};\n";
  CHECK(definition_of(source, "id_of") == "MessageId id_of(int a) {\n  return make(a);\n}\n");
  CHECK(definition_of(source, "Order") == "struct Order {\n  int paid = 0;\n};\n");
  CHECK(definition_of(source, "make").empty());
  CHECK(definition_of(source, "of").empty());
}

TEST_CASE("text for a page has no sign of HTML in it") {
  CHECK(workshop::protocol::escaped_html("<a href=\"x\">&</a>") ==
        "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
}

TEST_CASE("what is said, asked and stepped on a slide fits into its minutes") {
  const auto words = [](int count) {
    std::string text = "one";
    for (int i = 1; i < count; ++i) text += i % 20 == 0 ? "\nword" : " word";
    return text;
  };
  const auto notes = [&](int said, int answered) {
    return read_notes("Say: " + words(said) + "\n\nAsk: Who is it?\n\nUsual answer: " +
                      words(answered) + "\n\nCut: " + words(500) + "\n");
  };
  // 10 seconds of silence behind the question take as long as 21 words and two thirds
  CHECK(too_long_for(1, notes(100, 5), 0).empty());
  CHECK(too_long_for(1, notes(100, 6), 0) ==
        "takes 1.01 minutes and has 1: 100 words to say, 9 of questions and answers, 0 steps, 10 "
        "seconds of silence; it wants more minutes, or fewer words");
  CHECK(too_long_for(1.25, notes(100, 5), 10).empty());
  CHECK_FALSE(too_long_for(1.25, notes(100, 5), 11).empty());
  CHECK(too_long_for(1, read_notes("Say: " + words(131)), 0).starts_with("takes 1.01 minutes"));
}

TEST_CASE("a question is followed by ten seconds of silence, or by what the notes say") {
  CHECK(read_notes("Say: One.").silence_seconds == 0);
  CHECK(read_notes("Say: One.\n\nAsk: Two?\n").silence_seconds == 10);
  const auto notes = read_notes("Ask: Who is\nit?\n\nSilence: 5 seconds\n\nUsual answer: I.\n");
  CHECK(notes.silence_seconds == 5);
  CHECK(notes.ask == "Who is it?");
  CHECK(notes.usual_answer == "I.");
  CHECK(too_long_for(0.5, read_notes("Ask: Why?\n\nSilence: 29 seconds\n"), 0).empty());
  CHECK_FALSE(too_long_for(0.5, read_notes("Ask: Why?\n\nSilence: 30 seconds\n"), 0).empty());
}

TEST_CASE("a silence that cannot be counted is refused") {
  const auto* wants =
      "\"Silence: long\" wants the seconds that the room has to think, 3 to 60, such as \"Silence: "
      "5 seconds\"";
  CHECK_THROWS_MATCHES(read_notes("Ask: Why?\n\nSilence: long\n"), UserError, Message(wants));
  for (const auto* line : {"Silence:", "Silence: 5", "Silence: 2 seconds", "Silence: 61 seconds",
                           "Silence: -5 seconds", "Silence: 5 minutes"}) {
    CHECK_THROWS_AS(read_notes(fmt::format("Ask: Why?\n\n{}\n", line)), UserError);
  }
  CHECK_THROWS_MATCHES(read_notes("Say: One.\n\nSilence: 5 seconds\n"), UserError,
                       Message("\"Silence:\" stands behind a question, and the notes have no "
                               "\"Ask:\""));
}

TEST_CASE("a speaker reads how long to be silent, right behind the question") {
  CHECK(for_the_speaker("Say: One.\nAsk yourself.\n") == "**Say:** One.\nAsk yourself.\n");
  const std::string line = silence_words(10);
  CHECK(for_the_speaker("Say: One.\n\nAsk: Two?\nThree?\n\nUsual answer: No.\n") ==
        "**Say:** One.\n\n**Ask:** Two?\nThree?\n\n" + line + "\n\n**Usual answer:** No.\n");
  CHECK(for_the_speaker("Ask: Two?\n") == "**Ask:** Two?\n\n" + line + "\n\n");
  CHECK(for_the_speaker("Ask: Two?\n\nSilence: 5 seconds\n\nCut: It.\n") ==
        "**Ask:** Two?\n\n" + silence_words(5) + "\n\n\n**Cut:** It.\n");
}

TEST_CASE("a picture has as many steps as the last one's number") {
  CHECK(steps_of_picture("<g data-step=\"0\"/><g data-step=\"12\"/><g data-step=\"3\"/>") == 12);
  CHECK(steps_of_picture("<svg/>") == 0);
}
