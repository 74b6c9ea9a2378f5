#include "workshop/runner/mob/mob_clock.hpp"

#include <algorithm>

namespace workshop::runner {

using std::chrono::milliseconds;

MobClock::MobClock(std::vector<std::string> names, MobSettings settings) : settings_(settings) {
  for (auto& name : names) people_.push_back({std::move(name), false});
  driver_ = present_after(std::nullopt);
  navigator_ = present_before(driver_);
}

void MobClock::restore(const Kept& kept, Time now) {
  settings_ = kept.settings;
  people_ = kept.people;
  phase_ = kept.phase;
  reason_ = kept.phase == Phase::over ? kept.reason : Reason::none;
  green_step_ = kept.green_step;
  turns_ = kept.turns;
  all_green_ = kept.phase == Phase::talk;  // until the next verdict says otherwise
  driver_ = kept.driver;
  navigator_ = kept.navigator;
  // Who navigates in the coming turn has driven in this one.
  if (between_turns()) driver_ = kept.navigator ? kept.navigator : kept.driver;
  paused_at_.reset();
  working_since_.reset();
  put_off_ = milliseconds(0);
  if (phase_ == Phase::running || phase_ == Phase::on_break) {
    paused_at_ = now;
    began_ = now - (length() - std::min<milliseconds>(kept.remaining, length()));
  }
  if (!kept.break_in || phase_ == Phase::ready) return;
  put_off_ = std::max(*kept.break_in - settings_.break_every, milliseconds(0));
  working_since_ = now - (settings_.break_every + put_off_ - *kept.break_in);
}

bool MobClock::between_turns() const {
  return phase_ == Phase::over || phase_ == Phase::on_break || phase_ == Phase::talk;
}

/// The next person who is here after `person`, that one being the last; after nobody: the first.
std::optional<std::size_t> MobClock::present_after(std::optional<std::size_t> person) const {
  const auto count = people_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto each = person ? (*person + 1 + i) % count : i;
    if (!people_[each].absent) return each;
  }
  return std::nullopt;
}

/// Likewise backwards; nothing when nobody else is here.
std::optional<std::size_t> MobClock::present_before(std::optional<std::size_t> person) const {
  if (!person) return std::nullopt;
  const auto count = people_.size();
  for (std::size_t i = 1; i < count; ++i) {
    const auto each = (*person + count - i) % count;
    if (!people_[each].absent) return each;
  }
  return std::nullopt;
}

/// The roles when the people change places now: who drove is the one before the next driver.
MobClock::Roles MobClock::coming() const {
  Roles roles;
  roles.driver = present_after(driver_);
  roles.navigator = present_before(roles.driver);
  return roles;
}

MobClock::Roles MobClock::roles() const {
  Roles roles{driver_, navigator_, {}};
  if (between_turns()) roles = coming();
  if (roles.driver) roles.next = present_after(roles.driver);
  if (roles.next == roles.driver) roles.next.reset();
  return roles;
}

std::chrono::seconds MobClock::length() const {
  return phase_ == Phase::on_break ? settings_.break_for : settings_.turn;
}

void MobClock::begin_turn(Time now) {
  phase_ = Phase::running;
  reason_ = Reason::none;
  began_ = now;
  paused_at_.reset();
  ++turns_;
}

void MobClock::end(Reason reason, Time now) {
  if (phase_ == Phase::on_break) {
    working_since_ = now;
    put_off_ = milliseconds(0);
  }
  phase_ = Phase::over;
  reason_ = reason;
  paused_at_.reset();
}

void MobClock::tick(Time now) {
  if (phase_ != Phase::running && phase_ != Phase::on_break) return;
  if (paused() || now - began_ < length()) return;
  end(phase_ == Phase::running ? Reason::time : Reason::break_over, now);
}

void MobClock::go_on(Time now) {
  tick(now);
  switch (phase_) {
    case Phase::ready:
      if (!working_since_) working_since_ = now;
      return begin_turn(now);
    case Phase::running:
    case Phase::on_break:
      return;
    case Phase::talk:
      if (all_green_) return;
      break;
    case Phase::over:
      if (all_green_) {
        phase_ = Phase::talk;
        reason_ = Reason::none;
        return;
      }
      if (reason_ != Reason::break_over && break_due(now)) return begin_break(now);
      break;
  }
  const auto roles = coming();
  driver_ = roles.driver;
  navigator_ = roles.navigator;
  begin_turn(now);
}

void MobClock::begin_break(Time now) {
  tick(now);
  if (phase_ == Phase::ready || phase_ == Phase::on_break) return;
  phase_ = Phase::on_break;
  reason_ = Reason::none;
  began_ = now;
  paused_at_.reset();
}

void MobClock::put_off_break(Time now) {
  const auto left = break_in(now);
  if (!left) return;
  const auto late = now - *working_since_ - settings_.break_every - put_off_;
  if (late > late.zero()) put_off_ += std::chrono::ceil<milliseconds>(late);
  put_off_ += settings_.turn;
}

void MobClock::end_early(Time now) {
  tick(now);
  if (phase_ == Phase::running) return end(Reason::time, now);
  if (phase_ == Phase::on_break) end(Reason::break_over, now);
}

void MobClock::lab_green(Time now) {
  tick(now);
  all_green_ = true;
  if (phase_ == Phase::running) end(Reason::lab_green, now);
  if (phase_ == Phase::over) reason_ = Reason::lab_green;
}

void MobClock::lab_open() {
  all_green_ = false;
  if (phase_ != Phase::talk && reason_ != Reason::lab_green) return;
  const auto roles = coming();
  driver_ = roles.driver;
  navigator_ = roles.navigator;
  phase_ = Phase::ready;
  reason_ = Reason::none;
}

void MobClock::lab_red() {
  if (phase_ == Phase::over && reason_ == Reason::lab_green) {
    phase_ = Phase::talk;
    reason_ = Reason::none;
  }
  all_green_ = false;
}

void MobClock::step_green(int step, Time now) {
  tick(now);
  if (phase_ != Phase::running) return;
  end(Reason::green, now);
  green_step_ = step;
}

void MobClock::pause_or_resume(Time now) {
  tick(now);
  if (phase_ != Phase::running && phase_ != Phase::on_break) return;
  if (paused_at_) {
    began_ += now - *paused_at_;
    paused_at_.reset();
  } else {
    paused_at_ = now;
  }
}

void MobClock::toggle_absent(std::size_t person, Time now) {
  if (person >= people_.size()) return;
  people_[person].absent = !people_[person].absent;
  if (between_turns()) return;
  const bool left = people_[person].absent;
  const bool driver_left = left && driver_ == person;
  if (driver_left || !driver_) driver_ = present_after(driver_);
  const bool navigator_left = left && navigator_ == person;
  if (navigator_left || !navigator_ || navigator_ == driver_) navigator_ = present_before(driver_);
  if (driver_left && phase_ == Phase::running) begin_turn(now);
}

void MobClock::set(const MobSettings& settings, Time now) {
  settings_ = settings;
  tick(now);
}

void MobClock::set_names(const std::vector<std::string>& names) {
  const auto drove = driver_ ? people_[*driver_].name : std::string();
  const auto navigated = navigator_ ? people_[*navigator_].name : std::string();
  std::vector<Person> people;
  for (const auto& name : names) {
    const auto known = std::ranges::find(people_, name, &Person::name);
    people.push_back({name, known != people_.end() && known->absent});
  }
  people_ = std::move(people);
  const auto position_of = [&](const std::string& name) -> std::optional<std::size_t> {
    const auto known = std::ranges::find(people_, name, &Person::name);
    if (name.empty() || known == people_.end() || known->absent) return std::nullopt;
    return static_cast<std::size_t>(known - people_.begin());
  };
  driver_ = position_of(drove);
  if (!driver_) driver_ = present_after(std::nullopt);
  navigator_ = position_of(navigated);
  if (!navigator_ || navigator_ == driver_) navigator_ = present_before(driver_);
}

milliseconds MobClock::remaining(Time now) const {
  if (phase_ != Phase::running && phase_ != Phase::on_break) return milliseconds(0);
  const auto passed = paused_at_.value_or(now) - began_;
  return std::max(std::chrono::ceil<milliseconds>(length() - passed), milliseconds(0));
}

bool MobClock::break_due(Time now) const { return break_in(now) == milliseconds(0); }

std::optional<milliseconds> MobClock::break_in(Time now) const {
  if (phase_ == Phase::on_break || !working_since_) return std::nullopt;
  const auto left = settings_.break_every + put_off_ - (now - *working_since_);
  return std::max(std::chrono::ceil<milliseconds>(left), milliseconds(0));
}

std::optional<MobClock::Time> MobClock::next_change() const {
  if ((phase_ != Phase::running && phase_ != Phase::on_break) || paused()) return std::nullopt;
  return began_ + length();
}

}  // namespace workshop::runner
