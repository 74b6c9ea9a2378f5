#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "planted_http.hpp"

namespace workshop::tests {

TEST_CASE("the Beast client and server conform over loopback") {
  const auto implementation = beast_with(HttpFault::none);
  for (const auto& property : http_conformance_properties()) {
    DYNAMIC_SECTION(property) {
      const auto failure = check_http_property(property, implementation);
      INFO((failure ? failure->what : ""));
      REQUIRE_FALSE(failure);
    }
  }
}

namespace {

constexpr const char* kArrives = "a request arrives as it was sent, with every method";
constexpr const char* kBodies = "bodies come back byte by byte";
constexpr const char* kLargeBody = "a body of the largest size passes, and one byte more is a 413";
constexpr const char* kLargeHeader = "a header that is too large is a 431";
constexpr const char* kAnswers = "an answer has its handler's status, body and headers";
constexpr const char* kException = "a handler's exception is a 500 without its text";
constexpr const char* kInvalid = "an invalid request is refused and not sent";
constexpr const char* kLazy = "a request that is not awaited is not sent";
constexpr const char* kAtOnce = "requests at once are executed at once, and get their own answers";
constexpr const char* kTold = "a server learns how long its client waits";
constexpr const char* kNobody = "where nobody listens, a request is Unavailable";
constexpr const char* kPassed = "a request whose deadline has passed is Unavailable and not sent";
constexpr const char* kDeadline =
    "a deadline that passes while the server executes is OutcomeUnknown, in time";
constexpr const char* kLateEffect = "a handler that outlives its client's deadline takes effect";
constexpr const char* kBreaks =
    "a connection that breaks is OutcomeUnknown, and its request is not sent again";
constexpr const char* kDies = "a server that dies while it executes leaves OutcomeUnknown";

struct Planted {
  HttpFault fault;
  const char* property;
  const char* words;  ///< of what the suite says
};

constexpr Planted kPlanted[] = {
    {HttpFault::sends_again_when_unknown, kBreaks, "executed: expected 1, got 2"},
    {HttpFault::sends_again_on_deadline, kDeadline, "sent again"},
    {HttpFault::unknown_is_unavailable, kBreaks, "expected OutcomeUnknown, got Unavailable"},
    {HttpFault::unknown_is_unavailable, kDies, "expected OutcomeUnknown, got Unavailable"},
    {HttpFault::unknown_is_unavailable, kDeadline, "expected OutcomeUnknown, got Unavailable"},
    {HttpFault::unavailable_is_unknown, kNobody, "expected Unavailable, got OutcomeUnknown"},
    {HttpFault::ignores_deadline, kDeadline, "has not ended 500 ms after its deadline"},
    {HttpFault::gives_up_early, kDeadline, "given up before its deadline"},
    {HttpFault::sends_after_the_deadline, kPassed, "got an answer 200"},
    {HttpFault::sends_when_called, kLazy, "expected 1, got 2"},
    {HttpFault::follows_redirects, kAnswers, "requests after a 303"},
    {HttpFault::error_status_is_failure, kAnswers, "expected an answer"},
    {HttpFault::method_is_post, kArrives, "the method"},
    {HttpFault::forgets_headers, kArrives, "correlation-id is missing"},
    {HttpFault::cuts_body_at_nul, kBodies, "the body that arrived"},
    {HttpFault::sends_any_target, kInvalid, "the target '/a b'"},
    {HttpFault::tells_exception, kException, "tells the exception's text"},
    {HttpFault::answers_200_after_exception, kException, "expected 500, got 200"},
    {HttpFault::forgets_headers_of_answer, kAnswers, "not those of the handler"},
    {HttpFault::takes_any_body, kLargeBody, "expected 413, got 200"},
    {HttpFault::takes_less_body, kLargeBody, "expected 200, got 413"},
    {HttpFault::takes_any_header, kLargeHeader, "expected 431, got 200"},
    {HttpFault::one_at_a_time, kAtOnce, "of 8 requests only 1 are executed at once"},
    {HttpFault::swaps_answers, kBodies, "the body that came back"},
    {HttpFault::swaps_answers, kAtOnce, "the answer to one of several requests"},
    {HttpFault::executes_twice, kArrives, "requests that arrived: expected 1, got 2"},
    {HttpFault::cancels_at_deadline, kLateEffect, "takes no effect"},
    {HttpFault::hides_deadline, kTold, "does not learn the deadline"},
    {HttpFault::gives_more_time, kTold, "more time than was left"},
    {HttpFault::gives_less_time, kTold, "less time than is left"},
};

}  // namespace

TEST_CASE("the HTTP conformance suite names the property that a wrong client or server lacks") {
  for (const auto& [fault, property, words] : kPlanted) {
    DYNAMIC_SECTION(static_cast<int>(fault) << ": " << property) {
      const auto failure = check_http_property(property, beast_with(fault));
      REQUIRE(failure);
      INFO(failure->what);
      CHECK(failure->what.find(words) != std::string::npos);
    }
  }
}

TEST_CASE("every property of the HTTP conformance suite and every planted mistake is tried") {
  for (const auto& property : http_conformance_properties()) {
    CAPTURE(property);
    CHECK(std::ranges::any_of(kPlanted,
                              [&](const auto& planted) { return planted.property == property; }));
  }
  for (int fault = 1; fault <= static_cast<int>(HttpFault::last); ++fault) {
    CAPTURE(fault);
    CHECK(std::ranges::any_of(
        kPlanted, [&](const auto& planted) { return static_cast<int>(planted.fault) == fault; }));
  }
  CHECK_THROWS_AS(check_http_property("no such property", beast_with(HttpFault::none)),
                  InvalidRequest);
}

}  // namespace workshop::tests
