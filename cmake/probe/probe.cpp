// Checks one thing of a compiler: whether it compiles this kit's handlers correctly.
//
// A handler is a coroutine full of temporaries: messages built inside a `co_await` expression,
// braced lists, maps initialised from awaited values. Some compilers copy such a temporary into the
// coroutine frame byte by byte, destroy it twice, or forget it when a suspended frame is destroyed,
// which is how this kit simulates a crash. A handler built by such a compiler fails for reasons
// that no attendee could find.
//
// Each pattern below runs to its end, and once more for each of its suspension points with the
// frame destroyed there. Every object registers its address when constructed and unregisters when
// destroyed, so that a double or missing destruction, or an object copied without its constructor,
// is seen without a sanitizer. If a pattern goes wrong, one line on stdout names the first such
// pattern, and the exit code is 1; otherwise it is 0.
#if defined(__clang__) && !defined(__apple_build_version__) && __clang_major__ < 16
#error "this Clang is older than 16"
#elif defined(__apple_build_version__) && __clang_major__ < 15
#error "this Clang is older than Xcode 15's"
#endif

#include <coroutine>
#include <cstdio>
#include <exception>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace {

/// The record of the counted objects in the current run: the addresses of those that exist, and the
/// first fault.
struct Ledger {
  std::set<const void*> alive;
  const char* wrong = nullptr;

  void born(const void* object) {
    if (!alive.insert(object).second) report("constructs an object twice");
  }
  void died(const void* object) {
    if (alive.erase(object) == 0)
      wrong = "destroys an object twice";  // the worst fault: it replaces any other
  }
  void used(const void* object) {
    if (alive.count(object) == 0) report("reads an object it did not construct");
  }
  void report(const char* what) {
    if (wrong == nullptr) wrong = what;
  }
};

Ledger ledger;

/// A value that registers its own address; it stands for the strings, ids and payloads of a
/// message.
class Counted {
 public:
  Counted(int value = 0) : value_(value) { ledger.born(this); }
  Counted(const Counted& other) : value_(other.value()) { ledger.born(this); }
  Counted(Counted&& other) noexcept : value_(other.value()) { ledger.born(this); }
  Counted& operator=(const Counted& other) {
    ledger.used(this);
    value_ = other.value();
    return *this;
  }
  ~Counted() { ledger.died(this); }

  int value() const {
    ledger.used(this);
    return value_;
  }
  bool operator<(const Counted& other) const { return value() < other.value(); }

 private:
  int value_;
};

/// A minimal Task: it is suspended at the start, destroys its frame, and returns its result to the
/// coroutine that awaits it.
template <typename T>
class Task {
 public:
  struct promise_type {
    std::optional<T> result;
    std::coroutine_handle<> continuation;

    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Resume {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          auto next = self.promise().continuation;
          return next ? next : std::noop_coroutine();
        }
        void await_resume() noexcept {}
      };
      return Resume{};
    }
    template <typename U>
    void return_value(U&& value) {
      result.emplace(std::forward<U>(value));
    }
    void unhandled_exception() { std::terminate(); }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  ~Task() {
#ifndef PROBE_PLANTED_BUG  // the check of this probe leaves this out on purpose
    if (handle_) handle_.destroy();
#endif
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.promise().continuation = awaiting;
    return handle_;
  }
  T await_resume() { return std::move(*handle_.promise().result); }

  bool done() const { return handle_.done(); }
  void start() { handle_.resume(); }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

/// A scheduling point: returns control to the driver below, as every operation of the kit does.
std::coroutine_handle<> suspended_at;

struct Pause {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const noexcept { suspended_at = handle; }
  void await_resume() const noexcept {}
};

struct MessageId {
  Counted text;
  static MessageId random() { return MessageId{Counted(7)}; }
};

struct PaymentBooked {  // an aggregate with more than one member to destroy
  Counted order_id;
  Counted amount;
};

struct Line {
  Counted gift;
  int count = 0;
};

/// The operations that handlers await. Handlers pass arguments by value, by reference and as lists,
/// so all three are here.
struct Context {
  Task<int> publish(PaymentBooked event, MessageId id) {
    co_await Pause{};
    co_return event.order_id.value() + event.amount.value() + id.text.value();
  }
  Task<int> send(const PaymentBooked& event, const MessageId& id) {
    co_await Pause{};
    co_return event.order_id.value() + event.amount.value() + id.text.value();
  }
  Task<int> save(std::vector<Line> lines) {
    co_await Pause{};
    int sum = 0;
    for (const auto& line : lines) sum += line.gift.value() * line.count;
    co_return sum;
  }
  Task<int> batch(std::initializer_list<Counted> items) {
    int sum = 0;
    for (const auto& item : items) sum += item.value();
    co_await Pause{};
    co_return sum;
  }
  Task<Counted> load(int value) {
    co_await Pause{};
    co_return Counted(value);
  }
  Task<std::pair<Counted, Counted>> load_with_version(int value) {
    co_await Pause{};
    co_return std::pair<Counted, Counted>(Counted(value), Counted(value + 1));
  }
};

struct Pattern {
  const char* name;
  Task<int> (*run)(Context&);
  int expected;
};

Task<int> aggregate_temporaries(Context& context) {
  Counted id(1);
  co_return co_await context.publish(PaymentBooked{id, 2}, MessageId::random());
}

Task<int> aggregate_temporaries_by_reference(Context& context) {
  Counted id(1);
  co_return co_await context.send(PaymentBooked{id, 2}, MessageId{Counted(7)});
}

Task<int> designated_temporaries(Context& context) {
  Counted id(1);
  co_return co_await context.publish({.order_id = id, .amount = 2}, {.text = Counted(7)});
}

Task<int> conditional_of_awaits(Context& context) {
  const bool first = (co_await context.load(1)).value() == 1;
  Counted chosen = first ? co_await context.load(5) : co_await context.load(6);
  chosen = first && (co_await context.load(0)).value() == 1 ? co_await context.load(8)
                                                            : Counted(chosen.value() + 4);
  co_return chosen.value();
}

Task<int> structured_binding(Context& context) {
  auto [entity, version] = co_await context.load_with_version(10);
  co_await Pause{};
  co_return entity.value() + version.value();
}

Task<int> loop_over_awaited_values(Context& context) {
  int sum = 0;
  for (const Counted& item : std::vector<Counted>{1, 2}) {
    auto [entity, version] = co_await context.load_with_version(item.value());
    sum += co_await context.publish(PaymentBooked{entity, version}, MessageId{item});
  }
  co_return sum;
}

// GCC 12 stops at these two with an internal error. Without them the rest can be checked.
#ifndef PROBE_WITHOUT_LISTS
Task<int> braced_lists(Context& context) {
  Counted gift(3);
  int sum = co_await context.save({{gift, 2}, {Counted(4), 1}});
  sum += co_await context.batch({gift, Counted(5)});
  co_return sum;
}

Task<int> map_from_awaited_value(Context& context) {
  const std::map<Counted, Counted> map{{Counted(1), co_await context.load(2)},
                                       {co_await context.load(3), Counted(4)}};
  int sum = 0;
  for (const auto& [key, value] : map) sum += key.value() + value.value();
  co_return sum;
}

#endif

constexpr Pattern kPatterns[] = {
    {"an aggregate temporary in a co_await expression", aggregate_temporaries, 10},
    {"an aggregate temporary bound to a reference in a co_await expression",
     aggregate_temporaries_by_reference, 10},
    {"a braced aggregate in a co_await expression", designated_temporaries, 10},
    {"a conditional of two co_await expressions", conditional_of_awaits, 9},
    {"a structured binding of an awaited value", structured_binding, 21},
    {"a loop over awaited values", loop_over_awaited_values, 11},
#ifndef PROBE_WITHOUT_LISTS
    {"a braced list in a co_await expression", braced_lists, 18},
    {"a map initialised from an awaited value", map_from_awaited_value, 10},
#endif
};

/// Runs a pattern and destroys its frame at suspension point `stop_at`, or runs it to its end if
/// there is no such point. Returns whether it ended by itself.
bool run_once(const Pattern& pattern, int stop_at) {
  Context context;
  bool ended = false;
  {
    Task<int> task = pattern.run(context);
    task.start();
    for (int point = 0; !task.done() && point != stop_at; ++point) suspended_at.resume();
    ended = task.done();
    if (ended && task.await_resume() != pattern.expected) ledger.report("computes a wrong value");
  }
  if (!ledger.alive.empty()) ledger.report("forgets to destroy an object");
  return ended;
}

/// Runs a pattern to its end first, because a fault without any crash is the simplest one to
/// report.
bool right(const Pattern& pattern) {
  constexpr int kNever = -1;
  bool ended = false;
  for (int stop_at = kNever; !(ended && stop_at > kNever); ++stop_at) {
    ledger = {};
    ended = run_once(pattern, stop_at);
    if (ledger.wrong != nullptr) {
      std::printf("%s in %s%s\n", ledger.wrong, pattern.name,
                  ended ? "" : ", when a suspended frame is destroyed");
      return false;
    }
  }
  return true;
}

}  // namespace

int main() {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  for (const Pattern& pattern : kPatterns) {
    if (!right(pattern)) return 1;
  }
  return 0;
}
