#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace workshop::runner {

/// Where a PageServer of another machine listens.
struct PageAddress {
  std::string host;  ///< a numeric address as in a URL, "192.168.1.5" or "[::1]", or "localhost"
  std::string port;

  std::string authority() const { return host + ":" + port; }
};

/// Reads "192.168.1.5:4711", with or without "http://" and a path behind. Throws UserError for
/// anything else, with an example: a name would have to be looked up, which may take longer than
/// anybody waits for a board.
PageAddress read_page_address(std::string_view text);

struct PageReply {
  int status = 0;    ///< 0: there was none in time, or no connection
  std::string text;  ///< the body, or why there was none
};

/// All bytes of the request that `post_json` sends.
std::string request_text(const PageAddress& address, std::string_view path, std::string_view body);

/// Posts JSON, and waits so long at most for everything: connection, sending, the answer (64 KiB at
/// most).
PageReply post_json(const PageAddress& address, std::string_view path, std::string_view body,
                    std::chrono::milliseconds time_max);

}  // namespace workshop::runner
