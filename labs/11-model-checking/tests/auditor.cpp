#include "auditor.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "handlers.hpp"
#include "workshop/explore/world/words.hpp"

namespace workshop::shop {
namespace {

using explore::Decision;
using explore::OperationKind;
using explore::TraceStep;

// The payment that a step was about.
const std::string& payment_of(const TraceStep& step) { return step.attempt.message; }

// An operation that was done. One that was refused or not done changes nothing.
bool was_done(const TraceStep& step, OperationKind kind) {
  return step.kind == kind && step.decision != Decision::crash &&
         step.decision != Decision::lease_expiry && step.facts.error.empty();
}

// The auditor's book.
class Book {
 public:
  std::optional<std::string> saved(const std::string& payment, int spent) {
    if (spent == spent_) return std::nullopt;
    spent_ = spent;
    saved_[payment].push_back(spent);
    return compare(payment);
  }
  std::optional<std::string> sent(const std::string& payment, int spent) {
    sent_[payment].push_back(spent);
    return compare(payment);
  }

 private:
  std::optional<std::string> compare(const std::string& payment) {
    for (const auto said : sent_[payment]) {
      for (const auto spent : saved_[payment]) {
        if (said == spent) continue;
        return fmt::format("{} was saved with {}, and its receipt says {}", spent, payment, said);
      }
    }
    return std::nullopt;
  }

  int spent_ = 0;
  std::map<std::string, std::vector<int>> saved_;
  std::map<std::string, std::vector<int>> sent_;
};

// The step at which a payment is received again, after this one.
std::size_t received_again(const explore::Trace& trace, const std::string& payment,
                           std::size_t from) {
  for (auto i = from; i < trace.steps.size(); ++i) {
    if (was_done(trace.steps[i], OperationKind::receive) && payment_of(trace.steps[i]) == payment) {
      return i;
    }
  }
  return from;
}

}  // namespace

std::optional<Finding> says_what_was_saved(const explore::Trace& trace) {
  Book book;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const auto& step = trace.steps[i];
    std::optional<std::string> wrong;
    if (was_done(step, OperationKind::save)) {
      wrong = book.saved(payment_of(step),
                         from_json<Customer>(step.facts.documents.front().body).spent);
    } else if (was_done(step, OperationKind::publish)) {
      wrong =
          book.sent(payment_of(step), from_json<Receipt>(step.facts.messages.front().body).spent);
    }
    if (!wrong) continue;
    return Finding{{std::string(explore::failure::kInconsistentOutput),
                    "a receipt says the sum that was saved with its payment", *wrong},
                   i,
                   i};
  }
  return std::nullopt;
}

std::optional<Finding> saves_what_it_loaded(const explore::Trace& trace) {
  std::map<Key, std::string> there;                       // the current body of each document
  std::vector<std::string> seen(trace.processes.size());  // what each handler loaded in its round
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const auto& step = trace.steps[i];
    if (step.kind == OperationKind::receive) seen[step.process].clear();
    if (was_done(step, OperationKind::load)) {
      const auto& fact = step.facts.documents.front();
      seen[step.process] = there[fact.key] = fact.body;
    }
    if (!was_done(step, OperationKind::save)) continue;
    const auto& fact = step.facts.documents.front();
    if (seen[step.process] == there[fact.key]) {
      seen[step.process] = there[fact.key] = fact.body;
      continue;
    }
    return Finding{
        {"lost update", "a handler saves only what is still as it has loaded it",
         fmt::format("{} saved over a customer who has spent {}, and whom it had not loaded",
                     trace.processes[step.process], from_json<Customer>(there[fact.key]).spent)},
        i,
        i};
  }
  return std::nullopt;
}

std::optional<Finding> nothing_held(const explore::Trace& trace) {
  struct Holding {
    std::string payment;  // "": none
    std::size_t last_step = 0;
  };
  std::vector<Holding> handlers(trace.processes.size());
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const auto& step = trace.steps[i];
    auto& handler = handlers[step.process];
    if (was_done(step, OperationKind::receive)) {
      if (!handler.payment.empty()) {
        return Finding{{std::string(explore::failure::kGarbage),
                        "who is done with a message has acknowledged or abandoned it",
                        fmt::format("{} did neither with {}: its lease runs out, it comes again",
                                    trace.processes[step.process], handler.payment)},
                       handler.last_step,
                       received_again(trace, handler.payment, handler.last_step)};
      }
      handler.payment = payment_of(step);
    }
    const bool settles =
        step.kind == OperationKind::acknowledge || step.kind == OperationKind::abandon;
    if (settles || step.decision == Decision::crash || step.decision == Decision::lease_expiry) {
      handler.payment.clear();
    }
    handler.last_step = i;
  }
  return std::nullopt;
}

}  // namespace workshop::shop
