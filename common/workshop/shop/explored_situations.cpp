#include "workshop/shop/explored_situations.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>
#include <utility>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/shop/dead_handler.hpp"
#include "workshop/shop/troubled.hpp"

namespace workshop::shop {
namespace {

using explore::ProcessContext;

// How many operations an attempt still lives for, and which of its operations have written a
// document: the number of each, and its key.
class Life {
 public:
  explicit Life(int operations_max) : left_(operations_max) {}
  void spend() {
    if (left_ == 0) throw Died();
    --left_;
    ++spent_;
  }
  void spend_on(const Key& key) {
    spend();
    writes_.emplace(spent_, key);
  }
  int spent() const noexcept { return spent_; }
  bool has_written(const Key& key, int operation) const {
    const auto write = writes_.find(operation);
    return write != writes_.end() && write->second == key;
  }

 private:
  int left_;
  int spent_ = 0;
  std::map<int, Key> writes_;
};

class MortalStore final : public Store {
 public:
  MortalStore(Store& store, Life& life) : store_(&store), life_(&life) {}

  Task<std::optional<Document>> get(Key key) override {
    life_->spend();
    return store_->get(std::move(key));
  }
  Task<Version> put(Key key, std::string body, Expected expected) override {
    life_->spend_on(key);
    return store_->put(std::move(key), std::move(body), std::move(expected));
  }
  Task<void> erase(Key key, Expected expected) override {
    life_->spend();
    return store_->erase(std::move(key), std::move(expected));
  }
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override {
    life_->spend();
    return store_->batch(std::move(partition), std::move(operations));
  }
  const Profile& profile() const noexcept override { return store_->profile(); }

 private:
  Store* store_;
  Life* life_;
};

class MortalBroker final : public Broker {
 public:
  MortalBroker(Broker& broker, Life& life) : broker_(&broker), life_(&life) {}

  Task<void> send(std::string queue, Message message, std::chrono::milliseconds delay) override {
    life_->spend();
    return broker_->send(std::move(queue), std::move(message), delay);
  }
  Task<void> publish(std::string topic, Message message) override {
    life_->spend();
    return broker_->publish(std::move(topic), std::move(message));
  }
  Task<std::optional<Delivery>> receive(std::string queue) override {
    life_->spend();
    return broker_->receive(std::move(queue));
  }
  Task<void> acknowledge(LeaseTag tag) override {
    life_->spend();
    return broker_->acknowledge(std::move(tag));
  }
  Task<void> abandon(LeaseTag tag, std::string reason) override {
    life_->spend();
    return broker_->abandon(std::move(tag), std::move(reason));
  }
  Task<void> renew(LeaseTag tag) override {
    life_->spend();
    return broker_->renew(std::move(tag));
  }
  Task<std::size_t> redrive(std::string queue) override {
    life_->spend();
    return broker_->redrive(std::move(queue));
  }

 private:
  Broker* broker_;
  Life* life_;
};

// One attempt of the endpoint at a message, which dies when its life is spent.
Task<void> attempt(std::shared_ptr<const Endpoint> endpoint, Message message, Life* life,
                   Store* store, Broker* broker) {
  MortalStore mortal_store(*store, *life);
  MortalBroker mortal_broker(*broker, *life);
  HandlerContext context(endpoint->name(), Delivery{endpoint->name(), std::move(message), {}, 1},
                         mortal_store, mortal_broker);
  try {
    co_await endpoint->handle(context);
  } catch (const Died&) {
  } catch (const Error&) {  // somebody else was faster
  }
}

Task<void> dies_after(std::shared_ptr<const Endpoint> endpoint, Message message,
                      int operations_count, ProcessContext& context) {
  Life life(operations_count);
  co_await attempt(std::move(endpoint), std::move(message), &life, &context.store(),
                   &context.broker());
}

// Somebody else who saves the order twice, and changes nothing in it.
Task<void> saves_it_twice(Key key, ProcessContext& context) {
  for (int i = 0; i < 2; ++i) {
    const auto document = co_await context.store().get(key);
    if (!document) co_return;
    try {
      co_await context.store().put(key, document->body, Expected::version(document->version));
    } catch (const VersionConflict&) {
    }
  }
}

struct Payment {
  std::string id;
  std::string order;
  int amount = 0;
};

// A world of the handler, with these payments of orders that are there.
class World {
 public:
  World(const BookingHandler& handler, std::string situation, std::vector<Payment> payments)
      : handler_(handler),
        payments_(std::move(payments)),
        endpoint_(std::make_shared<Endpoint>("payments")),
        result_{std::move(situation), gift_shop("payments")} {
    handler.handlers(*endpoint_);
    result_.shop.handled_by(handler.handlers).on_store(handler.profile);
    for (const auto& payment : payments_) keep_what_it_arrives_with(payment);
    expect();
  }

  World& orders_are_there() {
    std::map<std::string, bool> there;
    for (const auto& payment : payments_) {
      if (!std::exchange(there[payment.order], true)) {
        result_.shop.with_document(handler_.key_of(payment.order), handler_.empty_order);
      }
    }
    return *this;
  }
  // An attempt at the first payment has died before it had sent its events, which were two.
  World& with_two_events_unsent() {
    const auto& [id, order, amount] = payments_.front();
    const auto events = events_of_a_dead_handler(id, amount);
    auto& outputs = result_.shop.scenario().expectations.outputs;
    outputs.clear();
    for (const auto& event : events) outputs.push_back({event.type, "", 1});
    for (auto& [key, body] : handler_.left_unsent(id, order, amount, events)) {
      result_.shop.with_document(std::move(key), std::move(body));
    }
    return *this;
  }
  // Another attempt at the payment, which dies after so many operations.
  World& with_a_death_of(const Payment& payment, int operations_count) {
    result_.shop.with_client("a dead attempt at " + payment.id,
                             [endpoint = endpoint_, message = message_of(payment),
                              operations_count](ProcessContext& context) {
                               return dies_after(endpoint, message, operations_count, context);
                             });
    return *this;
  }
  // So often it was delivered before, to handlers that have left no trace.
  World& delivered_before(std::uint32_t deliveries_count) {
    result_.shop.delivered_before(deliveries_count);
    return *this;
  }
  World& with_another_writer() {
    result_.shop.with_client(
        "somebody else", [key = handler_.key_of(payments_.front().order)](ProcessContext& context) {
          return saves_it_twice(key, context);
        });
    return *this;
  }
  ExploredSituation delivered(int handlers_count, Faults faults, std::uint32_t faults_max,
                              std::uint32_t preemptions_max, Copies copies = once()) {
    for (const auto& payment : payments_) {
      result_.shop.deliver_message(message_of(payment), to_handlers(handlers_count), copies);
    }
    result_.shop.all_messages_at_once()
        .with_faults(faults)
        .up_to(faults_max, preemptions_max)
        .and_no_further();
    result_.shop.scenario().bounds.time_max = std::chrono::minutes{5};
    return std::move(result_);
  }

 private:
  Message message_of(const Payment& payment) const {
    return handler_.message_of(payment.id, payment.order, payment.amount);
  }

  void keep_what_it_arrives_with(const Payment& payment) {
    if (!handler_.arrives_with) return;
    SqliteStoreOptions options;
    options.profile = handler_.profile;
    SqliteStore store(options);
    handler_.arrives_with(store, message_of(payment));
    for (const auto& document : store.documents()) {
      result_.shop.with_document(document.key, document.body);
    }
  }

  // Each order has paid the sum of its payments, and each has the events that it causes.
  void expect() {
    auto& expectations = result_.shop.scenario().expectations;
    std::map<std::string, int> sums;
    std::map<std::string, std::uint32_t> events;
    for (const auto& type : handler_.event_types) events[type] = 0;
    for (const auto& [id, order, amount] : payments_) {
      for (const auto& event : handler_.events_of(order, amount, sums[order])) ++events[event.type];
      sums[order] += amount;
    }
    for (const auto& [type, count] : events) expectations.outputs.push_back({type, "", count});
    expectations.at_quiescence = [handler = handler_, sums](const StoreView& shop) {
      return wrong_sum(handler, sums, shop);
    };
    expectations.invariants = {exactly_one_effect, no_lost_message};
    if (handler_.stores_events) expectations.invariants.add(consistent_output);
    // What is left beside the orders is not judged here: of two attempts in one world the one that
    // was overtaken may die before it has removed what it had created, which labs 13 and 14 admit,
    // and the documents at rest do not show whether it has. The quiet situations know who was
    // overtaken, and judge it.
    if (!handler_.left_over) return;
    expectations.garbage = handler_.left_over;
    expectations.invariants.add(no_garbage);
  }

  static std::optional<Violation> wrong_sum(const BookingHandler& handler,
                                            const std::map<std::string, int>& sums,
                                            const StoreView& shop) {
    for (const auto& [order, sum] : sums) {
      const auto document = shop.find(handler.key_of(order));
      const int paid = document ? handler.paid(*document) : 0;
      if (paid == sum) continue;
      return Violation{std::string(paid < sum ? explore::failure::kLostEffect
                                              : explore::failure::kDuplicateEffect),
                       fmt::format("{} has paid {}", order, sum),
                       fmt::format("it has paid {}", paid)};
    }
    return std::nullopt;
  }

  BookingHandler handler_;
  std::vector<Payment> payments_;
  std::shared_ptr<Endpoint> endpoint_;
  ExploredSituation result_;
};

// The operations of an attempt at which nothing happens.
Life life_of(const BookingHandler& handler, const Payment& payment) {
  SqliteStoreOptions options;
  options.profile = handler.profile;
  SqliteStore store(options);
  SystemClock clock;
  InProcessBroker broker(clock);
  run_inline(store.put(handler.key_of(payment.order), handler.empty_order, Expected::absent()));
  const auto message = handler.message_of(payment.id, payment.order, payment.amount);
  if (handler.arrives_with) handler.arrives_with(store, message);
  auto endpoint = std::make_shared<Endpoint>("payments");
  handler.handlers(*endpoint);
  constexpr int kMost = 100;
  Life life(kMost);
  run_inline(attempt(endpoint, message, &life, &store, &broker));
  return life;
}

// Whoever cuts an id, or takes a capital for a small letter, takes one of them for another.
const Payment kOne{"payment-of-order-1-A", "order-1", 101};
const Payment kThousand{"payment-of-order-1-a", "order-1", 1'000};
const Payment kMore{"payment-of-order-1-a ", "order-1", 10'000};

// Capitals, more characters than a column has, and one that ends a text in C.
const Payment kHardToName{"Payment 1 " + std::string(90, 'A') + std::string("\0B", 2),
                          "Order 1 " + std::string(90, 'C') + std::string("\0D", 2), 1'000};

// What a dead attempt has left is found under its names, too.
void add_deaths_under_hard_names(const BookingHandler& handler,
                                 std::vector<ExploredSituation>& situations) {
  const auto life = life_of(handler, kHardToName);
  for (int count = 1; count <= life.spent(); ++count) {
    situations.push_back(World(handler,
                               fmt::format("an attempt at a payment with long names dies after {}",
                                           protocol::counted(count, "operation")),
                               {kHardToName})
                             .orders_are_there()
                             .with_a_death_of(kHardToName, count)
                             .delivered(1, {}, 0, 1));
  }
  situations.push_back(
      World(handler, "somebody else saves the order of a payment with long names", {kHardToName})
          .orders_are_there()
          .with_another_writer()
          .delivered(1, {}, 0, 2));
}

void add_deaths(const BookingHandler& handler, std::vector<ExploredSituation>& situations) {
  const auto life = life_of(handler, kOne);
  for (int count = 1; count <= life.spent(); ++count) {
    const auto died = fmt::format("after {}", protocol::counted(count, "operation"));
    situations.push_back(
        World(handler, "an attempt at the payment dies " + died, {kOne})
            .orders_are_there()
            .with_a_death_of(kOne, count)
            .delivered(2, {Fault::crash, Fault::refused, Fault::unanswered}, 1, 1));
    if (!handler.adds_up) continue;
    situations.push_back(
        World(handler, "two handlers meet what another payment's attempt left that died " + died,
              {kOne, kThousand})
            .orders_are_there()
            .with_a_death_of(kThousand, count)
            .delivered(2, {}, 0, 2));
    // Only who has just changed the order is in the way of others. The second one may have to
    // finish what the first one left, before it comes as far.
    if (count == life.spent() || !life.has_written(handler.key_of(kOne.order), count)) continue;
    for (const int other : {count, life.spent()}) {
      situations.push_back(
          World(handler,
                fmt::format("in the middle of it an attempt at another payment dies {}, and one at "
                            "a third after {}",
                            died, other),
                {kOne, kThousand, kMore})
              .orders_are_there()
              .with_a_death_of(kThousand, count)
              .with_a_death_of(kMore, other)
              .delivered(1, {}, 0, 2));
    }
  }
}

// Whatever was stored is sent, to the last of it.
void add_unsent_events(const BookingHandler& handler, std::vector<ExploredSituation>& situations) {
  if (!handler.left_unsent) return;
  const std::string left = "a dead attempt has left two events unsent, and ";
  situations.push_back(World(handler, left + "two handlers meet them, of which one dies", {kOne})
                           .with_two_events_unsent()
                           .delivered(2, {Fault::lease_expiry, Fault::crash}, 2, 1));
  situations.push_back(World(handler, left + "an operation fails for long", {kOne})
                           .with_two_events_unsent()
                           .delivered(1, {Fault::outage, Fault::busy}, 1, 0));
  situations.push_back(World(handler, left + "somebody else saves the order", {kOne})
                           .with_two_events_unsent()
                           .with_another_writer()
                           .delivered(1, {Fault::crash}, 1, 2));
}

}  // namespace

std::vector<ExploredSituation> explored_situations(const BookingHandler& handler) {
  std::vector<ExploredSituation> situations;
  const Payment other{"m2", handler.adds_up ? "order-1" : "order-2", kOne.amount};
  situations.push_back(World(handler, "two handlers have the message, and one of them dies", {kOne})
                           .orders_are_there()
                           .delivered(2, {Fault::lease_expiry, Fault::crash}, 2, 2));
  if (handler.orders_appear) {
    situations.push_back(World(handler, "the order is not there yet", {kOne})
                             .delivered(2, {Fault::lease_expiry, Fault::crash}, 2, 2));
    situations.push_back(
        World(handler, "the order is not there yet, and an operation fails for long", {kOne})
            .delivered(1, {Fault::outage, Fault::busy}, 1, 0));
  }
  situations.push_back(World(handler, "an operation fails for long, or others are faster", {kOne})
                           .orders_are_there()
                           .delivered(1, {Fault::outage, Fault::busy}, 1, 0, duplicated()));
  for (const std::uint32_t count : {3U, 12U}) {
    situations.push_back(
        World(handler,
              fmt::format("the payment was delivered {} times before, and a handler dies", count),
              {kOne})
            .orders_are_there()
            .delivered_before(count)
            .delivered(2, {Fault::crash, Fault::refused, Fault::unanswered}, 1, 1, duplicated()));
  }
  situations.push_back(
      World(handler, "the payment was delivered 12 times before, and a handler outlives its lease",
            {kOne})
          .orders_are_there()
          .delivered_before(12)
          .delivered(2, {Fault::lease_expiry, Fault::crash}, 2, 2));
  // Who was overtaken while it was registered may meet an error before it knows of that; then the
  // quicker one goes on.
  if (handler.is_registered) {
    situations.push_back(
        World(handler, "two attempts at one payment are registered, and an operation fails", {kOne})
            .orders_are_there()
            .delivered(2, {Fault::outage}, 1, 3, duplicated()));
  }
  situations.push_back(World(handler, "somebody else saves the order meanwhile", {kOne})
                           .orders_are_there()
                           .with_another_writer()
                           .delivered(1, {Fault::crash}, 1, 2));
  situations.push_back(
      World(handler, "two orders are paid at once", {kOne, Payment{"m2", "order-2", 10}})
          .orders_are_there()
          .delivered(2, {Fault::crash}, 1, 1));
  situations.push_back(World(handler, "two payments look alike", {kOne, other})
                           .orders_are_there()
                           .delivered(2, {Fault::crash}, 1, 1));
  add_unsent_events(handler, situations);
  add_deaths(handler, situations);
  add_deaths_under_hard_names(handler, situations);
  return situations;
}

}  // namespace workshop::shop
