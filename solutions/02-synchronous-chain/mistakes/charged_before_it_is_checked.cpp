// mistake: the card is debited first, and gets its money back when the check does not say "fine"
// why: the check is slow: so the money is reserved meanwhile
// ask: The process dies while it waits for the check. Who gives the money back?
// caught by: a stolen card is never charged whatever fails
// as: charged unchecked

#include <array>

#include "chain.hpp"

namespace workshop::shop {
namespace {

// Until when the sender of `request` waits.
Deadline deadline_of(const HttpRequest& request, const Service& service) {
  return service.deadline_of(request, service.now() + kPatience);
}

// Calls another service, once, for a caller who waits until `deadline`. What remains after it is
// enough to answer.
Task<HttpResponse> call(Service& service, Deadline deadline, std::string authority,
                        HttpRequest request) {
  return service.http().request(std::move(authority), std::move(request), deadline - kReserve);
}

// What is known of a charge whose last operation failed.
HttpResponse answer_after(const Error& error) {
  return error.outcome() == Outcome::definite ? kNotCharged : kUnknown;
}

}  // namespace

// ---- the service "shop" ----------------------------------------------------------------------

Task<HttpResponse> submit(HttpRequest request, Service& service) {
  const auto deadline = deadline_of(request, service);
  try {
    const auto answer = co_await call(service, deadline, kPayments,
                                      {HttpMethod::post, "/charges", request.body, {}});
    for (const auto& known : std::array{kCharged, kDeclined, kNotCharged}) {
      if (answer.status == known.status && answer.body == known.body) co_return known;
    }
    co_return kUnknown;
  } catch (const Error& error) {
    co_return answer_after(error);
  }
}

// ---- the service "payments" ------------------------------------------------------------------

Task<HttpResponse> charge(HttpRequest request, Service& service) {
  const auto deadline = deadline_of(request, service);
  const auto purchase = from_json<Purchase>(request.body);

  try {
    auto account = co_await service.store().load<Account>(purchase.card);
    if (purchase.amount > account.value.balance) co_return kDeclined;
    account.value.balance -= purchase.amount;
    co_await service.store().save(account);

    HttpResponse check;
    try {
      const auto question = to_json(Check{purchase.order_id, purchase.card});
      check = co_await call(service, deadline, kFraudCheck,
                            {HttpMethod::post, "/checks", question, {}});
    } catch (const Error&) {
      check.body.clear();
    }
    if (check.body == "fine") co_return kCharged;

    account.value.balance += purchase.amount;
    co_await service.store().save(account);
    co_return check.body == "suspicious" ? kDeclined : kNotCharged;
  } catch (const Error&) {
    co_return kUnknown;
  }
}

}  // namespace workshop::shop
