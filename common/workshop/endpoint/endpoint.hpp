#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop {

/// Handles the message of a context.
using Handler = std::function<Task<void>(HandlerContext&)>;

/// How an attempt at a delivery ended.
struct Attempt {
  bool handled = true;      ///< the handler returned
  bool unexpected = false;  ///< it threw an exception that is not an Error of the library
  std::string failure;      ///< the text of its exception
};

/// The result of settling a delivery.
enum class Settlement {
  settled,     ///< acknowledged, or abandoned
  lease_lost,  ///< too late: the message is, or was, delivered again
  failed,      ///< perhaps not settled: then the lease expires, and the message is delivered again
};

/// One stage around the handlers of an endpoint: it acts before `next`, after it, or instead of it.
/// All deliveries of an endpoint share its behaviours, so these keep no state between deliveries.
class Behaviour {
 public:
  Behaviour() = default;
  Behaviour(const Behaviour&) = delete;
  Behaviour& operator=(const Behaviour&) = delete;
  virtual ~Behaviour() = default;

  /// `next` runs the stages within this one and at last the handler; it outlives the task.
  virtual Task<void> invoke(HandlerContext& context, const Handler& next) = 0;
};

/// A queue and the handlers of its messages: queue → behaviours → handler → acknowledge.
///
/// Build it before use; then it is immutable and may be shared by threads.
class Endpoint {
 public:
  /// An endpoint that receives from the queue `name` and has no handlers yet.
  explicit Endpoint(std::string name) : name_(std::move(name)) {}

  /// Its name, which is also that of the queue it receives from.
  const std::string& name() const noexcept { return name_; }

  /// Messages of the type `Payload` go to `handle`, a function that keeps no state of its own.
  /// InvalidRequest when they go to another one already.
  template <class Payload>
  Endpoint& on(Task<void> (*handle)(const Payload&, HandlerContext&)) {
    return on_type(std::string(type_name<Payload>()), [handle](HandlerContext& context) {
      return decode_and_handle(handle, context);
    });
  }

  /// Adds a stage inside those added before.
  Endpoint& with(std::shared_ptr<Behaviour> behaviour);

  /// Runs behaviours and handler for one delivery; settles nothing. A message of a type without a
  /// handler is InvalidRequest.
  Task<void> handle(HandlerContext& context) const;

  /// One round of the endpoint: receives a message, handles it, then acknowledges it, or abandons
  /// it when the handler threw; the reason is the text of its exception, if that is not an Error of
  /// the library: those are told by the operation that threw them. Returns false when there was no
  /// message. A lease lost meanwhile is not an error: the message is, or was, delivered again. Nor
  /// is a failed settlement: the lease expires. The handler's context returns `http` as `http()`.
  Task<bool> receive_and_handle(Store& store, Broker& broker, HttpClient* http = nullptr) const;

  /// The middle of a round: handles the delivery in a context of its own. The handler's exception
  /// is in the result, unless it is not a std::exception, such as a Todo: that leaves the function.
  Task<Attempt> attempt(Delivery delivery, Store& store, Broker& broker, HttpClient* http) const;

  /// The end of a round: acknowledges the delivery of a handled attempt, abandons that of a failed
  /// one, with `failure` as the reason. Errors of the broker are in the result.
  static Task<Settlement> settle(Broker& broker, LeaseTag tag, Attempt attempt);

 private:
  template <class Payload>
  static Task<void> decode_and_handle(Task<void> (*handle)(const Payload&, HandlerContext&),
                                      HandlerContext& context) {
    const auto payload = payload_of<Payload>(context.message());
    co_await handle(payload, context);
  }

  Endpoint& on_type(std::string type, Handler handler);
  Task<void> run_stage(std::size_t stage, HandlerContext& context) const;
  Task<void> run_behaviour(std::size_t stage, HandlerContext& context) const;
  Task<void> run_handler(HandlerContext& context) const;

  std::string name_;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::vector<std::shared_ptr<Behaviour>> behaviours_;
};

}  // namespace workshop
