#include "model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>

#include "workshop/explore/explorer.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/report.hpp"
#include "workshop/testing/spec_file.hpp"

namespace workshop::shop {
namespace {

using modelcheck::TlcOutcome;
using modelcheck::TlcResult;

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
std::string survey() {
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

modelcheck::ModelWords words() {
  modelcheck::ModelWords words;
  words.untold = {"changes", "failures", "leased", "loaded"};
  return words;
}

// What the last step changes of what only one operation may change in a step.
std::string changed_at_once(const TlcResult& result) {
  const auto& states = result.counterexample;
  std::vector<std::string> names;
  for (const auto* name : {"queue", "leased", "loaded", "db", "sent"}) {
    if (states.size() < 2) break;
    const auto& before = states[states.size() - 2].variables;
    if (states.back().variables.at(name) != before.at(name)) names.emplace_back(name);
  }
  return fmt::format("the last step is more than one of them: it changes {}",
                     fmt::join(names, ", "));
}

// What the last state of a counterexample shows, as far as properties speak of it.
std::string shown_at_the_end(const TlcResult& result, const Property& property) {
  if (property.name == "OneAtATime") return changed_at_once(result);
  if (property.name == "SavesWhatItLoaded") return "in the last step it was not";
  if (property.temporal) {
    const bool stuck = result.loops_to && *result.loops_to + 1 == result.counterexample.size();
    return stuck ? "after the last step nothing happens any more"
                 : "after the last step it goes back to an earlier one, for ever";
  }
  const auto& last = result.counterexample.back().variables;
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

}  // namespace

const std::vector<Property>& properties() {
  static const std::vector<Property> all = {
      {.name = "NoGhostMessage",
       .broken = "ghost message",
       .expected = "a receipt is sent only if its payment is saved",
       .in_cpp = {no_ghost_message}},
      {.name = "NoLostMessage",
       .broken = "lost message",
       .expected = "at rest, each payment that was saved has its receipt sent",
       .at_rest = true,
       .in_cpp = {no_lost_message}},
      {.name = "NoLostEffect",
       .broken = "lost effect",
       .expected = "at rest, the customer has spent one coin for each payment",
       .at_rest = true,
       .in_cpp = {exactly_one_effect}},
      {.name = "NoDuplicateEffect",
       .step = 2,
       .broken = "duplicate effect",
       .expected = "each payment is added once",
       .in_cpp = {exactly_one_effect}},
      {.name = "ConsistentOutput",
       .step = 3,
       .broken = "inconsistent output",
       .expected = "all receipts for one payment say the same",
       .in_cpp = {consistent_output}},
      {.name = "SaysWhatWasSaved",
       .step = 3,
       .broken = "inconsistent output",
       .expected = "a receipt says the sum that was saved with its payment",
       .in_oracle = false},
      {.name = "NothingHeld",
       .broken = "garbage",
       .expected =
           "at rest, no handler has the lease of a message: each was acknowledged or abandoned",
       .at_rest = true,
       .in_oracle = false},
      {.name = "ComesToRest",
       .broken = "livelock",
       .expected = "in the end the queue is empty, and stays so",
       .temporal = true},
      {.name = "OneAtATime",
       .broken = "two at once",
       .expected = "each operation is a step of its own: a handler can die in between",
       .temporal = true,
       .in_oracle = false},
      {.name = "SavesWhatItLoaded",
       .broken = "lost update",
       .expected = "a handler saves only after it has seen that the customer is as it was loaded",
       .temporal = true,
       .in_oracle = false}};
  return all;
}

const Property& property(const std::string& name) {
  return *std::find_if(properties().begin(), properties().end(),
                       [&](const Property& property) { return property.name == name; });
}

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
    text.insert(text.rfind('\n', last) + 1, kAlso + survey());
  }
  std::string others = question.wanted;
  for (const auto& property : properties()) {
    const bool named = property.name == question.wanted;
    const bool surveyed = question.wanted == kSurvey && property.temporal;
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
      results[i] = modelcheck::check(tlc_, spec_of(questions[i]), options);
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
    const auto verdict = explore::explore_in_test(scenario_of(handler, property.in_cpp));
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
  const auto all = ask({text_, kSurvey});
  require_judged(all);
  const auto is_broken = [&](const Property& one) {
    const auto number = &one - properties().data() + 1;
    return all.output.find(fmt::format("<<\"BROKEN\", {}>>", number)) != std::string::npos;
  };
  if (all.holds() && !is_broken(wanted)) {
    testing::report_exploration("TLC: " + all.to_string());
    return;
  }
  const bool later = std::any_of(properties().begin(), properties().end(), [&](const auto& one) {
    return one.step < wanted.step && is_broken(one);
  });
  if (all.holds() && later) {
    fail(wanted.broken,
         fmt::format("expected: {}\n  got:      TLC finds an execution that breaks it; "
                     "its story is told when the steps before are green",
                     wanted.expected));
  }
  const auto result = ask({text_, wanted.name});
  require_judged(result);
  if (result.holds()) {
    testing::report_exploration("TLC: " + result.to_string());
    return;
  }
  auto trace = modelcheck::trace_of(
      result, words(), {wanted.broken, wanted.expected, shown_at_the_end(result, wanted)},
      wanted.at_rest);
  const auto handlers = flawed_handlers();
  for (std::uint32_t i = 0; i < handlers.size() && wanted.in_oracle; ++i) {
    const auto replayed = replay(result, wanted, handlers[i], tag_of(first + i));
    if (!replayed.schedule || replayed.broken != wanted.broken) continue;
    trace.schedule = replayed.schedule->to_string();
    break;
  }
  explore::Verdict verdict;
  verdict.failure = std::move(trace);
  FAIL(*testing::judge(verdict));
}

Replay replay(const TlcResult& result, const Property& property, const NamedHandler& handler,
              const std::string& tag) {
  auto leading = result;  // of a loop: what leads there is enough, the code goes round by itself
  if (result.loops_to) leading.counterexample.resize(*result.loops_to + 1);
  const auto scenario = scenario_of(handler, property.in_cpp);
  auto walked = modelcheck::walk(scenario, modelcheck::steps_of(leading, words()), tag);
  Replay replayed{walked.schedule, walked.left, ""};
  if (!walked.schedule) return replayed;
  const auto trace = explore::follow(scenario, *walked.schedule);
  if (trace.violation) replayed.broken = trace.violation->name;
  return replayed;
}

std::string follow_loosely(const explore::Schedule& schedule, const Property& property,
                           const NamedHandler& handler) {
  explore::FollowOptions options;
  options.loosely = true;
  const auto trace = explore::follow(scenario_of(handler, property.in_cpp), schedule, options);
  return trace.violation ? trace.violation->name : "";
}

}  // namespace workshop::shop
