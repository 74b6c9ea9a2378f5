#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "properties.hpp"
#include "workshop/modelcheck/tlc.hpp"

namespace workshop::shop {

/// A question to TLC: a model, and one property of it, or all of them, or other invariants.
struct Question {
  std::string text;
  std::string wanted;      ///< kAll, or one property, or names of invariants
  bool smallest = false;   ///< in a world with one payment and one failure, instead of two each
  bool fast = false;       ///< with two workers: the verdict is certain, the counterexample is any
  std::string messages{};  ///< the payments, as a set in TLA+; "": two
};
inline constexpr const char* kAll = "all";
/// All properties in one run that goes on to the end, and the steps that are never taken. TLC
/// prints one counterexample of each broken property: "BROKEN 2" is the third of `properties()`.
inline constexpr const char* kSurvey = "Surveyed";

/// The model that this program judges. The fixture of all tests: without TLC they are skipped, with
/// the reason.
class Model {
 public:
  Model();

  /// The model as it is handed in.
  const std::string& text() const { return text_; }
  /// Whether it still has the lines between which the handler stands.
  bool has_handler() const;
  /// The handler of the model as it is handed in, without its comments.
  std::string handler() const;
  /// All but the handler, without blanks and line ends: what is given.
  std::string given_text() const;
  /// The model as it is handed in, in a world in which leases also end before their handler does.
  std::string with_expiring_leases() const;
  /// The same, in a world in which handlers crash as often as they like: only messages come twice
  /// at the cost of a failure. What was sent is a set there, or there would be no end of it.
  std::string with_free_crashes() const;
  /// The same, of a customer who has made these payments long ago, the first and the last of which
  /// come again. Only the receipts of these two are in `sent`: nobody asks about the others.
  std::string with_history(const std::vector<std::string>& payments) const;
  /// The model with another handler, one of tests/handlers, and with more definitions at its end.
  /// What is given stays as it is handed in.
  std::string with_handler(const std::string& name, const std::string& definitions = "") const;

  /// TLC's answers, computed two at a time. Answers to earlier questions are kept.
  std::vector<modelcheck::TlcResult> ask(const std::vector<Question>& questions) const;
  modelcheck::TlcResult ask(const Question& question) const;
  /// Which of all properties are broken.
  struct Survey {
    modelcheck::TlcResult states{};                         ///< and what was never taken
    std::map<std::string, modelcheck::TlcResult> broken{};  ///< by the property's name
    bool is_broken(const Property& property) const { return broken.contains(property.name); }
  };
  const Survey& survey() const;

  /// Requires that a property holds in the model. Fails with the story of the counterexample, and
  /// with the schedule on which a C++ handler with the same flaw breaks. When a schedule is
  /// replayed, its handler is judged, and TLC does not run.
  void require_holds(const std::string& property_name) const;

 private:
  void replay_in_cpp(const Property& property) const;
  /// The model with texts of what is given replaced by others.
  std::string with_replaced(const std::vector<std::pair<std::string, std::string>>& texts) const;
  modelcheck::Spec spec_of(const Question& question) const;
  modelcheck::TlcResult ask_all() const;
  void require_handler() const;

  modelcheck::Tlc tlc_;
  std::string text_;
  std::string settings_;  // the part of the .cfg file before the properties
};

/// Fails the running test unless TLC could judge the model: a typing error is not a broken
/// property.
void require_judged(const modelcheck::TlcResult& result);

/// Fails the running test, for a reason that the `workshop` program shows.
[[noreturn]] void fail(const std::string& reason, const std::string& story);

}  // namespace workshop::shop
