#include "workshop/runner/pages/page_client.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {
namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;

namespace {

constexpr std::size_t kAnswerBytesMax = 64 * 1024;

std::string without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
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
  const auto is_host = [](std::string_view host) {
    return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             std::string_view("-.[]:").find(c) != std::string_view::npos;
    });
  };
  if (colon == std::string_view::npos || !is_port(rest.substr(colon + 1)) ||
      !is_host(rest.substr(0, colon))) {
    throw UserError(fmt::format(
        "'{}' is no address with a port, such as 192.168.1.5:4711; the board shows its own", text));
  }
  return {std::string(rest.substr(0, colon)), std::string(rest.substr(colon + 1))};
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
  tcp::resolver resolver(io);
  tcp::socket socket(io);
  const auto text = request_text(address, path, body);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kAnswerBytesMax);
  PageReply reply{0, "it does not answer"};
  const auto failed = [&](const error_code& error) {
    if (error) reply.text = error.message();
    return static_cast<bool>(error);
  };
  // What it awaits is what it has started: it ends when all has ended, or when time is over.
  resolver.async_resolve(
      without_brackets(address.host), address.port,
      [&](error_code error, const tcp::resolver::results_type& found) {
        if (failed(error)) return;
        net::async_connect(socket, found, [&](error_code refused, const tcp::endpoint&) {
          if (failed(refused)) return;
          net::async_write(socket, net::buffer(text), [&](error_code broken, std::size_t) {
            if (failed(broken)) return;
            http::async_read(socket, buffer, parser, [&](error_code unreadable, std::size_t) {
              if (failed(unreadable)) return;
              reply = {static_cast<int>(parser.get().result_int()), parser.get().body()};
            });
          });
        });
      });
  io.run_for(time_max);
  return reply;
}

}  // namespace workshop::runner
