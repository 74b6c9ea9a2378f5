#pragma once

#include <catch2/catch_test_case_info.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "workshop/testing/crash_frames.hpp"

namespace workshop::testing {

/// Writes what a test program does into its result file (protocol/result_file.hpp). Each line is
/// handed to the system when it is complete, so whatever kills the program loses none. A `Todo`
/// fails a test as its "todo", and only if it makes an assertion fail: swallowed or expected, it is
/// none. Every program that links workshop_testing has this listener; without the variable that
/// names the file it does nothing.
class ResultListener : public Catch::EventListenerBase {
 public:
  /// Opens the result file.
  explicit ResultListener(const Catch::IConfig* config);
  ~ResultListener() override;
  ResultListener(const ResultListener&) = delete;
  ResultListener& operator=(const ResultListener&) = delete;

  /// What Catch2 lists it as.
  static std::string getDescription();

  /// Writes that the program runs.
  void testRunStarting(const Catch::TestRunInfo& run) override;
  /// Writes that a test begins.
  void testCaseStarting(const Catch::TestCaseInfo& test) override;
  /// Writes a failed assertion.
  void assertionEnded(const Catch::AssertionStats& stats) override;
  /// Writes what a test came to.
  void testCaseEnded(const Catch::TestCaseStats& stats) override;
  /// Writes the end of the run, with its counts.
  void testRunEnded(const Catch::TestRunStats& stats) override;
  /// Notes a signal: what Catch2 tells afterwards is not written.
  void fatalErrorEncountered(Catch::StringRef error) override;

  /// The running test has failed and will not end: writes its end, and the end of the run.
  void give_up_running_test();

  /// Writes where the program is, if it is known.
  void tell_frames(const CrashFrames& frames);

 private:
  void write(std::string_view line);

  int file_ = -1;
  std::string running_;  ///< the name of the test that runs
  std::uint64_t passed_count_ = 0;
  std::uint64_t failed_count_ = 0;
  std::uint64_t skipped_count_ = 0;
  bool dying_ = false;  ///< a signal came: what Catch2 reports from now on is only its farewell
  std::chrono::steady_clock::time_point started_;
};

}  // namespace workshop::testing
