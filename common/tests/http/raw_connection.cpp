#include "raw_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace workshop::tests {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int require(int result) {
  if (result < 0) throw std::runtime_error("a socket failed");
  return result;
}

int connect_to(std::uint16_t port) {
  const int socket = require(::socket(AF_INET, SOCK_STREAM, 0));
  const auto address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
    ::close(socket);
    throw std::runtime_error("no connection");
  }
  return socket;
}

}  // namespace

RawConnection::RawConnection(std::uint16_t port) : RawConnection(connect_to(port)) {}

RawConnection::RawConnection(int socket) : socket_(socket) {
  std::signal(SIGPIPE, SIG_IGN);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int at_once = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
}

RawConnection::~RawConnection() { ::close(socket_); }

bool RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void RawConnection::end_sending() { ::shutdown(socket_, SHUT_WR); }

std::string RawConnection::receive() {
  std::string bytes(4096, '\0');
  const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  bytes.resize(count <= 0 ? 0 : static_cast<std::size_t>(count));
  return bytes;
}

std::string RawConnection::receive_all() {
  std::string all;
  for (auto bytes = receive(); !bytes.empty(); bytes = receive()) all += bytes;
  return all;
}

std::string raw_exchange(std::uint16_t port, const std::string& bytes, bool* all_taken) {
  RawConnection connection(port);
  const bool all_sent = connection.send(bytes);
  if (all_taken != nullptr) *all_taken = all_sent;
  return connection.receive_all();
}

std::string last_exchange(std::uint16_t port, const std::string& bytes) {
  RawConnection connection(port);
  connection.send(bytes);
  connection.end_sending();
  auto answer = connection.receive_all();
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  if (answer.starts_with(kContinue)) answer.erase(0, kContinue.size());
  return answer;
}

RawServer::RawServer(std::function<std::string(const std::string&)> answer)
    : RawServer([answer = std::move(answer)](const std::string& header, RawConnection& connection) {
        connection.send(answer(header));
      }) {}

RawServer::RawServer(Serve serve) : serve_(std::move(serve)) {
  listener_ = require(::socket(AF_INET, SOCK_STREAM, 0));
  auto address = loopback(0);
  require(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  require(::listen(listener_, 16));
  socklen_t size = sizeof address;
  require(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size));
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

RawServer::~RawServer() {
  stopping_ = true;
  ::close(connect_to(port_));  // wakes it up
  thread_.join();
  ::close(listener_);
}

std::string RawServer::authority() const { return "127.0.0.1:" + std::to_string(port_); }

void RawServer::run() {
  for (;;) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (stopping_) {
      ::close(socket);
      return;
    }
    ++connections_count_;
    RawConnection connection(socket);
    std::string header;
    char byte = 0;
    while (!header.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1) header += byte;
    serve_(header, connection);
  }
}

}  // namespace workshop::tests
