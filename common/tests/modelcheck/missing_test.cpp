#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>

#include "workshop/modelcheck/jvm.hpp"
#include "workshop/modelcheck/tlc.hpp"
#include "workshop/modelcheck/tlc_output.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/process/temporary_folder.hpp"

using namespace workshop::modelcheck;
using Catch::Matchers::ContainsSubstring;
using std::chrono::milliseconds;
using workshop::process::Program;
using workshop::process::TemporaryFolder;

namespace {

/// Sets an environment variable as long as the object lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value)
      : name_(name), before_(workshop::process::environment_if_set(name)) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("a jar that is not there is told with what to do") {
  const Environment java("JAVA_HOME", "");
  const Environment path("PATH", "/nowhere");
  const auto found = find_tlc();
  CHECK_FALSE(found.tlc.has_value());
  CHECK_THAT(found.missing,
             ContainsSubstring("Java") && ContainsSubstring("scripts/setup --model-checking"));
}

TEST_CASE("a jar of one's own that is not there is named") {
  const TemporaryFolder folder;
  const Environment java("JAVA_HOME", folder.path().string());
  const Environment jar("TLA2TOOLS_JAR", "/nowhere/tla2tools.jar");
  CHECK_FALSE(find_tlc().tlc.has_value());  // there is no Java in that folder
  std::filesystem::create_directories(folder.path() / "bin" / "java");
  CHECK_THAT(find_tlc().missing, ContainsSubstring("/nowhere/tla2tools.jar"));
}

TEST_CASE("a Java that does not start is told") {
  const auto broken = check({"/nowhere/java", "/nowhere/tla2tools.jar"},
                            {"---- MODULE Empty ----\n====\n", "", {}});
  CHECK(broken.outcome == TlcOutcome::tool_failed);
  CHECK_THAT(broken.message, ContainsSubstring("/nowhere/java"));
}

TEST_CASE("a program that takes too long is killed, and all that it has said is kept") {
  const auto result = run_in("/", {"sh", "-c", "echo begun; exec sleep 30"}, milliseconds(300));
  CHECK(result.timed_out);
  CHECK(result.output == "begun\n");
  CHECK(result.duration < std::chrono::seconds(10));
  const auto much = run_in("/", {"sh", "-c", "head -c 9000000 /dev/zero"}, std::chrono::minutes(1));
  CHECK(much.output.size() == 9'000'000);
}

TEST_CASE("a program that has said its last words is not waited for") {
  const auto begin = std::chrono::steady_clock::now();
  const auto result =
      run_in("/", {"sh", "-c", "printf 'work, do'; sleep 0.1; echo ne; exec sleep 30"},
             std::chrono::seconds(20), "done");
  CHECK(result.output.starts_with("work, done"));
  CHECK(result.exit_code == 0);
  CHECK_FALSE(result.timed_out);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  const auto other =
      run_in("/", {"sh", "-c", "echo don; exit 3"}, std::chrono::seconds(10), "done");
  CHECK(other.exit_code == 3);
}

TEST_CASE("a program gets what it waits for") {
  const TemporaryFolder folder;
  const auto fifo = folder.path() / "words";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  Program reader({"sh", "-c", "sleep 0.1; cat words; echo end"}, in_folder(folder.path()));
  CHECK(feed(reader, fifo, "for you\n", std::chrono::seconds(10)));
  CHECK(wait_for_end(reader, std::chrono::seconds(10)).output == "for you\nend\n");

  Program ended({"sh", "-c", "exit 3"}, in_folder(folder.path()));
  CHECK_FALSE(feed(ended, fifo, "for nobody", std::chrono::seconds(10)));
  CHECK(wait_for_end(ended, std::chrono::seconds(10)).exit_code == 3);

  const auto begin = std::chrono::steady_clock::now();
  Program deaf({"sh", "-c", "exec sleep 30"}, in_folder(folder.path()));
  CHECK_FALSE(feed(deaf, fifo, "for nobody", milliseconds(200)));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("a line of the translation is traced back to what was written") {
  const std::string written = "a\nb foo\nc\n";
  const std::string translated = "a\nb foo\nt1 foo\nt2\nc\n";
  CHECK(original_line(written, translated, 2, "") == 2);
  CHECK(original_line(written, translated, 3, "foo") == 2);
  CHECK(original_line(written, translated, 4, "nothing") == 0);
  CHECK(original_line(written, translated, 5, "") == 3);
}
