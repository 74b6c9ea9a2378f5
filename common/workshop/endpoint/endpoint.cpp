#include "workshop/endpoint/endpoint.hpp"

namespace workshop {
namespace {

/// Throws when it is awaited, as a handler would.
Task<void> refuse(const std::string& endpoint, const std::string& type) {
  throw InvalidRequest("endpoint '" + endpoint + "' has no handler for a " + type);
  co_return;
}

}  // namespace

Task<void> Endpoint::run_stage(std::size_t stage, HandlerContext& context) const {
  return stage < behaviours_.size() ? run_behaviour(stage, context) : run_handler(context);
}

Task<void> Endpoint::run_behaviour(std::size_t stage, HandlerContext& context) const {
  const Handler next = [this, stage](HandlerContext& inner) { return run_stage(stage + 1, inner); };
  co_await behaviours_[stage]->invoke(context, next);
}

Task<void> Endpoint::run_handler(HandlerContext& context) const {
  const auto& type = context.message().type;
  const auto found = handlers_.find(type);
  return found == handlers_.end() ? refuse(name_, type) : found->second(context);
}

Endpoint& Endpoint::on_type(std::string type, Handler handler) {
  const auto [place, is_new] = handlers_.emplace(std::move(type), std::move(handler));
  if (is_new) return *this;
  throw InvalidRequest("endpoint '" + name_ + "' has a handler for a " + place->first + " already");
}

Endpoint& Endpoint::with(std::shared_ptr<Behaviour> behaviour) {
  behaviours_.push_back(std::move(behaviour));
  return *this;
}

Task<void> Endpoint::handle(HandlerContext& context) const { return run_stage(0, context); }

Task<bool> Endpoint::receive_and_handle(Store& store, Broker& broker, HttpClient* http) const {
  auto delivery = co_await broker.receive(name_);
  if (!delivery) co_return false;
  auto tag = delivery->tag;
  auto ended = co_await attempt(std::move(*delivery), store, broker, http);
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
