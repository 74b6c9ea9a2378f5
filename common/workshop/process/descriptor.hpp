#pragma once

#include <unistd.h>

#include <utility>

namespace workshop::process {

/// A file descriptor that is closed with this object; -1 is none.
class Descriptor {
 public:
  /// Takes over `number`, which is open and nobody else's; -1: none.
  explicit Descriptor(int number = -1) noexcept : number_(number) {}
  ~Descriptor() { close(); }
  /// Takes over what `other` has, which has none afterwards.
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  /// Closes its own, and takes over what `other` has, which has none afterwards.
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }

  /// For the system's calls; -1: none. It stays this object's.
  int number() const noexcept { return number_; }
  /// Whether it has one.
  bool is_open() const noexcept { return number_ >= 0; }
  /// Closes it now; without one it does nothing.
  void close() noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

}  // namespace workshop::process
