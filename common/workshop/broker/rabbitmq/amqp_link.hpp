#pragma once

#include <amqp.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "workshop/broker/rabbitmq/amqp_message.hpp"
#include "workshop/process/descriptor.hpp"

namespace workshop::detail {

/// Where a server is, and as whom to log in.
struct AmqpAddress {
  std::string host;
  int port = 5672;
  std::string user;
  std::string password;
  std::string virtual_host;
  /// Reads "amqp://user:password@host:port/virtual-host". Throws InvalidRequest, which shows
  /// nothing of it.
  static AmqpAddress parse(const std::string& url);
  /// "RabbitMQ at host:port", for errors.
  std::string name() const;
};

/// A message that came, by basic.deliver, basic.get-ok or basic.return.
struct AmqpContent {
  amqp_method_number_t method = 0;
  std::uint64_t delivery_tag = 0;
  std::uint32_t left_count = 0;  ///< of a get-ok: how many more are in the queue
  std::string routing_key;
  AmqpReceived received;
  std::uint64_t body_size = 0;
};

/// The answer to a method, or why there is none.
struct AmqpAnswer {
  const amqp_method_t* method = nullptr;  ///< nullptr: there is no answer
  AmqpContent* content = nullptr;         ///< of basic.get-ok
  int code = 0;                           ///< why the server closed the channel; 0: other reasons
  std::string failure;

  bool is(amqp_method_number_t id) const noexcept { return method != nullptr && method->id == id; }
};

/// What a link tells its owner, on the link's thread.
class AmqpEvents {
 public:
  /// A confirmation, or another method that nobody has asked for.
  virtual void on_method(amqp_channel_t channel, const amqp_method_t& method) = 0;
  virtual void on_content(amqp_channel_t channel, AmqpContent content) = 0;
  /// The server has closed a channel: all that was unsettled on it is in its queue again.
  virtual void on_channel_closed(amqp_channel_t channel, int code, const std::string& reason) = 0;
  /// The connection is gone, and all channels with it.
  virtual void on_lost(const std::string& reason) = 0;
  /// A few times a second.
  virtual void on_time() = 0;

 protected:
  ~AmqpEvents() = default;
};

/// One connection, on a thread of its own: all of librabbitmq is called there. It is made when
/// something is posted, and made anew after it broke, with a growing pause between attempts.
///
/// Thread-safety: `post` and `ask` from any thread; all else on the link's thread, in what was
/// posted and in events.
class AmqpLink {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Limits {
    std::chrono::milliseconds connect_ms{5'000};
    std::chrono::milliseconds answer_ms{10'000};  ///< without an answer the connection is dropped
    std::chrono::milliseconds pause_max_ms{5'000};
    int heartbeat_s = 10;
  };

  AmqpLink(AmqpAddress address, Limits limits, AmqpEvents& events);
  /// Closes the connection, so what is unsettled returns to its queues. Nobody may be waiting.
  ~AmqpLink();
  AmqpLink(const AmqpLink&) = delete;
  AmqpLink& operator=(const AmqpLink&) = delete;

  /// Runs `work` on the link's thread. It throws nothing.
  void post(std::function<void()> work);

  /// Runs `work` on the link's thread and blocks until it, or what it has begun, has set the
  /// promise; what `work` throws is set as well.
  template <class T>
  T ask(std::function<void(std::shared_ptr<std::promise<T>>)> work) {
    auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    post([promise, work = std::move(work)] {
      try {
        work(promise);
      } catch (...) {
        promise->set_exception(std::current_exception());
      }
    });
    return future.get();
  }

  /// Connects unless it is connected. Throws Unavailable, at once during the pause after an attempt
  /// that failed.
  void connect();
  bool connected() const noexcept { return state_ != nullptr && broken_.empty(); }
  std::size_t frame_bytes_max() const;

  /// Sends a method; `answered` is called once, also when there will be no answer. Connected only.
  void call(amqp_channel_t channel, amqp_method_number_t method, void* fields,
            std::function<void(AmqpAnswer)> answered);
  /// Sends a method that has no answer. False: the connection broke; the events tell in a moment.
  bool send(amqp_channel_t channel, amqp_method_number_t method, void* fields);
  /// Opens a channel. What is sent on it next may follow at once.
  void open_channel(amqp_channel_t channel);
  /// Sends a message. False: the connection broke meanwhile; the events tell in a moment.
  bool publish(amqp_channel_t channel, const std::string& exchange, const std::string& routing_key,
               bool mandatory, const AmqpProperties& properties, const std::string& body);
  /// Drops the connection, once what runs now has returned.
  void lose(const std::string& reason);

  const AmqpAddress& address() const noexcept { return address_; }
  const Limits& limits() const noexcept { return limits_; }

 private:
  struct Pending {
    std::function<void(AmqpAnswer)> answered;
    SteadyTime deadline;
  };
  struct Channel {
    std::deque<Pending> pending;
    AmqpContent content;     // that is coming
    bool is_coming = false;  // its header, then its body
  };

  void run();
  bool run_posted();
  void wait();
  void read_frames();
  void handle(const amqp_frame_t& frame);
  void handle_method(amqp_channel_t number, const amqp_method_t& method);
  void begin_content(Channel& channel, const amqp_method_t& method);
  void content_part(amqp_channel_t number, const amqp_frame_t& frame);
  void close_channel(amqp_channel_t number, int code, const std::string& reason);
  void answer(amqp_channel_t number, AmqpAnswer answer);
  void check_deadlines();
  void open_socket();
  void log_in();
  void finish_loss();

  const AmqpAddress address_;
  const Limits limits_;
  AmqpEvents& events_;
  process::Descriptor wake_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  bool stopping_ = false;
  // Of the link's thread:
  amqp_connection_state_t state_ = nullptr;
  std::map<amqp_channel_t, Channel> channels_;
  std::chrono::milliseconds pause_{0};
  SteadyTime next_attempt_{};
  std::string last_failure_;
  std::string broken_;  // why, while the connection is not destroyed yet
  std::thread thread_;
};

}  // namespace workshop::detail
