#include "workshop/runner/runs/folder_lock.hpp"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <thread>

#include "runner/text_folder.hpp"

using namespace workshop::runner;

TEST_CASE("two builds in one folder wait for each other, in two folders they do not") {
  const TextFolder folder;
  const auto build = folder.path() / "build" / "dev";
  int asked = 0;
  const auto twice = [&] { return ++asked < 3; };
  {
    const FolderLock first(build, twice);
    CHECK(asked == 0);
    const FolderLock other(folder.path() / "build" / "kit", twice);
    CHECK(asked == 0);
    const FolderLock second(build, twice);  // which gives up
    CHECK(asked == 3);
  }
  const FolderLock third(build, twice);
  CHECK(asked == 3);
}

TEST_CASE("who waits for a folder has it when it is free") {
  const TextFolder folder;
  const auto build = folder.path() / "build" / "dev";
  auto first = std::make_unique<FolderLock>(build, [] { return true; });
  bool free = false;
  const FolderLock second(build, [&] {
    first.reset();
    free = true;
    return true;
  });
  CHECK(free);
  int asked = 0;
  const FolderLock third(build, [&] { return ++asked < 2; });
  CHECK(asked == 2);
}

TEST_CASE("where no lock can be made, nobody waits") {
  const FolderLock lock("/dev/null/build/dev", [] {
    FAIL("it waits");
    return false;
  });
  SUCCEED();
}
