#pragma once

#include "workshop/testing/http_conformance.hpp"

namespace workshop::tests {

/// One mistake that a client or a server can make.
enum class HttpFault {
  none,
  // clients
  sends_again_when_unknown,
  sends_again_on_deadline,
  unknown_is_unavailable,
  unavailable_is_unknown,
  ignores_deadline,
  gives_up_early,
  sends_after_the_deadline,
  sends_when_called,
  follows_redirects,
  error_status_is_failure,
  method_is_post,
  forgets_headers,
  cuts_body_at_nul,
  sends_any_target,
  // servers
  tells_exception,
  answers_200_after_exception,
  forgets_headers_of_answer,
  takes_any_body,
  takes_less_body,
  takes_any_header,
  one_at_a_time,
  swaps_answers,
  executes_twice,
  cancels_at_deadline,
  hides_deadline,
  gives_more_time,
  gives_less_time,
  last = gives_less_time,
};

/// BeastHttpClient and BeastHttpServer, with one mistake wrapped around them.
HttpImplementation beast_with(HttpFault fault);

}  // namespace workshop::tests
