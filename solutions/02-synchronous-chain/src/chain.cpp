#include "chain.hpp"

#include <array>

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

// A caller may send anything.
bool is_purchase(const std::string& body) {
  try {
    from_json<Purchase>(body);
    return true;
  } catch (const Error&) {
    return false;
  }
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
  if (!is_purchase(request.body)) co_return kNotCharged;
  const auto purchase = from_json<Purchase>(request.body);

  HttpResponse check;
  try {
    const auto question = to_json(Check{purchase.order_id, purchase.card});
    check =
        co_await call(service, deadline, kFraudCheck, {HttpMethod::post, "/checks", question, {}});
  } catch (const Error&) {
    co_return kNotCharged;  // whatever became of the check: the charge comes after it
  }
  if (check.status != 200) co_return kNotCharged;
  if (check.body == "suspicious") co_return kDeclined;
  if (check.body != "fine") co_return kNotCharged;

  try {
    auto account = co_await service.store().load<Account>(purchase.card);
    if (!account.exists() || purchase.amount > account.value.balance) co_return kDeclined;
    account.value.balance -= purchase.amount;
    co_await service.store().save(account);
    co_return kCharged;
  } catch (const Error& error) {
    co_return answer_after(error);
  }
}

}  // namespace workshop::shop
