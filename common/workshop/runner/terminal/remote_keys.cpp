#include "workshop/runner/terminal/remote_keys.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {

RemoteKeys::RemoteKeys() {
  std::array<int, 2> ends = {};
  if (::pipe(ends.data()) != 0) throw UserError("the system has no pipe left; close a program");
  read_ = process::Descriptor(ends[0]);
  write_ = process::Descriptor(ends[1]);
  for (const int end : ends) {
    ::fcntl(end, F_SETFL, O_NONBLOCK);
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
}

bool RemoteKeys::press(char key) { return ::write(write_.number(), &key, 1) == 1; }

char RemoteKeys::take() {
  char key = 0;
  return ::read(read_.number(), &key, 1) == 1 ? key : '\0';
}

}  // namespace workshop::runner
