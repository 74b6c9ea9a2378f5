// Finished: you need not change this file.
#include "handlers.hpp"

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/gift_shop.hpp"

namespace workshop::shop {
namespace {

constexpr const char* kQueue = "receipts";

/// What a handler needs of one delivery, under the names that the model uses.
class Work {
 public:
  Work(const explore::ProcessContext& context, Delivery delivery)
      : context_(kQueue, std::move(delivery), context.store(), context.broker()),
        payment_(payload_of<Payment>(context_.message())) {}

  const std::string& message() const { return context_.message().id.value; }
  int amount() const { return payment_.amount; }

  Task<Entity<Customer>> load() { return context_.store().load<Customer>(payment_.customer_id); }
  Task<void> save(Entity<Customer>& customer) { return context_.store().save(customer); }
  /// A receipt, made by this attempt.
  Message receipt(int spent) const {
    return context_.make(Receipt{payment_.customer_id, spent},
                         MessageId{"receipt-of-" + message()});
  }
  Task<void> publish(Message receipt) { return context_.publish(std::move(receipt)); }
  Task<Version> save_blindly(const Customer& customer) {
    return context_.store().documents().put(EntityStore::key_of<Customer>(payment_.customer_id),
                                            to_json(customer), Expected::any());
  }
  Task<void> acknowledge() { return context_.broker().acknowledge(context_.delivery().tag); }
  Task<void> abandon() { return context_.broker().abandon(context_.delivery().tag); }

 private:
  HandlerContext context_;
  Payment payment_;
};

using Handle = Task<bool> (*)(Work&);

/// Receives and handles one message. When `handle` fails or returns false, the message is abandoned
/// and comes again.
Task<void> receive_and(Handle handle, explore::ProcessContext& context) {
  auto delivery = co_await context.broker().receive(kQueue);
  if (!delivery) co_return;
  Work work(context, std::move(*delivery));
  bool handled = false;
  try {
    handled = co_await handle(work);
  } catch (const Error&) {
  }
  try {
    if (!handled) co_await work.abandon();
  } catch (const Error&) {
    // The message was acknowledged before: it does not come again.
  }
}

Task<bool> handle_publish_first(Work& work) {
  co_await work.acknowledge();
  auto customer = co_await work.load();
  customer.value.spent += work.amount();
  co_await work.publish(work.receipt(customer.value.spent));
  co_await work.save(customer);
  co_return true;
}

Task<bool> handle_publish_before_save(Work& work) {
  auto customer = co_await work.load();
  customer.value.spent += work.amount();
  co_await work.publish(work.receipt(customer.value.spent));
  co_await work.save(customer);
  co_await work.acknowledge();
  co_return true;
}

Task<bool> handle_acknowledge_first(Work& work) {
  co_await work.acknowledge();
  auto customer = co_await work.load();
  customer.value.spent += work.amount();
  co_await work.save(customer);
  co_await work.publish(work.receipt(customer.value.spent));
  co_return true;
}

Task<bool> handle_add_again(Work& work) {
  auto customer = co_await work.load();
  customer.value.spent += work.amount();
  co_await work.save(customer);
  co_await work.publish(work.receipt(customer.value.spent));
  co_await work.acknowledge();
  co_return true;
}

Task<bool> handle_decide_again(Work& work) {
  auto customer = co_await work.load();
  if (customer.value.processed.insert(work.message()).second) {
    customer.value.spent += work.amount();
    co_await work.save(customer);
  }
  co_await work.publish(work.receipt(customer.value.spent));
  co_await work.acknowledge();
  co_return true;
}

Task<bool> handle_skip_duplicates(Work& work) {
  auto customer = co_await work.load();
  if (customer.value.processed.insert(work.message()).second) {
    customer.value.spent += work.amount();
    co_await work.save(customer);
    co_await work.publish(work.receipt(customer.value.spent));
  }
  co_await work.acknowledge();
  co_return true;
}

Task<bool> handle_put_back(Work& work) {
  auto customer = co_await work.load();
  if (!customer.value.processed.insert(work.message()).second) co_return false;
  customer.value.spent += work.amount();
  customer.value.receipts[work.message()] = work.receipt(customer.value.spent);
  co_await work.save(customer);
  co_await work.publish(customer.value.receipts[work.message()]);
  co_await work.acknowledge();
  co_return true;
}

Task<bool> handle_acknowledge_before_publish(Work& work) {
  auto customer = co_await work.load();
  if (customer.value.processed.insert(work.message()).second) {
    customer.value.spent += work.amount();
    customer.value.receipts[work.message()] = work.receipt(customer.value.spent);
    co_await work.save(customer);
  }
  co_await work.acknowledge();
  co_await work.publish(customer.value.receipts[work.message()]);
  co_return true;
}

Task<bool> handle_last_one_wins(Work& work) {
  auto customer = co_await work.load();
  if (customer.value.processed.insert(work.message()).second) {
    customer.value.spent += work.amount();
    customer.value.receipts[work.message()] = work.receipt(customer.value.spent);
    co_await work.save_blindly(customer.value);
  }
  co_await work.publish(customer.value.receipts[work.message()]);
  co_await work.acknowledge();
  co_return true;
}

Task<bool> handle_never_acknowledge(Work& work) {
  auto customer = co_await work.load();
  if (customer.value.processed.insert(work.message()).second) {
    customer.value.spent += work.amount();
    customer.value.receipts[work.message()] = work.receipt(customer.value.spent);
    co_await work.save(customer);
  }
  co_await work.publish(customer.value.receipts[work.message()]);
  co_return true;
}

Task<bool> handle_receipt_apart(Work& work) {
  auto customer = co_await work.load();
  if (customer.value.processed.insert(work.message()).second) {
    customer.value.spent += work.amount();
    co_await work.save(customer);
  }
  customer = co_await work.load();
  if (!customer.value.receipts.contains(work.message())) {
    customer.value.receipts[work.message()] = work.receipt(customer.value.spent);
    co_await work.save(customer);
  }
  co_await work.publish(customer.value.receipts[work.message()]);
  co_await work.acknowledge();
  co_return true;
}

Task<bool> handle_receipt_from_the_old_copy(Work& work) {
  auto customer = co_await work.load();
  const auto old = customer.value.receipts;
  if (customer.value.processed.insert(work.message()).second) {
    customer.value.spent += work.amount();
    customer.value.receipts[work.message()] = work.receipt(customer.value.spent);
    co_await work.save(customer);
  }
  const auto known = old.find(work.message());
  co_await work.publish(known == old.end() ? work.receipt(0) : known->second);
  co_await work.acknowledge();
  co_return true;
}

Task<bool> handle_send_what_was_saved(Work& work) {
  auto customer = co_await work.load();
  if (customer.value.processed.insert(work.message()).second) {
    customer.value.spent += work.amount();
    customer.value.receipts[work.message()] = work.receipt(customer.value.spent);
    co_await work.save(customer);
  }
  co_await work.publish(customer.value.receipts[work.message()]);
  co_await work.acknowledge();
  co_return true;
}

int times_added(const StoreView& view, const Payment& payment) {
  const auto customer = view.entity<Customer>(payment.customer_id);
  return customer->spent / payment.amount % 10;  // payments of 1 and of 10 coins
}

}  // namespace

Task<void> publish_first(explore::ProcessContext& context) {
  return receive_and(&handle_publish_first, context);
}
Task<void> publish_before_save(explore::ProcessContext& context) {
  return receive_and(&handle_publish_before_save, context);
}
Task<void> acknowledge_first(explore::ProcessContext& context) {
  return receive_and(&handle_acknowledge_first, context);
}
Task<void> add_again(explore::ProcessContext& context) {
  return receive_and(&handle_add_again, context);
}
Task<void> decide_again(explore::ProcessContext& context) {
  return receive_and(&handle_decide_again, context);
}
Task<void> skip_duplicates(explore::ProcessContext& context) {
  return receive_and(&handle_skip_duplicates, context);
}
Task<void> put_back(explore::ProcessContext& context) {
  return receive_and(&handle_put_back, context);
}
Task<void> acknowledge_before_publish(explore::ProcessContext& context) {
  return receive_and(&handle_acknowledge_before_publish, context);
}
Task<void> last_one_wins(explore::ProcessContext& context) {
  return receive_and(&handle_last_one_wins, context);
}
Task<void> never_acknowledge(explore::ProcessContext& context) {
  return receive_and(&handle_never_acknowledge, context);
}
Task<void> receipt_apart(explore::ProcessContext& context) {
  return receive_and(&handle_receipt_apart, context);
}
Task<void> receipt_from_the_old_copy(explore::ProcessContext& context) {
  return receive_and(&handle_receipt_from_the_old_copy, context);
}
Task<void> send_what_was_saved(explore::ProcessContext& context) {
  return receive_and(&handle_send_what_was_saved, context);
}

std::vector<NamedHandler> flawed_handlers() {
  return {{"publish_first", &publish_first},
          {"publish_before_save", &publish_before_save},
          {"acknowledge_first", &acknowledge_first},
          {"add_again", &add_again},
          {"decide_again", &decide_again},
          {"skip_duplicates", &skip_duplicates},
          {"put_back", &put_back},
          {"acknowledge_before_publish", &acknowledge_before_publish},
          {"last_one_wins", &last_one_wins},
          {"never_acknowledge", &never_acknowledge},
          {"receipt_apart", &receipt_apart},
          {"receipt_from_the_old_copy", &receipt_from_the_old_copy}};
}

NamedHandler right_handler() { return {"send_what_was_saved", &send_what_was_saved}; }

explore::Scenario scenario_of(const NamedHandler& handler, explore::Invariants invariants) {
  auto shop = gift_shop(kQueue)
                  .with("customer-1", Customer{})
                  .commits_by_saving<Customer>()
                  .effect<Payment>("added", times_added)
                  .emits<Receipt, Payment>()
                  .deliver(Payment{"customer-1", 1}, to_handlers(2))
                  .deliver(Payment{"customer-1", 10}, to_handlers(2))
                  .all_messages_at_once();
  auto scenario = shop.scenario();
  // The model has no dead-letter queue: a message that is put back for ever goes round for ever.
  scenario.queues.front().options.deliveries_max = 1'000'000;
  scenario.bounds.steps_max = 20;  // a livelock is found by going on for ten times as many steps
  for (auto& process : scenario.processes) {
    process.round = handler.round;
    process.name = handler.name + (process.name.back() == '1' ? " A" : " B");
  }
  scenario.name = handler.name;
  scenario.expectations.invariants = invariants;
  return scenario;
}

}  // namespace workshop::shop
