#include <stdexcept>

#include "workshop/http/deadline.hpp"
#include "workshop/testing/http_conformance_trial.hpp"

namespace workshop::http_trial {
namespace {

/// Answers each request with its own body, and keeps what it got.
struct Recorder {
  std::mutex mutex;
  std::vector<HttpRequest> requests;

  int count() {
    const std::lock_guard lock(mutex);
    return static_cast<int>(requests.size());
  }
  HttpRequest last() {
    const std::lock_guard lock(mutex);
    expect(!requests.empty(), "no request arrived");
    return requests.back();
  }
};

Task<HttpResponse> echo(HttpRequest request, Recorder& recorder) {
  {
    const std::lock_guard lock(recorder.mutex);
    recorder.requests.push_back(request);
  }
  co_return HttpResponse{200, std::move(request.body), {}};
}

HttpHandler echo_to(Recorder& recorder) {
  return [&recorder](HttpRequest request) { return echo(std::move(request), recorder); };
}

void requests_arrive(Trial& trial) {
  Recorder recorder;
  const auto server = trial.serve(echo_to(recorder));
  int count = 0;
  for (const auto method :
       {HttpMethod::get, HttpMethod::put, HttpMethod::post, HttpMethod::delete_}) {
    for (const std::string target : {"/", "/carts/1/submit", "/gifts?max=3&name=a%20b%2F"}) {
      HttpRequest sent{
          method,
          target,
          method == HttpMethod::get ? "" : R"({"amount":7})",
          {{"correlation-id", "order-1"}, {"x-empty", ""}, {"x-name", "Zoë; q=\"1\""}}};
      trial.answer(*server, sent);
      const auto got = recorder.last();
      const auto doing = std::string(name_of(method)) + " " + target;
      expect_count(recorder.count(), ++count, doing + ": requests that arrived");
      expect_equal(std::string(name_of(got.method)), std::string(name_of(method)), "the method");
      expect_equal(got.target, target, doing + ": the target");
      expect_equal(got.body, sent.body, doing + ": the body");
      for (const auto& [name, value] : sent.headers) {
        const auto found = got.headers.find(name);
        expect(found != got.headers.end(), doing + ": the header " + name + " is missing");
        expect_equal(found->second, value, doing + ": the header " + name);
      }
    }
  }
}

void bodies_come_back(Trial& trial) {
  Recorder recorder;
  const auto server = trial.serve(echo_to(recorder));
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (const auto& body :
       {std::string(), std::string("a\0b", 3), std::string("\0", 1), bytes, std::string("\r\n\r\n"),
        std::string(" blanks \n"), std::string("Porsche für Zoë 🎁"), std::string(100'000, '\0')}) {
    const auto response = trial.answer(*server, {HttpMethod::post, "/echo", body, {}});
    expect_equal(recorder.last().body, body, "the body that arrived");
    expect_equal(response.body, body, "the body that came back");
  }
}

void large_bodies(Trial& trial) {
  const auto bytes_max = trial.implementation().body_bytes_max;
  if (bytes_max == 0) return;
  Recorder recorder;
  const auto server = trial.serve(echo_to(recorder));
  const std::string largest(bytes_max, 'x');
  const auto response = trial.answer(*server, {HttpMethod::put, "/large", largest, {}});
  expect_count(response.status, 200, "the status for the largest body");
  expect_equal(response.body, largest, "the largest body");
  const auto refused = trial.answer(*server, {HttpMethod::put, "/large", largest + "x", {}});
  expect_count(refused.status, 413, "the status for one byte more");
  expect_count(recorder.count(), 1, "requests that were executed");
}

void large_headers(Trial& trial) {
  const auto bytes_max = trial.implementation().header_bytes_max;
  if (bytes_max == 0) return;
  Recorder recorder;
  const auto server = trial.serve(echo_to(recorder));
  const auto with_header = [&](std::size_t bytes) {
    return trial.answer(*server,
                        {HttpMethod::post, "/", "body", {{"x-large", std::string(bytes, 'x')}}});
  };
  expect_count(with_header(bytes_max / 2).status, 200, "the status for half of the limit");
  expect_count(with_header(bytes_max).status, 431, "the status for more than the limit");
  expect_count(recorder.count(), 1, "requests that were executed");
}

Task<HttpResponse> respond(HttpResponse response, Events& executed) {
  executed.happened();
  co_return response;
}

void answers_arrive(Trial& trial) {
  Events executed;
  HttpResponse response;
  const auto server = trial.serve([&](HttpRequest) { return respond(response, executed); });
  int count = 0;
  for (const int status : {200, 201, 202, 204, 303, 304, 400, 404, 409, 412, 429, 500, 503}) {
    const bool has_body = status != 204 && status != 304;
    response = {status,
                has_body ? R"({"status":)" + std::to_string(status) + "}" : "",
                {{"location", "/elsewhere"}, {"retry-after", "1"}}};
    const auto got = trial.answer(*server, {HttpMethod::get, "/", "", {}});
    expect_count(got.status, status, "the status");
    expect_equal(got.body, response.body, "the body of a " + std::to_string(status));
    expect(got.headers == response.headers,
           "the headers of a " + std::to_string(status) + " are not those of the handler");
    expect_count(executed.count(), ++count, "requests after a " + std::to_string(status));
  }
}

Task<HttpResponse> fail_with_secret(bool after_suspension, Gate& open_gate) {
  if (after_suspension) co_await open_gate;
  throw std::runtime_error("the secret card number");
}

void exceptions(Trial& trial) {
  Gate gate;
  gate.open();
  const auto server = trial.serve([&](HttpRequest request) -> Task<HttpResponse> {
    if (request.target == "/no-coroutine") throw std::runtime_error("the secret card number");
    return fail_with_secret(request.target == "/late", gate);
  });
  for (const std::string target : {"/", "/late", "/no-coroutine"}) {
    const auto response = trial.answer(*server, {HttpMethod::post, target, "", {}});
    expect_count(response.status, 500, "the status after an exception");
    expect(response.body.find("secret") == std::string::npos,
           "the body tells the exception's text");
    for (const auto& [name, value] : response.headers) {
      expect(value.find("secret") == std::string::npos, "a header tells the exception's text");
    }
  }
}

void invalid_requests(Trial& trial) {
  Recorder recorder;
  const auto server = trial.serve(echo_to(recorder));
  for (const std::string target : {"", "carts", "http://shop/", "/a b", "/a\r\nx: y", "/\n"}) {
    const auto ended =
        ask(trial.client(), server->authority(), {HttpMethod::post, target, "", {}}, ample());
    expect_ended(ended, Ended::How::invalid, "the target " + shown(target));
  }
  for (const std::string authority : {"", "\r\n", "no authority"}) {
    const auto ended = ask(trial.client(), authority, {HttpMethod::post, "/", "", {}}, ample());
    expect_ended(ended, Ended::How::invalid, "the authority " + shown(authority));
  }
  const auto injected = ask(trial.client(), server->authority(),
                            {HttpMethod::post, "/", "", {{"x", "1\r\ny: 2"}}}, ample());
  expect_ended(injected, Ended::How::invalid, "a header with a line break");
  trial.answer(*server, {HttpMethod::post, "/valid", "", {}});
  expect_count(recorder.count(), 1, "requests that arrived");
}

void lazy(Trial& trial) {
  Recorder recorder;
  const auto server = trial.serve(echo_to(recorder));
  {
    [[maybe_unused]] const auto never_awaited =
        trial.client().request(server->authority(), {HttpMethod::post, "/never", "", {}}, ample());
  }
  trial.answer(*server, {HttpMethod::post, "/awaited", "", {}});
  trial.close_client();
  expect_equal(recorder.last().target, "/awaited", "the last request");
  expect_count(recorder.count(), 1, "requests that arrived");
}

Task<HttpResponse> echo_when_open(HttpRequest request, Gate& gate, Events& entered) {
  entered.happened();
  co_await gate;
  co_return HttpResponse{200, std::move(request.body), {}};
}

void at_once(Trial& trial) {
  constexpr int kRequests = 8;
  Gate gate;
  Events entered;
  const auto server = trial.serve(
      [&](HttpRequest request) { return echo_when_open(std::move(request), gate, entered); });
  std::vector<std::future<Ended>> pending;
  const OpenAtEnd open_at_end(gate);
  for (int i = 0; i < kRequests; ++i) {
    pending.push_back(
        trial.start(*server, {HttpMethod::post, "/", std::to_string(i), {}}, ample()));
  }
  expect(entered.wait_for(kRequests, trial.patience()),
         "of " + std::to_string(kRequests) + " requests only " + std::to_string(entered.count()) +
             " are executed at once");
  gate.open();
  for (int i = 0; i < kRequests; ++i) {
    const auto ended = pending[static_cast<std::size_t>(i)].get();
    expect_ended(ended, Ended::How::answered, "one of several requests");
    expect_equal(ended.response.body, std::to_string(i), "the answer to one of several requests");
  }
}

void deadline_travels(Trial& trial) {
  Recorder recorder;
  Events executed;
  Deadline told;
  Deadline entered;
  const auto server = trial.serve([&](HttpRequest request) {
    told = deadline_of(request, Deadline::max());
    entered = std::chrono::steady_clock::now();
    return echo(std::move(request), recorder);
  });
  const auto before = std::chrono::steady_clock::now();
  const auto deadline = before + milliseconds{50'000};
  const auto ended =
      ask(trial.client(), server->authority(),
          {HttpMethod::get, "/", "", {{std::string(kDeadlineHeader), "999999"}}}, deadline);
  expect_ended(ended, Ended::How::answered, "a request with a deadline");
  expect(told != Deadline::max(), "the server does not learn the deadline");
  expect(told - entered <= deadline - before,
         "the server believes to have more time than was left");
  const auto too_little = deadline - told;  // what client and server together round off
  expect(too_little <= milliseconds{5}, "the server believes to have less time than is left");

  const auto endless =
      ask(trial.client(), server->authority(), {HttpMethod::get, "/", "", {}}, Deadline::max());
  expect_ended(endless, Ended::How::answered, "a request without a deadline");
  expect(told == Deadline::max(), "the server is told a deadline where there is none");
}

}  // namespace

std::vector<Property> message_properties() {
  return {
      {"a request arrives as it was sent, with every method", requests_arrive},
      {"bodies come back byte by byte", bodies_come_back},
      {"a body of the largest size passes, and one byte more is a 413", large_bodies},
      {"a header that is too large is a 431", large_headers},
      {"an answer has its handler's status, body and headers", answers_arrive},
      {"a handler's exception is a 500 without its text", exceptions},
      {"an invalid request is refused and not sent", invalid_requests},
      {"a request that is not awaited is not sent", lazy},
      {"requests at once are executed at once, and get their own answers", at_once},
      {"a server learns how long its client waits", deadline_travels},
  };
}

}  // namespace workshop::http_trial
