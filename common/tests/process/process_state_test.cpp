#include "workshop/process/process_state.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

using namespace workshop::process;

namespace {

/// A child that waits for ever, under a name like one that somebody wants to be taken for another.
class Child {
 public:
  Child() : id_(::fork()) {
    if (id_ != 0) return;
    ::prctl(PR_SET_NAME, "x) R 1 1\n");
    for (;;) ::pause();
  }
  ~Child() { end(), ::waitpid(id_, nullptr, 0); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  pid_t id() const { return id_; }
  void end() const { ::kill(id_, SIGKILL); }
  bool has_its_name() const {
    std::ifstream file("/proc/" + std::to_string(id_) + "/comm");
    return file.get() == 'x';
  }

 private:
  pid_t id_;
};

template <typename Condition>
bool comes_true(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace

TEST_CASE("a process is told from every other one by when it began, whatever its name is") {
  if (!std::ifstream("/proc/self/stat").good()) SKIP("no procfs");
  const auto own = state_of(::getpid());
  REQUIRE(own);
  CHECK(own->sign == 'R');
  const Child first;
  std::this_thread::sleep_for(std::chrono::milliseconds(30));  // more than a tick
  const Child second;
  REQUIRE(comes_true([&] { return first.has_its_name() && second.has_its_name(); }));
  const auto earlier = state_of(first.id());
  const auto later = state_of(second.id());
  REQUIRE((earlier && later));
  CHECK(own->begun <= earlier->begun);
  CHECK(earlier->begun < later->begun);
  CHECK(later->begun < own->begun + 100'000);  // ticks: no other field is taken for it
  CHECK(state_of(first.id())->begun == earlier->begun);
}

TEST_CASE("a process that nobody has waited for has ended, and afterwards there is none") {
  if (!std::ifstream("/proc/self/stat").good()) SKIP("no procfs");
  pid_t id = 0;
  {
    const Child child;
    id = child.id();
    CHECK(state_of(id)->sign != 'Z');
    child.end();
    CHECK(comes_true([&] { return state_of(id)->sign == 'Z'; }));
  }
  CHECK_FALSE(state_of(id));
  CHECK_FALSE(state_of(-1));
}
