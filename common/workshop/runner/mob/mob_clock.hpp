#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace workshop::runner {

/// How long turns and breaks are.
struct MobSettings {
  std::chrono::seconds turn{300};
  std::chrono::seconds break_every{45 * 60};  ///< from the end of one to when the next is due
  std::chrono::seconds break_for{600};

  friend bool operator==(const MobSettings&, const MobSettings&) = default;
};

/// Whose turn it is in a mob, and for how long: one drives, one navigates, and who has driven
/// navigates next. A turn is over when its time is, or when a step of the lab turns green; then the
/// people change places, and the next turn begins when they say so (`go_on`), never by ending what
/// runs, which only `end_early` does. A break that is due waits for the end of the turn. When all
/// of the lab is green the clock stands still, for the discussion, also when the room breaks its
/// code for it.
///
/// Has no clock of its own: every function is told what time it is, and times never go back. Not
/// thread-safe.
class MobClock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  enum class Phase {
    ready,     ///< nobody has begun
    running,   ///< a turn
    over,      ///< the people change places
    on_break,  ///< a break
    talk,      ///< the lab is green: no clock
  };
  enum class Reason { none, time, green, break_over, lab_green };

  struct Person {
    std::string name;
    bool absent = false;
  };

  static constexpr std::size_t kPeopleMax = 16;
  static constexpr std::size_t kNameBytesMax = 60;

  explicit MobClock(std::vector<std::string> names, MobSettings settings = {});

  /// What a page knows of a clock whose program has ended.
  struct Kept {
    MobSettings settings;
    std::vector<Person> people;
    Phase phase = Phase::ready;
    Reason reason = Reason::none;
    int green_step = 0;
    int turns = 0;
    std::optional<std::size_t> driver;     ///< as in Roles
    std::optional<std::size_t> navigator;  ///< likewise
    std::chrono::milliseconds remaining{0};
    std::optional<std::chrono::milliseconds> break_in;
  };
  /// Goes on from there. A turn or a break is paused with what was left of it.
  void restore(const Kept& kept, Time now);

  /// Time has passed: a turn or a break may be over.
  void tick(Time now);
  /// Begins; when a turn is over, the break that is due, the discussion, or the next turn; in a
  /// discussion of what is red again, the next turn. Nothing else while a turn, a break or the
  /// discussion lasts.
  void go_on(Time now);
  /// The turn or the break is over now.
  void end_early(Time now);
  /// A step of the lab has turned green, which ends a turn.
  void step_green(int step, Time now);
  /// All of the lab is green, which ends a turn; the discussion comes next.
  void lab_green(Time now);
  /// Another lab, or this one from its start: after a discussion the next person is ready to begin.
  void lab_open();
  /// The lab is not green. Whoever discusses it goes on discussing: a room breaks its own code to
  /// see what happens.
  void lab_red();
  void pause_or_resume(Time now);
  /// A break begins, due or not; a turn under way is over. Nothing before the first turn, and in a
  /// break.
  void begin_break(Time now);
  /// The next break is due a turn later than it would be, or than now when it is due. Nothing
  /// before the first turn, and in a break.
  void put_off_break(Time now);
  /// Somebody leaves or comes back. When the driver leaves during a turn, the next one drives, and
  /// a whole turn begins.
  void toggle_absent(std::size_t person, Time now);
  /// The times from now on. The turn or break under way keeps what has passed of it.
  void set(const MobSettings& settings, Time now);
  /// Other people; the turn goes on. Who drives goes on driving if the name is still there.
  void set_names(const std::vector<std::string>& names);

  Phase phase() const noexcept { return phase_; }
  Reason reason() const noexcept { return reason_; }
  int green_step() const noexcept { return green_step_; }  ///< of Reason::green
  bool all_green() const noexcept { return all_green_; }   ///< nothing is left to drive
  bool paused() const noexcept { return paused_at_.has_value(); }
  const MobSettings& settings() const noexcept { return settings_; }
  const std::vector<Person>& people() const noexcept { return people_; }
  int turns_count() const noexcept { return turns_; }  ///< with the one under way

  /// Positions in people(). While a turn is over they are those of the coming one.
  struct Roles {
    std::optional<std::size_t> driver;
    std::optional<std::size_t> navigator;
    std::optional<std::size_t> next;  ///< who drives after that
  };
  Roles roles() const;

  /// Of the turn or break under way; 0 in other phases.
  std::chrono::milliseconds remaining(Time now) const;
  bool break_due(Time now) const;
  /// Until a break is due, or 0; nothing before the first turn, and in a break.
  std::optional<std::chrono::milliseconds> break_in(Time now) const;
  /// When `tick` will change something; nothing when it will not.
  std::optional<Time> next_change() const;

 private:
  std::optional<std::size_t> present_after(std::optional<std::size_t> person) const;
  std::optional<std::size_t> present_before(std::optional<std::size_t> person) const;
  Roles coming() const;
  bool between_turns() const;
  std::chrono::seconds length() const;
  void begin_turn(Time now);
  void end(Reason reason, Time now);

  MobSettings settings_;
  std::vector<Person> people_;
  Phase phase_ = Phase::ready;
  Reason reason_ = Reason::none;
  int green_step_ = 0;
  int turns_ = 0;
  std::optional<std::size_t> driver_;
  std::optional<std::size_t> navigator_;
  Time began_{};  ///< the turn or break; moved on by what was paused
  std::optional<Time> paused_at_;
  std::optional<Time> working_since_;     ///< since the last break, or the beginning
  std::chrono::milliseconds put_off_{0};  ///< the next break
  bool all_green_ = false;
};

}  // namespace workshop::runner
