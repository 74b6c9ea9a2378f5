#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "world/shop.hpp"

namespace comparison {

/// What the algorithm of every product goes through.
enum class Situation {
  crash,         ///< processes crash
  duplicate,     ///< messages are delivered twice, and processes crash
  lease_expiry,  ///< a message is delivered again while its handler still runs
  lost_answer,   ///< operations are refused, or their answers lost
  after_window,  ///< the message comes again when the product has forgotten it
  other_bytes,   ///< another payment of the order comes between two attempts
  overtaking,    ///< payments of two orders at once, without any fault
};
inline constexpr std::array kSituations = {Situation::crash,        Situation::duplicate,
                                           Situation::lease_expiry, Situation::lost_answer,
                                           Situation::after_window, Situation::other_bytes,
                                           Situation::overtaking};

/// "a crash", as pages name it.
std::string_view name_of(Situation situation);

/// Bounds and faults of the situation.
void set_bounds(GiftShop& scenario, Situation situation);

/// A shop whose queue `payments` is handled so by two processes. It gets the payments of the
/// situation: one, or two of one order, or two of two orders. Each shall be booked and told once.
GiftShop payments_shop(Task<void> (*handle)(const BookPayment&, HandlerContext&),
                       Situation situation);

/// A message that comes long after the start: a wake-up of the product's own, such as a cleaner's,
/// or the first payment once more, as an operator or its sender sends it.
struct Later {
  std::string queue;
  Message message;
  std::chrono::minutes after;
};
Later first_payment_again(std::chrono::minutes after);
/// A process that sends them.
GiftShop& send_later(GiftShop& scenario, std::vector<Later> messages);

/// One algorithm: as the product documents it, or mended, or broken.
struct Variant {
  std::string name;  ///< the column of the page's table
  /// The scenario, without bounds and faults.
  std::function<GiftShop(Situation)> scenario;
  /// For each situation what breaks, as a failure begins ("duplicate effect"), or "" when it
  /// holds; "-" where the situation does not exist.
  std::array<std::string_view, kSituations.size()> expected;
};

/// Explores every variant in every situation, checks the verdicts, that one that holds fails when
/// the algorithm is broken or one that fails holds when it is mended, and that the page
/// docs/comparison/`page`/README.md shows them: a table, and below it the shortest failing
/// execution of the first variant that fails in `told`. The algorithm, `page`/handler.hpp, has up
/// to 60 lines of code. WORKSHOP_UPDATE_COMPARISON=1 writes the page. With
/// WORKSHOP_COMPARISON="VARIANT: SITUATION" it only explores these two, as the test of a lab.
void check_page(const std::string& page, const std::vector<Variant>& variants, Situation told);

}  // namespace comparison
