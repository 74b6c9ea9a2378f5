#include "chain.hpp"

namespace workshop::shop {
namespace {

constexpr int kTries = 3;
constexpr std::chrono::milliseconds kTimeout{1'000};

// Calls another service.
Task<HttpResponse> call(Service& service, std::string authority, HttpRequest request) {
  // TODO(step 1): wait no longer than our own caller does, less kReserve.
  //   `submit` and `charge` have the request; service.deadline_of says how long its sender waits.
  // TODO(step 2): these calls have side effects. Which of them may be sent a second time?
  for (int tries = 1;; ++tries) {
    try {
      co_return co_await service.http().request(authority, request, service.now() + kTimeout);
    } catch (const Error&) {
      if (tries == kTries) throw;
    }
  }
}

}  // namespace

// ---- the service "shop" ----------------------------------------------------------------------

Task<HttpResponse> submit(HttpRequest request, Service& service) {
  // TODO(step 2): tell the customer what is known, or that it is unknown.
  try {
    const auto answer =
        co_await call(service, kPayments, {HttpMethod::post, "/charges", request.body, {}});
    co_return answer.status == 200 ? kCharged : kDeclined;
  } catch (const Error&) {
    co_return kNotCharged;
  }
}

// ---- the service "payments" ------------------------------------------------------------------

Task<HttpResponse> charge(HttpRequest request, Service& service) {
  const auto purchase = from_json<Purchase>(request.body);

  // TODO(step 2): when one of these operations fails, what does it mean for the charge?
  const auto question = to_json(Check{purchase.order_id, purchase.card});
  const auto check =
      co_await call(service, kFraudCheck, {HttpMethod::post, "/checks", question, {}});
  if (check.body != "fine") co_return kDeclined;

  auto account = co_await service.store().load<Account>(purchase.card);
  if (!account.exists() || purchase.amount > account.value.balance) co_return kDeclined;
  account.value.balance -= purchase.amount;
  co_await service.store().save(account);
  co_return kCharged;
}

}  // namespace workshop::shop
