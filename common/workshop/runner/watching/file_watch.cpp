#include "workshop/runner/watching/file_watch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#ifdef __linux__
#include <sys/inotify.h>
#endif

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

#ifdef __linux__
process::Descriptor notifications_of(const std::vector<fs::path>& folders) {
  process::Descriptor notifications(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!notifications.is_open()) return notifications;
  for (const auto& folder : folders) {
    constexpr std::uint32_t kSaved =
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB;
    if (::inotify_add_watch(notifications.number(), folder.c_str(), kSaved) < 0) {
      return process::Descriptor();  // then it is looked at
    }
  }
  return notifications;
}
#else
process::Descriptor notifications_of(const std::vector<fs::path>& /*folders*/) {
  return process::Descriptor();
}
#endif

std::int64_t nanoseconds(const struct stat& status) {
#ifdef __APPLE__
  return status.st_mtimespec.tv_sec * 1'000'000'000 + status.st_mtimespec.tv_nsec;
#else
  return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
#endif
}

}  // namespace

FileWatch::FileWatch(std::vector<fs::path> folders, std::vector<std::string> extensions,
                     Method method)
    : folders_(std::move(folders)), extensions_(std::move(extensions)) {
  if (method == Method::notified) notifications_ = notifications_of(folders_);
  seen_ = look();
}

std::map<fs::path, FileWatch::Signature> FileWatch::look() const {
  std::map<fs::path, Signature> files;
  std::error_code error;
  for (const auto& folder : folders_) {
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const auto name = entry.path().filename().string();
      const auto extension = entry.path().extension().string();
      if (name.starts_with('.') ||
          std::find(extensions_.begin(), extensions_.end(), extension) == extensions_.end()) {
        continue;
      }
      struct stat status = {};
      if (::stat(entry.path().c_str(), &status) != 0) continue;
      files[entry.path()] = {static_cast<std::uintmax_t>(status.st_size), nanoseconds(status),
                             status.st_ino};
    }
  }
  return files;
}

std::vector<fs::path> FileWatch::changed() {
  std::array<char, 4096> ignored;
  while (notifications_.is_open() &&
         ::read(notifications_.number(), ignored.data(), ignored.size()) > 0) {
  }
  auto now = look();
  std::vector<fs::path> files;
  for (const auto& [file, signature] : now) {
    const auto before = seen_.find(file);
    if (before == seen_.end() || before->second != signature) files.push_back(file);
  }
  for (const auto& [file, signature] : seen_) {
    if (!now.contains(file)) files.push_back(file);
  }
  seen_ = std::move(now);
  return files;
}

}  // namespace workshop::runner
