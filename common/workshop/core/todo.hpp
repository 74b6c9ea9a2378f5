#pragma once

#include <string>

namespace workshop {

/// Thrown by a skeleton where the attendee's code belongs. It is deliberately not a
/// `std::exception`, so that no handler, and no test that expects a failure, takes it for one.
class Todo {
 public:
  /// As `todo` throws it.
  Todo(int step, std::string what) : step_(step), what_(std::move(what)) {}
  /// The step of the lab, from 1.
  int step() const noexcept { return step_; }
  /// What the code must do, in one line.
  const std::string& what() const noexcept { return what_; }

 private:
  int step_;
  std::string what_;
};

/// Marks code that the attendee writes in `step`; `what` says in one line what it must do.
[[noreturn]] inline void todo(int step, std::string what) { throw Todo(step, std::move(what)); }

}  // namespace workshop
