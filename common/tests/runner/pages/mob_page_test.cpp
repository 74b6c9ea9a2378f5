#include "workshop/runner/mob/mob_page.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "pages_test.hpp"
#include "runner/text_folder.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/mob/lab_on_page.hpp"
#include "workshop/runner/pages/page_client.hpp"

using namespace workshop;
using namespace workshop::runner;
using namespace workshop::tests;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr const char* kReadme =
    "# Lab 08\n\n## Step 1: book once (12 minutes)\n\nBook.\n\n**Before you go on:** what after a\n"
    "year? That is lab 09.\n\nMore.\n";

void write_lab(const TextFolder& folder) {
  folder.write("labs/08-identity/README.md", kReadme);
  folder.write("labs/08-identity/src/a.cpp", "int a;\n");
  folder.write("labs/08-identity/CMakeLists.txt", "SOURCES src/a.cpp\n");
  folder.write(
      "solutions/08-identity/questions.md",
      "## Step 1\n\nQ: Suppose x. What?\n\nA: y.\n\n## Before you go on\n\nA: It has\ngrown.\n");
  folder.write("slides/README.md", "slides\n");
}

/// What a page that connects now is told, up to `until`.
std::string told(const MobPage& page, const std::string& until) {
  const auto port = static_cast<std::uint16_t>(
      std::stoi(read_page_address(page.url().substr(0, page.url().find('?'))).port));
  RawConnection connection(port);
  connection.send(get_text(port, "/events"));
  std::string all;
  comes_true([&] {
    all += connection.receive();
    return all.find(until) != std::string::npos;
  });
  return all;
}

}  // namespace

TEST_CASE("whoever begins a lab anew finds no hint on the page of the mob") {
  TextFolder folder;
  write_lab(folder);
  const Project project(folder.path());
  RemoteKeys keys;
  MobPage page(project, keys, {.names = {"Ann"}});
  page.lab_taken(project.lab("8"));
  TakenHint taken;
  taken.step = 1;
  taken.hint = Hint{.step = 1, .number = 2, .text = "Think."};
  page.hint_taken(taken);
  CHECK_THAT(told(page, "Think."), ContainsSubstring("Think."));
  page.hints_forgotten();
  CHECK_THAT(told(page, R"("given":[])"), ContainsSubstring(R"("given":[],"none":"","before":0)"));
}

TEST_CASE("the last question to a room is the one with which the lab's page ends") {
  TextFolder folder;
  write_lab(folder);
  const Project project(folder.path());
  const auto page = read_lab_on_page(project, project.lab("8"));
  REQUIRE_FALSE(page.questions.empty());
  CHECK(page.questions.back().question ==
        "**Before you go on:** what after a year? That is lab 09.");
  CHECK(page.questions.back().answer == "It has grown.");
}

TEST_CASE("each question that a lab puts to a room has an answer") {
  const Project project{std::filesystem::path(WORKSHOP_SOURCE)};
  for (const auto& lab : project.labs()) {
    INFO("lab " << lab.padded_number());
    const auto page = read_lab_on_page(project, lab);
    CHECK_FALSE(page.questions.empty());
    for (const auto& each : page.questions) {
      INFO(each.question);
      CHECK_FALSE(each.answer.empty());
    }
    for (const auto& each : page.asks) {
      INFO(each.question << " (" << each.mistake << ")");
      CHECK((!each.answer.empty() || !can_be_put(each, page.known, page.asks)));
    }
  }
}

TEST_CASE("a step knows its functions, also when its TODO is gone") {
  constexpr const char* kSkeleton =
      "Task<void> handle(const A& a,\n                  Context& c) {\n  // TODO(step 1): x\n  // "
      "TODO(step 1): y\n}\n\nTask<void> handle(const B& b) {\n  // TODO(step 2): z\n}\n\n// "
      "TODO(step 2): id\nMessageId id_of(int);\nMessageId id_of(int a) { return a; }\n";
  CHECK(places_of_step(kSkeleton, 1) == std::vector<StepPlace>{{"handle", 0, 1, 5}});
  auto places = places_of_step(kSkeleton, 2);
  CHECK(places == std::vector<StepPlace>{{"handle", 1, 7, 9}, {"id_of", 0, 13, 13}});
  find_places(places,
              "int more;\n\nTask<void> handle(const A& a) {\n}\nTask<void> handle(const B& b) {\n  "
              "b;\n}\n");
  CHECK(places == std::vector<StepPlace>{{"handle", 1, 5, 7}, {"id_of", 0, 0, 0}});
  CHECK(places_of_step("(* TODO(step 1) *)\n", 1).empty());
  const auto* model =
      "------ MODULE Receipts ------\n"
      "macro abandon() begin\n"
      "  leased := FALSE;\n"
      "end macro;\n"
      "fair process handler \\in Handlers\n"
      "begin\n"
      "Load:\n"
      "  load();  \\* TODO(step 1)\n"
      "end process;\n";
  CHECK(places_of_step(model, 1) == std::vector<StepPlace>{{"handler", 0, 5, 9}});
}
