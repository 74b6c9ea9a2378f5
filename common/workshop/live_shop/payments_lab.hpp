#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/endpoint/endpoint.hpp"

/// What differs between labs 12, 13 and 14: compiled once for each lab (payments_lab.cpp), and
/// linked with the handler of an attendee, a solution or a mistake.
namespace workshop::live_shop {

/// An order as the payments service keeps it.
struct OrderState {
  int paid = 0;                        ///< coins
  bool surprise = false;               ///< nobody is told of its payment
  std::vector<std::string> left_over;  ///< what it shall not have at rest: "an outbox entry"
};

/// "12".
std::string_view lab_number() noexcept;
/// The endpoint "payments" with the lab's handler of BookPayment.
Endpoint payments_endpoint();
/// Whether each message must carry a token, which is the only memory of it (lab 14).
bool wants_tokens() noexcept;
/// The document of an order that nothing was paid for.
std::string new_order(bool surprise);
/// Reads one. Throws InvalidRequest when it is none.
OrderState read_order(std::string_view body);

}  // namespace workshop::live_shop
