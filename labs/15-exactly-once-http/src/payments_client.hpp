#pragma once

#include <string>

#include "payments.hpp"
#include "workshop/endpoint/handler_context.hpp"

/// The calls of "payments" as a handler makes them. Each sends one request and never a second one.
///
/// Errors. Definite: Unavailable (it was not sent), InvalidRequest (a 4xx: it was not executed).
/// Unknown: OutcomeUnknown (no answer came, or a 5xx: it may have been executed, or may be yet).
namespace workshop::shop {

/// The authority of the service.
inline constexpr const char* kPayments = "payments";

/// A target for this attempt to handle the message: no other attempt has it.
std::string target_of_attempt(const std::string& card, const HandlerContext& context);

/// PUT: leaves the charge at the target; nothing is executed.
Task<void> put_charge(HandlerContext& context, std::string target, Charge charge);

/// POST: executes the charge that lies at the target, and returns its answer.
Task<std::string> post_charge(HandlerContext& context, std::string target);

/// GET: the answer of the charge that was executed.
Task<std::string> get_answer(HandlerContext& context, std::string target);

/// DELETE: the charge and its answer are removed. Also when there is none, it is no error.
Task<void> delete_charge(HandlerContext& context, std::string target);

}  // namespace workshop::shop
