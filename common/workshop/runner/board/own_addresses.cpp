#include "workshop/runner/board/own_addresses.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <array>

namespace workshop::runner {

std::vector<std::string> own_addresses() {
  std::vector<std::string> found;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) == 0) {
    for (const auto* each = first; each != nullptr; each = each->ifa_next) {
      const bool useful = each->ifa_addr != nullptr && each->ifa_addr->sa_family == AF_INET &&
                          (each->ifa_flags & IFF_UP) != 0 && (each->ifa_flags & IFF_LOOPBACK) == 0;
      if (!useful) continue;
      std::array<char, INET_ADDRSTRLEN> text = {};
      const auto* address = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
      if (::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr) {
        found.emplace_back(text.data());
      }
    }
    ::freeifaddrs(first);
  }
  if (found.empty()) found.emplace_back("127.0.0.1");
  return found;
}

}  // namespace workshop::runner
