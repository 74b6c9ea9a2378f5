#include "workshop/runner/board/board.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "workshop/protocol/schedules.hpp"

namespace workshop::runner {

int Board::Cell::step() const {
  const auto* first = failure();
  return first == nullptr ? 0 : std::max(first->step, 1);
}

const TestState* Board::Cell::failure() const {
  const TestState* first = nullptr;
  for (const auto& test : last.tests) {
    if (test.verdict == "red" && (first == nullptr || test.step < first->step)) first = &test;
  }
  return first;
}

std::optional<std::string> Board::join(const std::string& name, std::string token, Time now) {
  if (people_.size() >= kPeopleMax) return std::nullopt;
  auto free_name = name;
  const auto is_taken = [&] {
    return std::ranges::any_of(people_,
                               [&](const auto& each) { return each.second.name == free_name; });
  };
  for (int number = 2; is_taken(); ++number) free_name = name + " " + std::to_string(number);
  Person person;
  person.name = free_name;
  person.reported = now;
  people_.emplace(std::move(token), std::move(person));
  return free_name;
}

Board::Taken Board::take(const ReportRead& read, Time now, std::string resembles) {
  const auto found = people_.find(read.token);
  if (found == people_.end()) return Taken::unknown_person;
  auto& person = found->second;
  const std::chrono::duration<double> passed = now - person.reported;
  const double earned = passed / std::chrono::duration<double>(kReportEvery);
  person.reports_left = std::min<double>(kReportsAtOnce, person.reports_left + earned);
  person.reported = now;
  if (person.reports_left < 1) return Taken::too_often;
  person.reports_left -= 1;
  auto& cell = person.labs[read.report.lab];
  bool news = cell.seen.empty();
  for (const auto& test : read.report.tests) {
    const auto how = test.verdict + '\n' + test.reason + '\n' + test.schedule;
    constexpr std::size_t kSeenMax = 500;
    if (cell.seen.size() < kSeenMax && cell.seen.insert(test.name + '\n' + how).second) news = true;
  }
  if (news) cell.since = now;
  cell.last = read.report;
  cell.resembles = std::move(resembles);
  return Taken::yes;
}

bool Board::hand(const std::string& token, bool raised, Time now) {
  const auto found = people_.find(token);
  if (found == people_.end()) return false;
  auto& hand = found->second.hand;
  if (!raised) {
    hand.reset();
  } else if (!hand) {
    hand = now;
  }
  return true;
}

void Board::next_hand() {
  const auto waiting = hands();
  if (!waiting.empty()) people_.at(waiting.front()).hand.reset();
}

bool Board::leave(const std::string& token) { return people_.erase(token) > 0; }

void Board::forget() { people_.clear(); }

std::vector<std::string> Board::hands() const {
  std::vector<std::string> tokens;
  for (const auto& [token, person] : people_) {
    if (person.hand) tokens.push_back(token);
  }
  std::ranges::stable_sort(tokens, {},
                           [&](const std::string& token) { return *people_.at(token).hand; });
  return tokens;
}

std::optional<std::chrono::seconds> Board::middle_since_news(int lab, Time now) const {
  std::vector<std::chrono::seconds> times;
  for (const auto& [token, person] : people_) {
    const auto cell = person.labs.find(lab);
    if (cell == person.labs.end() || cell->second.step() == 0) continue;
    times.push_back(std::chrono::duration_cast<std::chrono::seconds>(now - cell->second.since));
  }
  if (times.empty()) return std::nullopt;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
}

bool Board::is_quiet(const Cell& cell, std::optional<std::chrono::seconds> middle, Time now) {
  if (!middle || cell.step() == 0) return false;
  const auto since = now - cell.since;
  return since >= kQuietMin && since > 2 * *middle;
}

std::vector<Board::Group> Board::groups() const {
  std::map<std::tuple<int, std::string, std::string>, Group> found;
  for (const auto& [token, person] : people_) {
    for (const auto& [lab, cell] : person.labs) {
      const auto* failure = cell.failure();
      if (failure == nullptr) continue;
      auto& group = found[{lab, failure->name, failure->reason}];
      const bool shorter = group.tokens.empty() || failure->schedule.size() < group.schedule.size();
      if (shorter) group.schedule = failure->schedule;
      group.lab = lab;
      group.step = failure->step;
      group.test = failure->name;
      group.reason = failure->reason;
      group.tokens.push_back(token);
    }
  }
  std::vector<Group> groups;
  for (auto& [key, group] : found) {
    std::map<std::string, int> named;
    for (const auto& token : group.tokens) {
      const auto& name = people_.at(token).labs.at(group.lab).resembles;
      if (name.empty() || ++named[name] <= group.resembling) continue;
      group.resembles = name;
      group.resembling = named[name];
    }
    groups.push_back(std::move(group));
  }
  std::ranges::stable_sort(groups, std::ranges::greater{},
                           [](const Group& group) { return group.tokens.size(); });
  return groups;
}

std::vector<Board::Place> Board::class_execution(int lab) const {
  std::vector<Place> places;
  for (const auto& group : groups()) {
    if (group.lab != lab || group.schedule.empty()) continue;
    for (const auto& step : protocol::outline_of(group.schedule).steps) {
      if (places.size() < kPlacesMax)
        places.push_back({step.operation, 0, {}, step.process, step.fault});
    }
    break;  // the largest group's
  }
  for (const auto& [token, person] : people_) {
    const auto cell = person.labs.find(lab);
    const auto* failure = cell == person.labs.end() ? nullptr : cell->second.failure();
    if (failure == nullptr) continue;
    const auto outline = protocol::outline_of(failure->schedule);
    if (outline.steps.empty()) continue;
    auto place = std::ranges::find(places, outline.deciding_operation, &Place::operation);
    if (place == places.end()) {
      places.push_back({.operation = outline.deciding_operation, .elsewhere = true});
      place = std::prev(places.end());
    }
    ++place->count;
    ++place->faults[outline.faults.empty() ? std::string() : outline.faults.back()];
  }
  return places;
}

}  // namespace workshop::runner
