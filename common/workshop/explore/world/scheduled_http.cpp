#include "workshop/explore/world/scheduled_http.hpp"

#include <fmt/format.h>

#include "workshop/explore/scenario/process_context.hpp"
#include "workshop/explore/world/narrate.hpp"
#include "workshop/http/deadline.hpp"

namespace workshop::explore {
namespace {

std::string words_for(const HttpRequest& request, const std::string& authority) {
  return fmt::format("{} {}{}{}{}", name_of(request.method), authority, request.target,
                     request.body.empty() ? "" : " ", Words::of_json(request.body));
}

HttpFact fact_of(const HttpRequest& request, const std::string& authority) {
  return {std::string(name_of(request.method)), authority, request.target, 0, request.body};
}

std::string words_for(const HttpResponse& response) {
  return fmt::format(" → {}{}{}", response.status, response.body.empty() ? "" : " ",
                     Words::of_json(response.body));
}

// The simulated clock's time, as a deadline counts it.
Timestamp time_of(Deadline deadline) {
  if (deadline == Deadline::max()) return Timestamp::max();
  return Timestamp(
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline.time_since_epoch()));
}

std::string words_for(Deadline deadline, Timestamp now) {
  if (deadline == Deadline::max()) return "";
  return fmt::format(" within {} ms", remaining_ms(deadline, deadline_at(now)).count());
}

// As over a real connection: what remains of the caller's deadline goes along, whatever the caller
// had set there, and a request whose deadline has passed is not sent.
Exchange exchange_of(std::string id, std::string authority, HttpRequest request, Deadline deadline,
                     Timestamp now) {
  const std::string field(kDeadlineHeader);
  request.headers.erase(field);
  Exchange exchange{std::move(id), std::move(authority), std::move(request), {}, time_of(deadline)};
  if (deadline == Deadline::max()) return exchange;
  if (exchange.deadline <= now) throw Unavailable("not sent, the deadline has passed");
  exchange.sent = now;
  exchange.request.headers[field] =
      std::to_string(remaining_ms(deadline, deadline_at(now)).count());
  return exchange;
}

// What the request waited in the queue of the server is taken from the caller's time.
void count_waiting(Exchange& exchange, Timestamp now) {
  const auto field = exchange.request.headers.find(kDeadlineHeader);
  if (field == exchange.request.headers.end()) return;
  const auto deadline = deadline_of(exchange.request, Deadline::max(), deadline_at(exchange.sent));
  field->second = std::to_string(remaining_ms(deadline, deadline_at(now)).count());
}

Task<void> serve_one(const std::string& authority, const ServerHandler& handler,
                     ProcessContext& context) {
  auto exchange = co_await context.http_server().accept(authority);
  HttpResponse response;
  try {
    response = co_await handler(std::move(exchange.request), context);
  } catch (const std::exception&) {
    response = HttpResponse{500, "", {}};
  }
  co_await context.http_server().respond(std::move(exchange.id), std::move(response));
}

}  // namespace

Task<HttpResponse> ScheduledHttpClient::request(std::string authority, HttpRequest request,
                                                Deadline deadline) {
  const auto arguments = Digest().add(authority).add(digest_of(request)).value();
  const auto target =
      Digest().add(authority).add(name_of(request.method)).add(request.target).value();
  Step& sending = co_await process_->point_about(OperationKind::request, arguments, target);
  const auto id = run_narrated<std::string>(
      sending,
      [&] {
        auto name =
            fmt::format("{}h{}", process_->state.attempt.label, process_->state.steps_count);
        auto exchange = exchange_of(name, authority, request, deadline, parts_->clock.now());
        exchange.abandoned = sending.choice.decision == Decision::unanswered_done;
        parts_->network.send(std::move(exchange));
        if (sending.choice.decision != Decision::unanswered_done) process_->state.request = name;
        return name;
      },
      [](const std::string& name) { return Digest().add(name).value(); },
      [&] {
        sending.words->facts.http = fact_of(request, authority);
        return words_for(request, authority) + words_for(deadline, parts_->clock.now());
      },
      tell_nothing);

  Step& waiting = co_await process_->point(OperationKind::reply, Digest().add(id).value(), id);
  co_return run_narrated<HttpResponse>(
      waiting,
      [&]() -> HttpResponse {
        auto& network = parts_->network;
        const auto* exchange = network.find(id);
        const auto phase = exchange == nullptr ? Exchange::Phase::broken : exchange->phase;
        auto response = exchange == nullptr ? HttpResponse{} : exchange->response;
        network.give_up(id);
        process_->state.request.clear();
        if (phase == Exchange::Phase::answered) return response;
        if (waiting.choice.decision == Decision::unanswered_done)
          return response;  // reported as lost
        throw OutcomeUnknown(phase == Exchange::Phase::broken ? "the connection broke"
                                                              : "the deadline passed");
      },
      [](const HttpResponse& response) { return digest_of(response); },
      [&] {
        waiting.words->facts.http = fact_of(request, authority);
        return fmt::format("answer to {}", name_of(request.method));
      },
      [&](const HttpResponse& response) {
        waiting.words->facts.http->status = response.status;
        waiting.words->facts.http->body = response.body;
        return words_for(response);
      });
}

Task<Exchange> ScheduledHttpServer::accept(std::string authority) {
  Step& step =
      co_await process_->point(OperationKind::accept, Digest().add(authority).value(), authority);
  auto exchange = run_narrated<Exchange>(
      step,
      [&] {
        auto accepted = parts_->network.accept(authority);
        count_waiting(accepted, parts_->clock.now());
        process_->state.exchange = accepted.id;
        step.attempt = {"", 0, accepted.id + "@" + authority};
        return accepted;
      },
      [](const Exchange& accepted) {
        return Digest().add(accepted.id).add(digest_of(accepted.request)).value();
      },
      [&] { return std::string("accept "); },
      [&](const Exchange& accepted) {
        step.words->facts.http = fact_of(accepted.request, authority);
        return words_for(accepted.request, authority);
      });
  process_->state.attempt = step.attempt;
  co_return exchange;
}

Task<void> ScheduledHttpServer::respond(std::string exchange_id, HttpResponse response) {
  const auto arguments = Digest().add(exchange_id).add(digest_of(response)).value();
  Step& step = co_await process_->point(OperationKind::respond, arguments);
  run_narrated<Done>(
      step,
      [&] {
        parts_->network.answer(exchange_id, response);
        process_->state.exchange.clear();
        return Done{};
      },
      digest_of_done,
      [&] {
        step.words->facts.http = HttpFact{{}, {}, {}, response.status, response.body};
        return "respond" + words_for(response);
      },
      tell_nothing);
}

ProcessSpec server_process(std::string name, std::string authority, ServerHandler handler) {
  ProcessSpec spec;
  spec.name = std::move(name);
  spec.group = authority;
  spec.authority = authority;
  spec.round = [authority, handler](ProcessContext& context) {
    return serve_one(authority, handler, context);
  };
  return spec;
}

}  // namespace workshop::explore
