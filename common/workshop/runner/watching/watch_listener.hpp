#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "workshop/runner/printing/compiler_output.hpp"
#include "workshop/runner/printing/hints.hpp"
#include "workshop/runner/progress/difference.hpp"
#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {

/// Is told what a WatchSession finds, after it has been printed. Called on the session's thread.
class WatchListener {
 public:
  WatchListener() = default;
  WatchListener(const WatchListener&) = delete;
  WatchListener& operator=(const WatchListener&) = delete;
  virtual ~WatchListener() = default;

  virtual void lab_taken(const Lab& lab) = 0;
  virtual void checking(const std::vector<std::filesystem::path>& saved) = 0;
  /// The build goes on: so many of its parts are done, of so many.
  virtual void building(std::size_t done, std::size_t all) = 0;
  /// The lab is built, and its tests run.
  virtual void exploring() = 0;
  /// This test has run for a second or longer.
  virtual void long_test(const std::string& test) = 0;
  /// What the last counterexample of a test shows now.
  virtual void replayed(const std::string& test, Replayed outcome) = 0;
  virtual void not_built(const CompilerErrors& errors) = 0;
  virtual void checked(const LabRun& done, const Difference& difference) = 0;
  virtual void hint_taken(const TakenHint& taken) = 0;
  /// The lab's file was put back, and its hints come again.
  virtual void hints_forgotten() = 0;
};

}  // namespace workshop::runner
