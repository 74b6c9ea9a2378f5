#include "model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/interfaces/catch_interfaces_config.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>

#include "given.hpp"
#include "replay.hpp"
#include "workshop/core/hash.hpp"
#include "workshop/explore/session.hpp"
#include "workshop/modelcheck/files.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/report.hpp"
#include "workshop/testing/spec_file.hpp"

namespace workshop::shop {
namespace {

using modelcheck::TlcOutcome;
using modelcheck::TlcResult;

constexpr std::string_view kNone = "none";  // the model's None
constexpr std::string_view kBegin = "\\* ---- the handler -";
// Added to every model. OneAtATime: two operations in one step could not be separated by a crash.
// SavesWhatItLoaded: a handler that saves what it has not loaded would need a database that adds by
// itself. NothingHeld: a lease without end is a lost message.
const std::string kAlso = R"(
ChangesOneThing ==
  /\ db' # db => sent' = sent /\ queue' = queue /\ leased' = leased
  /\ sent' # sent => queue' = queue /\ leased' = leased
  /\ \A h \in Handlers : \/ loaded'[h] \in {loaded[h], Unknown}
                         \/ db' = db /\ sent' = sent /\ queue' = queue /\ leased' = leased
ChangesWhatItLoaded == db' # db => \E h \in Handlers : pc'[h] # pc[h] /\ loaded[h] = db
OneAtATime == [][ChangesOneThing]_vars
SavesWhatItLoaded == [][ChangesWhatItLoaded]_vars
NothingHeld == AtRest => \A h \in Handlers : ~leased[h]
)";

// Added as well: all properties in one, each of which counts as broken only the first time. If
// several are broken in one state, all of them are printed.
std::string surveyed() {
  std::string text =
      "Broken(i) == ~TLCGet(i) /\\ TLCSet(i, TRUE) /\\ PrintT(<<\"BROKEN\", i>>)\n"
      "ASSUME \\A i \\in 0.." +
      std::to_string(properties().size()) + " : TLCSet(i, FALSE)\n";
  std::vector<std::string> states;
  std::vector<std::string> steps;
  for (std::size_t i = 0; i < properties().size(); ++i) {
    const auto& property = properties()[i];
    if (property.temporal && property.of_steps.empty()) continue;
    (property.temporal ? steps : states)
        .push_back(fmt::format("{} \\/ ~Broken({})",
                               property.temporal ? property.of_steps : property.name, i));
  }
  return text + fmt::format("Surveyed == {{{}}} = {{TRUE}}\n", fmt::join(states, ",\n  ")) +
         fmt::format("SurveyedSteps == [][{{{}}} = {{TRUE}}]_vars\n", fmt::join(steps, ",\n  "));
}

constexpr std::string_view kEnd = "\\* ---- the handler ends here -";

// Which handler has which message in the last state. A handler at rest may have forgotten the
// message, and still have its lease.
std::string told_held(const TlcResult& result) {
  std::vector<std::string> held;
  const auto& states = result.counterexample;
  for (const auto& [handler, leased] : states.back().variables.at("leased").pairs()) {
    if (!leased.boolean()) continue;
    const auto has_one = [&](const modelcheck::TlcState& state) {
      return state.variables.at("message").at(handler.text()).text() != kNone;
    };
    const auto had = std::find_if(states.rbegin(), states.rend(), has_one);
    if (had == states.rend()) continue;
    held.push_back(fmt::format("handler {} still has the lease of {}", handler.text(),
                               had->variables.at("message").at(handler.text()).text()));
  }
  return fmt::format("{}", fmt::join(held, ", "));
}

// What the last state of a counterexample shows, as far as the property is about it.
std::string shown_at_the_end(const TlcResult& result, const Property& property) {
  if (property.torn) {
    return fmt::format("the last step changes {}", fmt::join(changed_at_once(result), ", "));
  }
  if (property.name == "SavesWhatItLoaded") return "in the last step the customer was not";
  if (property.temporal) {
    const bool stuck = result.loops_to && *result.loops_to + 1 == result.counterexample.size();
    return stuck ? "after the last step nothing happens any more"
                 : "after the last step it goes back to an earlier one, for ever";
  }
  const auto& last = result.counterexample.back().variables;
  if (property.name == "NothingHeld") return told_held(result);
  std::string text = "db.spent = " + last.at("db").at("spent").to_string() + ", sent:";
  if (last.at("sent").pairs().empty()) text += " nothing";
  for (const auto& [receipt, copies] : last.at("sent").pairs()) {
    text += fmt::format(" {}{}", receipt.to_string(),
                        copies.integer() == 1 ? "" : fmt::format(" {} times", copies.integer()));
  }
  return text;
}

// The tag of the schedule by which the n-th exploration of the running test is replayed.
std::string tag_of(std::uint32_t exploration) {
  return explore::schedule_tag(fmt::format("{}/{}", explore::session().test_name, exploration));
}

// Whether all tests run: then the stories of all of them are computed at once.
bool all_tests_run = false;

class RunListener final : public Catch::EventListenerBase {
 public:
  using EventListenerBase::EventListenerBase;
  void testRunStarting(const Catch::TestRunInfo& /*info*/) override {
    all_tests_run = !m_config->hasTestFilters();
  }
};

CATCH_REGISTER_LISTENER(RunListener)

}  // namespace

Model::Model() {
  const auto found = modelcheck::find_tlc();
  if (!found.tlc) SKIP(found.missing);
  tlc_ = *found.tlc;
  text_ = modelcheck::read_file(testing::kSpecFile);
  settings_ = modelcheck::read_file(testing::kLabFolder + std::string("/src/Receipts.cfg"));
  settings_ = settings_.substr(0, settings_.find("INVARIANTS"));
}

bool Model::has_handler() const {
  return text_.find(kBegin) != std::string::npos && text_.find(kEnd) != std::string::npos &&
         text_.rfind("====") != std::string::npos;
}

void Model::require_handler() const {
  if (has_handler()) return;
  FAIL("the lines \"---- the handler ----\" and \"---- the handler ends here ----\" must stay");
}

namespace {

/// A letter turned by 13 places of the alphabet, or what is no letter.
char turned(char c) {
  const char first = c >= 'a' && c <= 'z' ? 'a' : 'A';
  return c < first || c > first + 25 ? c : static_cast<char>(first + (c - first + 13) % 26);
}

/// A handler of tests/handlers. The right one is an answer to this lab, so its letters are turned,
/// and nobody reads it by accident.
std::string handler_in_file(const std::string& name) {
  const auto folder = std::string(testing::kLabFolder) + "/tests/handlers/";
  if (name != "right") return modelcheck::read_file(folder + name + ".pcal");
  auto text = modelcheck::read_file(folder + "right.rot13");
  std::transform(text.begin(), text.end(), text.begin(), &turned);
  return text;
}

}  // namespace

std::string Model::with_handler(const std::string& name, const std::string& definitions) const {
  const auto begin = text_.find(kBegin);
  const auto end = text_.find(kEnd);
  const auto last = text_.rfind("====");
  require_handler();
  const auto handler = handler_in_file(name);
  const auto last_line = text_.rfind('\n', last) + 1;
  return text_.substr(0, text_.find('\n', begin) + 1) + handler +
         text_.substr(end, last_line - end) + definitions + text_.substr(last_line);
}

modelcheck::Spec Model::spec_of(const Question& question) const {
  auto config = settings_;
  const std::string two = R"({"m1", "m2"})";
  const auto& messages = question.messages;
  if (question.smallest) config.replace(config.find("Failures = 2"), 12, "Failures = 1");
  if (question.smallest && messages.empty())
    config.replace(config.find(two), two.size(), R"({"m1"})");
  if (!messages.empty()) config.replace(config.find(two), two.size(), messages);
  auto text = question.text;
  if (const auto last = text.rfind("===="); last != std::string::npos) {
    text.insert(text.rfind('\n', last) + 1, kAlso + surveyed());
  }
  std::string invariants = question.wanted;
  for (const auto& property : properties()) {
    if (property.name != question.wanted && question.wanted != kAll) continue;
    config += (property.temporal ? "PROPERTY " : "INVARIANT ") + property.name + "\n";
    invariants.clear();
  }
  if (!invariants.empty()) config += "INVARIANTS " + invariants + "\n";
  if (question.wanted == kSurvey) config += "PROPERTIES SurveyedSteps ComesToRest\n";
  return {std::move(text), config, {}};
}

std::string Model::handler() const {
  const auto begin = text_.find(kBegin);
  const auto end = text_.find(kEnd);
  require_handler();
  std::string handler;
  std::istringstream lines(text_.substr(begin, end - begin));
  for (std::string line; std::getline(lines, line);) {
    handler += line.substr(0, line.find("\\*")) + "\n";
  }
  return handler;
}

std::string Model::given_text() const {
  require_handler();
  auto text = text_.substr(0, text_.find(kBegin)) + text_.substr(text_.find(kEnd));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return text;
}

std::vector<TlcResult> Model::ask(const std::vector<Question>& questions) const {
  modelcheck::TlcOptions options;
  options.answers = modelcheck::answers_folder();
  options.coverage = false;
  std::vector<TlcResult> results(questions.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (auto i = next.fetch_add(1); i < questions.size(); i = next.fetch_add(1)) {
      auto asked = options;
      if (questions[i].fast) asked.workers_count = 2;
      asked.probes = asked.go_on = asked.temporal_last = questions[i].wanted == kSurvey;
      results[i] = modelcheck::check(tlc_, spec_of(questions[i]), asked);
    }
  };
  auto other = std::async(std::launch::async, work);
  work();
  other.get();
  return results;
}

TlcResult Model::ask(const Question& question) const {
  return ask(std::vector<Question>{question}).front();
}

// If all properties held in the last run, they will most likely hold again, and two workers confirm
// it sooner. Their counterexamples need not be shortest ones, nor the same in each run, so
// counterexamples are taken from a run with one worker.
TlcResult Model::ask_all() const {
  const auto held = modelcheck::answers_folder() /
                    fmt::format("held-{:016x}", Digest().add(testing::kSpecFile).value());
  std::error_code ignored;
  if (std::filesystem::exists(held, ignored)) {
    auto result = ask({text_, kSurvey, false, true});
    if (result.holds()) return result;
    std::filesystem::remove(held, ignored);
  }
  auto result = ask({text_, kSurvey});
  if (result.holds()) std::ofstream{held};
  return result;
}

const Model::Survey& Model::survey() const {
  static std::map<std::string, Survey> surveys;  // by what was judged
  const auto [found, is_new] = surveys.try_emplace(text_);
  auto& survey = found->second;
  if (is_new) {
    auto asked = std::async(std::launch::async, [&] { return ask_all(); });
    if (all_tests_run && has_handler()) given(*this);  // while TLC runs
    survey.states = asked.get();
    for (const auto& violation : survey.states.violations) {
      for (std::size_t i = 0; i < properties().size(); ++i) {
        const auto& property = properties()[i];
        const bool shown =
            violation.outcome == TlcOutcome::temporal_violated
                ? property.temporal && property.of_steps.empty()
                : violation.printed.find(fmt::format("<<\"BROKEN\", {}>>", i)) != std::string::npos;
        if (!shown) continue;
        auto& story = survey.broken[property.name];
        story.outcome = violation.outcome;
        story.property = property.name;
        story.counterexample = violation.counterexample;
        story.loops_to = violation.loops_to;
      }
    }
  }
  require_judged(survey.states);
  if (!survey.states.complete) {
    FAIL("TLC cannot judge the model: it stopped before the end\n" << survey.states.message);
  }
  return survey;
}

void require_judged(const TlcResult& result) {
  switch (result.outcome) {
    case TlcOutcome::holds:
    case TlcOutcome::invariant_violated:
    case TlcOutcome::action_violated:
    case TlcOutcome::temporal_violated:
      return;
    default:
      break;
  }
  const auto place =
      result.line > 0 ? fmt::format(", Receipts.tla:{}", result.line) : std::string();
  FAIL("TLC cannot judge the model: " << name_of(result.outcome) << place << "\n"
                                      << result.message);
}

void fail(const std::string& reason, const std::string& story) {
  testing::report_violation(reason, reason + "\n  " + story, "");
  FAIL(reason + ": " + story);
  throw std::logic_error("not reached");
}

void Model::replay_in_cpp(const Property& property) const {
  for (const auto& handler : flawed_handlers()) {
    auto verdict = explore::explore_in_test(scenario_of(handler, property.in_cpp));
    if (verdict.failure) audit(*verdict.failure, property);
    if (const auto failure = testing::judge(verdict)) FAIL(*failure);
  }
}

void Model::require_holds(const std::string& property_name) const {
  const auto& wanted = property(property_name);
  if (explore::session().replay) return replay_in_cpp(wanted);
  auto& explorations = explore::session().explorations_count;
  const auto first = explorations;
  explorations += static_cast<std::uint32_t>(flawed_handlers().size());

  const auto& all = survey();
  if (!all.is_broken(wanted)) {
    testing::report_exploration("TLC: " + all.states.explored());
    return;
  }
  const bool earlier_is_broken = std::any_of(
      properties().begin(), properties().end(),
      [&](const Property& one) { return one.step < wanted.step && all.is_broken(one); });
  if (earlier_is_broken) {
    fail(wanted.broken,
         fmt::format("expected: {}\n  got:      TLC finds an execution that breaks it; "
                     "its story is told when the steps before are green",
                     wanted.expected));
  }
  const auto& result = all.broken.at(wanted.name);
  auto got = shown_at_the_end(result, wanted);
  const auto handlers = flawed_handlers();
  std::string schedule;
  for (std::uint32_t i = 0; i < handlers.size() && schedule.empty(); ++i) {
    const auto replayed = replay(result, wanted, handlers[i], tag_of(first + i));
    const bool same = replayed.schedule && replayed.broken == wanted.broken;
    const bool torn = wanted.torn && !replayed.broken.empty();
    if (same || torn) schedule = replayed.schedule->to_string();
    if (torn) {
      got += fmt::format("; torn apart in C++: {} ({})", replayed.broken, handlers[i].name);
    }
  }
  if (wanted.torn && schedule.empty()) {
    got += "; no C++ handler of the lab breaks by dying in between";
  }
  auto trace =
      modelcheck::trace_of(result, words(), {wanted.broken, wanted.expected, got}, wanted.at_rest);
  trace.schedule = schedule;
  explore::Verdict verdict;
  verdict.failure = std::move(trace);
  FAIL(*testing::judge(verdict));
}

}  // namespace workshop::shop
