#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workshop/runner/board/report.hpp"

namespace workshop::runner {

/// What a class has reported, in memory. Knows no clock: every function is told what time it is.
/// Not thread-safe.
class Board {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kPeopleMax = 120;
  /// Reports of one person: so many at once, then one every so often.
  static constexpr int kReportsAtOnce = 20;
  static constexpr std::chrono::seconds kReportEvery{2};

  /// One person at one lab.
  struct Cell {
    Report last;
    Time since{};  ///< when a test was green, or failed in a way, that had not been so before
    std::set<std::string> seen;  ///< what has been so: a test's name, and how it failed
    std::string resembles;       ///< the stored mistake that it perhaps is, by its name, or empty
    int step() const;            ///< the lowest with a red test; 0: all are green
    const TestState* failure() const;  ///< the first red test of that step; null: none
  };

  struct Person {
    std::string name;
    std::map<int, Cell> labs;
    std::optional<Time> hand;  ///< since when it is raised
    double reports_left = kReportsAtOnce;
    Time reported{};
  };

  enum class Taken { yes, unknown_person, too_often };

  /// A new person, under this name or, when it is taken, the name with a number. `token` is what
  /// says later that it is them. Nothing when the board is full.
  std::optional<std::string> join(const std::string& name, std::string token, Time now);
  /// `resembles` is the name of the stored mistake that this report perhaps shows.
  Taken take(const ReportRead& read, Time now, std::string resembles = {});
  /// Raises a hand or takes it down. False: nobody has this token.
  bool hand(const std::string& token, bool raised, Time now);
  /// The first hand that is up goes down.
  void next_hand();
  /// Forgets a person; all of them.
  bool leave(const std::string& token);
  void forget();

  const std::map<std::string, Person>& people() const noexcept { return people_; }  ///< by token
  /// The tokens of those whose hand is up, who raised it first first.
  std::vector<std::string> hands() const;

  /// How long it is since the last news of those who are not done with this lab, in the middle of
  /// the class; nothing when nobody is at it.
  std::optional<std::chrono::seconds> middle_since_news(int lab, Time now) const;
  /// Without news for much longer than the class: more than twice the middle, and at least so long.
  static constexpr std::chrono::minutes kQuietMin{5};
  static bool is_quiet(const Cell& cell, std::optional<std::chrono::seconds> middle, Time now);

  /// People whose first failure of a lab is the same: the same test, broken in the same way.
  struct Group {
    int lab = 0;
    int step = 0;
    std::string test;
    std::string reason;
    std::string schedule;  ///< of one of them, with the fewest signs
    std::vector<std::string> tokens;
    std::string resembles;  ///< what most of them resemble, if any does
    int resembling = 0;     ///< how many
  };
  /// The largest first.
  std::vector<Group> groups() const;

  /// An operation of an execution, and how many people's first failure is decided at it.
  struct Place {
    std::string operation;
    int count = 0;
    std::map<std::string, int> faults;  ///< by what: "crash"; "" for an execution without a fault
    char process = 'A';                 ///< whose it is in that execution
    std::string fault;                  ///< what happens at it there, or empty
    bool elsewhere = false;             ///< that execution does not have it
  };
  static constexpr std::size_t kPlacesMax = 16;
  /// The execution on which most people of a lab break, with all of theirs counted on it: each
  /// operation where it comes first, those that it does not have behind it. Empty: nobody's breaks.
  /// The words are the kit's own, whatever has been reported.
  std::vector<Place> class_execution(int lab) const;

 private:
  std::map<std::string, Person> people_;
};

}  // namespace workshop::runner
