#include "workshop/shop/gift_shop.hpp"

#include <algorithm>

#include "workshop/explore/world/words.hpp"

namespace workshop::shop {
namespace {

Task<void> receive_and_handle(std::shared_ptr<const Endpoint> endpoint, Store& store,
                              Broker& broker, HttpClient& http) {
  co_await endpoint->receive_and_handle(store, broker, &http);
}

/// What `before` says or, when it finds nothing, `next`.
template <class Found, class... Arguments>
std::function<Found(Arguments...)> either(std::function<Found(Arguments...)> before,
                                          std::function<Found(Arguments...)> next) {
  if (!before) return next;
  return [before = std::move(before), next = std::move(next)](Arguments... arguments) {
    auto found = before(arguments...);
    return found ? found : next(arguments...);
  };
}

Task<void> run_program(const std::function<Task<void>(EntityStore&, Broker&)>& program,
                       Store& store, Broker& broker) {
  EntityStore entities(store);
  co_await program(entities, broker);
}

}  // namespace

GiftShop::GiftShop(std::string endpoint) { and_endpoint(std::move(endpoint)); }

GiftShop& GiftShop::and_endpoint(std::string endpoint) {
  endpoint_ = std::make_shared<Endpoint>(endpoint);
  scenario_.queues.push_back({std::move(endpoint), {}, {}});
  return *this;
}

GiftShop& GiftShop::with_behaviour(std::shared_ptr<Behaviour> behaviour) {
  endpoint_->with(std::move(behaviour));
  return *this;
}

GiftShop& GiftShop::subscribe(std::string topic) {
  scenario_.queues.back().topics.push_back(std::move(topic));
  return *this;
}

GiftShop& GiftShop::with_document(Key key, std::string body, std::size_t store) {
  scenario_.documents.push_back({std::move(key), std::move(body), store});
  return *this;
}

GiftShop& GiftShop::on_store(Profile profile) {
  scenario_.stores = {std::move(profile)};
  return *this;
}

MessageId GiftShop::next_id() const {
  return MessageId{"m" + std::to_string(scenario_.messages.size() + 1)};
}

GiftShop& GiftShop::deliver_message(Message message, ToHandlers handlers, Copies copies) {
  scenario_.messages.push_back({endpoint_->name(), std::move(message), copies.count});
  return with_handlers(handlers);
}

GiftShop& GiftShop::with_handlers(ToHandlers handlers) {
  const auto& name = endpoint_->name();
  auto& processes = scenario_.processes;
  auto running = std::count_if(processes.begin(), processes.end(),
                               [&](const auto& process) { return process.group == name; });
  while (running < handlers.count) {
    ++running;
    processes.push_back({name + "-" + std::to_string(running), name, name,
                         [endpoint = endpoint_](explore::ProcessContext& context) {
                           return receive_and_handle(endpoint, context.store(), context.broker(),
                                                     context.http());
                         },
                         true});
  }
  return *this;
}

GiftShop& GiftShop::with_process(std::string name,
                                 std::function<Task<void>(EntityStore&, Broker&)> program) {
  scenario_.processes.push_back({name, name, "",
                                 [program](explore::ProcessContext& context) {
                                   return run_program(program, context.store(), context.broker());
                                 },
                                 true});
  return *this;
}

GiftShop& GiftShop::with_server(std::string authority, int processes_count,
                                explore::ServerHandler handler) {
  for (int i = 1; i <= processes_count; ++i) {
    scenario_.processes.push_back(
        explore::server_process(authority + "-" + std::to_string(i), authority, handler));
  }
  return *this;
}

GiftShop& GiftShop::with_client(std::string name, explore::Round program, bool restarts) {
  scenario_.processes.push_back({name, name, "", std::move(program), restarts});
  return *this;
}

GiftShop& GiftShop::on_stores(std::vector<Profile> profiles) {
  scenario_.stores = std::move(profiles);
  return *this;
}

GiftShop& GiftShop::expect_output(std::string type, std::string cause, std::uint32_t count,
                                  std::string body) {
  auto words = body.empty() ? "" : explore::Words::of_json(body);
  scenario_.expectations.outputs.push_back(
      {std::move(type), std::move(cause), count, std::move(body), std::move(words)});
  return *this;
}

GiftShop& GiftShop::count_effects(std::string name,
                                  std::function<int(const StoreView&, const Message&)> count,
                                  std::string type) {
  auto& expectations = scenario_.expectations;
  if (!effects_.emplace(type, std::move(count)).second) {
    throw InvalidRequest("this shop knows already what the effect of a " + type + " is");
  }
  expectations.effect_names[std::move(type)] = std::move(name);
  // A message of a type without a counter counts as one effect: nothing is known of it.
  expectations.effects = [effects = effects_](const StoreView& view, const Message& message) {
    const auto found = effects.find(message.type);
    return found == effects.end() ? 1 : found->second(view, message);
  };
  return *this;
}

GiftShop& GiftShop::find_garbage(std::function<std::optional<std::string>(const Document&)> find) {
  auto& garbage = scenario_.expectations.garbage;
  garbage = either(std::move(garbage), std::move(find));
  return *this;
}

GiftShop& GiftShop::commit_by(std::function<bool(const Key&)> commits) {
  auto& known = scenario_.expectations.commits;
  known = either(std::move(known), std::move(commits));
  return *this;
}

GiftShop& GiftShop::ghosts_by_attempt() {
  scenario_.expectations.ghost_by_attempt = true;
  return *this;
}

GiftShop& GiftShop::at_rest(std::function<std::optional<Violation>(const StoreView&)> check) {
  auto& at_quiescence = scenario_.expectations.at_quiescence;
  at_quiescence = either(std::move(at_quiescence), std::move(check));
  return *this;
}

GiftShop& GiftShop::up_to(std::uint32_t faults_max, std::uint32_t preemptions_max) {
  scenario_.bounds.faults_max = faults_max;
  scenario_.bounds.preemptions_max = preemptions_max;
  return *this;
}

GiftShop& GiftShop::and_no_further() {
  scenario_.bounds.fixed = true;
  return *this;
}

GiftShop& GiftShop::with_faults(Faults faults) {
  scenario_.bounds.faults = faults;
  return *this;
}

GiftShop& GiftShop::all_messages_at_once() {
  scenario_.messages_min = std::max<std::size_t>(1, scenario_.messages.size());
  return *this;
}

GiftShop& GiftShop::delivered_before(std::uint32_t deliveries_count) {
  scenario_.deliveries_before = deliveries_count;
  return *this;
}

GiftShop& GiftShop::every_switch(std::uint32_t deliveries_max) {
  all_messages_at_once().with_faults({}).up_to(0, explore::kUnlimitedPreemptions);
  scenario_.search.shortest = false;
  for (auto& queue : scenario_.queues) queue.options.deliveries_max = deliveries_max;
  return *this;
}

Verdict GiftShop::run() { return explore::explore_in_test(scenario_); }

}  // namespace workshop::shop
