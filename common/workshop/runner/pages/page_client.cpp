#include "workshop/runner/pages/page_client.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdlib>
#include <optional>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {
namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;

namespace {

constexpr std::size_t kAnswerBytesMax = 64 * 1024;

std::optional<tcp::endpoint> endpoint_of(const PageAddress& address) {
  std::string_view host = address.host;
  if (host == "localhost") host = "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  error_code error;
  const auto numeric = net::ip::make_address(std::string(host), error);
  const auto port = std::strtoul(address.port.c_str(), nullptr, 10);
  if (error || port == 0 || port > 65'535) return std::nullopt;
  return tcp::endpoint(numeric, static_cast<std::uint16_t>(port));
}

}  // namespace

PageAddress read_page_address(std::string_view text) {
  auto rest = text;
  constexpr std::string_view kScheme = "http://";
  if (rest.starts_with(kScheme)) rest.remove_prefix(kScheme.size());
  rest = rest.substr(0, rest.find('/'));
  const auto colon = rest.rfind(':');
  const auto is_port = [](std::string_view port) {
    return !port.empty() && port.size() <= 5 &&
           std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  };
  const PageAddress address =
      colon == std::string_view::npos
          ? PageAddress{}
          : PageAddress{std::string(rest.substr(0, colon)), std::string(rest.substr(colon + 1))};
  if (!is_port(address.port) || !endpoint_of(address)) {
    throw UserError(fmt::format(
        "'{}' is no address with a port, such as 192.168.1.5:4711; the board shows its own", text));
  }
  return address;
}

std::string request_text(const PageAddress& address, std::string_view path, std::string_view body) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
      "Connection: close\r\n\r\n{}",
      path, address.authority(), body.size(), body);
}

PageReply post_json(const PageAddress& address, std::string_view path, std::string_view body,
                    std::chrono::milliseconds time_max) {
  net::io_context io{1};
  tcp::socket socket(io);
  const auto text = request_text(address, path, body);
  const auto endpoint = endpoint_of(address);
  if (!endpoint) return {0, "its address is none"};
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kAnswerBytesMax);
  PageReply reply{0, "it does not answer"};
  const auto failed = [&](const error_code& error) {
    if (error) reply.text = error.message();
    return static_cast<bool>(error);
  };
  // What it awaits is what it has started: it ends when all has ended, or when time is over.
  socket.async_connect(*endpoint, [&](error_code refused) {
    if (failed(refused)) return;
    net::async_write(socket, net::buffer(text), [&](error_code broken, std::size_t) {
      if (failed(broken)) return;
      http::async_read(socket, buffer, parser, [&](error_code unreadable, std::size_t) {
        if (failed(unreadable)) return;
        reply = {static_cast<int>(parser.get().result_int()), parser.get().body()};
      });
    });
  });
  io.run_for(time_max);
  return reply;
}

}  // namespace workshop::runner
