#include "raw_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
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

// False when the other side no longer takes them.
bool send_all(int socket, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto count = ::send(socket, bytes.data() + sent, bytes.size() - sent, 0);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

int connect_to(std::uint16_t port) {
  std::signal(SIGPIPE, SIG_IGN);
  const int socket = require(::socket(AF_INET, SOCK_STREAM, 0));
  const auto address = loopback(port);
  require(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  return socket;
}

}  // namespace

std::string raw_exchange(std::uint16_t port, const std::string& bytes, bool* all_taken) {
  const int socket = connect_to(port);
  const bool all_sent = send_all(socket, bytes);
  if (all_taken != nullptr) *all_taken = all_sent;
  std::string answer;
  char buffer[4096];
  for (;;) {
    const auto count = ::recv(socket, buffer, sizeof buffer, 0);
    if (count <= 0) break;
    answer.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(socket);
  return answer;
}

RawServer::RawServer(std::function<std::string(const std::string&)> answer)
    : answer_(std::move(answer)) {
  std::signal(SIGPIPE, SIG_IGN);
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
    std::string header;
    char byte = 0;
    while (!header.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1) header += byte;
    send_all(socket, answer_(header));
    ::close(socket);
  }
}

}  // namespace workshop::tests
