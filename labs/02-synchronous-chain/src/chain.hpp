#pragma once

#include <chrono>
#include <string>

#include "service.hpp"

/// The chain: the customer calls "shop", "shop" calls "payments", "payments" calls "fraud-check".
namespace workshop::shop {

/// Whom a service calls.
inline constexpr const char* kPayments = "payments";
inline constexpr const char* kFraudCheck = "fraud-check";

/// What a service keeps of its caller's time for itself. Whatever it calls has to be over so long
/// before the caller gives up; then its own answer comes in time.
inline constexpr std::chrono::milliseconds kReserve{20};

/// How long a caller waits that does not say so.
inline constexpr std::chrono::milliseconds kPatience{1'000};

/// What "shop" and "payments" answer: this status with this text. There is no fifth answer; another
/// status or another text comes from somebody else.
inline const HttpResponse kCharged{200, "charged", {}};         ///< once
inline const HttpResponse kDeclined{402, "declined", {}};       ///< suspicious card, or no money
inline const HttpResponse kNotCharged{503, "not charged", {}};  ///< nor will it be: try again
inline const HttpResponse kUnknown{504, "unknown", {}};  ///< charged or not, or charged in a moment

/// A cart that was submitted: the body of `POST shop/submit` and of `POST payments/charges`.
struct Purchase {
  std::string order_id;
  std::string card;
  int amount = 0;  ///< in whole coins
};

/// A question to the fraud check: the body of `POST fraud-check/checks`. The answer is 200 with
/// "fine" or "suspicious"; any other answer, a 500 "fine" as well, says nothing of the card. Each
/// check is put on our bill.
struct Check {
  std::string order_id;
  std::string card;
};

/// A card's account, in the store of "payments". Its id is the card.
struct Account {
  int balance = 0;  ///< in whole coins
};

BOOST_DESCRIBE_STRUCT(Purchase, (), (order_id, card, amount))
BOOST_DESCRIBE_STRUCT(Check, (), (order_id, card))
BOOST_DESCRIBE_STRUCT(Account, (), (balance))

/// The service "shop": has "payments" charge the card. It keeps nothing itself.
///
/// `request` is a customer's, its body a Purchase. The answer comes before the customer gives up,
/// whatever the other services do, and says what is known: kCharged, kDeclined and kNotCharged are
/// true, now and later. Only where nobody in this service can know, it is kUnknown. Throws nothing.
Task<HttpResponse> submit(HttpRequest request, Service& service);

/// The service "payments": debits the card if the fraud check finds it fine and the account has the
/// money, be it the last coin; else, also when there is no such account, the answer is kDeclined.
///
/// It debits at each call anew: a call that is repeated is a second purchase. Without a "fine" it
/// never debits. For its answers the same holds as for those of `submit`.
Task<HttpResponse> charge(HttpRequest request, Service& service);

}  // namespace workshop::shop
