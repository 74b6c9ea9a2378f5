#include "workshop/explore/scenario/fault.hpp"

#include <algorithm>
#include <array>

namespace workshop::explore {
namespace {

std::uint32_t at_receive(const FaultSite& site) {
  return site.kind == OperationKind::receive ? 1 : 0;
}

// The second visible message, the third, …: the first one is the order that was promised.
std::uint32_t later_messages(const FaultSite& site) {
  if (site.kind != OperationKind::receive) return 0;
  const auto count = site.visible_messages_count();
  return count > 1 ? count - 1 : 0;
}

// A process between rounds has nothing to lose: its crash would be no other execution.
std::uint32_t in_round(const FaultSite& site) { return site.in_round ? 1 : 0; }

std::uint32_t with_lease(const FaultSite& site) {
  return site.in_round && site.ready && site.holds_lease ? 1 : 0;
}

std::uint32_t refusable(const FaultSite& site) {
  const bool can_be = site.kind != OperationKind::point && site.kind != OperationKind::reply &&
                      site.kind != OperationKind::accept && site.kind != OperationKind::respond;
  return site.in_round && site.ready && can_be ? 1 : 0;
}

// Of a read, a lost answer and a refusal look the same; a receive whose answer is lost is a message
// whose lease expires, which `crash` and `lease_expiry` cover.
bool has_answer(OperationKind kind) {
  return kind != OperationKind::point && kind != OperationKind::load &&
         kind != OperationKind::receive && kind != OperationKind::accept &&
         kind != OperationKind::respond;
}

// A client that waits for an answer may not get it, whether or not it is there yet.
std::uint32_t answer_lost(const FaultSite& site) {
  return site.in_round && has_answer(site.kind) ? 1 : 0;
}

// What a reply would have said was done, or not, by then: to wait for it does nothing.
std::uint32_t answer_lost_undone(const FaultSite& site) {
  return site.in_round && site.ready && has_answer(site.kind) && site.kind != OperationKind::reply
             ? 1
             : 0;
}

// The first way ends with the round that lets the error out. The second one outlasts the deliveries
// of the message, but for the last one that suffices; that one's number is its index.
std::uint32_t in_two_lengths(const FaultSite& site) { return site.can_outlast ? 2 : 1; }

// Of a settlement and of a receive, an outage is a refusal: the round is over.
std::uint32_t lasting(const FaultSite& site) {
  const bool ends_round = site.kind == OperationKind::receive ||
                          site.kind == OperationKind::acknowledge ||
                          site.kind == OperationKind::abandon;
  return refusable(site) == 0 || ends_round ? 0 : in_two_lengths(site);
}

std::uint32_t lasting_unanswered(const FaultSite& site) {
  return lasting(site) == 0 || !has_answer(site.kind) ? 0 : in_two_lengths(site);
}

std::uint32_t others_faster(const FaultSite& site) {
  return site.in_round && site.ready && site.conditional ? in_two_lengths(site) : 0;
}

constexpr std::array kFaultKinds = {
    FaultKind{Decision::duplicate, Fault::duplicate, at_receive, 0, false, "duplicate", "", "",
              " (DUPLICATED)", FaultDrawing::doubled, FaultInModel::copied},
    FaultKind{Decision::reorder, Fault::reorder, later_messages, 1, true, "reorder", "", "",
              " (OUT OF ORDER)", FaultDrawing::reordered, FaultInModel::none},
    FaultKind{Decision::crash, Fault::crash, in_round, 0, false, "crash", "a crash before ",
              "CRASH before ", "", FaultDrawing::crash, FaultInModel::crash},
    FaultKind{Decision::lease_expiry, Fault::lease_expiry, with_lease, 0, false, "lease expiry",
              "the lease expires before ", "the lease expires", "", FaultDrawing::lease_end,
              FaultInModel::lost_lease},
    FaultKind{Decision::refused, Fault::refused, refusable, 0, false, "refused", "refused: ", "",
              ": REFUSED", FaultDrawing::stopped, FaultInModel::throws},
    FaultKind{Decision::unanswered_done, Fault::unanswered, answer_lost, 0, false, "unknown",
              "done, its answer lost: ", "", ": done, ANSWER LOST", FaultDrawing::cut,
              FaultInModel::done_throws},
    FaultKind{Decision::unanswered_not_done, Fault::unanswered, answer_lost_undone, 0, false,
              "lost", "not done, its answer lost: ", "", ": NOT done, ANSWER LOST",
              FaultDrawing::stopped_cut, FaultInModel::throws},
    FaultKind{Decision::outage_refused, Fault::outage, lasting, 1, true, "outage, refused",
              "refused from here on: ", "", ": REFUSED FROM HERE ON", FaultDrawing::stopped,
              FaultInModel::throws},
    FaultKind{Decision::outage_unanswered, Fault::outage, lasting_unanswered, 1, true,
              "outage, unanswered", "not done from here on, no answer: ", "",
              ": NOT done, NO ANSWER FROM HERE ON", FaultDrawing::stopped_cut,
              FaultInModel::throws},
    FaultKind{Decision::busy, Fault::busy, others_faster, 1, true, "busy",
              "somebody else is faster from here on: ", "", ": SOMEBODY ELSE FASTER FROM HERE ON",
              FaultDrawing::stopped, FaultInModel::throws},
};

}  // namespace

std::span<const FaultKind> fault_kinds() noexcept { return kFaultKinds; }

const FaultKind* fault_kind_of(Decision decision) noexcept {
  const auto* found =
      std::find_if(kFaultKinds.begin(), kFaultKinds.end(),
                   [&](const FaultKind& kind) { return kind.decision == decision; });
  return found == kFaultKinds.end() ? nullptr : found;
}

Decision decision_of_sign(char sign) noexcept {
  const auto* kind = fault_kind_of(static_cast<Decision>(sign));
  return kind == nullptr ? Decision::proceed : kind->decision;
}

}  // namespace workshop::explore
