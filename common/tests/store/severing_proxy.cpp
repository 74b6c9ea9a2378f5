#include "severing_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace workshop::tests {
namespace {

constexpr int kPollMs = 20;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error(path + " is too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

int socket_for(const std::string& path, int (*use)(int, const sockaddr*, socklen_t)) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = address_of(path);
  if (use(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(descriptor);
    throw std::runtime_error(path + ": " + std::strerror(errno));
  }
  return descriptor;
}

int socket_at(int port, int (*use)(int, const sockaddr*, socklen_t)) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (use(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(descriptor);
    throw std::runtime_error("port " + std::to_string(port) + ": " + std::strerror(errno));
  }
  return descriptor;
}

bool is_readable(int descriptor) {
  pollfd waits{descriptor, POLLIN, 0};
  return ::poll(&waits, 1, kPollMs) > 0;
}

/// What has come; empty at the end of the connection.
std::string received(int descriptor) {
  std::array<char, 65536> buffer{};
  const auto count = ::read(descriptor, buffer.data(), buffer.size());
  return count <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(count));
}

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

SeveringProxy::SeveringProxy(std::string server, const std::string& name)
    : connect_([server = std::move(server)] { return socket_for(server, ::connect); }),
      listener_(socket_for(folder_.file(name), ::bind)) {
  ::listen(listener_, 16);
  acceptor_ = std::thread([this] { accept_all(); });
}

SeveringProxy::SeveringProxy(int server)
    : connect_([server] { return socket_at(server, ::connect); }), listener_(socket_at(0, ::bind)) {
  ::listen(listener_, 16);
  acceptor_ = std::thread([this] { accept_all(); });
}

int SeveringProxy::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

SeveringProxy::~SeveringProxy() {
  stopping_ = true;
  acceptor_.join();
  for (auto& connection : connections_) connection.join();
  ::close(listener_);
}

void SeveringProxy::cut_at(std::string text, Cut cut) {
  const std::lock_guard lock(mutex_);
  text_ = std::move(text);
  cut_ = cut;
}

void SeveringProxy::accept_all() {
  while (!stopping_) {
    if (!is_readable(listener_)) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) connections_.emplace_back([this, client] { forward(client); });
  }
}

bool SeveringProxy::is_cut(const std::string& bytes, Cut& cut) {
  const std::lock_guard lock(mutex_);
  if (text_.empty() || bytes.find(text_) == std::string::npos) return false;
  text_.clear();
  cut = cut_;
  ++cuts_count_;
  return true;
}

void SeveringProxy::forward(int client) {
  int server = -1;
  try {
    server = connect_();
  } catch (const std::runtime_error&) {  // the client finds a connection that ends at once
  }
  auto cut = Cut::request;
  while (server >= 0 && !stopping_) {
    std::array<pollfd, 2> waits{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(), kPollMs) <= 0) continue;
    if (waits[0].revents != 0) {
      const auto bytes = received(client);
      const bool cuts = is_cut(bytes, cut);
      if (bytes.empty() || (cuts && cut == Cut::request) || !send_all(server, bytes)) break;
      if (cuts) {
        received(server);  // blocks until the server has done it
        break;
      }
    }
    if (waits[1].revents != 0) {
      const auto bytes = received(server);
      if (bytes.empty() || !send_all(client, bytes)) break;
    }
  }
  if (server >= 0) ::close(server);
  ::close(client);
}

}  // namespace workshop::tests
