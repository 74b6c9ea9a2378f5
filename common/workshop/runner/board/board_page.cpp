#include "workshop/runner/board/board_page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <random>

#include "workshop/protocol/schedules.hpp"
#include "workshop/runner/board/own_addresses.hpp"
#include "workshop/runner/pages/json_fields.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::size_t kSmallBytesMax = 512;
constexpr int kGuessesAtOnce = 10;
constexpr std::chrono::seconds kGuessEvery{6};
constexpr std::size_t kGuessersMax = 500;
// What one event has room for, also when everybody reports as much as anybody can.
constexpr std::size_t kGroupsShown = 20;
constexpr std::size_t kTestBytesShown = 120;
constexpr milliseconds kPublishEvery{150};
constexpr std::chrono::seconds kPublishAlso{20};  // who is quiet changes with time alone

/// `count` letters that nobody mistakes for another one.
std::string drawn(std::string_view letters, std::size_t count) {
  std::random_device random;
  std::uniform_int_distribution<std::size_t> which(0, letters.size() - 1);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += letters[which(random)];
  return text;
}

/// Without a hint of how much of it is right.
bool same_code(std::string_view left, std::string_view right) {
  unsigned difference = left.size() == right.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const auto upper = left[i] >= 'a' && left[i] <= 'z' ? left[i] - ('a' - 'A') : left[i];
    difference |= static_cast<unsigned>(upper ^ right[i]);
  }
  return difference == 0;
}

std::int64_t ms_since(Board::Time then, Board::Time now) {
  return duration_cast<milliseconds>(now - then).count();
}

/// Of each operation of the execution on which a class breaks, how many do so there, and by what.
json::array execution_of(const Board& board, int lab) {
  json::array places;
  for (const auto& place : board.class_execution(lab)) {
    json::object how;
    for (const auto& [fault, count] : place.faults) how[fault] = count;
    places.push_back(json::object{{"operation", place.operation},
                                  {"process", std::string(1, place.process)},
                                  {"fault", place.fault},
                                  {"elsewhere", place.elsewhere},
                                  {"count", place.count},
                                  {"how", std::move(how)}});
  }
  return places;
}

/// The operations of one execution, and what happened at them.
json::array steps_of(const std::string& schedule) {
  json::array steps;
  for (const auto& step : protocol::outline_of(schedule).steps) {
    if (steps.size() < Board::kPlacesMax) {
      steps.push_back(json::object{{"operation", step.operation}, {"fault", step.fault}});
    }
  }
  return steps;
}

using Middles = std::map<int, std::optional<std::chrono::seconds>>;  // by lab

json::object cell_object(const Middles& middles, const Board::Cell& cell, Board::Time now) {
  int green = 0;
  for (const auto& test : cell.last.tests) green += test.verdict == "green" ? 1 : 0;
  const auto* failure = cell.failure();
  return {
      {"step", cell.step()},
      {"green", green},
      {"all", cell.last.tests.size()},
      {"test", failure && failure->name.size() <= kTestBytesShown ? failure->name : std::string()},
      {"reason", failure ? failure->reason : std::string()},
      {"hints", cell.last.hints_taken},
      {"since_ms", ms_since(cell.since, now)},
      {"quiet", Board::is_quiet(cell, middles.at(cell.last.lab), now)}};
}

}  // namespace

BoardPage::BoardPage(const Project& project, BoardPageOptions options)
    : project_(project), options_(std::move(options)), labs_(project.labs()) {
  if (options_.code.empty()) options_.code = drawn("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 6);
  attendees_ = std::make_unique<PageServer>(
      routes_of_attendees(),
      PageServerOptions{.address = options_.listen, .port = options_.port, .event_clients_max = 0});
  options_.port = attendees_->port();
  pages_ = std::make_unique<PageServer>(routes_of_pages(),
                                        PageServerOptions{.port = options_.page_port});
  changed_ = true;
  publisher_ = std::thread([this] { keep_up(); });
}

BoardPage::~BoardPage() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  publisher_.join();
  attendees_.reset();
  pages_.reset();
}

std::vector<std::string> BoardPage::addresses() const {
  std::vector<std::string> hosts = {options_.listen};
  if (options_.listen == "0.0.0.0") hosts = own_addresses();
  for (auto& host : hosts) {
    const bool v6 = host.find(':') != std::string::npos;
    host = fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), host, options_.port);
  }
  return hosts;
}

std::vector<Route> BoardPage::routes_of_pages() {
  return {page("/", "board.html"),
          page("/board.css"),
          page("/board.js"),
          page("/room", "room.html"),
          page("/room.js"),
          page("/icon.svg"),
          page("/execution.js"),
          page("/words.js"),
          page("/room.css"),
          page("/live.js"),
          events("/events", board_hub_),
          events("/room-events", room_hub_),
          post("/control", kSmallBytesMax,
               [this](const PageRequest& request) { return control(request); })};
}

std::vector<Route> BoardPage::routes_of_attendees() {
  const auto told = [](const PageRequest&) {
    return PageAnswer{.body = "A workshop's board. Join it with: scripts/workshop join\n"};
  };
  return {
      get("/", told),
      post("/join", kSmallBytesMax, [this](const PageRequest& request) { return join(request); }),
      post("/report", Report::kBytesMax,
           [this](const PageRequest& request) { return report(request); }),
      post("/leave", kSmallBytesMax, [this](const PageRequest& request) { return leave(request); }),
      post("/hand", kSmallBytesMax, [this](const PageRequest& request) { return hand(request); })};
}

/// Counts a wrong code of `peer`; true when it has sent so many that it has to wait.
bool BoardPage::guesses_too_often(const std::string& peer, Clock::time_point now) {
  if (guesses_.size() >= kGuessersMax) guesses_.clear();
  auto& guesses = guesses_.try_emplace(peer, Guesses{kGuessesAtOnce, now}).first->second;
  const auto earned = static_cast<int>((now - guesses.at) / kGuessEvery);
  if (earned > 0) {
    guesses.left = std::min(kGuessesAtOnce, guesses.left + earned);
    guesses.at = now;
  }
  if (guesses.left == 0) return true;
  --guesses.left;
  return false;
}

PageAnswer BoardPage::join(const PageRequest& request) {
  const auto object = read_object(request.body);
  if (!object) return refusal(400, "This is no request to join");
  auto name = text_field(*object, "name").value_or("");
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  if (!same_code(text_field(*object, "code").value_or(""), options_.code)) {
    if (guesses_too_often(request.peer, now)) return refusal(429, "Too many wrong codes: wait");
    return refusal(403, "The code is not the one that the board shows");
  }
  if (name.empty()) name = "guest";
  if (!is_name(name)) return refusal(400, "A name is letters, digits, blanks and - ' . _");
  board_.leave(text_field(*object, "before").value_or(""));
  const auto token = drawn("0123456789abcdef", 32);
  const auto shown = board_.join(name, token, now);
  if (!shown) return refusal(503, "The board is full");
  changed();
  return json_answer(json::serialize(json::object{{"name", *shown}, {"token", token}}));
}

PageAnswer BoardPage::report(const PageRequest& request) {
  const auto read = read_report(request.body);
  if (!read) return refusal(400, "This is no report");
  const auto lab = std::ranges::find(labs_, read->report.lab, &Lab::number);
  if (lab == labs_.end()) return refusal(400, "There is no such lab");
  const std::lock_guard lock(mutex_);
  if (!board_.people().contains(read->token)) {
    return refusal(410, "The board does not know this checkout: join again");
  }
  const auto near = resemblance_of(*lab).nearest(read->report.tests);
  const auto name = near ? near->mistake->name : std::string();
  switch (board_.take(*read, Clock::now(), name)) {
    case Board::Taken::unknown_person:
      return refusal(410, "The board does not know this checkout: join again");
    case Board::Taken::too_often:
      return refusal(429, "Too many reports: the next check counts again in some seconds");
    case Board::Taken::yes:
      break;
  }
  changed();
  return json_answer("{}");
}

const Resemblance& BoardPage::resemblance_of(const Lab& lab) {
  const auto known = resemblances_.find(lab.number);
  if (known != resemblances_.end()) return known->second;
  const auto folder = project_.build_folder(options_.preset);
  return resemblances_.emplace(lab.number, Resemblance(known_mistakes(lab, folder))).first->second;
}

PageAnswer BoardPage::leave(const PageRequest& request) {
  const auto object = read_object(request.body);
  const std::lock_guard lock(mutex_);
  if (!object || !board_.leave(text_field(*object, "token").value_or(""))) {
    return refusal(410, "The board does not know this checkout");
  }
  changed();
  return json_answer("{}");
}

PageAnswer BoardPage::hand(const PageRequest& request) {
  const auto object = read_object(request.body);
  const auto* raised = object ? object->if_contains("raised") : nullptr;
  if (raised == nullptr || !raised->is_bool()) return refusal(400, "A hand is raised or not");
  const std::lock_guard lock(mutex_);
  if (!board_.hand(text_field(*object, "token").value_or(""), raised->get_bool(), Clock::now())) {
    return refusal(410, "The board does not know this checkout: join again");
  }
  changed();
  return json_answer("{}");
}

/// {"what": "forget" | "next hand"}, of the instructor.
PageAnswer BoardPage::control(const PageRequest& request) {
  const auto object = read_object(request.body);
  const auto what = object ? text_field(*object, "what").value_or("") : std::string();
  const std::lock_guard lock(mutex_);
  if (what == "forget") {
    board_.forget();
  } else if (what == "next hand") {
    board_.next_hand();
  } else {
    return refusal(400, "This is nothing that can be done");
  }
  changed();
  return json_answer("{}");
}

void BoardPage::changed() {
  changed_ = true;
  wake_.notify_all();
}

/// Publishes what has changed, a few times a second at most, until the destructor.
void BoardPage::keep_up() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = Clock::now();
    changed_ = false;
    auto board = board_json(now);
    if (board.size() <= EventHub::kEventBytesMax) board_hub_.publish("board", board);
    room_hub_.publish("room", room_json(now));
    wake_.wait_for(lock, kPublishEvery, [this] { return stopping_; });
    wake_.wait_for(lock, kPublishAlso, [this] { return changed_ || stopping_; });
  }
}

json::value BoardPage::resemblance_object(const Board::Group& group) const {
  const auto lab = resemblances_.find(group.lab);
  if (group.resembles.empty() || lab == resemblances_.end()) return nullptr;
  const auto& known = lab->second.known();
  const auto mistake = std::ranges::find(known, group.resembles, &KnownMistake::name);
  if (mistake == known.end()) return nullptr;
  return json::object{{"name", mistake->name},
                      {"mistake", mistake->header.mistake},
                      {"ask", mistake->header.ask},
                      {"count", group.resembling}};
}

std::string BoardPage::board_json(Clock::time_point now) const {
  Middles middles;
  for (const auto& lab : labs_) middles[lab.number] = board_.middle_since_news(lab.number, now);
  json::array people;
  for (const auto& [token, person] : board_.people()) {
    json::object labs;
    for (const auto& [number, cell] : person.labs) {
      labs[std::to_string(number)] = cell_object(middles, cell, now);
    }
    people.push_back(json::object{
        {"name", person.name}, {"hand", person.hand.has_value()}, {"labs", std::move(labs)}});
  }
  json::array labs;
  for (const auto& lab : labs_) {
    const auto& middle = middles.at(lab.number);
    labs.push_back(json::object{
        {"number", lab.number},
        {"title", lab.title},
        {"steps", lab.steps.size()},
        {"execution", execution_of(board_, lab.number)},
        {"middle_ms", middle ? json::value(milliseconds(*middle).count()) : json::value()}});
  }
  json::array hands;
  for (const auto& token : board_.hands()) {
    const auto& person = board_.people().at(token);
    hands.push_back(json::object{{"name", person.name}, {"since_ms", ms_since(*person.hand, now)}});
  }
  json::array groups;
  for (const auto& group : board_.groups()) {
    if (groups.size() == kGroupsShown) break;
    json::array names;
    for (const auto& token : group.tokens) names.emplace_back(board_.people().at(token).name);
    groups.push_back(json::object{{"lab", group.lab},
                                  {"step", group.step},
                                  {"test", group.test},
                                  {"reason", group.reason},
                                  {"schedule", group.schedule},
                                  {"execution", steps_of(group.schedule)},
                                  {"resembles", resemblance_object(group)},
                                  {"names", std::move(names)}});
  }
  json::array addresses_told;
  for (const auto& address : addresses()) addresses_told.emplace_back(address);
  return json::serialize(json::object{{"code", options_.code},
                                      {"addresses", std::move(addresses_told)},
                                      {"people", std::move(people)},
                                      {"labs", std::move(labs)},
                                      {"hands", std::move(hands)},
                                      {"groups", std::move(groups)}});
}

/// Counts only: nothing of it is a text that somebody has sent.
std::string BoardPage::room_json(Clock::time_point /*now*/) const {
  json::array labs;
  for (const auto& lab : labs_) {
    std::map<int, int> at_step;
    int begun = 0;
    int solved = 0;
    for (const auto& [token, person] : board_.people()) {
      const auto cell = person.labs.find(lab.number);
      if (cell == person.labs.end()) continue;
      ++begun;
      const auto step = cell->second.step();
      step == 0 ? ++solved : ++at_step[step];
    }
    if (begun == 0) continue;
    json::array steps;
    for (std::size_t i = 0; i < lab.steps.size(); ++i) {
      steps.push_back(
          json::object{{"title", lab.steps[i].title}, {"at", at_step[static_cast<int>(i) + 1]}});
    }
    labs.push_back(json::object{{"number", lab.number},
                                {"title", lab.title},
                                {"begun", begun},
                                {"execution", execution_of(board_, lab.number)},
                                {"solved", solved},
                                {"steps", std::move(steps)}});
  }
  std::map<std::tuple<int, std::string>, std::size_t> failures;
  for (const auto& group : board_.groups()) {
    if (!group.reason.empty()) failures[{group.lab, group.reason}] += group.tokens.size();
  }
  json::array groups;
  for (const auto& [key, count] : failures) {
    groups.push_back(
        json::object{{"lab", std::get<0>(key)}, {"reason", std::get<1>(key)}, {"count", count}});
  }
  json::array addresses_told;
  for (const auto& address : addresses()) addresses_told.emplace_back(address);
  return json::serialize(json::object{{"code", options_.code},
                                      {"addresses", std::move(addresses_told)},
                                      {"people", board_.people().size()},
                                      {"hands", board_.hands().size()},
                                      {"labs", std::move(labs)},
                                      {"failures", std::move(groups)}});
}

}  // namespace workshop::runner
