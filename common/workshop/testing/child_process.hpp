#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "workshop/process/descriptor.hpp"
#include "workshop/process/program.hpp"

namespace workshop::testing {

/// A real process that a test starts, and kills at a point that the process itself announces:
/// nobody sleeps and hopes. It is the test's own program, started again to run one hidden test
/// case.
///
///     TEST_CASE("orders in a process of its own", "[.child]") {  // hidden: runs in a child only
///       as_child([](Parent& parent) {
///         const std::string folder = std::getenv("SHOP_FOLDER");
///         open_the_journal(folder);
///         parent.announce("ready");  // says so, and goes on
///         save_the_order();
///         parent.hold_at("saved");   // says so, and stands still until it is killed or let go
///         acknowledge();
///       });
///     }
///
///     TEST_CASE("an order survives a kill", "[step2]") {
///       TemporaryFolder folder;
///       ChildProcess orders("orders in a process of its own", {{"SHOP_FOLDER", folder.path()}});
///       orders.wait_for("saved");
///       orders.kill();               // SIGKILL: no destructor runs, no handler hears it
///       // open the same files here, and look; or start a second child
///     }
///
/// Link workshop_child_process (in a lab: LIBRARIES workshop_child_process).
///
/// The child has the environment of its parent, the variables given, and no WORKSHOP_RESULT_FILE:
/// its results are the parent's business. What it prints is kept for the message of a failure. It
/// never outlives its parent.
///
/// Errors: std::runtime_error, with the child's output, when the child ended or failed before it
/// did what was waited for, or when time is up. A Todo that the child's code threw is thrown again
/// here, so that a skeleton's test fails by its TODO. Thread-safety: one thread uses one object.
class ChildProcess {
 public:
  /// Starts this program again to run the test case of exactly this name.
  explicit ChildProcess(const std::string& test_name,
                        const std::map<std::string, std::string>& environment = {});
  /// Kills the process if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Blocks until the child has announced `point`; each announcement is waited for once, in any
  /// order.
  void wait_for(const std::string& point,
                std::chrono::milliseconds time_max = std::chrono::seconds(20));
  /// Lets the child go on from where it stands still, or from the next such point.
  void let_go();
  /// Ends the process with SIGKILL and waits until it is gone. An error when it had ended by
  /// itself: then nothing was killed.
  void kill();
  /// Blocks until the child has ended by itself. An error when its test case failed.
  void wait_for_end(std::chrono::milliseconds time_max = std::chrono::seconds(20));

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  bool read_line(std::string& line, Deadline deadline);
  bool ended_before(Deadline deadline);
  void keep(const std::string& line);
  [[noreturn]] void fail(const std::string& what);
  std::string output();

  std::string test_name_;
  process::Descriptor channel_;  // to the child
  process::Descriptor output_;   // a file without a name: what it printed
  std::unique_ptr<process::Program> program_;
  std::string buffer_;
  std::multiset<std::string> announced_;
  std::function<void()> rethrow_;  // throws the Todo or the failure that the child told
};

/// What the child process sees of the process that started it. Any thread may call.
class Parent {
 public:
  /// Tells that `point` (one line) was reached, and goes on.
  void announce(const std::string& point);
  /// Tells that `point` was reached and blocks until the parent lets it go.
  void hold_at(const std::string& point);

 private:
  friend void as_child(const std::function<void(Parent&)>& body);
  struct State;
  explicit Parent(std::shared_ptr<State> state) : state_(std::move(state)) {}
  void tell(const std::string& line);

  std::shared_ptr<State> state_;
};

/// The body of a hidden test case that runs as a child process. Tells the parent what the body
/// throws, and throws it again. std::logic_error in a process that no ChildProcess started.
void as_child(const std::function<void(Parent&)>& body);

}  // namespace workshop::testing
