#include "workshop/endpoint/endpoint.hpp"

namespace workshop {
namespace {

thread_local std::string handler_failure;

}  // namespace

const std::string& last_handler_failure() noexcept { return handler_failure; }

Task<void> Endpoint::run_stage(std::size_t stage, HandlerContext& context) const {
  if (stage < behaviours_.size()) {
    const Handler next = [this, stage](HandlerContext& inner) {
      return run_stage(stage + 1, inner);
    };
    co_await behaviours_[stage]->invoke(context, next);
    co_return;
  }
  const auto found = handlers_.find(context.message().type);
  if (found == handlers_.end()) {
    throw InvalidRequest("endpoint '" + name_ + "' has no handler for a " +
                         context.message().type);
  }
  co_await found->second(context);
}

Task<void> Endpoint::handle(HandlerContext& context) const { return run_stage(0, context); }

Task<bool> Endpoint::receive_and_handle(Store& store, Broker& broker, HttpClient* http) const {
  auto delivery = co_await broker.receive(queue_);
  if (!delivery) co_return false;
  const auto tag = delivery->tag;

  bool handled = true;
  std::string failure;
  {
    HandlerContext context(name_, std::move(*delivery), store, broker, http);
    try {
      co_await handle(context);
    } catch (const Error&) {
      handled = false;
    } catch (const std::exception& error) {
      handled = false;  // whatever it was: the message comes again, or ends in the dead-letter queue
      failure = error.what();
    }
  }
  try {
    if (handled) {
      co_await broker.acknowledge(tag);
    } else {
      handler_failure = failure;
      co_await broker.abandon(tag);
    }
  } catch (const Error&) {
    // Not settled, or settled too late: the lease decides, and the message comes again.
  }
  co_return true;
}

}  // namespace workshop
