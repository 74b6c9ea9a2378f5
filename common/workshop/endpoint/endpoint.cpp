#include "workshop/endpoint/endpoint.hpp"

namespace workshop {

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
    throw InvalidRequest("endpoint '" + name_ + "' has no handler for a " + context.message().type);
  }
  co_await found->second(context);
}

Endpoint& Endpoint::on_type(std::string type, Handler handler) {
  handlers_[std::move(type)] = std::move(handler);
  return *this;
}

Endpoint& Endpoint::with(std::shared_ptr<Behaviour> behaviour) {
  behaviours_.push_back(std::move(behaviour));
  return *this;
}

Task<void> Endpoint::handle(HandlerContext& context) const { return run_stage(0, context); }

Task<bool> Endpoint::receive_and_handle(Store& store, Broker& broker, HttpClient* http) const {
  auto delivery = co_await broker.receive(queue_);
  if (!delivery) co_return false;
  auto tag = delivery->tag;
  auto ended = co_await attempt(std::move(*delivery), store, broker, http);
  if (!ended.unexpected) ended.failure.clear();
  co_await settle(broker, std::move(tag), std::move(ended));
  co_return true;
}

Task<Attempt> Endpoint::attempt(Delivery delivery, Store& store, Broker& broker,
                                HttpClient* http) const {
  HandlerContext context(name_, std::move(delivery), store, broker, http);
  try {
    co_await handle(context);
  } catch (const Error& error) {
    co_return Attempt{.handled = false, .failure = error.what()};
  } catch (const std::exception& error) {
    co_return Attempt{.handled = false, .unexpected = true, .failure = error.what()};
  }
  co_return Attempt{};
}

Task<Settlement> Endpoint::settle(Broker& broker, LeaseTag tag, Attempt attempt) {
  try {
    if (attempt.handled) {
      co_await broker.acknowledge(std::move(tag));
    } else {
      // After any failure the message comes again, or moves to the dead-letter queue.
      co_await broker.abandon(std::move(tag), std::move(attempt.failure));
    }
  } catch (const LeaseLost&) {
    co_return Settlement::lease_lost;
  } catch (const Error&) {
    co_return Settlement::failed;
  }
  co_return Settlement::settled;
}

}  // namespace workshop
