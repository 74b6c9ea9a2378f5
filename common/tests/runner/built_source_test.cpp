#include "workshop/runner/runs/built_source.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <fstream>
#include <thread>
#include <utility>

#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/printing/text.hpp"

using namespace workshop;
using namespace workshop::runner;
namespace fs = std::filesystem;

namespace {

struct Stopped {};

/// A lab whose object is a copy of the source as it was when the compiler began, and a real Ninja.
class Place {
 public:
  Place() {
    lab_.number = 1;
    lab_.folder = folder_.path() / "labs" / "01-first";
    lab_.sources = {lab_.folder / "src" / "a.cpp"};
    fs::create_directories(lab_.sources.front().parent_path());
    fs::create_directories(object().parent_path());
    std::ofstream(build() / "build.ninja")
        << "rule compile\n command = read=$$(cat $in) && echo >has_read; "
           "while test -e held; do sleep 0.01; done; printf %s \"$$read\" >$out\n"
        << "build " << object().string() << ": compile " << lab_.sources.front().string() << "\n";
  }

  fs::path build() const { return folder_.path() / "build"; }
  fs::path object() const {
    return build() / "labs" / "01-first" / "CMakeFiles" / "lab01.dir" / "src" / "a.cpp.o";
  }
  void save(const std::string& text) { std::ofstream(lab_.sources.front()) << text; }
  std::string source() const { return read_file(lab_.sources.front()).value_or(""); }
  std::string built() const { return read_file(object()).value_or(""); }

  /// `during` happens while the compiler is at work, the first time.
  void check(std::function<void()> during = {}) {
    build_as_it_is(lab_, program(), build(), [&] {
      BuildResult result;
      result.built = run_ninja(std::exchange(during, {}));
      return result;
    });
  }
  /// As when the program is interrupted just after Ninja has ended.
  void stopped_check(const std::function<void()>& during) {
    build_as_it_is(lab_, program(), build(), [&]() -> BuildResult {
      run_ninja(during);
      throw Stopped();
    });
  }
  bool run_ninja(const std::function<void()>& during) {
    std::thread other;
    fs::remove(build() / "has_read");
    if (during) {
      std::ofstream(build() / "held").put('\n');
      other = std::thread([this, &during] {
        for (int i = 0; i < 6'000 && !fs::exists(build() / "has_read"); ++i) {
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        during();
        fs::remove(build() / "held");
      });
    }
    const auto run = process::run({"ninja", "-C", build().string()});
    if (other.joinable()) other.join();
    INFO(run.output);
    CHECK(run.succeeded());
    return run.succeeded();
  }

 private:
  static LabProgram program() { return {.target = "lab01", .label = "", .file = {}}; }

  process::TemporaryFolder folder_;
  Lab lab_;
};

}  // namespace

TEST_CASE("a file that is saved while it is compiled is compiled again") {
  Place place;
  place.save("one");
  place.check();
  CHECK(place.built() == "one");
  place.save("two");
  place.check([&place] { place.save("three"); });
  CHECK(place.built() == "three");
}

TEST_CASE("an object of unknown origin is not taken for the file's, however new it is") {
  Place place;
  place.save("one");
  place.check();
  place.save("two");
  SECTION("somebody else has built it, while the file was saved") {
    place.run_ninja([&place] { place.save("three"); });
  }
  SECTION("a check that was stopped has left it, and the file is again what it was before") {
    CHECK_THROWS_AS(place.stopped_check([&place] { place.save("one"); }), Stopped);
  }
  CHECK(place.built() == "two");
  place.check();
  CHECK(place.built() == place.source());
}
