#include "workshop/engines/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "workshop/process/descriptor.hpp"

namespace workshop::engines {
namespace {

sockaddr_in loopback_address(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool is_ready(int descriptor, short events, std::chrono::milliseconds time_max) {
  pollfd waits{descriptor, events, 0};
  return ::poll(&waits, 1, static_cast<int>(time_max.count())) > 0;
}

}  // namespace

int free_port() {
  const process::Descriptor descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback_address(0);
  socklen_t size = sizeof address;
  if (::bind(descriptor.number(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(descriptor.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error(std::string("no port of 127.0.0.1 is free: ") + std::strerror(errno));
  }
  return ntohs(address.sin_port);
}

bool answers(int port, std::string_view request, std::chrono::milliseconds time_max) {
  const process::Descriptor descriptor(
      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto address = loopback_address(port);
  const int connected =
      ::connect(descriptor.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (connected != 0 && errno != EINPROGRESS) return false;
  if (!is_ready(descriptor.number(), POLLOUT, time_max)) return false;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(descriptor.number(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return false;
  if (request.empty()) return true;
  const auto sent = ::send(descriptor.number(), request.data(), request.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(request.size()) &&
         is_ready(descriptor.number(), POLLIN, time_max);
}

}  // namespace workshop::engines
