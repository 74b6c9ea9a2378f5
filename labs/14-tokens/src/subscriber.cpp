// Finished: you need not change this file.
#include "subscriber.hpp"

namespace workshop::shop {

Task<void> take(const PaymentBooked& /*event*/, HandlerContext& context) {
  const auto id = tokens::id_of_incoming(context);
  const auto token = co_await context.store().load<Token>(id);
  if (!token.exists()) co_return;

  const Taken taken{std::string(context.message().header(header::kCausationId)),
                    context.endpoint()};
  std::vector<StoreOperation> operations;
  operations.push_back(StoreOperation::erase(token.key, Expected::version(*token.version)));
  operations.push_back(StoreOperation::put(Key{id, std::string(kTakenPrefix) + context.attempt()},
                                           to_json(taken), Expected::absent()));
  co_await context.store().documents().batch(id, std::move(operations));
}

}  // namespace workshop::shop
