#include <CLI/CLI.hpp>
#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/documents/document_checks.hpp"

using namespace workshop::runner;
namespace fs = std::filesystem;
using Sentences = std::vector<std::string>;

namespace {

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

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
