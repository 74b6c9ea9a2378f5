#pragma once

// The inside of the HTTP conformance suite. Only http_conformance*.cpp includes it.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workshop/core/saturating.hpp"
#include "workshop/testing/http_conformance.hpp"

namespace workshop::http_trial {

using std::chrono::milliseconds;

/// How a property says that it does not hold.
struct Mismatch {
  std::string what;  ///< the property, and what was found
};

inline void expect(bool holds, const std::string& what) {
  if (!holds) throw Mismatch{what};
}

/// Texts of any size, cut to what a person reads.
inline std::string shown(const std::string& text) {
  return text.size() <= 60
             ? "'" + text + "'"
             : "'" + text.substr(0, 57) + "...' (" + std::to_string(text.size()) + " bytes)";
}

inline void expect_equal(const std::string& actual, const std::string& expected,
                         const std::string& what) {
  expect(actual == expected, what + ": expected " + shown(expected) + ", got " + shown(actual));
}

inline void expect_count(int actual, int expected, const std::string& what) {
  expect(actual == expected,
         what + ": expected " + std::to_string(expected) + ", got " + std::to_string(actual));
}

/// How a request ended.
struct Ended {
  /// In which way.
  enum class How { answered, invalid, unavailable, unknown, otherwise };
  How how = How::otherwise;    ///< in which way
  HttpResponse response = {};  ///< of How::answered
  std::string what = {};       ///< the error's words
  Deadline at = {};            ///< when it had ended
};

inline std::string words_for(Ended::How how) {
  switch (how) {
    case Ended::How::answered:
      return "an answer";
    case Ended::How::invalid:
      return "InvalidRequest";
    case Ended::How::unavailable:
      return "Unavailable";
    case Ended::How::unknown:
      return "OutcomeUnknown";
    case Ended::How::otherwise:
      return "another failure";
  }
  return "?";
}

inline void expect_ended(const Ended& ended, Ended::How how, const std::string& doing) {
  auto got = words_for(ended.how);
  if (ended.how == Ended::How::answered) got += " " + std::to_string(ended.response.status);
  if (!ended.what.empty()) got += " (" + ended.what + ")";
  expect(ended.how == how, doing + ": expected " + words_for(how) + ", got " + got);
}

/// Sends a request and waits until it has ended.
inline Ended ask(HttpClient& client, const std::string& authority, HttpRequest request,
                 Deadline deadline) {
  Ended ended;
  try {
    ended.response = sync_wait(client.request(authority, std::move(request), deadline));
    ended.how = Ended::How::answered;
  } catch (const InvalidRequest& error) {
    ended.how = Ended::How::invalid;
    ended.what = error.what();
  } catch (const Unavailable& error) {
    ended.how = Ended::How::unavailable;
    ended.what = error.what();
  } catch (const OutcomeUnknown& error) {
    ended.how = Ended::How::unknown;
    ended.what = error.what();
  } catch (const std::exception& error) {
    ended.what = error.what();
  }
  ended.at = std::chrono::steady_clock::now();
  return ended;
}

inline Deadline in(milliseconds time) { return deadline_after(time); }
inline Deadline ample() { return in(milliseconds{60'000}); }

/// Where handlers wait, suspended, until the test opens it. They go on on the thread that opens.
class Gate {
 public:
  /// What a handler awaits.
  class Passing {
   public:
    /// Of a gate that outlives it.
    explicit Passing(Gate& gate) : gate_(&gate) {}
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;
    ~Passing() {  // a wrong server may destroy a handler that waits here
      if (!self_) return;
      const std::lock_guard lock(gate_->mutex_);
      std::erase(gate_->waiting_, self_);
    }
    /// Never; whether the gate is open is asked under its lock.
    bool await_ready() const noexcept { return false; }
    /// Waits, unless the gate is open.
    bool await_suspend(std::coroutine_handle<> self) {
      const std::lock_guard lock(gate_->mutex_);
      if (gate_->open_) return false;
      self_ = self;
      gate_->waiting_.push_back(self);
      return true;
    }
    /// Nothing is returned.
    void await_resume() const noexcept {}

   private:
    Gate* gate_;
    std::coroutine_handle<> self_;
  };

  /// Waits until the gate is open.
  Passing operator co_await() noexcept { return Passing(*this); }

  /// Lets all that wait go on, on this thread, and whoever comes later pass.
  void open() {
    std::vector<std::coroutine_handle<>> waiting;
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
      waiting.swap(waiting_);
    }
    for (const auto handle : waiting) handle.resume();
  }

 private:
  std::mutex mutex_;
  bool open_ = false;
  std::vector<std::coroutine_handle<>> waiting_;
};

/// Opens the gate at the end of a block, so that no handler waits for ever.
struct OpenAtEnd {
  /// Opens `opened`, which must outlive it.
  explicit OpenAtEnd(Gate& opened) : gate(opened) {}
  OpenAtEnd(const OpenAtEnd&) = delete;
  OpenAtEnd& operator=(const OpenAtEnd&) = delete;
  ~OpenAtEnd() { gate.open(); }
  Gate& gate;  ///< that it opens
};

/// Counts events, and lets a thread wait for them.
class Events {
 public:
  /// One more; returns how many there were. Any thread.
  int happened() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    return ++count_;
  }
  /// How many there were. Any thread.
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  /// True when `count` events have happened within `time`.
  bool wait_for(int count, milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

/// What one check works with. The client goes before the servers and what handlers use.
class Trial {
 public:
  /// With a client of its own; `implementation` must outlive it.
  explicit Trial(const HttpImplementation& implementation)
      : implementation_(implementation), client_(implementation.client()) {}

  /// The client under test, which is open.
  HttpClient& client() { return *client_; }
  /// Ends all that a client might still do behind the back of its caller.
  void close_client() { client_.reset(); }
  /// A fresh client.
  void open_client() { client_ = implementation_.client(); }
  /// A server under test, which runs until it is destroyed.
  std::unique_ptr<HttpServerUnderTest> serve(HttpHandler handler) {
    return implementation_.server(std::move(handler));
  }
  /// How long something may take that is to happen.
  milliseconds patience() const { return implementation_.patience_ms; }
  /// What is tried.
  const HttpImplementation& implementation() const { return implementation_; }

  /// The answer to a request that must be answered.
  HttpResponse answer(const HttpServerUnderTest& server, HttpRequest request) {
    const auto doing = std::string(name_of(request.method)) + " " + request.target;
    auto ended = ask(*client_, server.authority(), std::move(request), ample());
    expect_ended(ended, Ended::How::answered, doing);
    return std::move(ended.response);
  }

  /// A request under way on a thread of its own.
  std::future<Ended> start(const HttpServerUnderTest& server, HttpRequest request,
                           Deadline deadline) {
    return std::async(std::launch::async, ask, std::ref(*client_), server.authority(),
                      std::move(request), deadline);
  }

 private:
  const HttpImplementation& implementation_;
  std::unique_ptr<HttpClient> client_;
};

/// One property of the contract: a check that throws when it does not hold.
struct Property {
  const char* name;       ///< the sentence that holds
  void (*check)(Trial&);  ///< throws Mismatch when it does not hold
};

std::vector<Property> message_properties();
std::vector<Property> failure_properties();

}  // namespace workshop::http_trial
