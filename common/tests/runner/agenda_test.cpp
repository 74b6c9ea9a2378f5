#include "workshop/runner/agenda/agenda.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <sstream>

#include "text_folder.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
namespace fs = std::filesystem;

namespace {

std::string slides(const std::string& title, int minutes, const std::string& more = "") {
  return fmt::format(
      "---\ntitle: {}\n{}minutes: {}\nobjective: o\n---\n\n# {}\nminutes: {}\n\n"
      "Notes:\n\nSay: so.\n",
      title, more, minutes, title, minutes);
}

/// Eight minutes, a quarter of them a demonstration, and three behind the exercise.
constexpr const char* kWithDebrief =
    "---\ntitle: Second\nlab: 2\nminutes: 8\ndebrief: 3\nobjective: o\n---\n\n"
    "# One\nminutes: 2.5\n\nNotes:\n\nSay: so.\n\n"
    "# Two\nminutes: 2\nwhen: demonstration\n\nNotes:\n\nSay: so.\n\n"
    "# Three\nminutes: 3.5\n\nNotes:\n\nSay: so.\n\n"
    "# Four\nminutes: 3\nwhen: debrief\n\nNotes:\n\nSay: so.\n";

/// Two labs on two days, with their lectures.
class Workshop {
 public:
  Workshop() : root_(fs::temp_directory_path() / "workshop agenda test") {
    fs::remove_all(root_);
    lab("01-first", 1, "15, 20", "20, 20", "alone + mob, further", "30 mob, keep");
    lab("02-second", 2, "20, 20", "10, 10", "alone + mob, shown 5", "15 mob, 60 further");
    write(root_ / "slides/0-opening/00-welcome.md", slides("Welcome", 5));
    write(root_ / "slides/1-part/00-part.md", slides("Part one", 1));
    write(root_ / "slides/1-part/01-first.md", slides("First", 10, "lab: 1\n"));
    write(root_ / "slides/2-part/02-a.md", slides("Second again", 6, "lab: 2\nstep: 2\n"));
    write(root_ / "slides/2-part/02-b.md", kWithDebrief);
    write(root_ / "slides/2-part/99-end.md", slides("End", 2));
  }
  ~Workshop() { fs::remove_all(root_); }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  Project project() const { return Project(root_); }

  std::string says(const std::vector<std::string>& words) const {
    ::setenv(workshop::protocol::variable::kRoot, root_.c_str(), 1);
    std::ostringstream out;
    const int code = CommandLine(all_commands()).run(words, out, out);
    ::unsetenv(workshop::protocol::variable::kRoot);
    CHECK(code == workshop::protocol::kExitGood);
    return out.str();
  }

  void lab(const std::string& name, int day, const std::string& alone, const std::string& mob,
           const std::string& room, const std::string& late) const {
    const auto folder = root_ / "labs" / name;
    write(folder / "CMakeLists.txt", "");
    write(folder / "README.md",
          fmt::format("---\ntitle: t\nday: {}\nalone: {}\nmob: {}\nroom: {}\nlate: {}\n---\n"
                      "## Step 1: begin (1 minutes)\n## Step 2: go on (2 minutes)\n",
                      day, alone, mob, room, late));
  }

 private:
  fs::path root_;
};

}  // namespace

TEST_CASE("the agenda has each exercise behind its lecture, alone and as a mob, and adds up") {
  const Workshop workshop;
  CHECK(workshop.says({"agenda"}) ==
        "Day 1\n"
        "  09:30    5 min  lecture  Welcome\n"
        "  09:35    1 min  lecture  Part one\n"
        "  09:36   10 min  lecture  First\n"
        "  09:46   15 min    alone  lab 01, step 1: begin\n"
        "                    1 of them to read\n"
        "  10:01   20 min    mob    lab 01, step 1: begin\n"
        "  10:21           end\n"
        "  lectures 16 min, demonstrations 0, alone 15, mob 20, shown 0, debriefs 0, pauses 0; 429 "
        "to spare\n"
        "  for who is quick, and for home: lab 01, step 2\n"
        "\n"
        "Day 2\n"
        "  09:30    8 min  lecture  Second\n"
        "  09:32             2 of them the demonstration\n"
        "  09:38   20 min    alone  lab 02, step 1: begin\n"
        "                    1 of them to read\n"
        "  09:58   10 min    mob    lab 02, step 1: begin\n"
        "  10:08    3 min  debrief  Second\n"
        "  10:11    6 min  lecture  Second again\n"
        "  10:17    5 min    shown  lab 02, step 2: go on\n"
        "  10:22    2 min  lecture  End\n"
        "  10:24           end\n"
        "  lectures 14 min, demonstrations 2, alone 20, mob 10, shown 5, debriefs 3, pauses 0; 426 "
        "to "
        "spare\n"
        "\n");
}

TEST_CASE("pauses stand between exercises, where they are nearest to their time") {
  const Workshop workshop;
  DayFrame frame;
  frame.start = 10 * 60 + 20;
  const auto days = agenda_of(workshop.project(), frame);
  std::string entries;
  for (const auto& entry : days.at(1).entries) {
    entries += fmt::format("{} {}:{:02}\n", entry.title, entry.start / 60, entry.start % 60);
  }
  CHECK(entries ==
        "Second 10:20\nbegin 10:28\nbegin 10:48\nSecond 10:58\nbreak 11:01\nSecond again 11:16\n"
        "go on 11:22\nEnd 11:27\n");
}

TEST_CASE("what a lab takes adds up, from lecture to debrief") {
  const Workshop workshop;
  const auto days = agenda_of(workshop.project(), {});
  const auto minutes = minutes_of_lab(days.at(1), 2);
  CHECK(to_string(minutes) == "12 + 2 + 35 + 3");
  int whole = 0;
  for (const auto& entry : days.at(1).entries) whole += entry.lab == 2 ? entry.minutes : 0;
  CHECK(minutes.lecture + minutes.demonstration + minutes.exercise + minutes.debrief == whole);
}

TEST_CASE("who is late cuts what goes first, and only what is still to come") {
  const Workshop workshop;
  CHECK(workshop.says({"agenda", "--late", "15", "--day", "2"}) ==
        "Day 2, 15 minutes late at 09:30: cut, in this order\n"
        "  lab 02, step 1: mob instead of alone + mob, saves 20 min\n"
        "  saves 20 min: the day ends in time\n"
        "\n");
  CHECK(workshop.says({"agenda", "--late", "30", "--day", "2", "--from", "9:40"}) ==
        "Day 2, 30 minutes late at 09:40: cut, in this order\n"
        "  lab 02, step 2: further instead of shown 5, saves 5 min\n"
        "  saves 5 min; cut 25 min more of the lectures (\"Cut:\" in their notes)\n"
        "\n");
}

TEST_CASE("a cut that a later one makes needless is left out") {
  const Workshop workshop;
  workshop.lab("02-second", 2, "5, 20", "15, 15", "alone + mob, alone + mob", "15 mob, 15 mob");
  CHECK(workshop.says({"agenda", "--late", "15", "--day", "2"}) ==
        "Day 2, 15 minutes late at 09:30: cut, in this order\n"
        "  lab 02, step 2: mob instead of alone + mob, saves 20 min\n"
        "  saves 20 min: the day ends in time\n"
        "\n");
}

TEST_CASE("a day that is too long, or from which too little can be cut, is named") {
  const Workshop workshop;
  const std::vector<std::string> too_little = {
      "agenda: when day 1 begins 30 minutes late, the front matter names 15 minutes to cut",
      "agenda: when day 1 begins 60 minutes late, the front matter names 15 minutes to cut",
      "agenda: when day 2 begins 30 minutes late, the front matter names 25 minutes to cut",
      "agenda: when day 2 begins 60 minutes late, the front matter names 25 minutes to cut"};
  CHECK(check_agenda(workshop.project()) == too_little);
  DayFrame frame;
  frame.end = 10 * 60 + 20;
  CHECK(check_agenda(workshop.project(), frame).front() ==
        "agenda: day 1 ends at 10:21, 1 minute after 10:20");
}

TEST_CASE("a time of day that is none is refused with an example") {
  const Workshop workshop;
  CHECK_THROWS_MATCHES(
      workshop.says({"agenda", "--late", "15", "--from", "noon"}), UserError,
      MessageMatches(ContainsSubstring("\"noon\" is no time of day, such as 13:25")));
  ::unsetenv(workshop::protocol::variable::kRoot);
}
