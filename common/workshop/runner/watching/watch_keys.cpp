// What a watch session does on each key.
#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/printing/hints.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/solution.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/own_file.hpp"
#include "workshop/runner/proving/prove_lab.hpp"
#include "workshop/runner/runs/open_file.hpp"
#include "workshop/runner/runs/verdict.hpp"
#include "workshop/runner/watching/watch_session.hpp"
#include "workshop/runner/watching/watch_words.hpp"

namespace workshop::runner {
namespace {

/// Why there is no failure to show.
std::string no_failure(const Project& project, const Lab& lab) {
  return Progress::load(project).not_built(lab) != nullptr
             ? "The file does not compile, so no test has run: mend the first error, then save."
             : "No test is red.";
}

}  // namespace

void WatchSession::footer() {
  if (!keyboard_ || question_ != 0) return;
  const auto progress = Progress::load(project_);
  const auto* state = progress.find(lab_.number);
  const auto red = red_tests();
  const WatchKeys keys = {
      .green = green(),
      .refused = refused_.has_value(),
      .one_test = !only_.empty(),
      .chooses = options_.listener == nullptr,
      .hint = !green() || refused_ || (state != nullptr && first_red(*state) != nullptr),
      .next_lab = next_lab(project_.labs()) != nullptr,
      .failures = red.size(),
      .picture = !red.empty() && !red[shown_failure_ % red.size()]->picture.empty()};
  console_.interim(console_.dim(footer_of(keys, console_.style().story_width)));
}

void WatchSession::print_keys() {
  for (const auto& [key, does] : keys_of_watch()) {
    console_.labelled(fmt::format("{}  ", key), does);
  }
}

void WatchSession::on_key(char key) {
  if (over_) return;  // what was typed behind q
  if (question_ != 0) return on_answer(key);
  switch (key) {
    case 'h':
      give_hint();
      break;
    case 'r':
      again_ = true;
      break;
    case 't':
      next_failure();
      break;
    case 'p':
      show_picture();
      break;
    case 'o':
      only_or_all();
      break;
    case 'v':
      prove();
      break;
    case 's':
      if (all_green()) return show_solution();
      question_ = key;
      console_.interim("Your tests are not green yet. See the solution all the same? y/n ");
      return;
    case 'x':
      question_ = key;
      console_.interim("Put the file back as it was at the start? A copy is kept. y/n ");
      return;
    case 'n':
      go_to_next_lab();
      break;
    case '?':
      print_keys();
      break;
    case 'q':
      over_ = true;
      return;
    default:
      return;
  }
  footer();
}

/// From the test whose story was told last to all tests, and back.
void WatchSession::only_or_all() {
  // Who listens takes a green verdict for a lab that is solved.
  if (options_.listener != nullptr) return console_.line("A page shows all tests, so all are run.");
  if (!only_.empty()) {
    only_.clear();
    console_.line("All tests again.");
  } else if (refused_) {
    return console_.line("What prove has found is run by prove alone: v.");
  } else {
    const auto red = red_tests();
    if (red.empty()) return console_.paragraph(no_failure(project_, lab_));
    only_ = red[shown_failure_ % red.size()]->name;
    console_.paragraph("Only this test from now on: " + only_);
  }
  again_ = true;
}

void WatchSession::prove() {
  if (!all_green()) return console_.line("Not all tests are green yet.");
  console_.line();
  console_.paragraph(
      "Proving: harder situations and wider bounds, about a minute. Any key leaves it.");
  ProveOptions how;
  how.lab = options_.lab;
  bool left = false;
  how.ends = [&] {
    left = left || (keyboard_ && (keyboard_->key() || keyboard_->closed())) || saved_again();
    return left;
  };
  how.hand = Hand::presses;
  auto done = prove_lab(project_, console_, how);
  if (!done) return console_.line("Left: nothing is proved.");
  refused_ = std::move(done->failed);
  shown_failure_ = 0;
}

void WatchSession::give_hint() {
  try {
    const auto progress = Progress::load(project_);
    if (const auto* not_built = progress.not_built(lab_)) {
      print_not_built(console_, project_, lab_, *not_built);
      if (options_.listener == nullptr) return;
      TakenHint none;
      none.none = "The file does not compile: mend the first error, then hints fit again.";
      return options_.listener->hint_taken(none);
    }
    const auto taken =
        take_hint(project_, lab_, 0, keyboard_ != nullptr ? Hand::presses : Hand::types);
    print_taken_hint(console_, lab_, taken);
    if (options_.listener != nullptr) options_.listener->hint_taken(taken);
  } catch (const UserError& error) {
    console_.paragraph(error.what());
  }
}

void WatchSession::on_answer(char key) {
  const char question = std::exchange(question_, 0);
  if (key != 'y' && key != 'Y') {
    console_.line(question == 'x' ? "It stays as it is." : "Not yet.");
  } else if (question == 's') {
    show_solution();
  } else {
    reset();
  }
  footer();
}

/// The run of whose failures the keys speak: that of `prove`, if it said no since the last check.
const RunResult* WatchSession::failing_run() const {
  if (refused_) return &refused_->run.results;
  return last_ ? &last_->run.results : nullptr;
}

/// The red tests, from the one on whose story the verdict ends.
std::vector<const TestResult*> WatchSession::red_tests() const {
  std::vector<const TestResult*> red;
  const auto* run = failing_run();
  if (run == nullptr) return red;
  for (const auto& test : run->tests) {
    if (test.failed()) red.push_back(&test);
  }
  std::ranges::rotate(red, std::ranges::find(red, first_failure(*run)));
  return red;
}

void WatchSession::next_failure() {
  const auto red = red_tests();
  if (red.empty()) return console_.paragraph(no_failure(project_, lab_));
  shown_failure_ = (shown_failure_ + 1) % red.size();
  console_.line();
  console_.line(
      console_.dim(fmt::format("Failing test {} of {}:", shown_failure_ + 1, red.size())));
  Printer(project_, console_).story(*red[shown_failure_]);
}

void WatchSession::show_picture() {
  const auto red = red_tests();
  if (red.empty()) return console_.paragraph(no_failure(project_, lab_));
  const auto& test = *red[shown_failure_ % red.size()];
  if (test.picture.empty()) return console_.line("This failure has no picture.");
  if (open_in_browser(test.picture)) {
    return console_.labelled("Opened: ", project_.shown(test.picture));
  }
  console_.labelled("Picture: ", "no browser can be started from here; open this file in one: " +
                                     project_.shown(test.picture));
}

void WatchSession::show_solution() {
  console_.line();
  try {
    print_solution(console_, project_, lab_);
  } catch (const UserError& error) {
    console_.paragraph(error.what());
  }
}

void WatchSession::go_to_next_lab() {
  if (!all_green()) return console_.line("Not all tests are green yet.");
  const auto labs = project_.labs();
  const auto* next = next_lab(labs);
  if (next == nullptr) return console_.line("All labs are solved.");
  take(*next);
  console_.line();
  tell_begin();
  again_ = true;
}

void WatchSession::reset() {
  try {
    const auto begun = begin_anew(project_, lab_);
    console_.paragraph(begun.in_words(project_, lab_));
    copy_ = begun.copy;
    if (options_.listener != nullptr) options_.listener->hints_forgotten();
  } catch (const UserError& error) {
    console_.paragraph(error.what());
  }
}

}  // namespace workshop::runner
