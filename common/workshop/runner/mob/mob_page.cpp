#include "workshop/runner/mob/mob_page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <random>

#include "workshop/runner/mob/mob_checks.hpp"
#include "workshop/runner/mob/mob_clock_json.hpp"
#include "workshop/runner/mob/mob_kept.hpp"
#include "workshop/runner/pages/json_fields.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/pictures.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kBodyBytesMax = 4'096;
constexpr seconds kLookForSlides{2};
constexpr std::int64_t kWorkedMsMax = 24LL * 60 * 60 * 1000;

std::string encoded(std::string_view text) {
  std::string coded;
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
    coded += plain ? std::string(1, letter) : fmt::format("%{:02X}", code);
  }
  return coded;
}

/// "?turn=5&every=45&break=10&names=Ann,Bea"
std::string settings_in_address(const MobClock& clock) {
  const auto& settings = clock.settings();
  auto query = fmt::format("?turn={:g}&every={:g}&break={:g}", minutes(settings.turn),
                           minutes(settings.break_every), minutes(settings.break_for));
  std::string names;
  for (const auto& person : clock.people()) {
    names += (names.empty() ? "" : ",") + encoded(person.name);
  }
  return names.empty() ? query : query + "&names=" + names;
}

/// The same, or "" for a command that says nothing of them.
std::string settings_of_command(const MobClock& clock) {
  auto settings = settings_in_address(clock);
  return settings == settings_in_address(MobClock({}, {})) ? "" : settings;
}

std::string drawn_session() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

MobPage::MobPage(const Project& project, RemoteKeys& keys, MobPageOptions options)
    : project_(project),
      keys_(keys),
      options_(std::move(options)),
      session_(drawn_session()),
      clock_(options_.names, options_.settings),
      started_as_(settings_of_command(clock_)),
      checks_(std::make_unique<MobChecks>()) {
  publish_clock();
  publish_checks();
  publish_hints();
  server_ = serve_again(project_, [this] { return routes(); }, options_.port);
  timer_ = std::thread([this] { keep_time(); });
}

MobPage::~MobPage() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  timer_.join();
  server_.reset();
}

std::string MobPage::url() const {
  const std::lock_guard lock(mutex_);
  return server_->url() + settings_in_address(clock_);
}

std::vector<Route> MobPage::routes() {
  return {
      page("/", "mob.html"),
      page("/mob.css"),
      page("/icon.svg"),
      page("/mob.js"),
      page("/mob_clock.js"),
      page("/mob_code.js"),
      page("/mob_frames.js"),
      page("/mob_next.js"),
      page("/mob_press.js"),
      page("/mob_settings.js"),
      page("/mob_state.js"),
      page("/mob_talk.js"),
      page("/mob_tests.js"),
      page("/sound.js"),
      page("/words.js"),
      page("/room.css"),
      page("/live.js"),
      events("/events", hub_),
      post("/change", kBodyBytesMax,
           [this](const PageRequest& request) { return change(request); }),
      post("/press", kBodyBytesMax, [this](const PageRequest& request) { return press(request); }),
      post("/set", kBodyBytesMax, [this](const PageRequest& request) { return set(request); }),
      post("/restore", kBodyBytesMax,
           [this](const PageRequest& request) { return restore(request); }),
      files("/pictures/", pictures_folder(project_.build_folder(options_.preset)), {".html"}),
      files("/slides/", slides_folder(project_), {".html"})};
}

/// {"what": "go on" | "end" | "pause" | "break" | "put off" | "absent", "person": 2}
PageAnswer MobPage::change(const PageRequest& request) {
  const auto object = read_object(request.body);
  const auto* what = object ? object->if_contains("what") : nullptr;
  if (what == nullptr || !what->is_string()) return refusal(400, "This says nothing to change");
  const auto word = std::string_view(what->get_string());
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  if (word == "absent") {
    const auto answer = toggle_absent(*object, now);
    if (answer.status != 200) return answer;
  } else if (word == "end" || word == "break") {
    end_or_break(word == "end" ? "e" : "b", now);
  } else {
    if (word == "go on") {
      clock_.go_on(now);
    } else if (word == "pause") {
      clock_.pause_or_resume(now);
    } else if (word == "put off") {
      clock_.put_off_break(now);
    } else {
      return refusal(400, "This is nothing that can be changed");
    }
    take_back_.forget();
  }
  restored_ = true;
  publish_clock();
  changed_.notify_all();
  return json_answer("{}");
}

/// Somebody leaves or is back; the same again within some seconds takes it back.
PageAnswer MobPage::toggle_absent(const json::object& wanted, Clock::time_point now) {
  const auto person = number_field(wanted, "person", MobClock::kPeopleMax);
  if (!person || static_cast<std::size_t>(*person) >= clock_.people().size()) {
    return refusal(400, "There is no such person");
  }
  const auto position = static_cast<std::size_t>(*person);
  const auto key = std::to_string(position + 1);
  if (auto before = take_back_.take(key, now)) {
    clock_ = std::move(*before);
    return json_answer("{}");
  }
  const auto drove = clock_.roles().driver;
  take_back_.remember(clock_, key, now);
  clock_.toggle_absent(position, now);
  const auto& each = clock_.people()[position];
  const auto drives = clock_.roles().driver;
  auto words = each.name + (each.absent ? " leaves" : " is back");
  if (drives != drove) words += drives ? ": " + clock_.people()[*drives].name + " drives" : "";
  take_back_.told_as(std::move(words));
  return json_answer("{}");
}

/// `e` or `b`, with the mutex held; again within some seconds: as if it had not been pressed.
void MobPage::end_or_break(const std::string& key, Clock::time_point now) {
  if (auto before = take_back_.take(key, now)) {
    clock_ = std::move(*before);
    return;
  }
  clock_.tick(now);
  const auto phase = clock_.phase();
  auto before = clock_;
  if (key == "e") {
    clock_.end_early(now);
  } else {
    clock_.begin_break(now);
  }
  if (clock_.phase() == phase) return;
  take_back_.remember(before, key, now);
  take_back_.told_as(key == "b"                          ? "A break is begun"
                     : phase == MobClock::Phase::running ? "The turn is ended"
                                                         : "The break is ended");
}

/// What a page knows of the mob whose program has ended: a clock as it was sent. Taken once, and
/// not when somebody has begun anew.
PageAnswer MobPage::restore(const PageRequest& request) {
  const auto object = read_object(request.body);
  const auto kept = object ? kept_of(*object) : std::nullopt;
  if (!kept) return refusal(400, "This is no clock of a mob");
  const std::lock_guard lock(mutex_);
  if (std::exchange(restored_, true)) return refusal(409, "This mob has begun");
  const auto now = Clock::now();
  clock_.restore(*kept, now);
  worked_ = milliseconds(number_field(*object, "worked_ms", kWorkedMsMax).value_or(0));
  if (checks_->state == "done" && checks_->judgement != "green") clock_.lab_red();
  publish_clock();
  changed_.notify_all();
  return json_answer("{}");
}

/// {"key": "h"}: what can be pressed in the terminal, as far as a room may.
PageAnswer MobPage::press(const PageRequest& request) {
  const auto object = read_object(request.body);
  const auto* key = object ? object->if_contains("key") : nullptr;
  if (key == nullptr || !key->is_string() || key->get_string().size() != 1 ||
      std::string_view("hrn").find(key->get_string()[0]) == std::string_view::npos) {
    return refusal(400, "The keys are h, r and n");
  }
  {
    const std::lock_guard lock(mutex_);
    if (key->get_string()[0] == 'h' && checks_->state == "checking") {
      return refusal(409, "A check is running: read its verdict first, then ask for a hint");
    }
  }
  if (!keys_.press(key->get_string()[0])) return refusal(503, "Too many keys wait");
  return json_answer("{}");
}

/// {"turn": 5, "every": 45, "break": 10, "names": ["Ann", "Bea"]}, each of which may be left out.
PageAnswer MobPage::set(const PageRequest& request) {
  const auto object = read_object(request.body);
  if (!object) return refusal(400, "Settings are an object");
  const std::lock_guard lock(mutex_);
  auto settings = clock_.settings();
  const std::pair<const char*, seconds*> times[] = {
      {"turn", &settings.turn}, {"every", &settings.break_every}, {"break", &settings.break_for}};
  for (const auto& [name, time] : times) {
    if (!object->contains(name)) continue;
    const auto given = minutes_of(*object, name);
    if (!given) return refusal(400, "A time is a number of minutes, up to a day");
    *time = *given;
  }
  if (object->contains("names")) {
    const auto names = names_of(*object);
    if (!names) return refusal(400, "Names are at most 16, of at most 60 bytes each");
    clock_.set_names(*names);
  }
  take_back_.forget();
  clock_.set(settings, Clock::now());
  publish_clock();
  changed_.notify_all();
  return json_answer("{}");
}

/// Until the destructor: tells when a turn or a break is over, or a break has become due.
void MobPage::keep_time() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto next = clock_.next_change();
    const auto look = Clock::now() + kLookForSlides;
    if (waits_for_slides() && (!next || look < *next)) {
      changed_.wait_until(lock, look);
      look_for_slides();
    } else if (!next) {
      changed_.wait(lock);
    } else if (changed_.wait_until(lock, *next) == std::cv_status::timeout) {
      clock_.tick(Clock::now());
      publish_clock();
    }
  }
}

bool MobPage::waits_for_slides() const { return !lab_.deck.empty() && !lab_.deck_is_made; }

void MobPage::look_for_slides() {
  if (!waits_for_slides() || !deck_is_made(project_, lab_)) return;
  lab_.deck_is_made = true;
  hub_.publish("lab", to_json(lab_));
}

void MobPage::publish_clock() {
  const auto now = Clock::now();
  count_work(now);
  const auto worked = std::chrono::duration_cast<milliseconds>(worked_);
  hub_.publish("clock", to_json(clock_, now, take_back_, {session_, started_as_, worked}));
}

/// Adds the time since the last call if a turn has run in it: breaks and pauses are no work.
void MobPage::count_work(Clock::time_point now) {
  if (works_) worked_ += now - worked_at_;
  worked_at_ = now;
  works_ = clock_.phase() == MobClock::Phase::running && !clock_.paused();
}

void MobPage::publish_checks() { hub_.publish("checks", to_json(*checks_)); }

void MobPage::publish_hints() {
  json::array given;
  std::string none;
  for (const auto& taken : hints_) {
    none = taken.none;
    if (!taken.hint) continue;
    json::array fits;
    for (const auto& fit : taken.fits) fits.emplace_back(reason_in_words(fit));
    given.push_back(json::object{{"step", taken.step},
                                 {"number", taken.hint->number},
                                 {"of", taken.of_step},
                                 {"left", taken.left},
                                 {"on", subject_of(taken.kind)},
                                 {"before", taken.before},
                                 {"fits", std::move(fits)},
                                 {"text", taken.hint->text}});
  }
  hub_.publish("hints",
               json::serialize(json::object{
                   {"given", std::move(given)}, {"none", none}, {"before", hints_before_}}));
}

void MobPage::lab_taken(const Lab& lab) {
  auto on_page = read_lab_on_page(project_, lab);
  auto hints = hints_taken_before(project_, lab);
  const std::lock_guard lock(mutex_);
  lab_ = std::move(on_page);
  *checks_ = {};
  worked_ = {};
  hints_ = std::move(hints);
  hints_before_ = hints_.size();
  clock_.lab_open();
  hub_.publish("lab", to_json(lab_));
  publish_checks();
  publish_hints();
  publish_clock();
  changed_.notify_all();
}

void MobPage::checking(const std::vector<std::filesystem::path>& saved) {
  const std::lock_guard lock(mutex_);
  ++checks_->count;
  checks_->state = "checking";
  checks_->explores = false;
  checks_->long_test.clear();
  checks_->parts = checks_->parts_done = 0;
  checks_->began_at_ms = now_ms();
  checks_->saved = saved.empty() ? std::string() : project_.shown(saved.front());
  for (auto& test : checks_->tests) test.replayed.clear();
  publish_checks();
}

void MobPage::building(std::size_t done, std::size_t all) {
  const std::lock_guard lock(mutex_);
  if (checks_->parts_done == done && checks_->parts == all) return;
  checks_->parts_done = done;
  checks_->parts = all;
  publish_checks();
}

void MobPage::exploring() {
  const std::lock_guard lock(mutex_);
  checks_->explores = true;
  publish_checks();
}

void MobPage::long_test(const std::string& test) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(checks_->long_test, test) != test) publish_checks();
}

void MobPage::replayed(const std::string& name, Replayed outcome) {
  const std::lock_guard lock(mutex_);
  for (auto& test : checks_->tests) {
    if (test.name != name) continue;
    test.replayed = outcome == Replayed::mended             ? "that one is mended"
                    : outcome == Replayed::still_broken     ? "still there"
                    : outcome == Replayed::breaks_otherwise ? "breaks in another way now"
                                                            : "takes other steps now";
  }
  publish_checks();
}

void MobPage::not_built(const CompilerErrors& errors) {
  const std::lock_guard lock(mutex_);
  checks_->state = "errors";
  checks_->judgement = "unjudged";
  checks_->problem = errors.elsewhere ? "The build fails elsewhere, not in your file"
                     : errors.linking ? "It does not link"
                                      : "It does not compile";
  checks_->errors = errors.lines;
  checks_->errors_count = errors.errors_count;
  checks_->difference = {};
  checks_->told_at_ms = now_ms();
  if (read_source_again(lab_)) hub_.publish("lab", to_json(lab_));
  publish_checks();
}

void MobPage::checked(const LabRun& done, const Difference& difference) {
  const auto told_at_ms = now_ms();  // the terminal has just told it
  const std::lock_guard lock(mutex_);
  auto& checks = *checks_;
  const auto step_before = checks.step;
  const bool was_judged = checks.baseline;
  checks.take(done, project_);
  checks.find_questions(lab_);
  if (read_source_again(lab_)) hub_.publish("lab", to_json(lab_));
  checks.difference = difference;
  checks.told_at_ms = told_at_ms;
  const auto step_done = checks.done_now();
  const bool new_step = checks.baseline && step_done > checks.step_done;
  checks.step_done = std::max(checks.step_done, step_done);
  checks.baseline = true;
  if (was_judged && checks.step > step_before) {
    count_work(Clock::now());
    worked_ = {};
  }
  publish_checks();
  const auto phase = clock_.phase();
  if (checks.judgement == "green") {
    clock_.lab_green(Clock::now());
  } else if (new_step) {
    clock_.step_green(step_done, Clock::now());
  } else {
    clock_.lab_red();
  }
  if (clock_.phase() != phase) take_back_.forget();
  publish_clock();
  changed_.notify_all();
}

void MobPage::hint_taken(const TakenHint& taken) {
  const std::lock_guard lock(mutex_);
  std::erase_if(hints_, [](const TakenHint& each) { return !each.hint; });
  hints_.push_back(taken);
  publish_hints();
}

void MobPage::hints_forgotten() {
  const std::lock_guard lock(mutex_);
  hints_.clear();
  hints_before_ = 0;
  clock_.lab_open();
  publish_hints();
  publish_clock();
}

}  // namespace workshop::runner
