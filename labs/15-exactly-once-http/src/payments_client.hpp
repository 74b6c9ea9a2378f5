#pragma once

#include <string>

#include "payments.hpp"
#include "workshop/endpoint/handler_context.hpp"

/// The calls of "payments" that a handler makes. Each sends exactly one request.
///
/// Errors. Definite: Unavailable (it was not sent), InvalidRequest (a 4xx: it was not executed).
/// Unknown: OutcomeUnknown (no answer came, or a 5xx: it may have been executed, or may be executed
/// later).
namespace workshop::shop {

/// The authority of the service.
inline constexpr const char* kPayments = "payments";

/// A target for this attempt to handle the message; no other attempt has the same.
std::string target_of_attempt(const std::string& card, const HandlerContext& context);

/// PUT: stores the charge at the target; nothing is executed.
Task<void> put_charge(HandlerContext& context, std::string target, Charge charge);

/// POST: executes the charge stored at the target, and returns its answer.
Task<std::string> post_charge(HandlerContext& context, std::string target);

/// GET: the answer of the charge that was executed.
Task<std::string> get_answer(HandlerContext& context, std::string target);

/// DELETE: removes the charge and its answer. It is not an error if there is no charge.
Task<void> delete_charge(HandlerContext& context, std::string target);

}  // namespace workshop::shop
