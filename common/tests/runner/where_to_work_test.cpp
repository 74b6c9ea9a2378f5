#include "workshop/runner/printing/where_to_work.hpp"

#include <catch2/catch_test_macros.hpp>
#include <sstream>

#include "runner/text_folder.hpp"
#include "workshop/runner/progress/own_file.hpp"

using namespace workshop::runner;

namespace {

constexpr const char* kSource =
    "Task<void> handle(const Book& command) {\n"
    "  // TODO(step 1): book it.\n"
    "}\n"
    "\n"
    "Task<void> cancel(const Cancel& command) {\n"
    "  co_return;\n"
    "}\n";

/// A lab of two steps in a folder, and what its failures say.
class Shown {
 public:
  Shown() {
    lab.number = 8;
    lab.title = "identity";
    lab.goal = "booked once.";
    lab.folder = folder.path() / "labs" / "08-identity";
    lab.sources = {lab.folder / "src" / "handler.cpp"};
    lab.steps = {{.number = 1, .title = "book it"}, {.number = 2, .title = "cancel it"}};
    source(kSource);
    failure.tags = {"step1"};
  }

  void source(const std::string& text) const { write(lab.sources.front(), text); }
  /// The failure shows in this line of the file to edit.
  void shows_in(int line) {
    folder.write("a picture.json", "{\"steps\": [{\"deciding\": 1, \"source\": \"handler.cpp:" +
                                       std::to_string(line) + "\"}]}");
    failure.picture = (folder.path() / "a picture.html").string();
  }
  std::string text() const {
    std::ostringstream out;
    Console console(out, {.color = false, .width = 200});
    print_where_to_edit(console, Project("/nowhere"), lab, failure);
    const auto whole = out.str();
    const auto name = whole.find("handler.cpp");
    return whole.substr(0, whole.find("edit ")) + whole.substr(name);
  }

  TextFolder folder;
  Lab lab;
  TestResult failure;
};

}  // namespace

TEST_CASE("where to edit is told with the step and the function of its TODO") {
  const Shown shown;
  CHECK(shown.text() == "Step:  1 of 2, book it\nNext:  handler.cpp:2, in handle\n");
}

TEST_CASE("of several functions of a step it is the one in which the failure shows, or any") {
  Shown shown;
  shown.shows_in(6);  // in a function of which the step asks nothing
  CHECK(shown.text().ends_with("handler.cpp:2, in handle\n"));
  auto source = std::string(kSource);
  shown.source(source.replace(source.find("co_return;"), 10, "// TODO(step 1): cancel."));
  CHECK(shown.text().ends_with("handler.cpp:6, in cancel\n"));
  shown.shows_in(3);
  CHECK(shown.text().ends_with("handler.cpp:2, in handle\n"));
  shown.failure.picture.clear();
  CHECK(shown.text().ends_with("handler.cpp, in handle or cancel\n"));
  shown.failure.tags = {"step2"};
  CHECK(shown.text() == "Step:  2 of 2, cancel it\nNext:  handler.cpp\n");
}

TEST_CASE("a lab begins with its goal, the step that is worked on, and its page") {
  const Shown shown;
  std::ostringstream out;
  Console console(out, {.color = false, .width = 80});
  print_begin(console, Project(shown.folder.path()), shown.lab, 2);
  CHECK(out.str().starts_with("Lab 08, identity\nGoal:  booked once.\nStep:  2 of 2, cancel it\n"));
  CHECK(out.str().find("README.md\n") != std::string::npos);
}

TEST_CASE("the copy that was kept last is found") {
  const TextFolder folder;
  const Project project(folder.path());
  Lab lab;
  lab.number = 8;
  lab.sources = {folder.path() / "labs" / "08-identity" / "src" / "handler.cpp"};
  CHECK(last_copy_of(project, lab).empty());
  write(lab.sources.front(), "mine");
  const auto copy = put_in_place(project, lab, "of the kit");
  CHECK_FALSE(copy.empty());
  CHECK(last_copy_of(project, lab) == copy);
}
