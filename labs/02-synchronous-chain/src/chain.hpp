#pragma once

#include <chrono>
#include <string>

#include "service.hpp"

/// The chain: the customer calls "shop", "shop" calls "payments", "payments" calls "fraud-check".
namespace workshop::shop {

/// The services that are called.
inline constexpr const char* kPayments = "payments";
inline constexpr const char* kFraudCheck = "fraud-check";

/// The part of its caller's time that a service keeps for itself: every call that it makes ends
/// this much before the caller gives up, so that its own answer comes in time.
inline constexpr std::chrono::milliseconds kReserve{20};

/// How long a caller waits whose request does not say so.
inline constexpr std::chrono::milliseconds kPatience{1'000};

/// The four answers of "shop" and "payments", each a status with a text. Another status or another
/// text comes from another program.
inline const HttpResponse kCharged{200, "charged", {}};         ///< once
inline const HttpResponse kDeclined{402, "declined", {}};       ///< suspicious card, or no money
inline const HttpResponse kNotCharged{503, "not charged", {}};  ///< and will not be: try again
inline const HttpResponse kUnknown{504, "unknown", {}};  ///< charged, not charged, or charged later

/// A cart that was submitted: the body of `POST shop/submit` and of `POST payments/charges`.
struct Purchase {
  std::string order_id;
  std::string card;
  int amount = 0;  ///< in whole coins
};

/// A question to the fraud check: the body of `POST fraud-check/checks`. The answer is 200 with
/// "fine" or "suspicious"; any other answer, even a 500 "fine", says nothing about the card. Each
/// check costs money.
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

/// The service "shop": calls "payments" to charge the card. It stores nothing itself.
///
/// `request` comes from a customer; its body is a Purchase. The answer comes before the customer
/// gives up, whatever the other services do, and says what is known: kCharged, kDeclined and
/// kNotCharged are true, and stay true. kUnknown is the answer only where this service cannot know.
/// No Error leaves it.
Task<HttpResponse> submit(HttpRequest request, Service& service);

/// The service "payments": debits the card if the fraud check finds it fine and the account has
/// enough money, even if it is the last coin. Otherwise, also when there is no such account, the
/// answer is kDeclined.
///
/// Each call debits: a repeated call is a second purchase. Without a "fine" it never debits. The
/// promises about the answers of `submit` hold for its answers as well.
Task<HttpResponse> charge(HttpRequest request, Service& service);

}  // namespace workshop::shop
