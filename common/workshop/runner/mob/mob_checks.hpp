#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/mob/lab_on_page.hpp"
#include "workshop/runner/progress/difference.hpp"
#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {

/// The verdicts on a lab, as a mob's page shows them.
struct MobChecks {
  struct Test {
    std::string name;
    int step = 0;
    bool given = false;
    std::string verdict;  ///< "green", "red", "skipped"; "not run": the program ended before it
    std::string words;    ///< why it is red
    std::string sign;     ///< the same in one word of the catalogue, "lost message"
    std::vector<std::string> bounds;      ///< up to where it is green
    std::vector<std::string> failures;    ///< what the terminal has: expression, values, message
    std::string place;                    ///< of the first of them, "labs/…_test.cpp:31"
    std::vector<std::string> done;        ///< what the test did before: its lines up to there
    std::string picture;                  ///< a path on the page
    std::string schedule;                 ///< of the execution that breaks it
    std::string story;                    ///< of that execution, as the terminal has it
    std::string replayed;                 ///< while everything is explored
    std::vector<RoomQuestion> questions;  ///< of a red one
    std::string doubt;  ///< why nothing that it shows can be believed yet; empty: it can
  };
  int count = 0;
  std::string state = "none";  ///< "checking", "done", "errors"
  bool explores = false;       ///< while checking: it is built, and the tests run
  std::string long_test;       ///< that has run for a second or longer, in this check; "": none
  std::size_t parts = 0;       ///< of the build, while it lasts; 0: not known yet
  std::size_t parts_done = 0;  ///< of them
  std::string saved;
  std::string judgement;
  std::string problem;
  std::vector<std::string> errors;  ///< what the compiler says, the first of them
  std::size_t errors_count = 0;     ///< all of them
  std::vector<Test> tests;
  Difference difference;
  int step = 0;       ///< to work on; 0: all are green
  int step_done = 0;  ///< all tests up to this step have been green
  bool baseline = false;
  bool same = false;  ///< as the verdict of before, to the last failure
  std::int64_t told_at_ms = 0;
  std::int64_t began_at_ms = 0;  ///< the check, while it lasts

  void take(const LabRun& done, const Project& project);
  void add_not_run(const std::vector<Test>& before);
  /// While a handler is not deterministic, what every other red test tells is not to be believed:
  /// it has no story, no picture and no questions then, and says why.
  void doubt_others();
  /// Looks for the questions on each red test.
  void find_questions(const LabOnPage& lab);
  /// Whether `before`, the tests of another verdict, have ended and failed as these.
  bool same_as(const std::vector<Test>& before) const;
  int done_now() const;
};

/// What the page is sent of them.
std::string to_json(const MobChecks& checks);

}  // namespace workshop::runner
