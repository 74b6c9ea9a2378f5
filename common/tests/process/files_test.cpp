#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "workshop/process/environment.hpp"
#include "workshop/process/find_program.hpp"
#include "workshop/process/temporary_folder.hpp"

using namespace workshop::process;
namespace fs = std::filesystem;

TEST_CASE("a temporary folder is new, empty, and gone with its object") {
  for (const auto place : {TemporaryFolder::Place::memory, TemporaryFolder::Place::disk}) {
    fs::path path;
    {
      const TemporaryFolder folder(place);
      const TemporaryFolder other(place);
      CHECK(folder.path() != other.path());
      path = folder.path();
      CHECK(fs::is_empty(path));
      std::ofstream(folder.file("a file")) << "text";
      CHECK(fs::exists(path / "a file"));
    }
    CHECK_FALSE(fs::exists(path));
  }
}

TEST_CASE("a temporary folder that cannot be made is told") {
  ::setenv("TMPDIR", "/no/such/folder", 1);
  CHECK_THROWS_AS(TemporaryFolder(TemporaryFolder::Place::disk), fs::filesystem_error);
  ::unsetenv("TMPDIR");
}

TEST_CASE("a variable that is not set is empty, and can be told from one set to nothing") {
  ::unsetenv("PROCESS_TEST");
  CHECK(environment("PROCESS_TEST").empty());
  CHECK_FALSE(environment_if_set("PROCESS_TEST").has_value());
  ::setenv("PROCESS_TEST", "", 1);
  CHECK(environment("PROCESS_TEST").empty());
  CHECK(environment_if_set("PROCESS_TEST") == "");
  ::setenv("PROCESS_TEST", "a value", 1);
  CHECK(environment("PROCESS_TEST") == "a value");
  ::unsetenv("PROCESS_TEST");
}

TEST_CASE("a program is found along PATH, and only if it may be run") {
  const TemporaryFolder one;
  const TemporaryFolder two;
  fs::create_directory(one.path() / "shopkeeper");
  std::ofstream(one.file("notes")) << "no program";
  std::ofstream(two.file("shopkeeper")) << "#!/bin/sh\n";
  fs::permissions(two.file("shopkeeper"), fs::perms::owner_all);
  const auto before = environment("PATH");
  ::setenv("PATH", (one.path().string() + ":" + two.path().string()).c_str(), 1);
  CHECK(find_program("shopkeeper") == two.path() / "shopkeeper");
  CHECK(find_program("notes").empty());
  CHECK(find_program(two.file("shopkeeper")) == two.path() / "shopkeeper");
  CHECK(find_program(one.file("notes")).empty());
  CHECK(find_program(one.file("shopkeeper")).empty());
  ::setenv("PATH", before.c_str(), 1);
}
