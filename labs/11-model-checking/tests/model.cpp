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

#include "replay.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/report.hpp"
#include "workshop/testing/spec_file.hpp"

namespace workshop::shop {
namespace {

using modelcheck::TlcOutcome;
using modelcheck::TlcResult;

constexpr std::string_view kNone = "none";  // the model's None
constexpr std::string_view kBegin = "\\* ---- the handler -";
// Added to every model. What two operations do in one step cannot be torn apart by a crash; who
// saves what was not loaded has a database that adds by itself; a lease without end is a lost
// message.
const std::string kAlso = R"(
OneAtATime == [][
  /\ db' # db => sent' = sent /\ queue' = queue /\ leased' = leased
  /\ sent' # sent => queue' = queue /\ leased' = leased
  /\ \A h \in Handlers : \/ loaded'[h] \in {loaded[h], Unknown}
                         \/ db' = db /\ sent' = sent /\ queue' = queue /\ leased' = leased
]_<<queue, db, sent, leased, loaded>>
SavesWhatItLoaded == [][db' # db => \E h \in Handlers : pc'[h] # pc[h] /\ loaded[h] = db]_vars
NothingHeld == AtRest => \A h \in Handlers : ~leased[h]
)";

// Added as well: invariants that do not stop TLC when they are broken.
std::string surveyed() {
  std::string text = "Broken(i) == TLCGet(i) \\/ (TLCSet(i, TRUE) /\\ PrintT(<<\"BROKEN\", i>>))\n";
  std::string surveyed = "Surveyed ==\n";
  std::size_t i = 0;
  for (const auto& property : properties()) {
    if (property.temporal) continue;
    text += fmt::format("ASSUME TLCSet({}, FALSE)\n", ++i);
    surveyed += fmt::format("  /\\ {} \\/ Broken({})\n", property.name, i);
  }
  return text + surveyed;
}

constexpr std::string_view kEnd = "\\* ---- the handler ends here -";

std::string read(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error(file + " cannot be read");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// Who has which message in the last state. A handler that rests may have forgotten the message, and
// have its lease.
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

// What the last state of a counterexample shows, as far as properties speak of it.
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

// Then the stories of all tests are asked for at once.
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
  text_ = read(testing::kSpecFile);
  settings_ = read(testing::kLabFolder + std::string("/src/Receipts.cfg"));
  settings_ = settings_.substr(0, settings_.find("INVARIANTS"));
}

std::string Model::with_handler(const std::string& name, const std::string& definitions) const {
  const auto begin = text_.find(kBegin);
  const auto end = text_.find(kEnd);
  const auto last = text_.rfind("====");
  if (begin == std::string::npos || end == std::string::npos || last == std::string::npos) {
    FAIL("the lines \"---- the handler ----\" and \"---- the handler ends here ----\" must stay");
  }
  const auto handler = read(testing::kLabFolder + ("/tests/handlers/" + name + ".pcal"));
  const auto last_line = text_.rfind('\n', last) + 1;
  return text_.substr(0, text_.find('\n', begin) + 1) + handler +
         text_.substr(end, last_line - end) + definitions + text_.substr(last_line);
}

modelcheck::Spec Model::spec_of(const Question& question) const {
  auto config = settings_;
  if (question.smallest) {
    const std::string two = R"({"m1", "m2"})";
    config.replace(config.find(two), two.size(), R"({"m1"})");
    config.replace(config.find("Failures = 2"), 12, "Failures = 1");
  }
  auto text = question.text;
  if (const auto last = text.rfind("===="); last != std::string::npos) {
    text.insert(text.rfind('\n', last) + 1, kAlso + surveyed());
  }
  std::string others = question.wanted;
  for (const auto& property : properties()) {
    const bool named = property.name == question.wanted;
    const bool surveyed = question.wanted == kSurvey && property.temporal && !question.states_only;
    if (!named && !surveyed && question.wanted != kAll) continue;
    config += (property.temporal ? "PROPERTY " : "INVARIANT ") + property.name + "\n";
    if (!surveyed) others.clear();
  }
  if (!others.empty()) config += "INVARIANTS " + others + "\n";
  return {std::move(text), config, {}};
}

std::string Model::handler() const {
  const auto begin = text_.find(kBegin);
  const auto end = text_.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos) {
    FAIL("the lines \"---- the handler ----\" and \"---- the handler ends here ----\" must stay");
  }
  std::string handler;
  std::istringstream lines(text_.substr(begin, end - begin));
  for (std::string line; std::getline(lines, line);) {
    handler += line.substr(0, line.find("\\*")) + "\n";
  }
  return handler;
}

std::vector<TlcResult> Model::ask(const std::vector<Question>& questions) const {
  modelcheck::TlcOptions options;
  options.answers = modelcheck::answers_folder();
  std::vector<TlcResult> results(questions.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (auto i = next.fetch_add(1); i < questions.size(); i = next.fetch_add(1)) {
      auto asked = options;
      asked.coverage = questions[i].counted;
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

bool Model::Survey::is_broken(const Property& invariant) const {
  const auto number = &invariant - properties().data() + 1;
  return states.output.find(fmt::format("<<\"BROKEN\", {}>>", number)) != std::string::npos;
}

Model::Survey Model::survey() const {
  auto result = ask({text_, kSurvey, false, true});
  require_judged(result);
  if (result.holds()) return {true, std::move(result)};
  auto states = ask({text_, kSurvey, false, true, true});
  require_judged(states);
  return {false, std::move(states)};
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
  const auto place = result.line > 0 ? fmt::format(", line {}", result.line) : std::string();
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

  // One run says what is broken; a story takes another one, and comes when the steps before are
  // done.
  const auto all = survey();
  if (wanted.temporal ? all.all_hold : !all.is_broken(wanted)) {
    testing::report_exploration("TLC: " + all.states.to_string());
    return;
  }
  const bool earlier_is_broken =
      std::any_of(properties().begin(), properties().end(), [&](const Property& one) {
        return one.step < wanted.step && (one.temporal ? !all.all_hold : all.is_broken(one));
      });
  if (earlier_is_broken) {
    fail(wanted.broken,
         fmt::format("expected: {}\n  got:      TLC finds an execution that breaks it; "
                     "its story is told when the steps before are green",
                     wanted.expected));
  }
  if (all_tests_run) {  // on both processors; what was asked is remembered
    std::vector<Question> stories;
    for (const auto& one : properties()) {
      const bool told = one.temporal ? !all.all_hold : all.is_broken(one);
      if (told && one.step <= wanted.step) stories.push_back({text_, one.name});
    }
    ask(stories);
  }
  const auto result = ask({text_, wanted.name});
  require_judged(result);
  if (result.holds()) {
    testing::report_exploration("TLC: " + result.to_string());
    return;
  }
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
