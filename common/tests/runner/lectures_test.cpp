#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include "text_folder.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/documents/document_checks.hpp"

using namespace workshop::runner;
namespace fs = std::filesystem;
using Sentences = std::vector<std::string>;

namespace {

/// A lab of one step with its solution, a mistake and a lecture of one slide, and what is wrong
/// with that slide.
class OneSlide {
 public:
  explicit OneSlide(const std::string& room = "alone + mob") {
    write(root() / "labs/08-identity/README.md",
          fmt::format("---\ntitle: t\nday: 1\nalone: 9\nmob: 6\nroom: {}\nlate: keep\n---\n"
                      "## Step 1: begin (9 minutes alone, 6 as a mob)\n",
                      room));
    write(root() / "labs/08-identity/CMakeLists.txt", "");
    write(root() / "labs/08-identity/src/a.cpp", "the line that both of them have;\n");
    write(root() / "solutions/08-identity/src/a.cpp",
          "the line that both of them have;\n  the line that is to be found;\n");
    write(root() / "solutions/08-identity/CMakeLists.txt", "");
    write(root() / "solutions/08-identity/mistakes/early_return.diff",
          "mistake: m\nwhy: w\nask: a?\ncaught by: a test\nas: lost message\n\n--- a\n");
  }

  Sentences wrong(const std::string& body, const std::string& notes = "Say: so.",
                  const std::string& when = "") {
    const auto debrief = when == "debrief";
    const auto front = fmt::format("---\ntitle: t\nlab: 8\nminutes: {}\ndebrief: {}\n---\n",
                                   debrief ? 1 : 2, debrief ? 1 : 0);
    const std::string before = debrief ? "\n# Before\nminutes: 1\n\nNotes:\n\nSay: x.\n" : "";
    write(root() / "slides/2-part/08-identity.md",
          fmt::format("{}{}\n# One\nminutes: {}\n{}\n{}\n\nNotes:\n\n{}\n", front, before,
                      debrief ? 1 : 2, when.empty() ? "" : "when: " + when + "\n", body, notes));
    const Project project(root());
    return check_lectures(project, read_parts(project));
  }

 private:
  fs::path root() const { return folder_.path(); }
  workshop::process::TemporaryFolder folder_;
};

Sentences says(const std::string& what) {
  return {"slides/2-part/08-identity.md:8: \"One\" " + what};
}

constexpr const char* kBehind =
    " before lab 08 is worked on: put it behind the exercise (when: debrief)";

}  // namespace

TEST_CASE("a slide before the exercise shows nothing of the solution") {
  OneSlide slide;
  const std::string found = "```\nthe line that is to be found;\n```";
  CHECK(slide.wrong(found) ==
        says(std::string("shows the solution's line \"the line that is to be found;\"") + kBehind));
  CHECK(slide.wrong("```\nthe line that both of them have;\n```").empty());
  CHECK(slide.wrong("the line that is to be found;").empty());  // in prose, it is a sentence
  CHECK(slide.wrong("@code solutions/08-identity/src/a.cpp#handle") ==
        says(std::string("shows code of the solution") + kBehind));
  CHECK(slide.wrong("@diff 08 early_return") ==
        says(std::string("shows lines of the solution") + kBehind));
  CHECK(slide.wrong("@execution 08 \"a test\" solution fails=\"x\" schedule=1") ==
        says(std::string("shows the solution's run") + kBehind));
  CHECK(slide.wrong(found, "Say: so.", "debrief").empty());
  CHECK(OneSlide("shown 5").wrong(found).empty());  // nobody works on it
}

TEST_CASE("a command before the exercise prints nothing of the solution") {
  OneSlide slide;
  const auto show = [](const std::string& command) {
    return "Say: so.\n\nShow: `" + command + "`";
  };
  CHECK(slide.wrong("", show("scripts/workshop check 8 --mistake early_return")) ==
        says("runs `scripts/workshop check 8 --mistake early_return`, which prints lines of the "
             "solution first: add --no-diff"));
  CHECK(slide.wrong("", show("scripts/workshop check 8 --mistake early_return --no-diff")).empty());
  CHECK(
      slide.wrong("", show("scripts/workshop check 8 --mistake early_return\n--no-diff")).empty());
  CHECK(slide.wrong("", show("scripts/workshop check 8 --solution")) ==
        says("runs `scripts/workshop check 8 --solution` before the exercise"));
}

TEST_CASE("a slide's execution is the one that `check --mistake` tells") {
  OneSlide slide;
  CHECK(
      slide.wrong("@execution 08 \"a test\" mistake=early_return fails=\"lost message\" found=1@A")
          .empty());
  CHECK(slide.wrong(
            "@execution 08 \"another\" mistake=early_return fails=\"lost message\" found=1@A") ==
        says("shows \"another\" as lost message, and the file of early_return says \"a test\" as "
             "lost message: `check 8 --mistake early_return` would tell another execution than the "
             "slide"));
}

TEST_CASE("questions stand behind the exercise, and each has its minute") {
  OneSlide slide;
  CHECK(slide.wrong("@questions 08 1") ==
        says("asks what is discussed behind the exercise: it wants \"when: debrief\""));
  CHECK(slide.wrong("@questions 08 1", "Say: so.", "debrief").empty());
  const auto wrong = slide.wrong("@questions 08 1-2", "Say: so.", "debrief");
  REQUIRE(wrong.size() == 1);
  CHECK(wrong.front().ends_with("asks 2 questions in 1 minutes; each takes one"));
}
