// What foreign code may try, one thing for each name, as far as it gets. Prints what it has come
// to.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>  // kill
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

int say(const std::string& what) {
  std::cout << what << std::endl;
  return 0;
}

/// As many as it can, but no more than a machine survives where nobody stops it.
int forks_for_ever() {
  constexpr int kEnough = 400;
  auto* forked = static_cast<std::atomic<int>*>(::mmap(nullptr, sizeof(std::atomic<int>),
                                                       PROT_READ | PROT_WRITE,
                                                       MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  while (true) {
    if (*forked >= kEnough) ::pause();
    if (::fork() < 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } else {
      ++*forked;
    }
  }
}

int starts_threads() {
  pthread_attr_t small;
  ::pthread_attr_init(&small);
  ::pthread_attr_setstacksize(&small, 65'536);  // or memory ends first
  for (int i = 0; i < 400; ++i) {
    pthread_t thread = {};
    ::pthread_create(&thread, &small, [](void*) -> void* { return ::pause(), nullptr; }, nullptr);
  }
  while (true) ::pause();
}

/// In several processes, of which each stays below what one may have.
int allocates_without_end(bool in_parts) {
  constexpr std::size_t kStep = std::size_t{16} << 20;
  std::vector<char*> kept;
  if (in_parts) {
    for (int i = 0; i < 7; ++i) {
      if (::fork() == 0) break;
    }
  }
  for (int i = 0; !in_parts || i < 32; ++i) {
    auto* memory = static_cast<char*>(std::malloc(kStep));
    if (memory == nullptr) return say("no more memory");
    std::memset(memory, 1, kStep);
    kept.push_back(memory);
  }
  while (true) ::pause();
}

int prints_without_end() {
  const std::string line(65'536, 'x');
  while (true) std::cout << line;
}

int fills(const std::string& folder) {
  std::size_t written = 0;
  const std::string block(1 << 20, 'x');
  for (int file = 0; file < 64; ++file) {
    std::ofstream out(folder + "/fill" + std::to_string(file));
    for (int i = 0; i < 8 && out.write(block.data(), 1 << 20).flush(); ++i) written += block.size();
  }
  return say("wrote " + std::to_string(written >> 20) + " MB");
}

int grows(const std::string& file) {
  ::signal(SIGXFSZ, SIG_IGN);
  const std::string block(1 << 20, 'x');
  std::size_t written = 0;
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  for (ssize_t count = 0; (count = ::write(out, block.data(), block.size())) > 0;) {
    written += static_cast<std::size_t>(count);
  }
  return say("wrote " + std::to_string(written >> 20) + " MB");
}

int reads(const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return say(in ? "read: " + text.str() : "cannot read");
}

int writes(const std::string& file) {
  std::ofstream out(file, std::ios::app);
  out << "evil\n";
  return say(out.flush() ? "written" : "cannot write");
}

int connects(const std::string& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (socket < 0) return say("no socket");
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port.c_str())));
  ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  const int done = ::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  return say(done == 0 ? "connected" : std::string("cannot connect: ") + std::strerror(errno));
}

int leaves_a_child() {
  if (::fork() == 0) {
    ::setsid();
    while (true) ::pause();
  }
  return say("left one");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const std::string with = argc > 2 ? argv[2] : "";
  if (what == "fork") return forks_for_ever();
  if (what == "threads") return starts_threads();
  if (what == "allocate") return allocates_without_end(false);
  if (what == "allocate in parts") return allocates_without_end(true);
  if (what == "print") return prints_without_end();
  if (what == "fill") return fills(with);
  if (what == "grow") return grows(with);
  if (what == "read") return reads(with);
  if (what == "write") return writes(with);
  if (what == "connect") return connects(with);
  if (what == "leave") return leaves_a_child();
  if (what == "kill")
    return say(::kill(std::atoi(with.c_str()), SIGKILL) == 0 ? "killed" : "cannot");
  if (what == "unshare") return say(::unshare(CLONE_NEWUSER) == 0 ? "unshared" : "cannot");
  if (what == "who") return say(std::to_string(::getuid()) + " " + std::to_string(::getppid()));
  if (what == "hang") {
    while (true) ::pause();
  }
  return 1;
}
