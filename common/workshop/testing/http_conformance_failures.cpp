#include "workshop/testing/http_conformance_trial.hpp"

namespace workshop::http_trial {
namespace {

/// A server whose first request waits for the gate, and then takes effect. Further ones, which
/// only a client that sends twice would make, are answered at once.
struct Slow {
  Gate gate;
  Events entered;
  Events effects;
};

Task<HttpResponse> charge(Slow& slow) {
  if (slow.entered.happened() == 1) co_await slow.gate;
  slow.effects.happened();
  co_return HttpResponse{200, "charged", {}};
}

HttpHandler charge_with(Slow& slow) {
  return [&slow](HttpRequest) { return charge(slow); };
}

const HttpRequest kCharge{HttpMethod::post, "/charges", R"({"amount":100})", {}};

void nobody_listens(Trial& trial) {
  Slow slow;
  slow.gate.open();
  const auto server = trial.serve(charge_with(slow));
  server->die();
  const auto ended = ask(trial.client(), server->authority(), kCharge, ample());
  expect_ended(ended, Ended::How::unavailable, "a request to an authority where nobody listens");
}

void passed_deadline(Trial& trial) {
  Slow slow;
  slow.gate.open();
  const auto server = trial.serve(charge_with(slow));
  for (const auto deadline : {in(milliseconds{-1}), Deadline::min(), Deadline{}}) {
    const auto ended = ask(trial.client(), server->authority(), kCharge, deadline);
    expect_ended(ended, Ended::How::unavailable, "a request whose deadline has passed");
  }
  trial.answer(*server, kCharge);
  trial.close_client();
  expect_count(slow.entered.count(), 1, "requests that arrived");
}

/// Sends a request whose deadline passes while the server executes it, and checks its end. On a
/// busy machine a short deadline passes before the connection stands; then a longer one is tried.
void outlive_deadline(Trial& trial, HttpServerUnderTest& server, Slow& slow) {
  for (milliseconds time{100};; time *= 2) {
    const auto deadline = in(time);
    auto pending = trial.start(server, kCharge, deadline);
    pending.wait_until(deadline);
    const bool in_time = pending.wait_for(trial.patience()) == std::future_status::ready;
    if (!in_time) slow.gate.open();  // a client that ignores its deadline waits for the answer
    expect(in_time, "the request has not ended " + std::to_string(trial.patience().count()) +
                        " ms after its deadline");
    const auto ended = pending.get();
    const bool not_sent = ended.how == Ended::How::unavailable && slow.entered.count() == 0;
    if (not_sent && time < milliseconds{5'000}) continue;
    expect(slow.entered.count() <= 1, "the request was sent again");
    expect_ended(ended, Ended::How::unknown, "a deadline that passes while the server executes");
    expect(ended.at >= deadline, "the request was given up before its deadline");
    expect(slow.entered.wait_for(1, trial.patience()), "the server never got the request");
    return;
  }
}

void deadline_passes(Trial& trial) {
  Slow slow;
  auto server = trial.serve(charge_with(slow));
  const OpenAtEnd open_at_end(slow.gate);
  outlive_deadline(trial, *server, slow);
  trial.close_client();
  slow.gate.open();
  server.reset();  // no handler runs any more
  expect_count(slow.entered.count(), 1, "how often the request was executed");
}

void late_effect(Trial& trial) {
  Slow slow;
  const auto server = trial.serve(charge_with(slow));
  const OpenAtEnd open_at_end(slow.gate);
  outlive_deadline(trial, *server, slow);
  expect_count(slow.effects.count(), 0, "effects before the handler ends");
  slow.gate.open();
  expect(slow.effects.wait_for(1, trial.patience()),
         "a handler whose client has gone takes no effect");
}

void connection_breaks(Trial& trial) {
  Slow slow;
  auto server = trial.serve(charge_with(slow));
  {
    auto pending = trial.start(*server, kCharge, ample());
    const OpenAtEnd open_at_end(slow.gate);
    expect(slow.entered.wait_for(1, trial.patience()), "the server never got the request");
    server->break_connections();
    const bool in_time = pending.wait_for(trial.patience()) == std::future_status::ready;
    expect(in_time, "the client does not see that its connection broke");
    const auto ended = pending.get();
    expect_count(slow.entered.count(), 1, "how often the request was executed");
    expect_ended(ended, Ended::How::unknown, "a connection that breaks while the server executes");
  }
  trial.close_client();
  trial.open_client();
  trial.answer(*server, kCharge);  // it goes on listening
  trial.close_client();
  server.reset();
  expect_count(slow.entered.count(), 2, "how often two requests were executed");
  expect_count(slow.effects.count(), 2, "the effects of two requests");
}

void server_dies(Trial& trial) {
  Slow slow;
  auto server = trial.serve(charge_with(slow));
  {
    auto pending = trial.start(*server, kCharge, ample());
    const OpenAtEnd open_at_end(slow.gate);
    expect(slow.entered.wait_for(1, trial.patience()), "the server never got the request");
    server->die();
    const bool in_time = pending.wait_for(trial.patience()) == std::future_status::ready;
    expect(in_time, "the client does not see that its server died");
    expect_ended(pending.get(), Ended::How::unknown, "a server that dies while it executes");
  }
  const auto next = ask(trial.client(), server->authority(), kCharge, ample());
  expect_ended(next, Ended::How::unavailable, "the request after a server died");
  server.reset();
  expect_count(slow.entered.count(), 1, "how often the request was executed");
}

}  // namespace

std::vector<Property> failure_properties() {
  return {
      {"where nobody listens, a request is Unavailable", nobody_listens},
      {"a request whose deadline has passed is Unavailable and not sent", passed_deadline},
      {"a deadline that passes while the server executes is OutcomeUnknown, in time",
       deadline_passes},
      {"a handler that outlives its client's deadline takes effect", late_effect},
      {"a connection that breaks is OutcomeUnknown, and its request is not sent again",
       connection_breaks},
      {"a server that dies while it executes leaves OutcomeUnknown", server_dies},
  };
}

}  // namespace workshop::http_trial
