#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/pages/page.hpp"

namespace workshop::runner {

/// What decides whether a request is answered, apart from its connection. Views into the request.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  std::string_view host;
  std::size_t hosts_count = 1;
  std::optional<std::string_view> origin;
  std::string_view fetch_site;            ///< Sec-Fetch-Site; empty: no browser of today
  std::string_view fetch_mode;            ///< Sec-Fetch-Mode
  std::string_view content_type;          ///< of a post
  bool chunked = false;                   ///< any Transfer-Encoding
  std::optional<std::size_t> body_bytes;  ///< Content-Length
};

/// The route that answers, or why none does.
struct Checked {
  const Route* route = nullptr;
  PageAnswer refused;  ///< when there is no route
  std::string path;
  std::string query;
};

/// Decides by the header alone, before any byte of a body is read. `hosts` are the values of Host
/// that mean this server ("127.0.0.1:4711"): a foreign one is a page of another site whose name
/// leads here.
Checked check_request(const RequestHead& head, std::span<const Route> routes,
                      std::span<const std::string> hosts);

}  // namespace workshop::runner
