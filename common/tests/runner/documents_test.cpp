#include <CLI/CLI.hpp>
#include <catch2/catch_test_macros.hpp>

#include "text_folder.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/documents/named_commands.hpp"

using namespace workshop::runner;
namespace fs = std::filesystem;
using Sentences = std::vector<std::string>;

namespace {

/// A checkout with a lab, a mistake of it, and one page in docs.
class Pages {
 public:
  Pages() {
    write(root() / "labs/08-identity/README.md", "# Lab 08\n");
    write(root() / "labs/08-identity/CMakeLists.txt", "");
    write(root() / "solutions/08-identity/mistakes/early_return.diff", "mistake: it returns\n");
    write(root() / "CMakePresets.json", "{ \"name\": \"dev\" }");
    write(root() / "scripts/setup", "--slides)");
    write(root() / "scripts/workshop", "");
  }

  fs::path root() const { return folder_.path(); }
  Project project() const { return Project(root()); }
  /// The page, in docs/.
  Document page(const std::string& text) const {
    write(root() / "docs/page.md", text);
    return read_document(root() / "docs/page.md", "docs/page.md", text);
  }

 private:
  workshop::process::TemporaryFolder folder_;
};

std::string why_not(const std::vector<std::string>& words) {
  CommandLine line(all_commands());
  try {
    line.parse(words);
  } catch (const CLI::Success&) {
  } catch (const CLI::ParseError& error) {
    return error.what();
  } catch (const UserError&) {
    return "there is no such command";
  }
  return {};
}

Sentences wrong_commands(const Pages& pages, const std::string& text) {
  return check_commands(pages.project(), {pages.page(text)}, why_not);
}

}  // namespace

TEST_CASE("a link leads to a file and to a heading of it") {
  const Pages pages;
  const auto wrong = [&](const std::string& text) { return check_links({pages.page(text)}); };
  CHECK(wrong("# A page: of `mine`\n[lab](../labs/08-identity/README.md#lab-08)\n"
              "[here](#a-page-of-mine), [web](https://example.org), `[no](link)`\n\n"
              "    [code](nowhere.md)\n")
            .empty());
  CHECK(wrong("[gone](gone.md)\n") == Sentences{"docs/page.md:1: there is no gone.md"});
  CHECK(wrong("\n[lab](../labs/08-identity/README.md#step-1)\n") ==
        Sentences{"docs/page.md:2: ../labs/08-identity/README.md has no heading for #step-1"});
  CHECK(wrong("# One\n# One\n[second](#one-1) [third](#one-2)\n") ==
        Sentences{"docs/page.md:3: docs/page.md has no heading for #one-2"});
}

TEST_CASE("a command in a document can be run as it is written") {
  const Pages pages;
  CHECK(
      wrong_commands(pages,
                     "`scripts/workshop check 8 --mistake early_return`, `workshop explore`,\n"
                     "`scripts/workshop check N --mistake NAME`, `cmake --build --preset dev`,\n"
                     "`scripts/workshop explore 8 --deeper SECONDS`, `scripts/setup --slides`\n\n"
                     "    scripts/workshop replay 8 'd80a:1@Arlc'   # a comment | and more\n\n"
                     "```\n$ scripts/workshop guide [LAB] [--output FOLDER] && echo done\n```\n") ==
      Sentences{});
  const auto wrong = [&](const std::string& code) {
    const auto sentences = wrong_commands(pages, "`" + code + "`\n");
    return sentences.size() == 1 ? sentences.front() : "not one sentence";
  };
  const std::string at = "docs/page.md:1: ";
  CHECK(wrong("scripts/workshop chek 8") ==
        at + "`scripts/workshop chek 8`: there is no such command");
  CHECK(wrong("workshop chek").starts_with(at));
  CHECK(wrong("scripts/workshop check 8 --mistakes x").starts_with(at));
  CHECK(wrong("scripts/workshop replay 8").find("schedule is required") != std::string::npos);
  CHECK(wrong("scripts/workshop check 9").find("there is no lab") != std::string::npos);
  CHECK(wrong("scripts/workshop check 8 --mistake gone").find("has no mistake \"gone\"") !=
        std::string::npos);
  CHECK(wrong("ctest --preset gone").ends_with("CMakePresets.json has no preset gone"));
  CHECK(wrong("scripts/gone 8").ends_with("there is no scripts/gone"));
  CHECK(wrong("scripts/setup --gone").ends_with("scripts/setup has no option --gone"));
}

TEST_CASE("a term of the glossary is spelt as it says") {
  const Pages pages;
  const auto glossary = read_glossary(
      pages.page("| term | meaning | not |\n|---|---|---|\n"
                 "| dead-letter queue | … | dead letter queue, DLQ |\n| lease | … | |\n"));
  REQUIRE(glossary.size() == 1);
  CHECK(check_words({pages.page("A dead-letter queue, `DLQ`; a head letter queue.\n")}, glossary)
            .empty());
  CHECK(check_words({pages.page("\nThe dlq.\n")}, glossary) ==
        Sentences{"docs/page.md:2: \"dlq\" is called dead-letter queue (glossary)"});
  CHECK(check_words({pages.page("A Dead Letter Queue.\n")}, glossary).size() == 1);
}

TEST_CASE("a figure says how it was measured, or is a setting") {
  const Pages pages;
  const auto wrong = [&](const std::string& text) { return check_figures({pages.page(text)}); };
  CHECK(wrong("It takes 3 s\n(measured once).\n\n4 hands, `5 s`, 20 minutes.\n").empty());
  CHECK(wrong("It waits 3 s,\nat most. <!-- setting -->\n").empty());
  CHECK(wrong("Measured.\n\nIt takes\n3.5 MB.\n").size() == 1);
  CHECK(
      wrong("\nIt takes 3 s.\n").front().starts_with("docs/page.md:2: how was \"3 s\" measured?"));
  CHECK(
      wrong("| 3 s <!-- setting --> |\n| 4 s |\n").front().starts_with("docs/page.md:2: how was"));
  CHECK(wrong("Mark it by `<!-- setting -->`.\n").empty());
  CHECK(wrong("It is nothing. <!-- setting -->\n") ==
        Sentences{"docs/page.md:1: <!-- setting --> where there is no figure"});
}

TEST_CASE("a promise whose slide, lab or check is gone is found") {
  const Pages pages;
  write(pages.root() / "slides/08.md", "# Two writes, one gap\nminutes: 1\n");
  const auto wrong = [&](const std::string& row) {
    return check_outcomes(
        pages.page("| promise | slide | lab | check |\n|---|---|---|---|\n" + row),
        {"solution.08", "mistake.08.early_return"});
  };
  const std::string slide = "| Lose nothing. | [Two writes, one gap](../slides/08.md) ";
  const std::string lab = "| [08](../labs/08-identity/README.md) ";
  CHECK(wrong(slide + lab + "| `solution.08`, `mistake.08.early_return` |\n").empty());
  CHECK(wrong(slide + lab + "| `solution.09` |\n") ==
        Sentences{"docs/page.md:3: \"Lose nothing.…\": ctest has no test solution.09"});
  CHECK(wrong(slide + "| [08](../labs/08-gone) | `solution.08` |\n").size() == 1);
  CHECK(wrong("| Lose nothing. | [Gone](../slides/08.md) " + lab + "| `solution.08` |\n") ==
        Sentences{"docs/page.md:3: \"Lose nothing.…\": ../slides/08.md has no slide \"Gone\""});
  CHECK(wrong("| Lose nothing. | none | none | none |\n").size() == 3);
  CHECK(wrong("").size() == 1);
}

TEST_CASE("a sentence is not broken where its next word begins a list, a heading or a quotation") {
  const Pages pages;
  const auto wrong = [&](const std::string& text) { return check_wrapping({pages.page(text)}); };
  CHECK(wrong("- A gold card over\n  1000. It is finished.\n") ==
        Sentences{"docs/page.md:2: this line of a paragraph begins with \"1000.\", which reads "
                  "like a list, a heading or a quotation: break the lines elsewhere"});
  for (const auto* sign : {"7.", "+", ">", "##"}) {
    CAPTURE(sign);
    CHECK(wrong("It is one\n" + std::string(sign) + " two.\n").size() == 1);
  }
  CHECK(wrong("First\n1. one\n   more\n2. two\n\n3. three\n- a\n").empty());
  CHECK(wrong("> a\n> b\n\n    1000. code\n    # code\n\nIt is\n1000.5 and\n#1 of all\n").empty());
}

TEST_CASE("an answer ends with where to look, and a slide that it names is there") {
  const Pages pages;
  const auto wrong = [&](const std::string& text) {
    return check_answers(pages.page(text), {"Two writes, one gap"});
  };
  const std::string answer = "# Questions\n\n**Is it\ndead?** No, it (the old\none) is not. ";
  for (const auto* pointer :
       {"([Kafka](kafka.md))", "(`scripts/workshop list`)", "(Lab 09, its notes)", "(NOTES)",
        "(The slide \"Two writes,\none gap\", [lab 08](../labs/08-identity/README.md))"}) {
    CAPTURE(pointer);
    CHECK(wrong(answer + pointer + "\n").empty());
  }
  const Sentences nowhere = {
      "docs/page.md:3: \"Is it dead?\": its last words say in brackets where to look or what to "
      "show"};
  CHECK(wrong(answer + "\n") == nowhere);
  CHECK(wrong(answer + "(See there)\n") == nowhere);
  CHECK(wrong(answer + "([Kafka](kafka.md)) So it is.\n") == nowhere);
  CHECK(wrong(answer + "(The slide \"Gone\")\n") ==
        Sentences{"docs/page.md:3: \"Is it dead?\": there is no slide \"Gone\""});
  CHECK(wrong("**Bold** is no question.\n") == Sentences{"docs/page.md: there is no question"});
}

TEST_CASE("a run sheet has the clock of the agenda") {
  using Kind = AgendaEntry::Kind;
  const Pages pages;
  AgendaDay day;
  day.number = 1;
  day.entries = {{.kind = Kind::lecture, .title = "Opening", .minutes = 10, .start = 570},
                 {.kind = Kind::lecture, .title = "Two writes", .lab = 8, .start = 580},
                 {.kind = Kind::alone, .title = "book once", .lab = 8, .step = 1, .start = 590},
                 {.kind = Kind::pause, .title = "break", .start = 605},
                 {.kind = Kind::lecture, .title = "Outbox", .lab = 9, .start = 620}};
  day.entries[1].minutes = 10;
  day.entries[1].demonstration_minutes = 1.5;
  day.entries[2].minutes = 15;
  const std::vector<LabOnSheet> labs = {
      {8, "2.html#/lab-08", "scripts/workshop check 8 --mistake early_return --no-diff"}};
  const auto wrong = [&](const std::string& rows) {
    return check_run_sheet(
        pages.page("## Day 1\n\n| clock | minutes | slides | command | sentence |\n" + rows), {day},
        labs);
  };
  const std::string shown =
      " | 8.5 + 1.5 + 15 + 0 | `2.html#/lab-08` | "
      "`scripts/workshop check 8 --mistake early_return --no-diff` | a |\n";
  const std::string lab08 = "| 9:40" + shown;
  const std::string pause = "| 10:05 | | | | Break |\n";
  const std::string lab09 = "| 10:20 | | | `scripts/workshop explore 9` | b |\n";
  CHECK(wrong("| 9:00 | | | `scripts/workshop doctor` | |\n" + lab08 + pause + lab09).empty());
  // A part's opening stands for its first lab.
  CHECK(wrong("| 9:30" + shown + pause + lab09).empty());
  CHECK(wrong(lab08 + pause + "| 10:21 | | | | b |\n" + lab09) ==
        Sentences{"docs/page.md:6: on day 1 nothing begins at 10:21; scripts/workshop agenda says "
                  "when"});
  CHECK(wrong(lab08 + pause + "| 10:20 | | | `scripts/workshop check 8` | b |\n") ==
        Sentences{"docs/page.md:6: on day 1 nothing of lab 08 begins at 10:20; scripts/workshop "
                  "agenda says when"});
  CHECK(wrong(lab08 + lab09) ==
        Sentences{"docs/page.md: day 1 has no row for break, which begins at 10:05"});
  CHECK(wrong(lab08 + pause) ==
        Sentences{"docs/page.md: day 1 has no row for lab 09, which begins at 10:20"});
  CHECK(
      wrong("| 9:40 | | | `scripts/workshop check 8` | a |\n" + pause + lab09) ==
      Sentences{"docs/page.md: day 1 has no row for the demonstration of lab 08, scripts/workshop "
                "check 8 --mistake early_return --no-diff"});
  CHECK(wrong("| 9:40 | 8 + 2 + 15 + 0 | `2.html#/lab-08` | `scripts/workshop check 8 --mistake "
              "early_return --no-diff` | a |\n" +
              pause + lab09) ==
        Sentences{"docs/page.md:4: the row of lab 08 wants \"8.5 + 1.5 + 15 + 0 | "
                  "`2.html#/lab-08`\""});
  CHECK(check_run_sheet(pages.page("no day\n"), {day}, {}) ==
        Sentences{"docs/page.md: it lacks a day"});
}

TEST_CASE(
    "of the commands that documents name each is run, by a test or because nobody says why not") {
  const Pages pages;
  const auto page = pages.page(
      "Run `scripts/workshop check 8`, `scripts/workshop check 9 --mistake early_return`,\n"
      "`scripts/workshop check 8 --mistake NAME` and `scripts/workshop check`.\n\n"
      "```\n$(scripts/workshop list)  # all\nscripts/workshop check 9\nscripts/setup --slides\n"
      "scripts/workshop check 10 --mistake early_return\nscripts/         what is run\n"
      "scripts/workshop   the entry\nscripts/tests/look.sh --all\n```\n");
  const auto commands = commands_named_in({page}, why_not);
  Sentences texts;
  for (const auto& command : commands) texts.push_back(command.text);
  CHECK(texts ==
        Sentences{"scripts/workshop check 8", "scripts/workshop check 9 --mistake early_return",
                  "scripts/workshop list", "scripts/workshop check 9", "scripts/setup --slides",
                  "scripts/workshop check 10 --mistake early_return"});
  REQUIRE(commands.size() == 6);
  CHECK(commands[3].place == "docs/page.md:6");

  const std::set<std::string> tests = {"lab.09.skeleton", "mistake.10.early_return"};
  Sentences errors;
  const auto plans = plan_of(
      commands, tests, read_not_run("# a list\n\nscripts/setup --slides # installs\n"), errors);
  CHECK(errors.empty());
  CHECK(plans[0].runs);  // the first of its shape
  CHECK(plans[1].runs);
  CHECK(plans[2].runs);
  CHECK(plans[3].test == "lab.09.skeleton");
  CHECK(plans[4].why_not == "installs");
  CHECK(plans[5].test == "mistake.10.early_return");

  const auto wrong = [&](const std::string& not_run) {
    Sentences found;
    plan_of(commands, tests, read_not_run(not_run), found);
    return found;
  };
  const std::string setup = "scripts/setup --slides # installs\n";
  CHECK(wrong("") == Sentences{"docs/page.md:7: nobody runs \"scripts/setup --slides\", and nobody "
                               "says why"});
  CHECK(wrong(setup + "scripts/workshop agenda # long\n") ==
        Sentences{"no document names \"scripts/workshop agenda\": take it out of the list"});
  CHECK(wrong(setup + "scripts/workshop check 9 # long\n") ==
        Sentences{"lab.09.skeleton runs \"scripts/workshop check 9\": it needs no reason"});
  CHECK(wrong("scripts/setup --slides\n") ==
        Sentences{"\"scripts/setup --slides\" is not run, and the list does not say why"});
}
