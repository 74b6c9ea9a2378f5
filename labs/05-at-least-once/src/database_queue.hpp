#pragma once

#include <string>

#include "leased_queue.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/endpoint/entity_store.hpp"

namespace workshop {

/// A queue in a database: the entity `Queue` under the queue's name. Finished: you need not change
/// it.
///
/// Each operation loads the document, lets the rule of the same name (leased_queue.hpp) change it,
/// and saves it by compare-and-swap; when another worker was faster, it begins again. Any number of
/// processes may use one queue, each with an object of its own. Errors are those of the rules and
/// of the store; after OutcomeUnknown the operation may have been done. An object is used by one
/// coroutine at a time.
class DatabaseQueue {
 public:
  /// `store` and `clock` must outlive the queue.
  DatabaseQueue(Store& store, const Clock& clock, std::string name, QueueOptions options)
      : entities_(store), clock_(&clock), name_(std::move(name)), options_(options) {}

  Task<void> send(Message message);
  Task<std::optional<Delivery>> receive();
  Task<void> acknowledge(LeaseTag tag);
  Task<void> abandon(LeaseTag tag);
  Task<void> renew(LeaseTag tag);
  Task<std::size_t> redrive();

  /// The queue as it is now.
  Task<Queue> look();

 private:
  template <class Result>
  Task<Result> change(std::function<Result(Queue&, Milliseconds)> rule);

  EntityStore entities_;
  const Clock* clock_;
  std::string name_;
  QueueOptions options_;
};

/// Where gifts are wrapped.
class WrappingStation {
 public:
  WrappingStation() = default;
  WrappingStation(const WrappingStation&) = delete;
  WrappingStation& operator=(const WrappingStation&) = delete;
  virtual ~WrappingStation() = default;

  /// Wraps one gift of an order. Takes up to 20 seconds.
  virtual Task<void> wrap(std::string order_id, std::string gift) = 0;
};

}  // namespace workshop
