#include "workshop/runner/folders/handed_in.hpp"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "runner/text_folder.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/folders/foreign_check.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

const fs::path kFile = "labs/08-identity/src/handler.cpp";

/// A checkout with two labs, and a folder that somebody handed in.
struct HandedInTest {
  process::TemporaryFolder temporary;
  fs::path ours = temporary.path() / "ours";
  fs::path theirs = temporary.path() / "theirs";
  std::vector<Lab> labs;

  HandedInTest() {
    fs::create_directories(theirs);
    for (const auto& [number, name] : {std::pair(7, "07-order"), std::pair(8, "08-identity")}) {
      Lab lab;
      lab.number = number;
      lab.folder = ours / "labs" / name;
      lab.sources = {lab.folder / "src" / "handler.cpp"};
      write(lab.sources.front(), "skeleton");
      labs.push_back(lab);
    }
  }

  std::vector<HandedIn> found() const { return handed_in(theirs, labs); }
};

}  // namespace

TEST_CASE_METHOD(HandedInTest,
                 "of a folder the labs' files are taken, and those that were edited") {
  write(theirs / kFile, "answer");
  write(theirs / "labs/07-order/src/handler.cpp", "skeleton");
  write(theirs / "labs/08-identity/CMakeLists.txt", "execute_process(COMMAND touch evil)");
  REQUIRE(found().size() == 1);
  CHECK(found().front().lab.number == 8);
  CHECK(found().front().text == "answer");
  labs.erase(labs.begin());
  fs::rename(theirs / "labs/08-identity", temporary.path() / "single");
  theirs = temporary.path() / "single";
  CHECK(found().front().text == "answer");
  theirs /= "src";
  CHECK(found().front().text == "answer");
}

TEST_CASE_METHOD(HandedInTest,
                 "no link is followed, wherever it stands, and no pipe is waited for") {
  write(temporary.path() / "secret/src/handler.cpp", "mine");
  const auto refused = [&] {
    const auto all = found();
    REQUIRE(all.size() == 1);
    CHECK(all.front().text.empty());
    return all.front().problem;
  };
  fs::create_directories((theirs / kFile).parent_path());
  fs::create_symlink(temporary.path() / "secret/src/handler.cpp", theirs / kFile);
  CHECK_THAT(refused(), ContainsSubstring("by a link, which is not followed"));
  fs::remove_all(theirs / "labs");
  fs::create_directories(theirs / "labs");
  fs::create_symlink(temporary.path() / "secret", theirs / "labs/08-identity");
  CHECK_THAT(refused(), ContainsSubstring("by a link, which is not followed"));
  fs::remove_all(theirs / "labs");
  fs::create_directories((theirs / kFile).parent_path());
  REQUIRE(::mkfifo((theirs / kFile).c_str(), 0600) == 0);
  CHECK_THAT(refused(), ContainsSubstring("is no file"));
  fs::remove(theirs / kFile);
  fs::create_directory(theirs / kFile);
  CHECK_THAT(refused(), ContainsSubstring("is no file"));
  fs::remove(theirs / kFile);
  write(theirs / kFile, std::string(HandedIn::kBytesMax + 1, 'x'));
  CHECK_THAT(refused(), ContainsSubstring("has more than 256 KB"));
}

TEST_CASE("a terminal is told nothing that it could take for a command") {
  CHECK(printable("Jürgen-2") == "Jürgen-2");
  CHECK(printable("a\x1b[2Jb\rc\nd") == "a?[2Jb?c?d");
  CHECK(printable("\xc2\x9b"
                  "2J") == "??2J");
  CHECK(printable(std::string(500, 'x')).size() == 200);
}

TEST_CASE("symbols that no handler needs are named, unless the solution has them") {
  const char* kSymbols =
      "                 U _ZN8workshop14HandlerContext5storeEv\n"
      "                 U getenv@GLIBC_2.2.5\n"
      "                 U _ZN8workshop7testing16report_violationE\n"
      "0000000000000000 T _Z6handlev\n"
      "0000000000000000 T strlen\n"
      "0000000000000010 W _ZNSt6vectorIiE\n";
  CHECK(suspicious_symbols(kSymbols, "") ==
        std::vector<std::string>{"strlen", "_ZN8workshop7testing16report_violationE", "getenv"});
  CHECK(suspicious_symbols(kSymbols, kSymbols).empty());
}

TEST_CASE("inline assembly is found in what the compiler makes of it") {
  CHECK(has_inline_assembly("module asm \".globl foo\"\n", true));
  CHECK(
      has_inline_assembly("  %5 = call i64 asm sideeffect \"syscall\", \"={ax}\"(i64 %4)\n", true));
  CHECK_FALSE(has_inline_assembly("@x = constant [5 x i8] c\"the asm way\"\n", true));
  CHECK(has_inline_assembly("#APP\n\tsyscall\n#NO_APP\n", false));
  CHECK_FALSE(has_inline_assembly("\tcall foo\n", false));
}
