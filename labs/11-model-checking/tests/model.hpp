#pragma once

#include <string>
#include <vector>

#include "properties.hpp"
#include "workshop/modelcheck/tlc.hpp"

namespace workshop::shop {

/// What TLC is asked: a model, and one property of it, or all of them, or other invariants.
struct Question {
  std::string text;
  std::string wanted;        ///< kAll, or one property, or names of invariants
  bool smallest = false;     ///< in a world with one payment and one failure, instead of two each
  bool counted = false;      ///< how often each step was taken; that costs a third more
  bool states_only = false;  ///< a survey without temporal properties, which would stop TLC
};
inline constexpr const char* kAll = "all";
/// Which invariants are broken, all in one run: TLC says "BROKEN 2" of the third of `properties()`
/// and goes on. Temporal properties are asked with it, and the first that is broken stops TLC.
inline constexpr const char* kSurvey = "Surveyed";

/// The model that this program judges. The fixture of all tests: without TLC they are skipped, and
/// say why.
class Model {
 public:
  Model();

  /// The model as it is handed in.
  const std::string& text() const { return text_; }
  /// The handler of the model as it is handed in, without its comments.
  std::string handler() const;
  /// The model with another handler, one of tests/handlers, and with more definitions at its end.
  /// What is given stays as it is handed in.
  std::string with_handler(const std::string& name, const std::string& definitions = "") const;

  /// TLC's answers, two at a time. What was asked before is remembered.
  std::vector<modelcheck::TlcResult> ask(const std::vector<Question>& questions) const;
  modelcheck::TlcResult ask(const Question& question) const;
  /// What is broken, of all properties; and if a temporal one is, once more of the others.
  struct Survey {
    bool all_hold = false;           ///< the temporal properties, and TLC went through all states
    modelcheck::TlcResult states{};  ///< which invariants are broken, and what was never taken
    bool is_broken(const Property& invariant) const;
  };
  Survey survey() const;

  /// Requires that the model has a property. Fails with the story of the counterexample, and with
  /// the schedule on which a C++ handler with the same flaw breaks. When a schedule is replayed,
  /// its handler is judged and TLC is not asked.
  void require_holds(const std::string& property_name) const;

 private:
  void replay_in_cpp(const Property& property) const;
  modelcheck::Spec spec_of(const Question& question) const;

  modelcheck::Tlc tlc_;
  std::string text_;
  std::string settings_;  // of the .cfg file: what stands before the properties
};

/// Fails the running test unless TLC could judge the model: a typing error is no broken property.
void require_judged(const modelcheck::TlcResult& result);

/// Fails the running test, for a reason that the `workshop` program shows.
[[noreturn]] void fail(const std::string& reason, const std::string& story);

}  // namespace workshop::shop
