#pragma once

#include <string>

#include "world/database.hpp"
#include "world/shop.hpp"

/// Kafka's transactions: a consumer reads a partition, and commits its output, its state and its
/// position in one transaction of the producer. A log is a table whose rows are numbered.
namespace comparison::kafka {

inline constexpr const char* kPayments = "payments";  ///< the log it reads
inline constexpr const char* kEvents = "events";      ///< the log it writes
inline constexpr const char* kOffsets = "offsets";

/// Of a transactional.id. Whoever initialises it anew fences those before.
struct Epoch {
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(Epoch, (), (number))

struct Options {
  bool fenced = true;
  bool remembers = false;          ///< the ids of payments, in the state
  bool order_in_database = false;  ///< which knows nothing of the transaction
};

/// The state is what a changelog says: written without a condition, whatever was there.
template <Options options>
Task<void> consume(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  auto epoch = co_await context.store().load<Epoch>("transactional.id");
  ++epoch.value.number;
  co_await context.store().save(epoch);
  const auto committed = co_await store.get({kOffsets, "group"});
  auto position = committed ? from_json<std::string>(committed->body) : std::string();
  for (const auto& record : co_await query(store, kPayments)) {
    if (record.id <= position) continue;
    position = record.id;
    const auto payment = from_json<Message>(record.body);
    const auto command = payload_of<BookPayment>(payment);
    auto order = co_await context.store().load<Order>(command.order_id);
    Transaction transaction;
    if (order.value.processed.insert(payment.id.value).second || !options.remembers) {
      const auto event = book(command, order.value, context);
      if (options.order_in_database) co_await context.store().save(order);
      transaction.set(order.key.partition, order.key.id, to_json(order.value))
          .append(kEvents, event.body);
    }
    transaction.set(kOffsets, "group", to_json(position));
    if (options.fenced) transaction.expect(epoch);
    co_await transaction.commit(store);
  }
}

}  // namespace comparison::kafka
